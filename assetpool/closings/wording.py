"""How periods are called, and where each line of the checklist is dealt with."""

from __future__ import annotations

from typing import Any

from flask import current_app, url_for
from flask_babel import force_locale, gettext

from assetpool.core.errors import N_
from assetpool.savings.periods import Period

STATE_WORDS = {
    "open": N_("Open"),
    "draft": N_("Drafted"),
    "half_signed": N_("Signed by one"),
    "signed": N_("Signed by two"),
    "closed": N_("Period closed"),
}
STATE_LOOKS = {"open": "off", "draft": "live", "half_signed": "wait", "signed": "wait", "closed": "done"}
MONTHS = (
    N_("January"), N_("February"), N_("March"), N_("April"), N_("May"), N_("June"), N_("July"), N_("August"), N_("September"), N_("October"),
    N_("November"), N_("December"),
)  # fmt: skip


def called(period: Period, lang: str | None = None) -> str:
    """Return what people call a period, in the reader's language or the one named."""
    if lang is not None:
        with force_locale(lang):
            return called(period)
    year = int(period.first_month[:4])
    if "Q" in period.name:
        return str(gettext("Quarter %(quarter)d of %(year)d", quarter=int(period.name[-1]), year=year))
    if len(period.name) == 4:
        return str(gettext("Year %(year)d", year=year))
    return str(gettext("%(month)s %(year)d", month=gettext(MONTHS[int(period.first_month[5:]) - 1]), year=year))


def cure(code: str, period: Period) -> str:
    """Return the address of the page where a line of the checklist is dealt with; '' where there is none."""
    days = {"from": period.first_day.isoformat(), "to": period.last_day.isoformat()}
    found: dict[str, tuple[str, dict[str, Any]]] = {
        "chain": ("audit.index", {}),
        "costs": ("reports.acts", {**days, "standing": "proposed"}),
        "unshared": ("handovers.index", {}),
        "running": ("reports.acts", {**days, "kind": "loan"}),
        "earlier": ("closings.index", {"year": period.first_month[:4]}),
        "proposed": ("savings.review", {}),
        "flags": ("reports.acts", days),
        "stale": ("prices.index", {}),
        "slips": ("handovers.index", {"state": "loaded"}),
        "arrived": ("returns.index", {}),
    }
    endpoint, arguments = found.get(code, ("", {}))
    return url_for(endpoint, **arguments) if endpoint in current_app.view_functions else ""
