"""At the gate: a pass lets its trip out once; what is not right, comes back, or leaves without a pass is kept, and alarms reach the keepers."""

from __future__ import annotations

import re
from datetime import datetime
from hashlib import sha256
from urllib.parse import unquote

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from assetpool.catalog.models import Store
from assetpool.core import clock
from assetpool.core.errors import N_, DomainError, FieldInvalid, NotFound, SamePerson, Word, WrongState
from assetpool.handovers.steps import AWAITING_RECEIVER
from assetpool.org.models import Role
from assetpool.org.service import demand
from assetpool.records import outbox
from assetpool.records import service as records
from assetpool.records.models import Document
from assetpool.records.states import STATE_WORDS
from assetpool.trips import gatekeeping, leaving, planning
from assetpool.trips.gatekeeping import Guard
from assetpool.trips.models import ALERTS, GatePass, GateWord, Trip, TripLoad
from assetpool.trips.steps import PASS_STEPS

_CODE = re.compile(r"(GP-\d{4}-\d{6})(?:/([A-Z2-7]{8}))?")


class PassUnreadable(DomainError):
    """What was scanned is no gate pass."""

    status = 422
    sentence = N_("“%(text)s” is not a gate pass. Its number reads like GP-2026-000001; scan the code of the paper, or type the number.")


class PassForged(DomainError):
    """The check beside the number is not the one this pool prints."""

    status = 422
    sentence = N_("%(number)s: this code was not printed here. Do not let the truck go; call the keeper.")


class PassUsed(DomainError):
    """The pass let its truck out before."""

    sentence = N_("%(number)s let %(plate)s out already. Do not let it go again; the keeper has been told.")


class PassVoid(DomainError):
    """The pass was made void, or is stopped until the keeper has looked."""

    sentence = N_("%(number)s is “%(state)s”: do not let the truck go. The keeper has been told.")


def read_code(text: str, secret: str) -> tuple[str, bool]:
    """Return a pass's number, and whether its printed check was read with it; raise PassUnreadable, PassForged."""
    found = _CODE.search(unquote(text).strip().upper())
    if found is None:
        raise PassUnreadable(text=text.strip()[:60])
    number, check = found.groups()
    if check is not None and check != records.check_of(secret, number):
        raise PassForged(number=number)
    return number, check is not None


def let_go(session: Session, number: str, guard: Guard, *, key: str = "", occurred_at: datetime | None = None) -> GateWord:
    """Let a pass's trip out, once; the same `key` again from the same guard is the same word.

    Raise PassUsed or PassVoid (whoever catches them says `alarm` in an act of its own), WrongGate, NotAllowed, SamePerson.
    """
    document, issued, trip_document, trip = _locked(session, number, guard)
    pressed, before = _pressed(session, guard, "let_go", key, issued)
    if before is not None:
        return before
    if document.state == "used":
        raise PassUsed(number=document.number, plate=issued.plate)
    if document.state != "valid":
        raise PassVoid(number=document.number, state=Word(STATE_WORDS[document.state]))
    if guard.person_id == document.created_by:
        raise SamePerson(number=document.number, earlier=Word(N_("keeper")))
    when = records.occurrence(session, occurred_at, document.created_at)
    records.step(session, document, "used", guard.person_id, "let_go", PASS_STEPS, occurred_at=when)
    leaving.departed(session, trip_document, trip, guard.person_id, when)
    return _word(session, document.pool_id, trip.store_id, "let_go", guard, when, issued=issued, plate=issued.plate, key=pressed)


def stop(session: Session, number: str, guard: Guard, *, reason: str, key: str = "") -> GateWord:
    """Say that what stands at the gate is not what the pass says; the pass holds no longer until the keeper has looked."""
    document, issued, _, trip = _locked(session, number, guard)
    pressed, before = _pressed(session, guard, "not_right", key, issued)
    if before is not None:
        return before
    text = _reason(reason)
    records.step(session, document, "stopped", guard.person_id, "stop", PASS_STEPS, text)
    return _word(session, document.pool_id, trip.store_id, "not_right", guard, clock.now(), issued=issued, plate=issued.plate, reason=text, key=pressed)


def enter(session: Session, number: str, guard: Guard, *, reason: str = "", key: str = "", occurred_at: datetime | None = None) -> GateWord:
    """Say that the truck of a used pass came back in; raise WrongState for one that never left."""
    document, issued, _, trip = _locked(session, number, guard)
    pressed, before = _pressed(session, guard, "entered", key, issued)
    if before is not None:
        return before
    if trip.departed_at is None:
        raise WrongState(number=document.number, state=Word(STATE_WORDS[document.state]))
    when = records.occurrence(session, occurred_at, trip.departed_at)
    trip.entered_at = when
    records.remark(session, document, guard.person_id, "enter", reason.strip(), when)
    return _word(session, document.pool_id, trip.store_id, "entered", guard, when, issued=issued, plate=issued.plate, reason=reason.strip(), key=pressed)


def alarm(session: Session, number: str, guard: Guard, reason: str = "", key: str = "") -> GateWord:
    """Keep that a used or void pass was shown again, and tell the keepers at once."""
    document, issued, _, trip = _locked(session, number, guard)
    pressed, before = _pressed(session, guard, "again", key, issued)
    if before is not None:
        return before
    return _word(session, document.pool_id, trip.store_id, "again", guard, clock.now(), issued=issued, plate=issued.plate, reason=reason.strip(), key=pressed)


def left_without(session: Session, store_id: int, plate: str, guard: Guard, *, reason: str = "", key: str = "") -> GateWord:
    """Keep that a truck left a store without a pass, and tell the keepers at once."""
    store = session.get(Store, store_id)
    if store is None:
        raise NotFound(what=str(store_id))
    gatekeeping.demand_guard(session, guard, store)
    pressed, before = _pressed(session, guard, "no_pass", key)
    if before is not None:
        return before
    shown = planning.plain_plate(plate)[:20]
    if not shown:
        raise FieldInvalid(field=Word(N_("Plate")), problem=Word(N_("enter the number plate, at most 20 characters.")))
    return _word(session, store.pool_id, store.id, "no_pass", guard, clock.now(), plate=shown, reason=reason.strip(), key=pressed)


def answer(session: Session, word_id: int, *, by: int, text: str) -> GateWord:
    """Say what was behind an alarm; raise NotAllowed, FieldInvalid without words."""
    word = session.get(GateWord, word_id, with_for_update=True, populate_existing=True)
    if word is None or word.said not in ALERTS:
        raise NotFound(what=str(word_id))
    demand(session, by, (Role.KEEPER, Role.APPROVER), session.get_one(Store, word.store_id).organization_id)
    if not text.strip():
        raise FieldInvalid(field=Word(N_("Answer")), problem=Word(N_("say what was behind it.")))
    word.answer, word.answered_by, word.answered_at = text.strip(), by, clock.now()
    session.flush()
    return word


def find_unseen(session: Session, pool_id: int) -> int:
    """Alarm, once a trip, for trips whose slips were accepted though their gate never let them go; return how many."""
    slip = aliased(Document)
    arrived = exists().where(TripLoad.trip_id == Trip.id, slip.id == TripLoad.slip_id, slip.state.notin_(AWAITING_RECEIVER))
    statement = (
        select(Document, Trip)
        .join(Trip, Trip.id == Document.id)
        .where(Document.pool_id == pool_id, Document.state.in_(("planned", "ready")))
        .where(arrived)
        .where(~exists().where(GateWord.trip_id == Trip.id, GateWord.said == "unseen"))
    )
    rows = session.execute(statement.order_by(Document.id)).all()
    alarmed = 0
    for document, trip in rows:
        if document.state == "ready" or gatekeeping.is_kept(session, session.get_one(Store, trip.store_id)):
            _word(session, pool_id, trip.store_id, "unseen", Guard(), clock.now(), trip_id=trip.id, plate=trip.plate, reason=document.number)
            alarmed += 1
    return alarmed


def _locked(session: Session, number: str, guard: Guard) -> tuple[Document, GatePass, Document, Trip]:
    """Lock a pass's trip, then the pass, and let the guard speak for its store; raise NotFound, WrongGate, NotAllowed."""
    found = session.scalar(select(GatePass).join(Document, Document.id == GatePass.id).where(Document.number == number.strip().upper()))
    if found is None:
        raise NotFound(what=number)
    gatekeeping.demand_guard(session, guard, session.get_one(Store, found.store_id))
    trip_document = records.lock_ids(session, [found.trip_id])[found.trip_id]
    document = records.lock(session, number, "GP")
    return document, found, trip_document, session.get_one(Trip, found.trip_id, populate_existing=True)


def _pressed(session: Session, guard: Guard, said: str, key: str, issued: GatePass | None = None) -> tuple[str, GateWord | None]:
    """Return what marks one press of a button ('' without a key), and the word that the same press said before.

    The mark holds who speaks, what and of which pass: a page that was refused offers other buttons, which say another word.
    """
    if not key:
        return "", None
    pressed = sha256(f"{guard.person_id} {guard.store_id} {said} {issued.id if issued else 0} {key}".encode()).hexdigest()[:40]
    return pressed, session.scalar(select(GateWord).where(GateWord.key == pressed))


def _reason(text: str) -> str:
    if not text.strip():
        raise FieldInvalid(field=Word(N_("What is not right")), problem=Word(N_("say what differs from the pass.")))
    return text.strip()


def _word(
    session: Session,
    pool_id: int,
    store_id: int,
    said: str,
    guard: Guard,
    when: datetime,
    *,
    issued: GatePass | None = None,
    trip_id: int | None = None,
    plate: str = "",
    reason: str = "",
    key: str = "",
) -> GateWord:
    """Keep a word; an alarm reaches the store's keepers and managers at once."""
    named = records.keep_personal(session, pool_id, issued.id if issued else None, "gate", guard.name) if guard.name else None
    word = GateWord(
        pool_id=pool_id,
        store_id=store_id,
        said=said,
        pass_id=issued.id if issued else None,
        trip_id=issued.trip_id if issued else trip_id,
        plate=plate,
        reason=reason[:2000],
        person_id=guard.person_id,
        guard_id=named.id if named else None,
        key=key or None,
        occurred_at=when,
        recorded_at=clock.now(),
        answer="",
    )
    session.add(word)
    session.flush()
    if said in ALERTS:
        store = session.get_one(Store, store_id)
        outbox.tell(
            session,
            "gate_alert",
            pool_id=pool_id,
            roles=[(Role.KEEPER, store.organization_id), (Role.APPROVER, store.organization_id)],
            facts={"store": store.name, "plate": plate, "what": f"gate_{said}", "reason": reason[:200]},
            urgent=True,
            once=f"gate {word.id}",
        )
    return word
