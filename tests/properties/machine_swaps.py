"""A random life in which things get mixed up too: a second borrower, labels lost, and things that came back with the wrong slip and are exchanged."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule
from sqlalchemy import Row, select

from assetpool.core.db import db
from assetpool.custody.models import Asset, State, Tranche
from assetpool.handovers import asides, exchanges
from assetpool.handovers.models import Slip
from assetpool.org import service as org
from assetpool.org.models import Role
from assetpool.records.models import Document
from assetpool.requisitions import drafting
from assetpool.requisitions import service as requisitions
from tests import world as worlds
from tests.properties.world_machine import FREE, SIGNED, PoolMachine


class SwappingMachine(PoolMachine):
    """The pool with a weather bureau that borrows as well."""

    other: int | None = None

    @initialize()
    def let_another_borrow(self) -> None:
        """Let somebody of another organization ask for things."""

        def join(session: Any) -> int:
            person = org.add_person(session, self.world.pool, "organizer_x", "气象承办", worlds.PASSWORD)
            org.grant(session, person.id, self.world.elsewhere, Role.ORGANIZER)
            return int(person.id)

        self.other = self.act(False, join)

    @rule(lot=st.booleans(), count=st.integers(1, 4), length=st.integers(1, 8))
    def lend_elsewhere(self, lot: bool, count: int, length: int) -> None:
        """The other bureau asks, is granted it and takes it away on the same day."""
        kind = self.world.chair if lot else self.world.desk
        day = self.moment.date()

        def ask(session: Any) -> Document:
            wishes = [drafting.Wish(count * 10 if lot else count, kind_id=kind)]
            document = drafting.draft(session, self.world.elsewhere, wishes, day, day + timedelta(days=length - 1), by=self.other or 0)
            return requisitions.submit(session, document.number, by=self.other or 0)

        number: str | None = self.act(True, ask)
        if number and self.act(True, lambda s: requisitions.approve(s, number, by=self.world.approver)):
            self._handed_over(number, 1, True, 0)

    @rule(which=st.integers(0, 99), fate=st.sampled_from(["", *asides.FATES]))
    def find_the_label_lost(self, which: int, fate: str) -> None:
        """A thing comes back without its label, lies aside, and is matched to a slip that misses one."""
        outs = self._outs()
        if not outs:
            return
        out = outs[which % len(outs)]
        found = asides.Found("no_label", "标签脱落", slip=out.number)
        number = self.act(False, lambda s: asides.keep_aside(s, self.world.main, found, by=self.world.keeper, returned_by="何静"))
        if number:
            self.act(False, lambda s: asides.match(s, number, out.tag, out.number, fate, by=self.world.keeper, costs=FREE))

    @rule(which=st.integers(0, 99), other=st.integers(0, 99), known=st.booleans(), ends=st.sampled_from(["signed", "half", "cancelled"]))
    def swap(self, which: int, other: int, known: bool, ends: str) -> None:
        """What one bureau borrowed comes back with the other's things; both sign, one of them, or it is given up."""
        outs = self._outs()
        pairs = [(one, two) for one in outs for two in outs if one.receiver_id != two.receiver_id and one.kind_id == two.kind_id]
        if not pairs:
            return
        brought, missing = pairs[(which * 100 + other) % len(pairs)]
        found = asides.Found("wrong", "不是所借的", tag=brought.tag, slip=missing.number)
        w = self.world
        number = self.act(False, lambda s: asides.keep_aside(s, w.main, found, by=w.keeper, returned_by="何静"))
        opened = number and self.act(False, lambda s: exchanges.propose(s, number, missing.tag if known else "", by=w.keeper))
        if not opened:
            return
        sides = ["first", "second"] if ends == "signed" else ["first"] if ends == "half" else []
        for side in sides:
            self.act(False, lambda s, side=side: exchanges.sign(s, opened, side, SIGNED, by=w.keeper))
        if ends == "cancelled":
            self.act(False, lambda s: exchanges.cancel(s, opened, "it was a mistake", by=w.keeper))

    def _outs(self) -> Sequence[Row[Any]]:
        """Return what is out: label, kind, slip and who has it."""
        session = db.session()
        statement = (
            select(Asset.tag, Tranche.kind_id, Document.number, Slip.receiver_id)
            .join(Asset, Asset.id == Tranche.asset_id)
            .join(Document, Document.id == Tranche.document_id)
            .join(Slip, Slip.id == Document.id)
            .where(Tranche.state == State.OUT, Tranche.count > 0)
            .order_by(Tranche.id)
        )
        found = session.execute(statement).all()
        session.rollback()
        return found
