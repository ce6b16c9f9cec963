"""One notice in words: its sentence in a language, its group and the path it leads to. Pure; knows neither database nor request."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from assetpool.notices.topics import VALUES, document_path, topic_of

OPTIONAL = ("reason", "note")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class Told:
    """What was told, with the document behind it ('' and no names where there is none)."""

    topic: str
    facts: Mapping[str, str | int]
    number: str = ""
    organization: str = ""
    organization_en: str = ""
    urgent: bool = False
    zone: str = "Asia/Shanghai"

    @classmethod
    def read(cls, topic: str, facts: str, number: str | None, names: tuple[str, str], urgent: bool, zone: str) -> Told:
        """Make it from what the outbox keeps, in the pool's time zone."""
        return cls(topic, json.loads(facts), number or "", *names, urgent, zone)

    @property
    def group(self) -> str:
        """Return the group a person chooses by."""
        return topic_of(self.topic).group

    @property
    def path(self) -> str:
        """Return where it leads, from the root of the product."""
        found = topic_of(self.topic).path
        if found:
            return found % _Places({name: quote(str(value)) for name, value in self.facts.items()}, "")
        return document_path(self.number) if self.number else "/notices"

    def sentence(self, language: str) -> str:
        """Return the sentence in a language ('zh' or 'en'); a fact that was not told is a dash."""
        english = language == "en"
        topic = topic_of(self.topic)
        own = {"number": self.number, "organization": (self.organization_en if english else "") or self.organization}
        known = {name: shown(value, language, self.zone) for name, value in self.facts.items()} | {name: value for name, value in own.items() if value}
        known = {name: value for name, value in known.items() if value}
        return ((topic.english if english else topic.chinese) % _Places(known, "–")).strip()


class _Places(dict[str, str]):
    """Facts for the places of a sentence; what is missing does not break it."""

    def __init__(self, known: Mapping[str, str], missing: str) -> None:
        super().__init__(known)
        self.missing = missing

    def __missing__(self, name: str) -> str:
        return "" if name in OPTIONAL else self.missing


def shown(value: Any, language: str, zone: str) -> str:
    """Return a fact as people write it: days and moments by the language, known words translated, all else as it is."""
    text = str(value)
    if _MOMENT.fullmatch(text):
        local = datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(ZoneInfo(zone))
        return f"{written_day(local.date(), language)} {local:%H:%M}"
    if text in VALUES:
        return VALUES[text][language != "en"]
    return written_day(date.fromisoformat(text), language) if _DAY.fullmatch(text) else text


def written_day(day: date, language: str) -> str:
    """Write a day in a language."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}" if language == "en" else f"{day.year}年{day.month}月{day.day}日"
