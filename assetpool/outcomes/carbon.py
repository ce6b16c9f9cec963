"""Carbon and waste avoided, act by act and added up: read from the ledger's entries, reckoned by `avoidance`, in kilograms and never in money.

Each act is rounded once, so that every breakdown adds up to the same total. Three queries for the ledger however many acts, and one each for names.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from assetpool.catalog.models import Kind
from assetpool.catalog.queries import kinds as kinds_of
from assetpool.custody.models import Tranche
from assetpool.outcomes.avoidance import Claim, Weight, spared, weight
from assetpool.outcomes.factors import MEASURES, Described, Factor, factor_for, seeded
from assetpool.records.models import Document
from assetpool.reports.labels import Label, labels
from assetpool.reports.ledger import Span, per_act
from assetpool.savings.models import SavingAct, SavingEntry, SavingShare
from assetpool.savings.standing import HEADLINE, STANDINGS, counted, standing

BYS = ("thing", "class", "organization", "event", "store")
SPARES, NOTHING, UNVALUED = "spares", "nothing", "unvalued"
Found = Mapping[str, Factor | None]


@dataclass
class Line:
    """One act of a period: where it stands, its units by what they spare, the new things spared, and their weight per measure (None: not estimated)."""

    act_id: int
    number: str
    kind: str
    stands: str
    thing_id: int | None
    receiver_id: int
    event_id: int | None
    store_id: int | None
    class_key: str | None
    accepted_on: date
    units: dict[str, int] = field(default_factory=lambda: {SPARES: 0, NOTHING: 0, UNVALUED: 0})
    things: Fraction = Fraction(0)
    weights: dict[str, Weight | None] = field(default_factory=dict)

    def key(self, by: str) -> Any:
        """Return the raw key under which the act stands in a breakdown."""
        return {"thing": self.thing_id, "class": self.class_key, "organization": self.receiver_id, "event": self.event_id, "store": self.store_id}[by]


@dataclass
class Sums:
    """Acts of one kind and standing added up. `estimated` and `missing`: units per measure that have a figure, and that would need one."""

    acts: int = 0
    units: int = 0
    nothing: int = 0
    things: Fraction = Fraction(0)
    weights: dict[str, Weight] = field(default_factory=lambda: {measure: Weight() for measure in MEASURES})
    estimated: dict[str, int] = field(default_factory=lambda: dict.fromkeys(MEASURES, 0))
    missing: dict[str, int] = field(default_factory=lambda: dict.fromkeys(MEASURES, 0))

    def add(self, line: Line) -> None:
        """Add an act."""
        self.acts += 1
        self.units += sum(line.units.values())
        self.nothing += line.units[NOTHING]
        self.things += line.things
        for measure in MEASURES:
            found = line.weights.get(measure)
            if found is None:
                self.missing[measure] += line.units[SPARES] + line.units[UNVALUED]
            else:
                self.weights[measure] += found
                self.estimated[measure] += line.units[SPARES]
                self.missing[measure] += line.units[UNVALUED]

    def weight(self, measure: str) -> Weight | None:
        """Return what is known of a measure; None where acts stand here and nothing of them is estimated."""
        return None if not self.estimated[measure] and self.missing[measure] else self.weights[measure]


@dataclass
class Row:
    """A row or a total: a key of the breakdown and a kind of act, with what stands in the headline and what stands apart."""

    kind: str
    label: Label = field(default_factory=Label)
    standings: dict[str, Sums] = field(default_factory=lambda: {name: Sums() for name in STANDINGS})

    @property
    def headline(self) -> Sums:
        """Return what accepted grade A acts avoided."""
        return self.standings[HEADLINE]


@dataclass(frozen=True)
class CarbonReport:
    """What was avoided in a period: rows of one breakdown, one total per kind of act, and the figures used for each kind of thing."""

    first_day: date
    last_day: date
    by: str
    rows: tuple[Row, ...]
    totals: tuple[Row, ...]
    used: tuple[tuple[Kind, Found, int], ...]
    lines: tuple[Line, ...]


def report(session: Session, asked: Span, by: str = "thing") -> CarbonReport:
    """Return what the acts of a period avoided, as far as the person may see them (`asked` says who and when)."""
    lines = act_lines(session, asked)
    rows: dict[tuple[Any, str], Row] = {}
    totals: dict[str, Row] = {}
    for line in lines:
        rows.setdefault((line.key(by), line.kind), Row(line.kind)).standings[line.stands].add(line)
        totals.setdefault(line.kind, Row(line.kind, Label(line.kind, line.kind, line.kind))).standings[line.stands].add(line)
    known = named(session, by, [key for key, _ in rows])
    for (key, _), row in rows.items():
        row.label = known.get(key, Label())
    ordered = sorted(rows.values(), key=lambda row: (row.kind, not row.label.key, -row.headline.weights["gross"].grams, row.label.key))
    return CarbonReport(
        asked.first_day, asked.last_day, by, tuple(ordered), tuple(totals[kind] for kind in sorted(totals)), _used(session, lines), tuple(lines)
    )


def named(session: Session, by: str, raw: Iterable[Any]) -> dict[Any, Label]:
    """Return the labels of raw keys of a breakdown."""
    if by != "thing":
        return labels(session, by, raw)
    return {kind.id: Label(str(kind.id), f"{kind.name} {kind.spec}".strip(), kind.name_en) for kind in kinds_of(session, raw).values()}


def described(kind: Kind) -> Described:
    """Return what decides which factor fits a kind."""
    return Described(kind.class_code_set, f"{kind.class_path}/{kind.class_code}/", f"{kind.name} {kind.spec} {kind.name_en}")


def factors_of(kind: Kind) -> dict[str, Factor | None]:
    """Return the factor of a kind for each measure, None where there is none."""
    return {measure: factor_for(described(kind), measure, seeded()) for measure in MEASURES}


def _used(session: Session, lines: Iterable[Line]) -> tuple[tuple[Kind, Found, int], ...]:
    """Return the kinds of things that the headline holds, with their factors and units, most units first."""
    units: dict[int, int] = defaultdict(int)
    for line in lines:
        if line.stands == HEADLINE and line.thing_id is not None:
            units[line.thing_id] += line.units[SPARES] + line.units[UNVALUED]
    known = kinds_of(session, units)
    return tuple((known[i], factors_of(known[i]), count) for i, count in sorted(units.items(), key=lambda pair: (-pair[1], pair[0])) if count)


def act_lines(session: Session, asked: Span) -> list[Line]:
    """Return the acts that have entries in the period, newest first, each with what it avoided in it."""
    lines, held = _shares(session, asked)
    before, through = _posted(session, asked, held)
    known = kinds_of(session, {line.thing_id for line in lines.values()})
    found = {kind.id: factors_of(kind) for kind in known.values()}
    for line in lines.values():
        if line.thing_id is not None:
            line.class_key = f"{known[line.thing_id].class_code_set}:{known[line.thing_id].class_code}"
        line.things = spared(line.kind, through[line.act_id]) - spared(line.kind, before[line.act_id])
        for measure, factor in found.get(line.thing_id or 0, {}).items():
            line.weights[measure] = None if factor is None or not (line.units[SPARES] or line.things) else weight(line.things, factor)
            if line.weights[measure] is None and not line.units[SPARES] and not line.units[UNVALUED]:
                line.weights[measure] = Weight()
    return sorted(lines.values(), key=lambda line: -line.act_id)


Place = tuple[int, int | None, int | None]
"""An act, a frozen price and a cap."""


def _shares(session: Session, asked: Span) -> tuple[dict[int, Line], dict[Place, int]]:
    """Return the acts with their units by what they spare, and what the units at each place claimed as purchase up to now."""
    sums, s = per_act(asked, "kind"), SavingShare
    alive = and_(SavingAct.reviewed != "reversed", sums.c.claims == 1)
    lifeless = and_(s.life_days.is_(None), or_(SavingAct.kind == "loan", s.posted_purchase == 0))
    unvalued = or_(s.id.is_(None), and_(s.zero_reason == "", or_(s.price.is_(None), lifeless)))
    status = case((unvalued, UNVALUED), (s.posted_purchase > 0, SPARES), else_=NOTHING).label("status")
    columns: Any = (
        SavingAct.id, Document.number, SavingAct.kind, standing().label("stands"), SavingAct.kind_id, SavingAct.receiver_id, SavingAct.event_id,
        SavingAct.store_id, SavingAct.accepted_on, SavingAct.units.label("act_units"), alive.label("alive"), s.price, Tranche.cap, status,
    )  # fmt: skip
    statement = (
        select(*columns, func.sum(s.count).label("units"), func.sum(s.count * s.posted_purchase).label("purchase"))
        .select_from(sums)
        .join(SavingAct, SavingAct.id == sums.c.act_id)
        .join(Document, Document.id == SavingAct.document_id)
        .outerjoin(s, s.act_id == SavingAct.id)
        .outerjoin(Tranche, Tranche.id == s.tranche_id)
        .where(asked.seen, counted())
        .group_by(SavingAct.id, Document.number, sums.c.claims, s.price, Tranche.cap, "status")
    )
    lines: dict[int, Line] = {}
    held: dict[Place, int] = defaultdict(int)
    for row in session.execute(statement):
        line = lines.get(row.id)
        if line is None:
            line = Line(row.id, row.number, row.kind, row.stands, row.kind_id, row.receiver_id, row.event_id, row.store_id, None, row.accepted_on)
            lines[row.id] = line
        if row.alive:
            line.units[row.status] += int(row.act_units if row.units is None else row.units)
        if row.status == SPARES:
            held[(row.id, row.price, row.cap)] += int(row.purchase)
    return lines, held


def _posted(session: Session, asked: Span, held: Mapping[Place, int]) -> tuple[dict[int, list[Claim]], dict[int, list[Claim]]]:
    """Return per act what it had posted before the period, and through its last day, on units whose purchase it spared."""
    before: dict[int, list[Claim]] = defaultdict(list)
    through: dict[int, list[Claim]] = defaultdict(list)
    for row in session.execute(_entries(asked)):
        place = (row.act_id, row.price, row.cap)
        if place not in held or row.price is None:
            continue
        for kept, purchase, consumption in ((before, row.purchase_before, row.consumption_before), (through, row.purchase, row.consumption)):
            bought = held[place] if row.kind == "loan" else int(purchase or 0)
            kept[row.act_id].append(Claim(row.price, row.cap or 0, bought, int(consumption or 0)))
    return before, through


def _entries(asked: Span) -> Any:
    """Select the entries of the period's acts up to its last day; a reversal goes with the units of what it reverses, so that the two cancel."""
    e, s, reversed_one = SavingEntry, SavingShare, aliased(SavingEntry)
    earlier = e.business_day < asked.first_day
    return (
        select(
            e.act_id,
            e.kind,
            s.price,
            Tranche.cap,
            func.sum(e.count * e.purchase).label("purchase"),
            func.sum(e.count * e.consumption).label("consumption"),
            func.sum(case((earlier, e.count * e.purchase), else_=0)).label("purchase_before"),
            func.sum(case((earlier, e.count * e.consumption), else_=0)).label("consumption_before"),
        )
        .select_from(e)
        .join(SavingAct, SavingAct.id == e.act_id)
        .outerjoin(reversed_one, reversed_one.id == e.reverses_id)
        .join(s, and_(s.act_id == e.act_id, s.tranche_id == func.coalesce(reversed_one.tranche_id, e.tranche_id)))
        .join(Tranche, Tranche.id == s.tranche_id)
        .where(
            e.act_id.in_(select(per_act(asked, "kind").c.act_id)),
            e.entry.in_(("claim", "accrual", "reversal")),
            e.business_day <= asked.last_day,
            s.posted_purchase > 0,
            asked.seen,
            counted(),
        )
        .group_by(e.act_id, e.kind, s.price, Tranche.cap)
    )
