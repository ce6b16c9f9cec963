"""The sums that reports read, whole months of all acts together, against the sums per act, the acts themselves and the lineage of lots."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, except_, func, select, text
from sqlalchemy.orm import Session

from assetpool.audit.differences import Differs, same
from assetpool.savings import report_cells as cells
from assetpool.savings import report_sums
from assetpool.savings.models import SavingAct
from assetpool.savings.report_sums import SavingPlace, SavingReportSum

COLUMNS = (*cells.KEY, *cells.MEASURES)


def check(session: Session, pool_id: int) -> int:
    """Reckon anew where acts stand and what they add up to per month and breakdown; name the first row that differs; return how many rows there are."""
    _check_places(session, pool_id)
    _check_sums(session, pool_id)
    return int(session.scalar(select(func.count()).select_from(SavingReportSum).where(SavingReportSum.pool_id == pool_id)) or 0)


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


def _check_sums(session: Session, pool_id: int) -> None:
    sums = SavingReportSum.__table__
    anew = f"SELECT {', '.join(COLUMNS)} FROM ({cells.WHOLE}) anew"
    named = f"SELECT {', '.join(COLUMNS)} FROM saving_report_sum WHERE pool_id = :pool AND ({' OR '.join(f'{name} <> 0' for name in cells.MEASURES)})"
    for first, second in ((anew, named), (named, anew)):
        row = session.execute(text(f"SELECT * FROM ({first} EXCEPT {second}) differing LIMIT 1"), {"pool": pool_id}).mappings().first()
        if row is None:
            continue
        key = {name: row[name] for name in cells.KEY}
        expected = row if first is anew else _row(session, anew, key, pool_id)
        found = session.execute(select(sums).where(*(sums.c[name] == value for name, value in key.items()))).mappings().first()
        told = " ".join(str(value) for name, value in key.items() if name != "pool_id" and value != "")
        for name in cells.MEASURES:
            same(f"saving_report_sum.{name} of {told}", pool_id, int(expected[name]) if expected else 0, int(found[name]) if found else 0)


def _row(session: Session, anew: str, key: dict[str, Any], pool_id: int) -> Any:
    wanted = " AND ".join(f"{name} = :{name}" for name in cells.KEY)
    return session.execute(text(f"SELECT * FROM ({anew}) a WHERE {wanted}"), {**key, "pool": pool_id}).mappings().first()
