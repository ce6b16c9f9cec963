"""The blueprint that the pages of outcomes share, how they read an address and how they write weights and shares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext

from assetpool.core.money import percent, rhu
from assetpool.core.web import language, whole
from assetpool.org import access
from assetpool.reports.labels import Label

bp = Blueprint("outcomes", __name__)
FIRST_YEAR, LAST_YEAR = 1900, 8999
"""Days of other years are left out: a month or a time zone further lies past what a date can say. REST reads days within the same years."""


@dataclass(frozen=True)
class Asked:
    """The days of a page (both included), the words of its address, and what of them could not be read."""

    first_day: date
    last_day: date
    today: date
    words: dict[str, str]
    wrong: tuple[str, ...]

    def url(self, endpoint: str, **changed: Any) -> str:
        """Return the address of a page that asks the same but for what is changed."""
        same: dict[str, Any] = {"from": self.first_day, "to": self.last_day, **self.words}
        return url_for(endpoint, **{name: value for name, value in {**same, **changed}.items() if value not in (None, "")})

    @property
    def refusal(self) -> str:
        """Say what could not be read and was left out; empty when all was."""
        return gettext("“%(value)s” could not be read, so it was left out.", value=", ".join(self.wrong)) if self.wrong else ""


def read(
    first: Callable[[date], date], choices: dict[str, tuple[str, ...]], numbers: tuple[str, ...] = (), last: Callable[[date], date] = lambda today: today
) -> Asked:
    """Read the address: days (usually from what `first` through what `last` says of today), one of several choices per name, and numbers."""
    today, wrong = access.today(), []

    def day(name: str, usual: date) -> date:
        text = request.args.get(name, "").strip()
        try:
            found = date.fromisoformat(text) if text else usual
            if not FIRST_YEAR <= found.year <= LAST_YEAR:
                raise ValueError(text)
        except ValueError:
            wrong.append(text[:20])
            return usual
        return found

    begin, end = day("from", first(today)), day("to", last(today))
    if begin > end:
        wrong.append(f"{begin} – {end}")
        begin, end = min(first(today), today), last(today)
    words = {}
    for name, known in choices.items():
        given = request.args.get(name, "")
        if given in known:
            words[name] = given
        elif given:
            wrong.append(given[:20])
    for name in numbers:
        given = request.args.get(name, "").strip()
        try:
            words |= {name: str(whole(given))} if given else {}
        except ValueError:
            wrong.append(given[:20])
    return Asked(begin, end, today, words, tuple(wrong))


@bp.app_template_filter("kg")
def kilograms(grams: int | None) -> str:
    """Write grams as kilograms with one decimal, or as tonnes from ten thousand kilograms on; n/a for what is not estimated."""
    if grams is None:
        return str(gettext("n/a"))
    sign, size = "−" if grams < 0 else "", abs(grams)
    heavy = size >= 10_000_000
    tenths = rhu(Fraction(size, 100_000 if heavy else 100))
    written = f"{sign}{tenths // 10:,}.{tenths % 10}"
    return str(gettext("%(weight)s t", weight=written) if heavy else gettext("%(weight)s kg", weight=written))


@bp.app_template_filter("exact_kg")
def exact_kilograms(grams: int) -> str:
    """Write a factor's grams as kilograms without rounding."""
    whole_kg, rest = divmod(grams, 1000)
    decimals = f"{rest:03d}".rstrip("0")
    return str(gettext("%(weight)s kg", weight=f"{whole_kg:,}.{decimals}" if decimals else f"{whole_kg:,}"))


@bp.app_template_filter("part")
def part(share: Fraction | None) -> str:
    """Write an exact ratio as a percentage with two decimals; n/a where there is none."""
    return str(gettext("n/a")) if share is None else f"{percent(share)} %"


@bp.app_template_filter("tenths")
def tenths(number: Fraction) -> str:
    """Write an exact number with one decimal."""
    found = rhu(number * 10)
    return f"{'−' if found < 0 else ''}{abs(found) // 10:,}.{abs(found) % 10}"


def named(label: Label, nameless: str) -> str:
    """Return a label in the reader's language, or what the nameless are called."""
    return gettext(nameless) if not label.key else label.name if language() == "zh" else label.name_en or label.name
