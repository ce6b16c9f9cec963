"""From the words somebody types to a kind of the catalogue, without a script: `… #12`, its exact name, or what its words find."""

from __future__ import annotations

import re

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Kind
from assetpool.catalog.queries import worded_kinds
from assetpool.custody.models import Stock

PROPOSED = 200
MOST_CANDIDATES = 20
_NUMBERED = re.compile(r"#\s*(\d{1,15})\s*$")


def label(kind: Kind, english: bool = False) -> str:
    """Write a kind so that people know it and `matching` finds it again: name, spec, number."""
    name = kind.name_en if english and kind.name_en else kind.name
    return f"{name} {kind.spec} #{kind.id}" if kind.spec else f"{name} #{kind.id}"


def proposed(session: Session, pool_id: int) -> list[Kind]:
    """Return the kinds that the stores hold most of, for the input's list."""
    owned = select(Stock.kind_id, func.sum(Stock.owned).label("units")).group_by(Stock.kind_id).having(func.sum(Stock.owned) > 0).subquery()
    statement = select(Kind).join(owned, owned.c.kind_id == Kind.id).where(Kind.pool_id == pool_id, Kind.withdrawn_at.is_(None), Kind.register == "ordinary")
    return list(session.scalars(statement.order_by(owned.c.units.desc(), Kind.id).limit(PROPOSED)))


def matching(session: Session, pool_id: int, text: str) -> list[Kind]:
    """Return the kinds that fit what was typed: the one with that number, else those of that very name, else those its words find."""
    offered = (Kind.withdrawn_at.is_(None), Kind.register == "ordinary")
    numbered = _NUMBERED.search(text)
    if numbered:
        found = session.get(Kind, int(numbered.group(1)))
        return [found] if found is not None and found.pool_id == pool_id else []
    words = text.strip()
    spoken = (Kind.name == words, Kind.name_en == words, Kind.name + " " + Kind.spec == words)
    exact = list(session.scalars(select(Kind).where(Kind.pool_id == pool_id, *offered, or_(*spoken)).order_by(Kind.id).limit(MOST_CANDIDATES)))
    if exact:
        return exact
    ids = worded_kinds(session, pool_id, words, *offered)[:MOST_CANDIDATES]
    return sorted(session.scalars(select(Kind).where(Kind.id.in_(ids))), key=lambda kind: ids.index(kind.id)) if ids else []
