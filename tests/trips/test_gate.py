"""A gate pass lets its truck out once, whoever asks twice; alarms reach the keepers; a PIN is only today's and tries are counted."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.core.errors import DomainError, FieldInvalid, NotAllowed, SamePerson, WrongState
from assetpool.handovers import service as handovers
from assetpool.org.models import Person, SignIn
from assetpool.org.queries import access_of
from assetpool.org.signing_in import SignInLocked
from assetpool.records import service as records
from assetpool.records.outbox_models import Notice, Telling
from assetpool.trips import gate, gatekeeping, leaving, queries
from assetpool.trips.gatekeeping import Guard
from assetpool.trips.models import GateWord
from assetpool.trips.planning import Part
from tests import world as worlds
from tests.handovers.conftest import SIGNED
from tests.trips.conftest import Yard, person

SECRET = "only-for-tests"


def guard() -> Guard:
    return Guard(person_id=person("guard"))


def alarms() -> list[tuple[str, str]]:
    """Return whom the gate's alarms reached: (topic, user name)."""
    rows = select(Telling.topic, Person.username).join(Notice, Notice.telling_id == Telling.id).join(Person, Person.id == Notice.person_id)
    found = [(row[0], row[1]) for row in db.session().execute(rows.where(Telling.topic == "gate_alert").order_by(Person.username))]
    db.session().rollback()
    return found


def said() -> list[str]:
    found = list(db.session().scalars(select(GateWord.said).order_by(GateWord.id)))
    db.session().rollback()
    return found


def test_a_pass_lets_its_truck_out_once(yard: Yard) -> None:
    slip, trip, issued = yard.passed()
    who = guard()
    with atomic() as session:
        gate.let_go(session, issued, who)
    assert (yard.state(issued), yard.state(trip), yard.state(slip)) == ("used", "departed", "loaded")
    with pytest.raises(gate.PassUsed), atomic() as session:
        gate.let_go(session, issued, who)
    told = db.session().scalar(select(func.count()).select_from(Telling).where(Telling.topic == "trip_departed"))
    assert told == 1


def test_the_same_press_of_the_button_is_the_same_word(yard: Yard) -> None:
    _, _, issued = yard.passed()
    who = guard()
    for _ in range(2):
        with atomic() as session:
            gate.let_go(session, issued, who, key="pressed-once")
    assert said() == ["let_go"]


def test_two_gates_at_once_let_one_truck_go(app: Flask) -> None:
    with app.app_context():
        yard = Yard(worlds.found())
        issued = yard.passed()[2]
        who = guard()
    together, answers = threading.Barrier(4), []

    def open_gate() -> None:
        with app.app_context():
            together.wait()
            try:
                with atomic() as session:
                    gate.let_go(session, issued, who)
                answers.append("let go")
            except DomainError as refusal:
                answers.append(refusal.code)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=open_gate) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(answers) == ["let go", "pass_used", "pass_used", "pass_used"]
    with app.app_context():
        assert said() == ["let_go"]


def test_revoking_and_letting_go_at_once_end_in_one_of_both(app: Flask) -> None:
    with app.app_context():
        yard = Yard(worlds.found())
        _, trip, issued = yard.passed()
        who, keeper = guard(), yard.world.keeper
    together, answers = threading.Barrier(2), []

    def act(revoke: bool) -> None:
        with app.app_context():
            together.wait()
            try:
                with atomic() as session:
                    leaving.revoke_pass(session, trip, by=keeper) if revoke else gate.let_go(session, issued, who)
                answers.append("revoked" if revoke else "let go")
            except DomainError:
                answers.append("refused")
            finally:
                db.session.remove()

    threads = [threading.Thread(target=act, args=(revoke,)) for revoke in (True, False)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    with app.app_context():
        ended = (yard.state(trip), yard.state(issued))
    assert sorted(answers) in (["let go", "refused"], ["refused", "revoked"])
    assert ended == (("planned", "cancelled") if "revoked" in answers else ("departed", "used"))


def test_the_database_admits_one_let_go_of_a_pass(yard: Yard) -> None:
    issued = yard.passed()[2]
    with atomic() as session:
        gate.let_go(session, issued, guard())
    with pytest.raises(Exception, match=r"(?i)unique"), atomic() as session:
        first = session.scalars(select(GateWord)).one()
        now = clock.now()
        session.add(
            GateWord(
                pool_id=first.pool_id,
                store_id=first.store_id,
                said="let_go",
                pass_id=first.pass_id,
                trip_id=first.trip_id,
                plate=first.plate,
                occurred_at=now,
                recorded_at=now,
            )
        )


def test_who_made_the_pass_does_not_let_it_go_and_strangers_do_not_either(yard: Yard) -> None:
    issued = yard.passed()[2]
    with pytest.raises(SamePerson), atomic() as session:
        gate.let_go(session, issued, Guard(person_id=yard.world.keeper))
    for who in (Guard(person_id=person("guard_x")), Guard(person_id=yard.world.organizer_b)):
        with pytest.raises(NotAllowed), atomic() as session:
            gate.let_go(session, issued, who)
    with pytest.raises(gatekeeping.WrongGate), atomic() as session:
        gate.let_go(session, issued, Guard(store_id=yard.world.virtual))
    with atomic() as session:
        gate.let_go(session, issued, Guard(person_id=yard.world.keeper2))


def test_what_is_not_right_stops_the_pass_until_the_keeper_looked(yard: Yard) -> None:
    _, trip, issued = yard.passed()
    who = guard()
    with pytest.raises(FieldInvalid), atomic() as session:
        gate.stop(session, issued, who, reason=" ")
    with atomic() as session:
        gate.stop(session, issued, who, reason="少两把椅子")
    assert alarms() == [("gate_alert", name) for name in ("approver", "approver2", "keeper", "keeper2")]
    with pytest.raises(gate.PassVoid), atomic() as session:
        gate.let_go(session, issued, who)
    with atomic() as session:
        leaving.release_pass(session, issued, by=yard.world.keeper)
    with atomic() as session:
        gate.let_go(session, issued, who)
    assert yard.state(trip) == "departed"


def test_a_truck_may_come_back_in_and_a_used_pass_shown_again_raises_the_alarm(yard: Yard) -> None:
    issued = yard.passed()[2]
    who = guard()
    with pytest.raises(WrongState), atomic() as session:
        gate.enter(session, issued, who)
    with atomic() as session:
        gate.let_go(session, issued, who)
    with atomic() as session:
        gate.enter(session, issued, who)
    with atomic() as session:
        gate.alarm(session, issued, who, "想再出门")
    assert said() == ["let_go", "entered", "again"]
    assert ("gate_alert", "keeper") in alarms()


def test_a_truck_without_a_pass_and_goods_no_gate_saw_raise_the_alarm(yard: Yard) -> None:
    who = guard()
    with atomic() as session:
        gate.left_without(session, yard.world.main, "川a 88888", who, reason="没停车")
    slip, trip, _ = yard.passed()
    with atomic() as session:
        assert gate.find_unseen(session, yard.world.pool) == 0
    with atomic() as session:
        handovers.accept(session, slip, None, SIGNED, by=yard.world.organizer_b)
    for found in (1, 0):
        with atomic() as session:
            assert gate.find_unseen(session, yard.world.pool) == found
    assert said() == ["no_pass", "unseen"]
    session = db.session()
    assert queries.open_alarms(session, access_of(session, yard.world.keeper)) == 2
    assert queries.open_alarms(session, access_of(session, yard.world.stranger)) == 0
    word = session.scalars(select(GateWord.id).order_by(GateWord.id)).first()
    assert word is not None
    with pytest.raises(NotAllowed), atomic() as act:
        gate.answer(act, word, by=yard.world.clerk_a, text="x")
    with atomic() as act:
        gate.answer(act, word, by=yard.world.keeper, text="消防车")
    session = db.session()
    assert queries.open_alarms(session, access_of(session, yard.world.keeper)) == 1
    assert trip


def test_a_code_is_read_on_any_host_and_a_forged_one_refused() -> None:
    number = "GP-2026-000007"
    check = records.check_of(SECRET, number)
    assert gate.read_code(f"HTTPS://POOL.EXAMPLE/V/{number}/{check}", SECRET) == (number, True)
    assert gate.read_code(f" {number.lower()} ", SECRET) == (number, False)
    with pytest.raises(gate.PassForged):
        gate.read_code(f"https://x/v/{number}/{'A' * 8}", SECRET)
    for wrong in ("", "HS-2026-000007", "ZC-8F3K-2"):
        with pytest.raises(gate.PassUnreadable):
            gate.read_code(wrong, SECRET)
    assert check != "A" * 8


def entered(pin: str, address: str = "10.0.0.7", name: str = "老李") -> bool:
    with atomic() as session:
        return gatekeeping.enter(session, SECRET, pin, name, address) is not None


def made(yard: Yard) -> tuple[int, str, str]:
    with atomic() as session:
        row = gatekeeping.renew(session, yard.world.main, by=yard.world.keeper)
        return row.id, row.salt, gatekeeping.pin_of(SECRET, row)


def test_a_pin_is_of_today_and_a_new_one_ends_the_old(yard: Yard) -> None:
    pin_id, salt, pin = made(yard)
    assert len(pin) == 6 and entered(pin)
    with atomic() as session:
        assert gatekeeping.still(session, pin_id, salt) is not None
    with clock.at(clock.now() + timedelta(days=1)):
        assert not entered(pin)
        with atomic() as session:
            assert gatekeeping.still(session, pin_id, salt) is None
    _, renewed, other = made(yard)
    assert renewed != salt and not entered(pin, "10.0.0.8") and entered(other, "10.0.0.8")
    with atomic() as session:
        assert gatekeeping.still(session, pin_id, salt) is None
    with pytest.raises(NotAllowed), atomic() as session:
        gatekeeping.renew(session, yard.world.main, by=person("guard"))


def test_wrong_pins_close_the_door_for_a_while_and_are_on_record(yard: Yard) -> None:
    pin = made(yard)[2]
    wrong = f"{(int(pin) + 1) % 10**6:06d}"
    for _ in range(5):
        assert not entered(wrong)
    with pytest.raises(SignInLocked):
        entered(pin)
    assert entered(pin, "10.0.0.9")
    with clock.at(clock.now() + timedelta(minutes=16)):
        assert entered(pin)
    assert db.session().scalar(select(func.count()).select_from(SignIn).where(SignIn.username == "gate@10.0.0.7", ~SignIn.succeeded)) == 5


def test_a_part_that_travels_later_is_no_alarm_while_the_slip_is_open(yard: Yard) -> None:
    slip = yard.loaded(40)
    first = yard.plan([Part(slip, 1, 25)])
    yard.plan([Part(slip)])
    issued, who = yard.issue(first), guard()
    with atomic() as session:
        gate.let_go(session, issued, who)
    with atomic() as session:
        handovers.deliver(session, slip, by=yard.world.organizer_b)
    with atomic() as session:
        assert gate.find_unseen(session, yard.world.pool) == 0
