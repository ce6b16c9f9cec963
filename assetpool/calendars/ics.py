"""A calendar as RFC 5545 writes it: days, stable names, escaped text, lines folded at 75 octets. Knows neither database nor clock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

FOLD = 75
ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


@dataclass(frozen=True)
class Happening:
    """Something that lasts whole days, first and last included; `stamp` is when it was last said anew."""

    uid: str
    first: date
    last: date
    summary: str
    stamp: datetime
    place: str = ""
    url: str = ""


def written(name: str, happenings: Iterable[Happening]) -> str:
    """Return a calendar with its name; lines end in CR LF."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//assetpool//calendar//EN", "CALSCALE:GREGORIAN", f"X-WR-CALNAME:{_text(name)}"]
    for one in happenings:
        lines += _event(one)
    return "".join(f"{part}\r\n" for line in [*lines, "END:VCALENDAR"] for part in _folded(line))


def _event(one: Happening) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{one.uid}"
    yield f"DTSTAMP:{one.stamp.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;VALUE=DATE:{one.first:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{one.last + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{_text(one.summary)}"
    if one.place:
        yield f"LOCATION:{_text(one.place)}"
    if one.url:
        yield f"URL:{one.url}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _text(value: str) -> str:
    return value.translate(ESCAPES)


def _folded(line: str) -> Iterator[str]:
    """Cut a line where its next character would pass 75 octets; what follows begins with a space, which counts."""
    part, size = "", 0
    for character in line:
        octets = len(character.encode())
        if size + octets > FOLD:
            yield part
            part, size = " ", 1
        part += character
        size += octets
    yield part
