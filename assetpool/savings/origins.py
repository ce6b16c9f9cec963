"""Where things come from, read from their tranches and movements: what decides whether a receiver may claim them (SAVINGS.md, rule 3).

Organizations are compared by their budget organization: the nearest one at or above them with a budget of its own. A temporary
body answers as the budget organization above it. Without a record of whose money bought a thing, the organization that brought
it in counts as its buyer; and what an event's organizer brought in, by whichever way, counts as brought in by an event of its.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assetpool.core import clock
from assetpool.custody.models import Movement, Tranche
from assetpool.org.models import Organization, OrganizationKind
from assetpool.savings.lineage import ancestry
from assetpool.savings.zero import Holding, Origins


@dataclass(frozen=True)
class Budgets:
    """The organizations concerned and those above them."""

    rows: dict[int, Organization]

    def line(self, organization_id: int) -> list[Organization]:
        """Return an organization and those above it, itself first."""
        row = self.rows.get(organization_id)
        ids = [int(part) for part in row.path.split("/") if part] if row else []
        return [self.rows[i] for i in reversed(ids) if i in self.rows]

    def of(self, organization_id: int) -> int:
        """Return the budget organization of an organization (itself, if none above has a budget)."""
        return next((row.id for row in self.line(organization_id) if row.budget_organization), organization_id)

    def organizer(self, organization_id: int) -> int:
        """Return who answers for an event's body: a temporary one's budget organization above it."""
        line = self.line(organization_id)
        lasting = [row for row in line if row.kind != OrganizationKind.TEMPORARY]
        return self.of(lasting[0].id) if lasting else organization_id

    def is_same_system(self, one: int, other: int) -> bool:
        """Say whether two different budget organizations lie under the same supervising department (or one supervises the other)."""
        if self.of(one) == self.of(other):
            return False
        departments = ({row.id for row in self.line(i) if row.kind == OrganizationKind.DEPARTMENT} for i in (one, other))
        return not set.isdisjoint(*departments)


def budgets(session: Session, ids: Iterable[int]) -> Budgets:
    """Load organizations with all above them, in two queries."""
    paths = session.scalars(select(Organization.path).where(Organization.id.in_(set(ids))))
    above = {int(part) for path in paths for part in path.split("/") if part}
    return Budgets({row.id: row for row in session.scalars(select(Organization).where(Organization.id.in_(above)))})


class Held(NamedTuple):
    """Who owned and booked a tranche, through which heights of the chain."""

    owner_id: int
    book_id: int
    first_height: int
    began: datetime


def organizations_in(session: Session, tranches: Sequence[Tranche]) -> set[int]:
    """Return every organization that owns, books or brought in any of the tranches, or ever did."""
    now = {i for t in tranches for i in (t.owner_id, t.book_id, t.origin_id)}
    ids = set(ancestry(session, [t.id for t in tranches]))
    rows = session.execute(select(Movement.owner_id, Movement.book_id).where(Movement.tranche_id.in_(ids)).distinct())
    return now | {i for row in rows for i in row}


def origins_of(session: Session, tranches: Sequence[Tranche], known: Budgets, zone: str) -> dict[int, Origins]:
    """Return where each tranche comes from, as budget organizations; six queries at most however many tranches."""
    lines = ancestry(session, [t.id for t in tranches])
    history = _history(session, lines)
    return {t.id: _origins(t, lines, history, known, zone) for t in tranches}


def _history(session: Session, lines: dict[int, tuple[int | None, int]]) -> dict[int, list[Held]]:
    """Return per tranche who held it in turn; equal neighbours are one."""
    columns = (Movement.tranche_id, Movement.owner_id, Movement.book_id)
    statement = select(*columns, func.min(Movement.height).label("first"), func.min(Movement.occurred_at).label("began")).where(Movement.tranche_id.in_(lines))
    held: dict[int, list[Held]] = defaultdict(list)
    for row in session.execute(statement.group_by(*columns)):
        held[row.tranche_id].append(Held(row.owner_id, row.book_id, row.first, row.began))
    several = [tranche_id for tranche_id, rows in held.items() if len(rows) > 1]
    if several:
        moves = select(*columns, Movement.height, Movement.occurred_at).where(Movement.tranche_id.in_(several)).order_by(Movement.tranche_id, Movement.height)
        held.update({tranche_id: [] for tranche_id in several})
        for move in session.execute(moves):
            turns = held[move.tranche_id]
            if not turns or turns[-1][:2] != (move.owner_id, move.book_id):
                turns.append(Held(move.owner_id, move.book_id, move.height, move.occurred_at))
    return held


def _origins(tranche: Tranche, lines: dict[int, tuple[int | None, int]], history: dict[int, list[Held]], known: Budgets, zone: str) -> Origins:
    turns: list[Held] = []
    here: int | None = tranche.id
    before: int | None = None
    while here is not None:
        turns = [turn for turn in history.get(here, []) if before is None or turn.first_height < before] + turns
        here, before = lines.get(here, (None, 0))
    received = clock.day_of(turns[0].began, zone) if turns else None
    holdings = [Holding(known.of(i)) for i in sorted({tranche.owner_id, tranche.book_id})]
    for turn, following in pairwise(turns):
        ended = clock.day_of(following.began, zone)
        holdings += [Holding(known.of(i), ended) for i in {turn.owner_id, turn.book_id}]
    origin = known.of(tranche.origin_id)
    if received is not None:
        holdings.append(Holding(origin, received))
    bought: date | None = tranche.acquired_on or received
    return Origins(holdings, paid_by=origin, bought_on=bought, brought_by_organizer=known.organizer(tranche.origin_id))
