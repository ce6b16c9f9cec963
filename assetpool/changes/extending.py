"""Extensions: asked before the due day by the borrower, checked beside every promise, applied at approval in the same act."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assetpool.approvals import service as approvals
from assetpool.approvals.rules import Facts
from assetpool.approvals.rules import Kind as Decided
from assetpool.catalog.models import Kind, Store
from assetpool.changes.longest import Out, longest, promised_from
from assetpool.changes.models import Extension, ExtensionLine
from assetpool.changes.steps import STEPS
from assetpool.core import clock
from assetpool.core.errors import N_, DomainError, FieldInvalid, Word
from assetpool.core.models import Pool
from assetpool.custody import service as custody
from assetpool.custody.models import Asset, State, Tranche
from assetpool.handovers.finishing import lock_slip
from assetpool.handovers.models import Slip
from assetpool.labels.meaning import present_tags
from assetpool.org.models import Organization, Role
from assetpool.org.service import demand
from assetpool.prices import duties
from assetpool.records import service as records
from assetpool.records.models import Document
from assetpool.requisitions.deciding import parts_of
from assetpool.reservations import queries as stock
from assetpool.reservations import service as reservations

Key = tuple[int, int]


class DueDayPassed(DomainError):
    """What is due already is not extended any more."""

    sentence = N_("%(number)s was due back on %(due)s. An extension is decided before that day; bring the things back, or ask the store.")


class NotOutAnyMore(DomainError):
    """Fewer units are out than are to be extended."""

    sentence = N_("%(number)s: %(asked)d units were to be extended, %(found)d are still out. Reload the page and ask for those.")


class ExtensionPromised(DomainError):
    """Somebody else was promised the days; `longest` is the day until which it can be extended (None: not at all)."""

    sentence = N_("%(kind)s is promised from %(promised)s on. It can stay out until %(longest)s at most; ask for that day, or for fewer units.")
    never = N_("%(kind)s is promised from %(promised)s on. It cannot stay out longer; ask for fewer units, or bring it back in time.")

    def __init__(self, kind: str, promised: date, until: date | None) -> None:
        self.longest = until
        if until is None:
            self.sentence = self.never
        super().__init__(kind=kind, promised=promised, longest=until)


@dataclass(frozen=True)
class Part:
    """What of a slip is to stay longer: a line, or one tag on it, and how many units (None: all that are out)."""

    line_no: int
    tag: str = ""
    units: int | None = None


def ask(session: Session, slip_number: str, until: date, parts: Sequence[Part] = (), *, by: int, reason: str = "") -> Document:
    """Ask that what a slip took (or these parts of it) stays out until a later day; checked at once, decided by whoever the rules name.

    Raise ExtensionPromised, DueDayPassed, FieldInvalid, NotAllowed.
    """
    slip_document, slip, _request = lock_slip(session, slip_number)
    demand(session, by, (Role.ORGANIZER, Role.CLERK), slip.receiver_id)
    if slip.purpose != "loan" or slip.due_on is None:
        raise FieldInvalid(field=Word(N_("Extension")), problem=Word(N_("what was given for good is not extended.")))
    store = session.get_one(Store, slip.store_id)
    document = records.create(session, slip_document.pool_id, "EX", slip.receiver_id, "draft", by, [store.organization_id])
    row = Extension(id=document.id, slip_id=slip.id, requester_id=by, until=until, reason=reason.strip())
    session.add(row)
    session.flush()
    session.add_all(_lines(session, row, slip_document, parts))
    session.flush()
    outs = outs_of(session, slip_document, row, slip)
    reservations.lock(session, outs)
    demand_in_time(session, slip_document, row)
    demand_free(session, row, outs, document)
    records.step(session, document, "submitted", by, "submit", STEPS, row.reason)
    question = asked_of(session, document, row)
    approvals.open_round(session, document, usual(question), question)
    return document


def lines_of(session: Session, extension_id: int) -> list[ExtensionLine]:
    """Return what an extension asks for, in the order of the slip."""
    statement = select(ExtensionLine).where(ExtensionLine.extension_id == extension_id)
    return list(session.scalars(statement.order_by(ExtensionLine.line_no, ExtensionLine.id)))


def _lines(session: Session, row: Extension, slip: Document, parts: Sequence[Part]) -> list[ExtensionLine]:
    """Return what is asked per line and tag of the slip; what is due first is counted first."""
    columns = (Tranche.line_no, Asset.id, Asset.tag)
    statement = select(*columns, func.sum(Tranche.count).label("units"), func.min(Tranche.due_on).label("due")).join(Asset, Asset.id == Tranche.asset_id)
    statement = statement.where(Tranche.document_id == slip.id, Tranche.state == State.OUT, Tranche.count > 0, Tranche.due_on < row.until)
    found = session.execute(statement.group_by(*columns).order_by(Tranche.line_no, Asset.id)).all()
    wanted = list(parts) or [Part(line_no) for line_no in dict.fromkeys(one.line_no for one in found)]
    made: dict[Key, ExtensionLine] = {}
    tagged = [part.tag for part in wanted if part.tag]
    tags = dict(zip(tagged, present_tags(session, slip.pool_id, tagged), strict=True)) if tagged else {}
    for part in wanted:
        tag = tags.get(part.tag, "")
        left = part.units
        if left is not None and left < 1:
            raise FieldInvalid(field=Word(N_("Quantity")), problem=Word(N_("enter a whole number above 0.")))
        mine = [one for one in found if one.line_no == part.line_no and tag in ("", one.tag) and (one.line_no, one.id) not in made]
        standing = sum(int(one.units) for one in mine)
        if not mine or (left is not None and left > standing):
            raise NotOutAnyMore(number=slip.number, asked=left or 1, found=standing)
        for one in mine:
            count = int(one.units) if left is None else min(left, int(one.units))
            if count:
                made[(one.line_no, one.id)] = ExtensionLine(extension_id=row.id, line_no=one.line_no, asset_id=one.id, units=count, due_before=one.due)
            left = None if left is None else left - count
    if not made:
        raise FieldInvalid(field=Word(N_("Extended until")), problem=Word(N_("choose a day after the one on which something is due.")))
    return list(made.values())


def outs_of(session: Session, slip_document: Document, row: Extension, slip: Slip) -> dict[Key, list[Out]]:
    """Return the units concerned by (kind, store), as the ledger counts them; raise NotOutAnyMore."""
    found: dict[Key, list[Out]] = defaultdict(list)
    for line in lines_of(session, row.id):
        left = line.units
        for tranche in standing(session, slip, line, row.until):
            count = min(left, tranche.count)
            if count and tranche.due_on is not None:
                found[(tranche.kind_id, tranche.store_id)].append(Out(tranche.asset_id, count, tranche.due_on, tranche.turn_round))
            left -= count
        if left:
            raise NotOutAnyMore(number=slip_document.number, asked=line.units, found=line.units - left)
    return found


def standing(session: Session, slip: Slip, line: ExtensionLine, until: date) -> list[Tranche]:
    """Return what of a tag is out on a line and due before a day, the first due first."""
    parts = custody.out_on(session, slip.id, line.line_no, line.asset_id)
    return sorted((part for part in parts if part.due_on is not None and part.due_on < until), key=lambda part: part.due_on or date.max)


def demand_in_time(session: Session, slip: Document, row: Extension) -> None:
    """Raise DueDayPassed if something that is to stay longer was due before today."""
    due = min(line.due_before for line in lines_of(session, row.id))
    if due < reservations.pool_today(session, slip.pool_id):
        raise DueDayPassed(number=slip.number, due=due)


def demand_free(session: Session, row: Extension, outs: dict[Key, list[Out]], document: Document) -> None:
    """Raise ExtensionPromised where a promise needs the units before `until`; the stock rows are locked."""
    today = reservations.pool_today(session, document.pool_id)
    best: date | None = row.until
    refused: tuple[date, int] | None = None
    for key, book in stock.ledgers(session, outs, today).items():
        found = longest(book, outs[key], row.until)
        if found != row.until:
            promised = promised_from(book, outs[key], row.until) or row.until
            refused = min(refused, (promised, key[0])) if refused else (promised, key[0])
            best = None if found is None or best is None else min(best, found)
    if refused is not None:
        raise ExtensionPromised(session.get_one(Kind, refused[1]).name, refused[0], best)


def asked_of(session: Session, document: Document, row: Extension) -> approvals.Asked:
    """Return what the rules are asked about an extension: what stays longer by class, value and units, and the days of the whole loan."""
    slip = session.get_one(Slip, row.slip_id)
    store = session.get_one(Store, slip.store_id)
    borrower = session.get_one(Organization, slip.receiver_id)
    zone = session.get_one(Pool, document.pool_id).time_zone
    units: dict[int, int] = defaultdict(int)
    kinds = kinds_of_lines(session, lines_of(session, row.id))
    for line in lines_of(session, row.id):
        units[kinds[line.asset_id]] += line.units
    begun = clock.day_of(slip.accepted_at or slip.loaded_at, zone)
    parts = parts_of(session, document.pool_id, units.items())
    facts = Facts(Decided.EXTENSION, borrower.path, borrower.kind, parts, days=(row.until - begun).days + 1)
    return approvals.Asked(facts, row.requester_id, borrower.id, giver_id=store.organization_id, receiver_id=borrower.id, store_id=store.organization_id)


def usual(asked: approvals.Asked) -> list[approvals.Step]:
    """Return the step that an extension takes where no rule applies: the store's approver."""
    return [approvals.Step("approve", Role.APPROVER, asked.store_id or asked.asking_id)]


def kinds_of_lines(session: Session, lines: Sequence[ExtensionLine]) -> dict[int, int]:
    """Return {asset id: kind id} of some lines, in one query."""
    rows = session.execute(select(Asset.id, Asset.kind_id).where(Asset.id.in_({line.asset_id for line in lines})))
    return {row.id: row.kind_id for row in rows}


def content_digest(session: Session, row: Extension) -> str:
    """Return the digest of what is decided upon: slip, day and lines."""
    lines = [[line.line_no, line.asset_id, line.units, line.due_before.isoformat()] for line in lines_of(session, row.id)]
    return sha256(json.dumps([row.slip_id, row.until.isoformat(), lines]).encode()).hexdigest()


def barred(session: Session, document: Document, row: Extension) -> dict[int, str]:
    """Return who may not decide, and as what: whoever prices the things, who handed them over, who asks."""
    kinds = kinds_of_lines(session, lines_of(session, row.id)).values()
    pricing = duties.pricing(session, kinds, reservations.pool_today(session, document.pool_id))
    return {**pricing, session.get_one(Slip, row.slip_id).keeper_id: N_("keeper"), row.requester_id: N_("requester")}
