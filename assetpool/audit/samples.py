"""Samples of acts or entries: the population as it stood at a height of the chain, drawn, kept with its items, and drawn again to compare."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assetpool.audit.drawing import Drawn, Item, draw, interval_for
from assetpool.audit.duty import demand_auditor
from assetpool.audit.models import Sample, SampleItem
from assetpool.core import chain, clock
from assetpool.core.errors import N_, DomainError, FieldInvalid, NotFound, Word
from assetpool.core.models import ChainHead
from assetpool.records.models import Document
from assetpool.savings.models import SavingAct, SavingEntry, SavingReview

MOST = 2_000
UNITS, METHODS, MEASURES = ("act", "entry"), ("random", "monetary"), ("saving", "avoided")


class NothingToDraw(DomainError):
    """The population is empty."""

    status = 422
    sentence = N_("No %(unit)s in this period up to height %(height)s, so there is nothing to draw from. Widen the period.")


@dataclass(frozen=True)
class Asked:
    """What is to be drawn. `interval` in fen, 0: the one that fits the size; `height` None: as the book stands now."""

    unit: str
    method: str
    measure: str
    size: int
    seed: str
    interval: int = 0
    stratified: bool = False
    first_day: date | None = None
    last_day: date | None = None
    purpose: str = ""
    height: int | None = None


def population(session: Session, pool_id: int, asked: Asked, height: int) -> list[Item]:
    """Return what could be drawn, from chained rows up to a height alone, so that it is the same for ever; three queries.

    Acts are valued by |S| (avoided less cost) or G (an opening statement has its lower bound for G and no S), entries by their own amount.
    Strata: C (opening statements and grade C), proposed, rejected, B, A.
    """
    e = SavingEntry
    conditions = [e.pool_id == pool_id, e.height <= height]
    conditions += [SavingAct.accepted_on >= asked.first_day] if asked.first_day else []
    conditions += [SavingAct.accepted_on <= asked.last_day] if asked.last_day else []
    standing = _standings(session, pool_id, height)
    gained, spent, bound = e.count * func.coalesce(e.adopted, 0), func.coalesce(e.cost, 0), func.coalesce(e.lower_bound, 0)
    found: list[Item] = []
    if asked.unit == "entry":
        statement = select(e.id, e.act_id, gained.label("gained"), spent.label("spent"), bound.label("bound"), SavingAct.opening)
        rows = session.execute(statement.join(SavingAct, SavingAct.id == e.act_id).where(*conditions).order_by(e.id))
    else:
        sums = (func.sum(gained).label("gained"), func.sum(spent).label("spent"), func.sum(bound).label("bound"))
        statement = select(e.act_id.label("id"), e.act_id, *sums, SavingAct.opening).join(SavingAct, SavingAct.id == e.act_id)
        rows = session.execute(statement.where(*conditions).group_by(e.act_id, SavingAct.opening).order_by(e.act_id))
    for row in rows:
        stratum = "C" if row.opening else standing.get(row.act_id, "proposed")
        found.append(Item(row.id, row.act_id, _value(row, asked.measure), stratum))
    return found


def _value(row: Any, measure: str) -> int:
    if measure == "avoided":
        return abs(int(row.gained) + int(row.bound))
    return abs(int(row.gained) - int(row.spent))


def _standings(session: Session, pool_id: int, height: int) -> dict[int, str]:
    statement = select(SavingReview.act_id, SavingReview.decision, SavingReview.grade)
    rows = session.execute(statement.where(SavingReview.pool_id == pool_id, SavingReview.height <= height).order_by(SavingReview.height))
    return {row.act_id: row.grade if row.decision == "accepted" else "rejected" for row in rows}


def take(session: Session, pool_id: int, asked: Asked, by: int) -> Sample:
    """Draw a sample and keep it. Raise NotAllowed without the auditor's role, FieldInvalid, NothingToDraw."""
    demand_auditor(session, by)
    _judge(asked)
    head = session.get_one(ChainHead, pool_id, populate_existing=True)
    height = head.height if asked.height is None else asked.height
    if not 0 <= height <= head.height:
        raise FieldInvalid(field=Word(N_("Height")), problem=Word(N_("the chain does not reach this height. Leave it empty for the present one.")))
    items = population(session, pool_id, asked, height)
    if not items:
        raise NothingToDraw(unit=Word(UNIT_WORDS[asked.unit]), height=f"{height:,}")
    drawn = draw(items, asked.method, asked.size, asked.seed, asked.interval, asked.stratified)
    sample = Sample(
        pool_id=pool_id, purpose=asked.purpose.strip(), unit=asked.unit, method=asked.method, measure=asked.measure, size=asked.size,
        interval=asked.interval or (interval_for(items, asked.size) if asked.method == "monetary" and not asked.stratified else 0),
        stratified=asked.stratified, seed=asked.seed, first_day=asked.first_day, last_day=asked.last_day, height=height,
        head=digest_at(session, pool_id, height), population=len(items), total=sum(item.value for item in items), drawn_by=by, drawn_at=clock.now(),
    )  # fmt: skip
    session.add(sample)
    session.flush()
    session.add_all(_row(sample.id, position, one) for position, one in enumerate(drawn, start=1))
    session.flush()
    return sample


UNIT_WORDS = {"act": N_("act"), "entry": N_("entry")}


def _judge(asked: Asked) -> None:
    if asked.unit not in UNITS or asked.method not in METHODS or asked.measure not in MEASURES:
        raise FieldInvalid(field=Word(N_("Method")), problem=Word(N_("choose one of those offered.")))
    if not 1 <= asked.size <= MOST:
        raise FieldInvalid(field=Word(N_("Size")), problem=Word(N_("from 1 to 2,000.")))
    if not asked.seed.strip():
        raise FieldInvalid(field=Word(N_("Seed")), problem=Word(N_("type one, for example a date and a word; the same seed draws the same sample.")))
    if asked.interval < 0:
        raise FieldInvalid(field=Word(N_("Interval")), problem=Word(N_("an amount above 0, or nothing.")))


def _row(sample_id: int, position: int, one: Drawn) -> SampleItem:
    item = one.item
    return SampleItem(
        sample_id=sample_id,
        position=position,
        subject_id=item.id,
        act_id=item.act_id,
        value=item.value,
        stratum=item.stratum,
        hits=one.hits,
        certain=one.certain,
    )


def digest_at(session: Session, pool_id: int, height: int) -> str:
    """Return the digest of the chain at a height, '' before its first row."""
    for table in chain.tables():
        found = session.scalar(select(table.c.digest).where(table.c.pool_id == pool_id, table.c.height == height))
        if found is not None:
            return str(found)
    return ""


def sample_of(session: Session, pool_id: int, sample_id: int) -> Sample:
    """Return a sample; raise NotFound."""
    found = session.scalar(select(Sample).where(Sample.id == sample_id, Sample.pool_id == pool_id))
    if found is None:
        raise NotFound(what=str(sample_id))
    return found


def items_of(session: Session, sample_id: int) -> list[SampleItem]:
    """Return the items of a sample in the order drawn."""
    return list(session.scalars(select(SampleItem).where(SampleItem.sample_id == sample_id).order_by(SampleItem.position)))


def asked_of(sample: Sample) -> Asked:
    """Return what was asked of a sample, so that it can be drawn again."""
    return Asked(
        unit=sample.unit, method=sample.method, measure=sample.measure, size=sample.size, seed=sample.seed, interval=sample.interval,
        stratified=sample.stratified, first_day=sample.first_day, last_day=sample.last_day, purpose=sample.purpose, height=sample.height,
    )  # fmt: skip


def is_reproduced(session: Session, sample: Sample) -> bool:
    """Draw a kept sample again from the frozen population and say whether every item, value and hit is the same."""
    asked = asked_of(sample)
    items = population(session, sample.pool_id, asked, sample.height)
    again = draw(items, asked.method, asked.size, asked.seed, asked.interval, asked.stratified)
    kept = [(row.subject_id, row.value, row.hits) for row in items_of(session, sample.id)]
    same_chain = digest_at(session, sample.pool_id, sample.height) == sample.head
    return same_chain and kept == [(one.item.id, one.item.value, one.hits) for one in again]


def listed(session: Session, pool_id: int, limit: int = 50, before: int | None = None) -> list[Sample]:
    """Return the samples, newest first, from below the one `before` on."""
    wanted = select(Sample).where(Sample.pool_id == pool_id)
    wanted = wanted if before is None else wanted.where(Sample.id < before)
    return list(session.scalars(wanted.order_by(Sample.id.desc()).limit(limit)))


def acts_of(session: Session, items: list[SampleItem]) -> dict[int, tuple[SavingAct, str]]:
    """Return the acts of a sample's items with their slips' numbers, by id."""
    statement = select(SavingAct, Document.number).join(Document, Document.id == SavingAct.document_id)
    rows = session.execute(statement.where(SavingAct.id.in_({item.act_id for item in items})))
    return {row[0].id: (row[0], row[1]) for row in rows}


def entries_of(session: Session, sample: Sample, items: list[SampleItem]) -> dict[int, SavingEntry]:
    """Return the entries drawn, by id; none where acts were drawn."""
    if sample.unit != "entry":
        return {}
    return {row.id: row for row in session.scalars(select(SavingEntry).where(SavingEntry.id.in_({item.subject_id for item in items})))}
