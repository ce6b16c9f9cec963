"""Made-up facts in bulk: promises for the availability question, ledger entries for the yearly report, and a book to import."""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Callable
from datetime import date, timedelta
from hashlib import sha256

from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from assetpool.core import bulk, chain, clock
from assetpool.core.db import atomic, db
from assetpool.custody import service as custody
from assetpool.custody.models import Tranche
from assetpool.events.models import Event
from assetpool.intake import opening
from assetpool.intake.reading import read_rows
from assetpool.intake.screening import screen
from assetpool.org import service as org
from assetpool.org.queries import root_of
from assetpool.records import service as records
from assetpool.requisitions.models import Requisition
from assetpool.reservations.models import Reservation
from assetpool.savings import report_sums
from assetpool.savings.models import SavingAct, SavingEntry, SavingReview, SavingShare, ValuationPolicy
from bench.processor import Processor
from bench.world import CODE_SET, ZONE, World, kind_class, kind_name, leaf_code, settled

PROMISES, SHARES_PER_ACT, ENTRIES_PER_SHARE, LINES = 1000, 50, 2, 100
YEAR = 2026


def promise(app: Flask, world: World) -> None:
    """Promise four units of the lot a thousand times, on days spread over a year."""
    with app.app_context(), atomic() as session:
        document = records.create(session, world.pool, "RQ", world.department, "approved", world.people["organizer"])
        today = clock.today(ZONE)
        session.add(
            Requisition(
                id=document.id, kind="loan", organization_id=world.department, requester_id=world.people["organizer"], first_day=today,
                last_day=today + timedelta(days=400), purpose="",
            )
        )  # fmt: skip
        session.flush()
        rows = [
            (world.pool, document.id, n + 1, world.lot_kind, world.stores[0], 4, 0, 0, 4, today + timedelta(days=n * 7 % 360),
             today + timedelta(days=n * 7 % 360 + 10), 1, "loan", clock.now())
            for n in range(PROMISES)
        ]  # fmt: skip
        columns = (
            "pool_id", "document_id", "line_no", "kind_id", "store_id", "promised", "issued", "released", "open_units", "first_day", "last_day", "turn_round",
            "purpose", "created_at",
        )  # fmt: skip
        custody.lock_stock(session, [(world.lot_kind, world.stores[0])], load=False)
        bulk.write(session, Reservation.__table__, columns, rows)  # type: ignore[arg-type]


def entries(app: Flask, world: World, count: int) -> int:
    """Write accepted acts of a year with so many ledger entries, sealed into the chain; return how many entries there are.

    Acts go to forty organizations for thirty events from all stores and classes; where there are fewer things than shares, things are lent again.
    """
    with app.app_context():
        acts = max(1, count // (SHARES_PER_ACT * ENTRIES_PER_SHARE))
        with atomic() as session:
            root = root_of(session, world.pool)
            above = root.id if root else None
            receivers = [org.add_organization(session, world.pool, f"B{n:02d}", f"{n}局", "department", above).id for n in range(RECEIVERS)]
            fairs = [_fair(session, world, receivers[n % RECEIVERS], n) for n in range(FAIRS)]
            policy = session.scalars(select(ValuationPolicy.id).order_by(ValuationPolicy.first_day.desc())).first()
            tranches = [tuple(row) for row in session.execute(select(Tranche.id, Tranche.kind_id, Tranche.store_id).order_by(Tranche.id))]
        for first in range(0, acts, LINES):
            with atomic() as session:
                slip = records.create(session, world.pool, "HS", world.department, "closed", world.people["keeper"])
                made: list[tuple[SavingAct, list[int]]] = []
                for number in range(first, min(first + LINES, acts)):
                    begun = date(YEAR, 1, 1) + timedelta(days=number * 11 % 300)
                    own = [tranches[(number * SHARES_PER_ACT + n) % len(tranches)] for n in range(SHARES_PER_ACT)]
                    act = SavingAct(
                        pool_id=world.pool, document_id=slip.id, line_no=number % LINES + 1, kind="loan", policy_id=policy, kind_id=own[0][1],
                        asked_kind_id=own[0][1], receiver_id=receivers[number % RECEIVERS], event_id=fairs[number % FAIRS], store_id=own[0][2],
                        units=SHARES_PER_ACT, valued_units=SHARES_PER_ACT, accepted_on=begun, due_on=begun + timedelta(days=30), costed=True, grade="A",
                        reviewed="accepted", created_at=clock.now(),
                    )  # fmt: skip
                    session.add(act)
                    made.append((act, [row[0] for row in own]))
                session.flush()
                shares = [(act.id, tranche, 1, 100_000, 1, 1, begun_of(act, 20)) for act, held in made for tranche in held]
                bulk.write(session, SavingShare.__table__, ("act_id", "tranche_id", "count", "price", *SHARE_DEFAULTS, "ended_on"), _shares(shares))  # type: ignore[arg-type]
                rows = [_entry(act, tranche, step) for act, held in made for step in range(ENTRIES_PER_SHARE) for tranche in held]
                chain.append_all(session, SavingEntry.__table__, world.pool, len(rows), dict(zip(ENTRY, zip(*rows, strict=True), strict=True)))  # type: ignore[arg-type]
        with atomic() as session:
            accepted = [(row.id, "accepted", "A", "", "看过", world.people["auditor"], clock.now()) for row in session.execute(select(SavingAct.id))]
            chain.append_all(session, SavingReview.__table__, world.pool, len(accepted), dict(zip(REVIEW, zip(*accepted, strict=True), strict=True)))  # type: ignore[arg-type]
            session.execute(_REUSED)
            report_sums.rebuild(session, world.pool)
        settled(db.engine.dialect.name)
        db.session.remove()
        return acts * SHARES_PER_ACT * ENTRIES_PER_SHARE


def _fair(session: Session, world: World, organizer: int, number: int) -> int:
    fair = Event(
        pool_id=world.pool, name=f"第{number}届会展", organization_id=organizer, first_day=date(YEAR, 1, 1), last_day=date(YEAR, 12, 31),
        created_at=clock.now(),
    )  # fmt: skip
    session.add(fair)
    session.flush()
    return fair.id


RECEIVERS, FAIRS = 40, 30
ENTRY = (
    "act_id", "document_id", "entry", "kind", "tranche_id", "count", "days", "purchase", "rental", "consumption", "adopted", "stand_in", "policy_id",
    "business_day", "period", "reason", "recorded_at",
)  # fmt: skip
REVIEW = ("act_id", "decision", "grade", "missing", "reason", "person_id", "recorded_at")
_held = select(Tranche.asset_id).join(SavingShare, SavingShare.tranche_id == Tranche.id).group_by(Tranche.asset_id)
_again = select(Tranche.id).where(Tranche.asset_id.in_(_held.having(func.count(func.distinct(SavingShare.act_id)) > 1)))
_REUSED = update(SavingShare).where(SavingShare.tranche_id.in_(_again)).values(reused=True).execution_options(synchronize_session=False)

SHARE_DEFAULTS = (
    "price_source", "n_numerator", "n_denominator", "zero_reason", "same_system", "inspected_good", "stand_in", "prior_claimed_days", "ended_by", "posted_days",
    "posted_purchase", "posted_rental", "posted_consumption", "posted_adopted",
)  # fmt: skip


def _shares(rows: list[tuple[int, int, int, int, int, int, date]]) -> list[tuple[object, ...]]:
    return [
        (act, tranche, count, price, "reference", n, d, "", False, True, False, 0, "returned", 20, 0, 0, 0, 0, end)
        for act, tranche, count, price, n, d, end in rows
    ]


def begun_of(act: SavingAct, days: int) -> date:
    """Return a day of an act, counted from its first, within the year."""
    return min(act.accepted_on + timedelta(days=days), date(YEAR, 12, 31))


def _entry(act: SavingAct, tranche: int, step: int) -> tuple[object, ...]:
    day = begun_of(act, step * 20)
    what = "accrual" if step else "claim"
    return (
        act.id, act.document_id, what, "loan", tranche, 1, 20 * step, 100_000, 6_000, 3_000, 6_000, False, act.policy_id, day, f"{day:%Y-%m}", "", clock.now(),
    )  # fmt: skip


def by_hand(pool_id: int) -> Callable[[], int]:
    """Return what reads the same rows by the driver and digests them in plain Python: a canonical form and SHA-256 each, no order, no checks."""
    connection = db.session().connection()

    def walk() -> int:
        rows = 0
        for table in chain.tables():
            names = ", ".join(f'"{column.name}"' for column in table.columns)
            found = connection.execution_options(stream_results=True, yield_per=2000).exec_driver_sql(
                f'SELECT {names} FROM "{table.name}" WHERE pool_id = {pool_id} ORDER BY height'
            )
            for row in found:
                sha256(json.dumps([str(value) if value.__class__ not in (int, str) else value for value in row], ensure_ascii=False).encode()).hexdigest()
                rows += 1
        return rows

    return walk


def imported(app: Flask, world: World, rows: int, processor: Processor) -> tuple[float, float]:
    """Import a CSV of so many single things of known kinds and new ones (one in ten) from bytes to commit.

    Return rows per second by the clock and by processor time, that of the database server included.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["资产名称", "分类代码", "规格型号", "单位", "数量", "单价", "取得日期", "序列号", "资产编号", "存放地点"])
    for n in range(rows):
        name = kind_name(n % 2000) if n % 10 else f"新到{n % 300}型"
        writer.writerow(
            [name, leaf_code(kind_class(n % 2000)), f"规格{n % 2000}", "件", 1, "1200.00", "2025-03-01", f"IMP{n:07d}", f"EX{n:07d}", f"{n % 10:02d}区"]
        )
    content = text.getvalue().encode("utf-8-sig")
    with app.app_context():
        db.session.connection()
        processor.look()
        began, mark = time.perf_counter(), processor.begin()
        reading = read_rows(content, "book.csv")
        with atomic() as session:
            screen(session, world.pool, reading)
            opened = opening.take_over(session, reading, world.department, world.stores[0], by=_administrator(world))
        taken, worked = time.perf_counter() - began, processor.since(mark)
        db.session.remove()
    assert opened.units == rows, (CODE_SET, opened.units, reading.problems[:3])
    return rows / taken, rows / worked


def _administrator(world: World) -> int:
    return world.people["clerk"]
