"""通报表扬: what organizations gave to the pool, took from it and saved with it in a year, accepted grade A, kinds of saving never added.

Giver is the organization whose things an act moved, as the ledger froze it; taker and saver is the receiver. The same system stands apart. Reversed acts
bring no things; that figures rest on them, or that lower grades stand beside them, is said. A fixed number of queries however many acts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from assetpool.custody.models import Asset, Tranche
from assetpool.org.models import Organization
from assetpool.org.queries import names
from assetpool.outcomes.ranking import Placed, placed
from assetpool.reports.distinct import distinct_units
from assetpool.reports.ledger import Span, per_act
from assetpool.savings.models import SavingAct, SavingShare
from assetpool.savings.standing import HEADLINE, counted, standing

LISTS = ("given", "taken", "saved")
SAME_SYSTEM = "same_system"
LOWER = ("B", "C", "proposed")


@dataclass
class Merit:
    """What an organization did as giver or as receiver, of one kind of saving and standing. `saving` in fen, None while a cost is unknown."""

    organization: Organization
    things: int = 0
    item_loans: int = 0
    acts: int = 0
    reversed: int = 0
    lower: int = 0
    saving: int | None = 0

    @property
    def doubtful(self) -> bool:
        """Say whether reversed acts, or acts of lower grade beside the figure, call for a second look before anybody is praised."""
        return bool(self.reversed or self.lower)


@dataclass
class Year:
    """One kind of saving of a year: the three lists, and the same for the same system, apart."""

    kind: str
    lists: dict[str, list[Placed[Merit]]] = field(default_factory=dict)
    apart: dict[str, list[Placed[Merit]]] = field(default_factory=dict)
    unknown: list[Merit] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        """Say whether nobody is named."""
        return not any(self.lists.values()) and not any(self.apart.values()) and not self.unknown


Seat = tuple[str, str, str, int]
"""As what (giver or receiver), kind of saving, standing, organization."""


def years(session: Session, asked: Span) -> dict[str, Year]:
    """Return the lists of the period per kind of saving, as far as the person may see the acts."""
    merits = _merits(session, asked)
    found: dict[str, Year] = {}
    for kind in ("loan", "transfer"):
        year = found[kind] = Year(kind)
        for stands, kept in ((HEADLINE, year.lists), (SAME_SYSTEM, year.apart)):
            givers = [m for (role, k, s, _), m in merits.items() if (role, k, s) == ("giver", kind, stands)]
            takers = [m for (role, k, s, _), m in merits.items() if (role, k, s) == ("receiver", kind, stands)]
            kept["given"] = placed(givers, lambda m: m.things, lambda m: m.organization.code)
            kept["taken"] = placed(takers, lambda m: m.things, lambda m: m.organization.code)
            kept["saved"] = placed(takers, lambda m: m.saving, lambda m: m.organization.code)
            if stands == HEADLINE:
                year.unknown = [m for m in takers if m.things and m.saving is None]
    return found


def _merits(session: Session, asked: Span) -> dict[Seat, Merit]:
    rows = session.execute(_acts(asked)).all()
    known = names(session, {row.receiver_id for row in rows} | {row.giver_id for row in rows})
    merits: dict[Seat, Merit] = {}
    lower: dict[tuple[str, str, int], int] = defaultdict(int)
    for row in rows:
        for role, organization in (("giver", row.giver_id), ("receiver", row.receiver_id)):
            if organization is None:
                continue
            if row.stands in LOWER:
                lower[(role, row.kind, organization)] += 1
                continue
            merit = merits.setdefault((role, row.kind, row.stands, organization), Merit(known[organization]))
            _count(merit, row)
    for (role, kind, stands, organization), merit in merits.items():
        merit.lower = lower[(role, kind, organization)] if stands == HEADLINE else 0
    for seat, things in _things(session, asked).items():
        if seat in merits:
            merits[seat].things = things
    return merits


def _count(merit: Merit, row: Any) -> None:
    """Count an act; a reversed one brings its entries and their opposites and nothing else."""
    if row.reviewed == "reversed":
        merit.reversed += 1
    elif row.claims:
        merit.acts += 1
        merit.item_loans += row.units
    unknown = row.adopted is None or (not row.costed and row.reviewed != "reversed")
    merit.saving = None if unknown or merit.saving is None else merit.saving + int(row.adopted) - int(row.cost or 0)


def _acts(asked: Span) -> Any:
    sums = per_act(asked, "kind")
    columns: Any = (
        SavingAct.id, SavingAct.kind, SavingAct.giver_id, SavingAct.receiver_id, SavingAct.units, SavingAct.reviewed, SavingAct.costed,
        standing().label("stands"), sums.c.adopted, sums.c.cost, sums.c.claims,
    )  # fmt: skip
    return (
        select(*columns).select_from(sums).join(SavingAct, SavingAct.id == sums.c.act_id).where(asked.seen, counted(), SavingAct.kind.in_(("loan", "transfer")))
    )


def _things(session: Session, asked: Span) -> dict[Seat, int]:
    """Return how many distinct things stand at each seat: a label once, the units of a lot that stands there in several acts by their lineage."""
    sums = per_act(asked, "kind")
    statement = (
        select(
            SavingAct.id, SavingAct.kind, SavingAct.giver_id, SavingAct.receiver_id, standing().label("stands"), Tranche.asset_id, Asset.form,
            SavingShare.tranche_id, func.sum(SavingShare.count).label("units"),
        )
        .select_from(sums).join(SavingAct, SavingAct.id == sums.c.act_id)
        .join(SavingShare, SavingShare.act_id == SavingAct.id)
        .join(Tranche, Tranche.id == SavingShare.tranche_id)
        .join(Asset, Asset.id == Tranche.asset_id)
        .where(asked.seen, counted(), and_(SavingAct.reviewed != "reversed", sums.c.claims == 1))
        .group_by(SavingAct.id, Tranche.asset_id, Asset.form, SavingShare.tranche_id)
    )  # fmt: skip
    found: dict[Seat, int] = defaultdict(int)
    single: dict[Seat, set[int]] = defaultdict(set)
    lots: dict[tuple[Seat, int], list[tuple[int, int, int]]] = defaultdict(list)
    for row in session.execute(statement):
        for seat in _seats(row):
            if row.form == "unit":
                single[seat].add(row.asset_id)
            else:
                lots[(seat, row.asset_id)].append((row.id, row.tranche_id, int(row.units)))
    for seat, labels in single.items():
        found[seat] += len(labels)
    again = []
    for (seat, asset_id), met in lots.items():
        if len({act_id for act_id, _, _ in met}) == 1:
            found[seat] += sum(units for _, _, units in met)
        else:
            again += [(seat, asset_id, act_id, tranche_id) for act_id, tranche_id, _ in met]
    for place, units in distinct_units(session, _as_places(again)).items():
        found[place[0]] += units
    return found


def _seats(row: Any) -> Iterator[Seat]:
    yield "receiver", row.kind, row.stands, row.receiver_id
    if row.giver_id is not None:
        yield "giver", row.kind, row.stands, row.giver_id


def _as_places(met: Iterable[tuple[Seat, int, int, int]]) -> Iterator[tuple[tuple[Any, str, str], int, int, int]]:
    """Return the same with seats as the places that reports count at."""
    for seat, asset_id, act_id, tranche_id in met:
        yield (seat, seat[1], seat[2]), asset_id, act_id, tranche_id
