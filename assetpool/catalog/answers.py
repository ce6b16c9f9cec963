"""Kinds as machines are told of them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from assetpool.catalog import queries
from assetpool.catalog.models import AssetClass, Kind, Price, Rent
from assetpool.catalog.schemas import KindAnswer
from assetpool.core import clock
from assetpool.core.models import Pool


def kind_answers(session: Session, pool_id: int, kinds: Sequence[Kind]) -> list[KindAnswer]:
    """Return kinds with their class names and what holds today, in a fixed number of queries."""
    today = clock.today(session.get_one(Pool, pool_id).time_zone)
    prices, rents = queries.prices_on(session, [k.id for k in kinds], today), queries.rents_on(session, [k.id for k in kinds], today)
    classes = queries.class_names(session, [(k.class_code_set, k.class_code) for k in kinds])
    return [_kind_answer(kind, prices.get(kind.id), rents.get(kind.id), classes.get((kind.class_code_set, kind.class_code))) for kind in kinds]


def _kind_answer(kind: Kind, price: Price | None, rent: Rent | None, named: AssetClass | None) -> KindAnswer:
    return {
        "id": kind.id,
        "class_code": kind.class_code,
        "class_code_set": kind.class_code_set,
        "class_confirmed": kind.class_confirmed,
        "class_name": named.name if named else None,
        "name": kind.name,
        "name_en": kind.name_en,
        "spec": kind.spec,
        "measure": kind.measure,
        "volume_litres": kind.volume_litres,
        "service_life_months": kind.service_life_months,
        "service_life_source": kind.service_life_source,
        "standard_cap_fen": kind.standard_cap,
        "standard_cap_source": kind.standard_cap_source,
        "turn_round_days": kind.turn_round_days,
        "label_policy": kind.label_policy,
        "register": kind.register,
        "computer": kind.computer,
        "withdrawn": kind.withdrawn_at is not None,
        "reference_price_fen": price.amount if price else None,
        "price_dated_on": price.dated_on if price else None,
        "price_source": price.source if price else None,
        "rent_fen_per_day": rent.per_day if rent else None,
        "rent_fen_per_7_days": rent.per_7_days if rent else None,
        "rent_fen_per_30_days": rent.per_30_days if rent else None,
    }
