"""Approving many requests at once takes the statements of approving few, and comes to what approving them one after the other comes to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session

from assetpool.approvals import registry, rule_sets, several, standing_in
from assetpool.approvals.models import Approval
from assetpool.approvals.rules import Place, Rule, RuleStep
from assetpool.audit import verification
from assetpool.core import chain, clock
from assetpool.core.db import Base, Moment, atomic, db, part_of_act
from assetpool.core.errors import DomainError
from assetpool.custody.models import Asset
from assetpool.org import service as org
from assetpool.org.models import Role
from assetpool.outcomes.refusals import noted
from assetpool.records.models import Document
from assetpool.requisitions import drafting, service
from assetpool.requisitions.drafting import Wish
from assetpool.reservations import queries as stock
from assetpool.reservations import service as reservations
from assetpool.shortages.models import LineSubstitute
from tests import world as worlds
from tests.counting import queries

FIRST = date(2099, 3, 2)


def fill(app: Flask) -> None:
    """Add a second store and computers, rules of two stages for one department, an approver who is absent and one who asks for things too."""
    worlds.fill(app)
    with atomic() as session:
        world = worlds.found()
    with atomic() as session:
        worlds.stock(session, world.desk, 4, store_id=world.virtual)
        worlds.stock(session, world.computer, 6)
        rule_sets.publish(
            session,
            world.department_a,
            [
                Rule(
                    "two steps",
                    (
                        RuleStep("approver", Place.ROOT, 1, any_of=True),
                        RuleStep("keeper", Place.ROOT, 1, any_of=True),
                        RuleStep("finance", Place.ROOT, 2, days=3),
                    ),
                )
            ],
            by=world.administrator,
        )
        org.grant(session, world.approver, world.department_b, Role.CLERK)
        today = clock.today(worlds.ZONE)
        standing_in.appoint(session, world.approver2, world.finance, today, today + timedelta(days=9), by=world.approver2)


@pytest.fixture
def database_template(make_template: Callable[..., str]) -> str:
    return make_template("several", fill)


@pytest.fixture
def world(app: Flask) -> Iterator[worlds.World]:
    with app.app_context():
        yield worlds.found()


@dataclass(frozen=True)
class Asked:
    """A request as it is drawn: its lines (kind, units, store or None), its days, who asks, and what happens to it before it is decided."""

    lines: tuple[tuple[str, int, str | None], ...]
    first: int = 0
    days: int = 5
    who: str = "organizer_b"
    kind: str = "loan"
    tag: bool = False
    stale: bool = False
    kept: bool = False
    instead: int = 0
    endorsed: bool = False


def handed_in(session: Session, world: worlds.World, asked: Asked) -> registry.Chosen:
    """Hand a request in and return it as the page showed it."""
    by, first = getattr(world, asked.who), FIRST + timedelta(days=asked.first)
    organization = world.department_a if asked.who == "clerk_a" else world.department_b
    wishes = [Wish(units, getattr(world, kind), store_id=getattr(world, store) if store else None) for kind, units, store in asked.lines]
    if asked.tag:
        asset = session.scalars(select(Asset.id).where(Asset.kind_id == world.computer).order_by(Asset.id)).first()
        wishes.append(Wish(1, world.computer, asset_id=asset, store_id=world.main))
    last = None if asked.kind == "transfer" else first + timedelta(days=asked.days)
    number = drafting.draft(session, organization, wishes, first, last, by=by, kind=asked.kind).number
    document = service.submit(session, number, by=by)
    kind, units, _store = asked.lines[0]
    if asked.kept:
        reservations.lock(session, [(getattr(world, kind), None)])
        if stock.free(session, getattr(world, kind), first, last or first, 0, clock.today(worlds.ZONE)) >= units:
            reservations.promise(session, document, 1, session.get_one(drafting.Kind, getattr(world, kind)), units, first, last or first, purpose=stock.OFFER)
    if asked.instead:
        session.add(
            LineSubstitute(
                document_id=document.id, line_no=1, asked_kind_id=getattr(world, kind), kind_id=world.computer, units=min(units, asked.instead),
                chosen_by=world.approver, chosen_at=clock.now(),
            )
        )  # fmt: skip
    if asked.endorsed and asked.who == "clerk_a":
        service.approve(session, number, by=world.keeper)
    session.flush()
    return number, document.revision - asked.stale


def one_by_one(session: Session, chosen: Sequence[registry.Chosen], *, by: int) -> dict[str, DomainError]:
    """Approve each as it is approved alone, in a part of the act of its own."""
    together = registry.kinds["RQ"]
    registry.kinds["RQ"] = replace(together, several=None)
    try:
        return several.approve(session, chosen, by=by)
    finally:
        registry.kinds["RQ"] = together


class Undone(Exception):
    """What was tried is taken back."""


def came_of(session: Session, act: Callable[..., dict[str, DomainError]], chosen: Sequence[registry.Chosen], by: int) -> dict[str, Any]:
    """Try an act and return everything it wrote and refused, moments left out and new rows named by their place; nothing of it stays."""
    tables = [table for table in Base.metadata.sorted_tables if table.name != "stock"]
    before = {table.name: session.scalar(select(func.max(table.c.id))) or 0 for table in tables if _numbered(table)}
    told: dict[str, Any] = {}
    try:
        with part_of_act(session):
            told["refused"] = {number: (refusal.code, refusal.figures) for number, refusal in act(session, chosen, by=by).items()}
            told["noted"] = noted(session)
            session.flush()
            told["facts"] = [(table.name, _without_moments(values)) for table, values in session.info.get(chain.PENDING, [])]
            named: dict[str, dict[int, str]] = {}
            for table in tables:
                told[table.name] = _rows(session, table, before, named)
            raise Undone
    except Undone:
        session.expire_all()
    return told


def _numbered(table: Table) -> bool:
    return [column.name for column in table.primary_key] == ["id"]


def _without_moments(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in ("occurred_at", "recorded_at")}


def _rows(session: Session, table: Table, before: dict[str, int], named: dict[str, dict[int, str]]) -> list[tuple[Any, ...]]:
    columns = [column for column in table.columns if not isinstance(column.type, Moment) or column.name == "due_at"]
    rows = session.execute(select(*columns).order_by(*table.primary_key)).all()
    if _numbered(table):
        fresh = [row.id for row in rows if row.id > before[table.name]]
        named[table.name] = {number: f"new {place}" for place, number in enumerate(sorted(fresh))}
    meant = [named.get(key.column.table.name, {}) if (key := next(iter(column.foreign_keys), None)) else {} for column in columns]
    own = named.get(table.name, {})
    return [
        tuple(own.get(value, value) if column.name == "id" else names.get(value, value) for column, names, value in zip(columns, meant, row, strict=True))
        for row in rows
    ]


lines = st.lists(
    st.tuples(st.sampled_from(["desk", "chair", "computer"]), st.integers(1, 7), st.sampled_from([None, None, "main"])), min_size=1, max_size=3
).map(tuple)
requests = st.builds(
    Asked,
    lines,
    first=st.integers(0, 6),
    days=st.integers(0, 8),
    who=st.sampled_from(["organizer_b", "organizer_b", "clerk_a", "approver"]),
    kind=st.sampled_from(["loan", "loan", "loan", "transfer"]),
    tag=st.booleans(),
    stale=st.sampled_from([False, False, False, True]),
    kept=st.sampled_from([False, False, True]),
    instead=st.sampled_from([0, 0, 2]),
    endorsed=st.booleans(),
)


MIX = (
    Asked((("chair", 2, None),)),
    Asked((("desk", 2, None), ("desk", 2, "main"))),
    Asked((("desk", 90, None),)),
    Asked((("chair", 1, None),), who="clerk_a"),
    Asked((("chair", 1, None),), who="clerk_a", endorsed=True),
    Asked((("chair", 1, None),), who="approver"),
    Asked((("chair", 1, None),), stale=True),
    Asked((("chair", 3, "main"),), tag=True, first=40),
    Asked((("chair", 4, None),), instead=1),
    Asked((("chair", 4, None),), kept=True),
)
CAME = ["approved", "approved", "not_enough_stock", "stock_checked", "not_allowed", "same_person", "changed_meanwhile", "approved", "approved", "approved"]
SCARCE = (Asked((("desk", 12, None),), kept=True), Asked((("desk", 2, None),)), Asked((("desk", 1, None),)))
"""All 14 desks: 12 of them are kept for the first, which gets what is kept."""


@given(
    st.lists(requests, min_size=2, max_size=7),
    st.sampled_from(["approver", "approver2", "finance", "keeper"]),
    st.randoms(use_true_random=False),
    st.booleans(),
)
@example(list(MIX), "approver", Random(1), True)
@example(list(SCARCE), "approver", Random(1), False)
@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_approved_at_once_they_come_to_what_they_come_to_one_after_the_other(
    world: worlds.World, asked: list[Asked], who: str, dice: Random, twice: bool
) -> None:
    try:
        with atomic() as session:
            chosen = [handed_in(session, world, one) for one in asked]
            chosen += [chosen[0], ("RQ-2099-999999", None)] if twice else []
            dice.shuffle(chosen)
            by = getattr(world, who)
            together, apart = came_of(session, several.approve, chosen, by), came_of(session, one_by_one, chosen, by)
            assert {name: rows for name, rows in together.items() if rows != apart[name]} == {
                name: rows for name, rows in apart.items() if rows != together[name]
            }
            raise Undone
    except Undone:
        db.session.rollback()


def test_forty_requests_take_the_statements_of_ten_whatever_becomes_of_each(app: Flask, world: worlds.World) -> None:
    sent = []
    for count in (10, 10, 40):  # The first time nothing is promised by tag yet, so less is read.
        chosen = []
        for place in range(count):
            with atomic() as session:
                chosen.append(handed_in(session, world, MIX[place % len(MIX)]))
        engine = db.engine
        with queries(engine) as statements, atomic() as session:
            refused = several.approve(session, chosen, by=world.approver)
        sent.append(len(statements))
        states = dict(db.session().execute(select(Document.number, Document.state)).all())
        db.session.rollback()
        came = [refused[number].code if number in refused else states[number] for number, _revision in chosen]
        if not sent[1:]:
            assert came == CAME
        assert {came[place] for place in (2, 5, 6)} == {"not_enough_stock", "same_person", "changed_meanwhile"}
        assert len(refused) >= 4 * count / 10
    assert sent[1] == sent[2]
    with app.app_context():
        assert verification.verify(db.session(), world.pool).ok
        decided = (
            select(Document.number).join(Approval, Approval.document_id == Document.id).where(Approval.person_id == world.approver).order_by(Approval.height)
        )
        assert [number for number in db.session().scalars(decided.order_by(Approval.height)) if number in dict(chosen)] == [
            number for number, _ in chosen if number not in refused
        ]


def test_what_is_kept_for_one_of_several_it_gets_and_each_grant_counts_against_the_next(world: worlds.World) -> None:
    with atomic() as session:
        chosen = [handed_in(session, world, one) for one in SCARCE]
    with atomic() as session:
        refused = several.approve(session, chosen, by=world.approver)
    assert {number: refusal.figures["free"] for number, refusal in refused.items()} == {chosen[2][0]: 0}
