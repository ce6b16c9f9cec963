"""The sums that reports read, whole months of all acts together, against the sums per act, the acts themselves and the lineage of lots."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, except_, select, text
from sqlalchemy.orm import Session

from assetpool.audit.differences import Differs, same
from assetpool.savings import report_cells as cells
from assetpool.savings import report_sums
from assetpool.savings.models import SavingAct
from assetpool.savings.report_sums import SavingPlace, SavingReportSum

KEYS = len(cells.KEY)
_KEPT = select(*(SavingReportSum.__table__.c[name] for name in (*cells.KEY, *cells.MEASURES)))
_NOTHING = (0,) * len(cells.MEASURES)


def check(session: Session, pool_id: int) -> int:
    """Reckon anew where acts stand and what they add up to per month and breakdown; name the first row that differs; return how many rows there are.

    Memory grows with the rows, which are months of breakdowns and not acts.
    """
    _check_places(session, pool_id)
    anew = {tuple(row[:KEYS]): tuple(map(int, row[KEYS:])) for row in session.execute(text(cells.WHOLE), {"pool": pool_id})}
    found = 0
    for row in session.execute(_KEPT.where(SavingReportSum.pool_id == pool_id), execution_options={"yield_per": 1000}):
        found += 1
        key = tuple(row[:KEYS])
        _same(key, anew.pop(key, _NOTHING), tuple(row[KEYS:]))
    for key, amounts in sorted(anew.items()):
        _same(key, amounts, _NOTHING)
    return found


def _same(key: tuple[Any, ...], expected: tuple[int, ...], found: tuple[int, ...]) -> None:
    if expected != found:
        told = " ".join(str(part) for part in key[1:] if part != "")
        for name, should, stands in zip(cells.MEASURES, expected, found, strict=True):
            same(f"saving_report_sum.{name} of {told}", key[0], should, stands)


def _check_places(session: Session, pool_id: int) -> None:
    kept = select(*SavingPlace.__table__.columns).where(SavingPlace.pool_id == pool_id)
    anew: Select[Any] = report_sums.places(SavingAct.pool_id == pool_id)
    differing = [*session.execute(except_(anew, kept).limit(1)), *session.execute(except_(kept, anew).limit(1))]
    if differing:
        act_id = min(row[0] for row in differing)
        stands, expected = session.get(SavingPlace, act_id, populate_existing=True), session.execute(anew.where(SavingAct.id == act_id)).mappings().first()
        if stands is None or expected is None:
            raise Differs("saving_place", act_id, None if expected is None else str(expected["stands"]), None if stands is None else stands.stands)
        for name, value in expected.items():
            same(f"saving_place.{name}", act_id, value, getattr(stands, name))
