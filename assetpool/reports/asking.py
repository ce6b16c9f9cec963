"""What the address of a savings page asks for, and the addresses of pages that ask nearly the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import request, url_for
from flask_babel import gettext

from assetpool.core.db import db
from assetpool.core.errors import DomainError
from assetpool.core.web import translated, whole
from assetpool.org import access
from assetpool.reports import queries
from assetpool.reports.figures import Report, Row
from assetpool.reports.ledger import Span
from assetpool.savings import listing
from assetpool.savings.listing import Narrowing

NARROWED_BY = ("event", "organization", "class", "store")


@dataclass(frozen=True)
class Asked:
    """What the address asks for: days, breakdown, basis, and what narrows it."""

    first_day: date
    last_day: date
    by: str
    basis: str
    narrowing: Narrowing

    def url(self, endpoint: str = "reports.index", **changed: Any) -> str:
        """Return the address of a page that asks the same but for what is changed."""
        same: dict[str, Any] = {"from": self.first_day, "to": self.last_day, "by": self.by, "basis": self.basis, "kind": request.args.get("kind")}
        same |= {"event": self.narrowing.event, "organization": self.narrowing.organization or None}
        return url_for(endpoint, **{name: value for name, value in {**same, **changed}.items() if value not in (None, "")})

    def acts_url(self, kind: str, standing: str | None = None, row: Row | None = None) -> str:
        """Return the address of the acts behind a figure."""
        to: dict[str, Any] = {"by": None, "basis": None, "kind": kind, "standing": standing}
        if row is not None and self.by in NARROWED_BY:
            to[self.by] = row.key
        elif row is not None and self.by == "month":
            to |= self.days_of(row.key)
        return self.url("reports.acts", **to)

    def days_of(self, month: str) -> dict[str, date]:
        """Return first and last day of a month (YYYY-MM) as far as they lie in what is asked for, as parts of an address."""
        first = date.fromisoformat(f"{month}-01")
        last = date(first.year + first.month // 12, first.month % 12 + 1, 1) - timedelta(days=1)
        return {"from": max(first, self.first_day), "to": min(last, self.last_day)}


def read() -> tuple[Asked, str]:
    """Read the address; what cannot be asked is said and the usual report is shown instead."""
    session, mine = db.session(), access.current()
    today = access.today()
    begun = listing.first_business_day(session, mine) or today.replace(month=1, day=1)
    given, wrong = request.args, []

    def taken(name: str, usual: Any, of: Callable[[str], Any]) -> Any:
        try:
            return of(given[name].strip()) if given.get(name, "").strip() else usual
        except ValueError:
            wrong.append(name)
            return usual

    first, last = taken("from", min(begun, today), date.fromisoformat), taken("to", today, date.fromisoformat)
    narrowing = Narrowing(event=taken("event", None, whole), organization=given.get("organization", ""))
    asked = Asked(first, last, given.get("by") or "event", given.get("basis") or "adopted", narrowing)
    try:
        span(asked)
    except DomainError as refusal:
        return Asked(min(begun, today), today, "event", "adopted", narrowing), translated(refusal)
    return asked, gettext("“%(value)s” could not be read, so it was left out.", value=", ".join(given[name] for name in wrong)) if wrong else ""


def span(asked: Asked, by: str | None = None) -> Span:
    """Return the question for queries, with another breakdown if one is named; raise FieldInvalid for what cannot be asked."""
    narrow = listing.within(asked.narrowing)
    return queries.ask(db.session(), access.current(), asked.first_day, asked.last_day, by or asked.by, asked.basis, narrow)


def report(asked: Asked, by: str | None = None) -> Report:
    """Return the report that is asked for, with another breakdown if one is named."""
    narrow = listing.within(asked.narrowing)
    return queries.report(db.session(), access.current(), asked.first_day, asked.last_day, by or asked.by, asked.basis, narrow)
