"""Writing a change order: what is to become of which line and of the days; tried out at once, applied at once where it only gives back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from sqlalchemy.orm import Session

from assetpool.approvals import service as approvals
from assetpool.approvals.rules import Facts
from assetpool.approvals.rules import Kind as Decided
from assetpool.changes import applying, telling
from assetpool.changes.applying import fits_in, lines_of
from assetpool.changes.models import ChangeLine, ChangeOrder
from assetpool.changes.steps import STEPS
from assetpool.core.errors import N_, DomainError, FieldInvalid, Word, WrongState
from assetpool.org.models import Organization
from assetpool.prices import duties
from assetpool.records import service as records
from assetpool.records.models import Document
from assetpool.records.states import STATE_WORDS
from assetpool.requisitions import deciding
from assetpool.requisitions.drafting import own
from assetpool.requisitions.models import Requisition, RequisitionLine
from assetpool.requisitions.queries import lines as lines_of_request
from assetpool.requisitions.steps import OPEN
from assetpool.reservations import service as reservations


@dataclass(frozen=True)
class Kept:
    """A line that stays, with its new number of units and drop point (None: as before)."""

    line_no: int
    units: int | None = None
    drop: str | None = None


@dataclass(frozen=True)
class Added:
    """A new line. `what`: add; swap (units of `of_line` that have not gone out, for another kind); exchange (good ones for broken ones that went out)."""

    units: int
    kind_id: int | None = None
    what: str = "add"
    of_line: int | None = None
    store_id: int | None = None
    drop: str = ""
    budget_price: int | None = None


class NothingChanges(DomainError):
    """The change order leaves everything as it is."""

    status = 422
    sentence = N_("Nothing of %(number)s would change. Change a quantity, a day, a place or a line first.")


def ask(
    session: Session,
    request_number: str,
    *,
    by: int,
    keep: Sequence[Kept] = (),
    add: Sequence[Added] = (),
    first_day: date | None = None,
    last_day: date | None = None,
    reason: str = "",
) -> Document:
    """Ask for a change of an approved loan request. What only gives back happens at once; the rest waits for whoever the rules name.

    Raise NotEnoughStock, PromisedElsewhere, NothingChanges, NothingLeft, FieldInvalid, WrongState, NotAllowed.
    """
    request, asked = own(session, request_number, by)
    if asked.kind != "loan" or asked.last_day is None:
        raise FieldInvalid(field=Word(N_("Change order")), problem=Word(N_("only loans are changed this way.")))
    if request.state not in OPEN:
        raise WrongState(number=request.number, state=Word(STATE_WORDS[request.state]))
    document = records.create(session, request.pool_id, "CO", request.organization_id, "draft", by)
    first, last = first_day or asked.first_day, last_day or asked.last_day
    row = ChangeOrder(
        id=document.id, request_id=request.id, requester_id=by, first_before=asked.first_day, last_before=asked.last_day, first_day=first, last_day=last,
        reason=reason.strip(),
    )  # fmt: skip
    lines = {line.line_no: line for line in lines_of_request(session, request.id)}
    _check_days(session, request, row)
    changed = _changed(lines, keep, add)
    if not changed and (first, last) == (asked.first_day, asked.last_day):
        raise NothingChanges(number=request.number)
    session.add(row)
    session.flush()
    for position, line in enumerate(changed):
        line.change_id, line.position = row.id, position
        session.add(line)
    session.flush()
    question = asked_of(session, document, row)
    records.concern(session, document.id, [question.store_id])
    records.step(session, document, "submitted", by, "submit", STEPS, row.reason)
    if gives_back(row, changed) and not _named_by_rules(session, question):
        applying.apply(session, request, row, by)
        records.remark(session, request, by, "change", document.number)
        records.step(session, document, "approved", by, "change", STEPS)
        telling.changed(session, document, row, request)
        return document
    # The locks outlive the trial, as whoever is told of freed stock at the end of the act relies on them.
    applying.lock(session, request, row)
    trying = session.begin_nested()
    applying.apply(session, request, row, by)
    trying.rollback()
    approvals.open_round(session, document, deciding.usual(question), question)
    return document


def _named_by_rules(session: Session, question: approvals.Asked) -> bool:
    """Say whether a rule about changes in particular wants even what only gives back decided."""
    return any(Decided.CHANGE in fired.rule.kinds for fired in approvals.plan(session, [], question).fired)


def _check_days(session: Session, request: Document, row: ChangeOrder) -> None:
    today = reservations.pool_today(session, request.pool_id)
    if row.last_day < row.first_day or (row.last_day != row.last_before and row.last_day < today):
        raise FieldInvalid(field=Word(N_("Last day")), problem=Word(N_("choose a day that is not over and not before the first one.")))
    if row.first_day != row.first_before and (row.first_day < today or request.state != "approved"):
        raise FieldInvalid(field=Word(N_("First day")), problem=Word(N_("it can be moved to a day from today on, and only while nothing has gone out.")))


def _changed(lines: dict[int, RequisitionLine], keep: Sequence[Kept], add: Sequence[Added]) -> list[ChangeLine]:
    """Return the lines that differ, the kept ones first; a swap cuts its line by as many units."""
    left = {number: line.approved for number, line in lines.items()}
    drops = {number: line.drop for number, line in lines.items()}
    for one in keep:
        if one.line_no not in lines:
            raise FieldInvalid(field=Word(N_("Line")), problem=Word(N_("the request has no such line.")))
        left[one.line_no] = left[one.line_no] if one.units is None else one.units
        drops[one.line_no] = drops[one.line_no] if one.drop is None else one.drop.strip()
    made, more = [], []
    for new in add:
        origin = lines.get(new.of_line or 0)
        if new.units < 1 or (new.what != "add" and origin is None) or (new.kind_id is None and new.what != "exchange"):
            raise FieldInvalid(field=Word(N_("Quantity")), problem=Word(N_("enter a whole number above 0, and which thing.")))
        if new.what == "swap" and origin is not None:
            left[origin.line_no] -= new.units
        if new.what == "exchange" and origin is not None and new.units > origin.issued:
            raise FieldInvalid(field=Word(N_("Quantity")), problem=Word(N_("no more can be exchanged than were handed over.")))
        made.append(
            ChangeLine(
                what=new.what,
                line_no=None,
                of_line=new.of_line,
                kind_id=new.kind_id or (origin.kind_id if origin else 0),
                store_id=new.store_id,
                units_before=0,
                units_after=new.units,
                drop_before="",
                drop=new.drop.strip() or (origin.drop if origin else ""),
                budget_price=new.budget_price,
            )
        )
    for number, line in lines.items():
        if left[number] == line.approved and drops[number] == line.drop:
            continue
        if not line.issued <= left[number] <= line.approved:
            problem = N_("it lies between what has gone out and what was approved; ask for more by a new line.")
            raise FieldInvalid(field=Word(N_("Quantity")), problem=Word(problem))
        more.append(
            ChangeLine(
                what="keep",
                line_no=number,
                of_line=None,
                kind_id=line.kind_id,
                store_id=line.store_id,
                units_before=line.approved,
                units_after=left[number],
                drop_before=line.drop,
                drop=drops[number][:200],
                budget_price=None,
            )
        )
    return [*more, *made]


def gives_back(row: ChangeOrder, changed: Sequence[ChangeLine]) -> bool:
    """Say whether a change takes nothing new: neither units nor days."""
    return fits_in(row) and all(line.what == "keep" for line in changed)


def taken(session: Session, row: ChangeOrder) -> list[tuple[int, int]]:
    """Return what a change newly takes as (kind, units): added units, and where days move out of the old ones all that is still promised."""
    changed = lines_of(session, row.id)
    found = [(line.kind_id, line.units_after) for line in changed if line.what != "keep"]
    if not fits_in(row):
        after = {line.line_no: line.units_after for line in changed if line.what == "keep"}
        for line in lines_of_request(session, row.request_id):
            found.append((line.kind_id, after.get(line.line_no, line.approved) - line.issued))
    return [(kind_id, units) for kind_id, units in found if units > 0]


def asked_of(session: Session, document: Document, row: ChangeOrder) -> approvals.Asked:
    """Return what the rules are asked about a change: only the difference by class, value and units, and the days of the whole loan."""
    request = session.get_one(Requisition, row.request_id)
    organization = session.get_one(Organization, request.organization_id)
    parts = deciding.parts_of(session, document.pool_id, taken(session, row))
    facts = Facts(Decided.CHANGE, organization.path, organization.kind, parts, days=(row.last_day - row.first_day).days + 1)
    added = [RequisitionLine(kind_id=line.kind_id, store_id=line.store_id) for line in lines_of(session, row.id)]
    store = deciding.deciding_organization(session, document, [*lines_of_request(session, request.id), *added])
    return approvals.Asked(facts, row.requester_id, request.organization_id, giver_id=store, receiver_id=request.organization_id, store_id=store)


def content_digest(session: Session, row: ChangeOrder) -> str:
    """Return the digest of what is decided upon: request, days and lines, before and after."""
    days = [day.isoformat() for day in (row.first_before, row.last_before, row.first_day, row.last_day)]
    names = ("what", "of_line", "kind_id", "store_id", "units_before", "units_after", "drop_before", "drop", "budget_price")
    lines = [[getattr(line, name) for name in names] for line in lines_of(session, row.id)]
    return sha256(json.dumps([row.request_id, days, lines], ensure_ascii=False).encode()).hexdigest()


def barred(session: Session, document: Document, row: ChangeOrder) -> dict[int, str]:
    """Return who may not decide, and as what: whoever prices what is newly taken, and who asks."""
    kinds = [kind_id for kind_id, _units in taken(session, row)]
    pricing = duties.pricing(session, kinds, reservations.pool_today(session, document.pool_id))
    asker = session.get_one(Requisition, row.request_id).requester_id
    return {**pricing, asker: N_("requester"), row.requester_id: N_("requester")}
