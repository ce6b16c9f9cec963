"""A random life of the pool: things come, are asked for, promised, handed over, brought back, lost, moved, and time passes.

The machine acts only through the services; what it checks after each act it works out by itself from the raw rows.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask import Flask
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import select

from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.core.errors import DomainError
from assetpool.custody.models import OWNED, Asset, Movement, State, Stock, Tranche
from assetpool.handovers import service as handovers
from assetpool.moves import service as moves
from assetpool.records.models import Document
from assetpool.requisitions import drafting
from assetpool.requisitions import service as requisitions
from assetpool.reservations import queries as stock
from assetpool.reservations.models import Reservation
from assetpool.reservations.queries import at_risk, promised_keys
from assetpool.savings import service as savings
from tests import world as worlds

START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
HORIZON = 60
FREE = handovers.Costs((), "own truck")
SIGNED = handovers.Receipt("何静", "13800002210", "typed_pin", "2210")
COLUMNS = ("store_id", "place", "state", "condition", "custodian_id", "owner_id", "book_id", "document_id", "line_no", "due_on", "turn_round")


class PoolMachine(RuleBasedStateMachine):
    """Random acts on desks (singly labelled) and chairs (a lot), in two stores."""

    app: Flask

    def __init__(self) -> None:
        super().__init__()
        self.context = self.app.app_context()
        self.context.push()
        self.world = worlds.found()
        self.moment = START
        self.brought: dict[int, int] = defaultdict(int)
        self.gone: dict[int, int] = defaultdict(int)
        for kind in (self.world.desk, self.world.chair):
            self.brought[kind] = sum(db.session.scalars(select(Tranche.count).where(Tranche.kind_id == kind)))
        db.session.rollback()
        self.risk = 0

    def teardown(self) -> None:
        """Leave the database to the next run."""
        db.session.remove()
        db.engine.dispose()
        self.context.pop()

    def act(self, choice: bool, work: Any) -> Any:
        """Run one act at the machine's moment; a refusal changes nothing. An act of choice may endanger no promise."""
        self.moment += timedelta(minutes=1)
        with clock.at(self.moment):
            before = self.at_risk()
            try:
                with atomic() as session:
                    found = work(session)
                    found = found.number if isinstance(found, Document) else found
            except DomainError:
                found = None
            after = self.at_risk()
        if choice:
            assert after <= before, "an act of choice put a promise at risk"
        return found

    def at_risk(self) -> int:
        """Return how many promised units no longer fit."""
        session = db.session()
        found = sum(at_risk(session, promised_keys(session), self.moment.astimezone(UTC).date()).values())
        session.rollback()
        return found

    @initialize()
    def open_second_store(self) -> None:
        """Put some desks into the virtual store too, so that promises have two stores to choose from."""
        self.act(True, lambda s: worlds.stock(s, self.world.desk, 3, store_id=self.world.virtual))
        self.brought[self.world.desk] += 3

    @rule(lot=st.booleans(), count=st.integers(1, 6))
    def bring_in(self, lot: bool, count: int) -> None:
        """Things come in."""
        kind = self.world.chair if lot else self.world.desk
        if self.act(True, lambda s: worlds.stock(s, kind, count, lot=lot)):
            self.brought[kind] += count

    @rule(lot=st.booleans(), share=st.integers(1, 14), first=st.integers(0, 12), length=st.integers(1, 10), pinned=st.booleans())
    def promise(self, lot: bool, share: int, first: int, length: int, pinned: bool) -> None:
        """Somebody asks for things, by kind or by tag; the stock is promised, or the request refused for want of it."""
        self._promised(lot, share, first, length, pinned)

    def _promised(self, lot: bool, share: int, first: int, length: int, pinned: bool) -> str | None:
        kind = self.world.chair if lot else self.world.desk
        count = share * 40 if lot else share
        day = self.moment.date() + timedelta(days=first)

        def ask(session: Any) -> Document:
            asset = session.scalars(select(Asset).where(Asset.kind_id == kind, Asset.units > 0).order_by(Asset.id)).first() if pinned else None
            wish = drafting.Wish(min(count, asset.units) if asset else count, kind_id=kind, asset_id=asset.id if asset else None)
            document = drafting.draft(session, self.world.department_b, [wish], day, day + timedelta(days=length - 1), by=self.world.organizer_b)
            return requisitions.submit(session, document.number, by=self.world.organizer_b)

        number: str | None = self.act(True, ask)
        return number and self.act(True, lambda s: requisitions.approve(s, number, by=self.world.approver))

    @rule(lot=st.booleans(), share=st.integers(1, 6), length=st.integers(1, 8), part=st.integers(1, 3), counter=st.booleans())
    def lend(self, lot: bool, share: int, length: int, part: int, counter: bool) -> None:
        """Somebody asks, is granted it and takes it away on the same day."""
        number = self._promised(lot, share, 0, length, False)
        if number:
            self._handed_over(number, part, counter, 0)

    @rule(which=st.integers(0, 99))
    def cancel(self, which: int) -> None:
        """A promise is given back."""
        number = self._open_request(which)
        if number is None:
            return
        self.act(True, lambda s: requisitions.cancel(s, number, by=self.world.organizer_b))

    @rule(which=st.integers(0, 99), part=st.integers(1, 4), counter=st.booleans(), short=st.integers(0, 1))
    def hand_over(self, which: int, part: int, counter: bool, short: int) -> None:
        """Some or all of what is promised goes out: at the counter, or loaded and accepted with differences."""
        number = self._open_request(which)
        if number is not None:
            self._handed_over(number, part, counter, short)

    def _open_request(self, which: int) -> str | None:
        session = db.session()
        numbers = session.scalars(
            select(Document.number)
            .join(Reservation, Reservation.document_id == Document.id)
            .where(Reservation.open_units > 0)
            .order_by(Document.number)
            .distinct()
        ).all()
        session.rollback()
        return numbers[which % len(numbers)] if numbers else None

    def _handed_over(self, number: str, part: int, counter: bool, short: int) -> str | None:

        def work(session: Any) -> Document:
            document = session.scalars(select(Document).where(Document.number == number)).one()
            promise = session.scalars(select(Reservation).where(Reservation.document_id == document.id, Reservation.open_units > 0)).first()
            items = self._items(session, promise, part) if promise else []
            loaded = handovers.hand_over(session, number, items, by=self.world.keeper, costs=FREE, receipt=SIGNED if counter else None)
            if not counter:
                counted = [handovers.Counted(items[0].tag, short=min(short, items[0].count or 1))]
                handovers.accept(session, loaded.document.number, counted, SIGNED, by=None, token=loaded.token)
            return loaded.document

        # What the receiver misses is a fact, like a loss: it may endanger promises, while loading by itself may not.
        found: str | None = self.act(counter or not short, work)
        return found

    def _items(self, session: Any, promise: Reservation, part: int) -> list[handovers.Item]:
        wanted = max(1, promise.open_units // part)
        statement = select(Asset).join(Tranche, Tranche.asset_id == Asset.id)
        statement = statement.where(
            Tranche.kind_id == promise.kind_id, Tranche.store_id == promise.store_id, Tranche.state == State.IN_STORE, Tranche.count > 0
        )
        if promise.asset_id is not None:
            statement = statement.where(Asset.id == promise.asset_id)
        assets = list(dict.fromkeys(session.scalars(statement.order_by(Asset.id))))
        if assets and assets[0].form == "lot":
            return [handovers.Item(assets[0].tag, wanted)]
        return [handovers.Item(asset.tag, 1) for asset in assets[:wanted]]

    @rule(
        which=st.integers(0, 99),
        good=st.integers(0, 200),
        repair=st.integers(0, 3),
        damaged=st.integers(0, 2),
        lost=st.integers(0, 2),
        elsewhere=st.booleans(),
        plain=st.booleans(),
    )
    def bring_back(self, which: int, good: int, repair: int, damaged: int, lost: int, elsewhere: bool, plain: bool) -> None:
        """Things come back in batches, to either store, inspected at once or later; some are broken, some never come."""
        session = db.session()
        statement = (
            select(Asset.tag, Tranche.count, Document.number).join(Asset, Asset.id == Tranche.asset_id).join(Document, Document.id == Tranche.document_id)
        )
        outs = session.execute(statement.where(Tranche.state == State.OUT, Tranche.count > 0).order_by(Tranche.id)).all()
        session.rollback()
        if not outs:
            return
        out = outs[which % len(outs)]
        left = out.count
        counts = {}
        for name, wanted in (("damaged", damaged), ("lost", lost), ("repair", repair), ("good", good)):
            counts[name] = min(wanted, left)
            left -= counts[name]
        back = handovers.Back(out.tag, slip=out.number) if plain or not any(counts.values()) else handovers.Back(out.tag, slip=out.number, **counts)
        store = self.world.virtual if elsewhere else self.world.main
        by = self.world.keeper
        self.act(False, lambda s: handovers.take_back(s, store, [back], by=by, returned_by="何静", costs=FREE))

    @rule(lot=st.booleans(), count=st.integers(1, 200), there=st.booleans())
    def move(self, lot: bool, count: int, there: bool) -> None:
        """A keeper carries things to the other store, if nobody was promised them."""
        kind = self.world.chair if lot else self.world.desk
        source, target = (self.world.main, self.world.virtual) if there else (self.world.virtual, self.world.main)
        session = db.session()
        tag = session.scalars(
            select(Asset.tag)
            .join(Tranche, Tranche.asset_id == Asset.id)
            .where(Tranche.kind_id == kind, Tranche.store_id == source, Tranche.state == State.IN_STORE, Tranche.count > 0)
        ).first()
        session.rollback()
        if tag is not None:
            carried = [moves.Carried(tag, count if lot else 1)]
            self.act(True, lambda s: moves.move(s, carried, target, "B-02", by=self.world.keeper))

    @rule(days=st.integers(1, 4))
    def wait(self, days: int) -> None:
        """Time passes; what is not back in time becomes overdue. Running loans accrue."""
        self.moment += timedelta(days=days)
        self.act(False, lambda s: savings.accrue(s, self.world.pool, self.moment.date() - timedelta(days=1), by=self.world.administrator))

    @invariant()
    def state_follows_from_movements(self) -> None:
        """Every tranche stands as its last movement says, and holds what came in less what was parted off."""
        session = db.session()
        last: dict[int, Movement] = {}
        count: dict[int, int] = {}
        for movement in session.scalars(select(Movement).order_by(Movement.height)):
            last[movement.tranche_id] = movement
            if movement.act in ("receive", "split") and movement.tranche_id not in count:
                count[movement.tranche_id] = movement.count
            if movement.act == "split" and movement.from_tranche_id is not None:
                count[movement.from_tranche_id] -= movement.count
        sums: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0])
        totals: dict[int, int] = defaultdict(int)
        for tranche in session.scalars(select(Tranche)):
            expected = [getattr(last[tranche.id], name) for name in COLUMNS]
            assert [getattr(tranche, name) for name in COLUMNS] == expected, f"tranche {tranche.id} stands elsewhere than its last movement says"
            assert tranche.count == count[tranche.id]
            totals[tranche.kind_id] += tranche.count
            if tranche.state in OWNED:
                sums[(tranche.kind_id, tranche.store_id)][0] += tranche.count
                sums[(tranche.kind_id, tranche.store_id)][1] += tranche.count if tranche.state == State.IN_STORE else 0
        for row in session.scalars(select(Stock)):
            assert [row.owned, row.present] == sums.get((row.kind_id, row.store_id), [0, 0])
        for kind, brought in self.brought.items():
            assert totals[kind] == brought, "things came or went without an intake, a disposal or a write-off"
        session.rollback()

    @invariant()
    def what_is_kept_is_what_is_so(self) -> None:
        """A ledger kept from before is the one that would be reckoned now; asked for in every state, so that a change unnoticed is seen."""
        session = db.session()
        today = self.moment.date()
        keys = stock.keys_of(session, [self.world.desk, self.world.chair])
        remembered = stock.ledgers(session, keys, today)
        session.info["act"] = True
        reckoned = stock.ledgers(session, keys, today)
        del session.info["act"]
        for key in keys:
            assert remembered[key].owned == reckoned[key].owned
            assert Counter(remembered[key].facts) == Counter(reckoned[key].facts)
            assert Counter(remembered[key].promises) == Counter(reckoned[key].promises)
        session.rollback()

    @invariant()
    def nothing_is_oversold(self) -> None:
        """By a model that counts day by day: nothing is at risk exactly when on no day more units are busy than owned."""
        session = db.session()
        today = self.moment.date()
        risky = at_risk(session, promised_keys(session), today)
        for kind, store in promised_keys(session):
            owned = session.get_one(Stock, (kind, store)).owned
            rows = session.scalars(select(Reservation).where(Reservation.kind_id == kind, Reservation.store_id == store, Reservation.open_units > 0)).all()
            if any(row.asset_id is not None for row in rows):
                continue
            away = session.scalars(
                select(Tranche).where(Tranche.kind_id == kind, Tranche.store_id == store, Tranche.state.in_(OWNED), Tranche.state != State.IN_STORE)
            ).all()
            days = [today + timedelta(days=n) for n in range(HORIZON)]
            peak = max(sum(r.open_units for r in rows if busy(r, day)) + sum(t.count for t in away if is_away(t, day, today)) for day in days)
            endangered = sum(risky.get(row.id, 0) for row in rows)
            assert (endangered > 0) == (peak > owned and any(r.last_day is None or r.last_day + timedelta(days=r.turn_round) >= today for r in rows))
        session.rollback()

    @invariant()
    def no_series_exceeds_its_cap(self) -> None:
        """What was claimed on a unit never passes its cap, on any series."""
        session = db.session()
        for tranche in session.scalars(select(Tranche).where(Tranche.cap.is_not(None))):
            for name in ("purchase", "rental", "consumption", "adopted"):
                assert 0 <= getattr(tranche, f"claimed_{name}") <= (tranche.cap or 0)
        session.rollback()


def busy(row: Reservation, day: date) -> bool:
    """Say whether a promise keeps its units busy on a day."""
    return row.first_day <= day and (row.last_day is None or day <= row.last_day + timedelta(days=row.turn_round))


def is_away(tranche: Tranche, day: date, today: date) -> bool:
    """Say whether units that are not in the store are still busy on a day."""
    if tranche.due_on is None:
        return True
    turn_round = timedelta(days=0 if tranche.state in (State.HELD, State.REPAIR) else tranche.turn_round)
    due = tranche.due_on if tranche.state == State.ARRIVED else max(tranche.due_on, today)
    return day <= max(due + turn_round, today)
