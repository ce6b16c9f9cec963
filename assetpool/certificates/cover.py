"""Which units of later purchases a certificate covers: bought by its organization, of its class, while it stood; each unit is used up once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.certificates.models import NoStockLine


class Bought(Protocol):
    """A purchase as it was recorded."""

    @property
    def id(self) -> int:
        """Return its id."""

    @property
    def organization_id(self) -> int:
        """Return who bought."""

    @property
    def class_code_set(self) -> str:
        """Return the code set of its class."""

    @property
    def class_code(self) -> str:
        """Return its class."""

    @property
    def quantity(self) -> int:
        """Return how many units."""

    @property
    def bought_on(self) -> date:
        """Return its day."""


def covered(session: Session, _pool_id: int, bought: Sequence[Bought]) -> dict[int, int]:
    """Return {purchase id: units covered} of purchases in the order they were made; of several certificates on a class the latest one stands.

    Units that were free when it was issued are never covered, whatever reason the asker gave for not taking them.
    """
    lines: dict[tuple[int, str, str], list[NoStockLine]] = defaultdict(list)
    buyers = {one.organization_id for one in bought}
    statement = select(NoStockLine).where(NoStockLine.organization_id.in_(buyers)).order_by(NoStockLine.document_id, NoStockLine.line_no)
    for line in session.scalars(statement):
        lines[(line.organization_id, line.class_code_set, line.class_code)].append(line)
    used: dict[tuple[int, int], int] = defaultdict(int)
    found: dict[int, int] = {}
    for one in bought:
        standing = [line for line in lines[(one.organization_id, one.class_code_set, one.class_code)] if line.valid_from <= one.bought_on <= line.valid_until]
        latest = max((line.document_id for line in standing), default=0)
        left = one.quantity
        for line in standing:
            if line.document_id != latest:
                continue
            key = (line.document_id, line.line_no)
            units = min(left, line.covers - used[key])
            used[key] += units
            left -= units
        if left < one.quantity:
            found[one.id] = one.quantity - left
    return found
