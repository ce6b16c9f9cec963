"""A closed sheet and what is known of its period today."""

from __future__ import annotations

from sqlalchemy.orm import Session

from assetpool.closings.queries import Shown
from assetpool.org.queries import Access
from assetpool.reports.bridge import Bridge
from assetpool.reports.queries import report


def on(session: Session, access: Access, found: Shown) -> tuple[Bridge, ...]:
    """Return the bridges of a sheet's period, one per kind of saving; none before it is closed."""
    if found.closed is None:
        return ()
    return report(session, access, found.period.first_day, found.period.last_day).bridges
