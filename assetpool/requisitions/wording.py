"""Days, things and telephones of a request, as people write them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask_babel import format_date
from flask_babel import gettext as _

from assetpool.catalog.models import Kind
from assetpool.core.web import day as written_day
from assetpool.core.web import language

SPELT_OUT = 3


def short_day(value: date) -> str:
    """Write a day without its year, where the year is plain from what stands around it."""
    return str(format_date(value, "M月d日" if language() == "zh" else "d MMM"))


def period(first: date, last: date | None, counted: bool = True) -> str:
    """Write from when to when, and (`counted`) how long."""
    if last is None:
        return str(_("from %(first)s, for good", first=written_day(first)))
    if first == last:
        return str(_("%(first)s, one day", first=written_day(first)))
    begin, end = written_day(first), written_day(last)
    if first.year == last.year:
        # The year is said once, where the language puts it.
        begin, end = (begin, short_day(last)) if language() == "zh" else (short_day(first), end)
    if not counted:
        return str(_("%(first)s – %(last)s", first=begin, last=end))
    return str(_("%(first)s – %(last)s, %(days)s days", first=begin, last=end, days=(last - first).days + 1))


def things(granted: Sequence[tuple[Kind, int]]) -> str:
    """Write kinds and units as a list for a button; a long one only as a sum."""
    if len(granted) > SPELT_OUT:
        return str(_("%(units)s units of %(kinds)s kinds", units=f"{sum(units for _kind, units in granted):,}", kinds=len(granted)))
    english = language() == "en"
    texts = [_("%(kind)s × %(units)s", kind=kind.name_en if english and kind.name_en else kind.name, units=f"{units:,}") for kind, units in granted]
    return str(_(", ").join(texts))


def masked(telephone: str) -> str:
    """Hide the middle of a telephone number."""
    digits = telephone.strip()
    if len(digits) < 7:
        return "****" if digits else ""
    return f"{digits[:3]}****{digits[-4:]}"
