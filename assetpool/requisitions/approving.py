"""Approving requests: each is granted or refused by itself, in order and under one lock of the stock; then all that are granted are written together.

One is approved as many are. The number of statements does not grow with the requests, but for those for good, which open transfers.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.approvals import giving
from assetpool.approvals.sitting import Sitting
from assetpool.core import clock
from assetpool.core.db import hold, part_of_act
from assetpool.core.errors import N_, DomainError, NotFound
from assetpool.core.models import Pool
from assetpool.prices import duties
from assetpool.records import service as records
from assetpool.records.models import Document
from assetpool.requisitions import allocation, granting
from assetpool.requisitions.granting import Cut, Request
from assetpool.requisitions.models import Requisition, RequisitionLine
from assetpool.requisitions.queries import lines_of_several
from assetpool.requisitions.steps import STEPS
from assetpool.reservations import service as reservations

on_approved: dict[str, Callable[[Session, Document, Requisition, int], None]] = {}
on_refused: list[Callable[[Session, Document, Requisition, Mapping[int, int]], None]] = []
"""Called with what somebody wanted to grant per line when the stores cannot; what it writes itself may be rolled back after it."""


@dataclass(frozen=True)
class Consent:
    """A yes that somebody wants to give to a request; see `approve`."""

    number: str
    revision: int | None = None
    reason: str = ""
    cuts: Mapping[int, int] = field(default_factory=dict)
    until: date | None = None
    occurred_at: datetime | None = None
    paper: giving.PaperDecision | None = None


@dataclass(frozen=True)
class Willing:
    """A yes that may be given, as far as persons and rules go: the step it takes, what it cuts, and when it was said."""

    consent: Consent
    request: Request
    taken: giving.Taken
    cut: Cut
    said_at: datetime


def approve(
    session: Session,
    number: str,
    *,
    by: int,
    reason: str = "",
    cuts: Mapping[int, int] | None = None,
    until: date | None = None,
    revision: int | None = None,
    occurred_at: datetime | None = None,
    paper: giving.PaperDecision | None = None,
) -> Document:
    """Give the approval that is due from this person; when it is the last, promise every line under lock or raise NotEnoughStock.

    `cuts` {line number: units} lets who decides grant less than was asked (0: nothing of the line), `until` a loan that ends earlier;
    either needs a reason, as does a request for good beyond the allocation standard. What one of several cut, those after may cut further, not give back.
    """
    consent = Consent(number, revision, reason, cuts or {}, until, occurred_at, paper)
    request = _request(_locked(session, [consent]), consent)
    for refusal in _decide(session, [(consent, request)], by).values():
        raise refusal
    return request.document


def approve_several(session: Session, chosen: Sequence[tuple[str, int | None]], *, by: int) -> dict[str, DomainError]:
    """Approve requests (number, revision seen) in the order given; return by number why one was refused, which holds up none of the others."""
    consents = [Consent(number, revision) for number, revision in chosen]
    found = _locked(session, consents)
    refused: dict[str, DomainError] = {}
    runs: list[list[tuple[Consent, Request]]] = [[]]
    for consent in consents:
        try:
            request = _request(found, consent)
        except NotFound as refusal:
            refused[consent.number] = refusal
            continue
        if runs[-1] and not _go_together(runs[-1], request):
            runs.append([])
        runs[-1].append((consent, request))
    if len(runs) > 1:
        granting.lock(session, found.values())
    for run in runs:
        apart = any(request.row.kind in on_approved for _consent, request in run)
        refused |= _decide_apart(session, run, by) if apart else _decide(session, run, by)
    return refused


def _go_together(run: Sequence[tuple[Consent, Request]], request: Request) -> bool:
    """Say whether a request may be weighed before those of a run are written: others of the same pool, and nothing follows at once."""
    others = [one for _consent, one in run]
    followed = any(one.row.kind in on_approved for one in (*others, request))
    return not followed and request not in others and request.document.pool_id == others[0].document.pool_id


def _decide_apart(session: Session, run: Sequence[tuple[Consent, Request]], by: int) -> dict[str, DomainError]:
    """Decide a run of several so that, if what follows is refused, the whole of it goes and nothing else."""
    try:
        with part_of_act(session):
            return _decide(session, run, by)
    except DomainError as refusal:
        return {consent.number: refusal for consent, _request in run}


def _locked(session: Session, consents: Sequence[Consent]) -> dict[str, Request]:
    """Return the requests by number, locked, with their lines; numbers that are none are left out."""
    documents = records.lock_numbers(session, [consent.number for consent in consents], "RQ")
    ids = [document.id for document in documents]
    rows = {row.id: row for row in session.scalars(select(Requisition).where(Requisition.id.in_(ids)))}
    lines = lines_of_several(session, ids)
    return {document.number: Request(document, rows[document.id], lines[document.id]) for document in documents}


def _request(found: Mapping[str, Request], consent: Consent) -> Request:
    request = found.get(consent.number.strip().upper())
    if request is None:
        raise NotFound(what=consent.number)
    return request


def _decide(session: Session, run: Sequence[tuple[Consent, Request]], by: int) -> dict[str, DomainError]:
    """Grant requests of one pool, each named once, in their order; return by number why one was refused."""
    refused: dict[str, DomainError] = {}
    willing: list[Willing] = []
    if not run:
        return refused
    sitting = Sitting.on(session, [request.document for _consent, request in run], by)
    pool = hold(session, [session.get_one(Pool, run[0][1].document.pool_id)])[0]
    pricing = duties.setters(session, {line.kind_id for _consent, request in run for line in request.lines}, clock.today(pool.time_zone))
    for consent, request in run:
        try:
            willing.append(_weighed(session, sitting, pricing, consent, request))
        except DomainError as refusal:
            refused[consent.number] = refusal
    complete = [one.request for one in willing if one.taken.last]
    stores = granting.Stores(session, complete) if complete else None
    decided: list[Willing] = []
    grants: list[granting.Grant] = []
    for one in willing:
        try:
            if stores is not None and one.taken.last:
                grants.append(stores.grant(one.request, one.cut))
            decided.append(one)
        except DomainError as refusal:
            refused[one.consent.number] = refusal
            if isinstance(refusal, reservations.NotEnoughStock):
                for told in on_refused:
                    told(session, one.request.document, one.request.row, one.consent.cuts)
    _write(session, decided, grants, by)
    return refused


def _weighed(session: Session, sitting: Sitting, pricing: Mapping[int, set[int]], consent: Consent, request: Request) -> Willing:
    """Return a yes that persons and rules let through; write nothing."""
    document, row, lines = request
    records.unchanged(document, consent.revision)
    allocation.demand_reason(session, document.pool_id, row, lines, consent.cuts, consent.reason)
    when = records.occurrence(session, consent.occurred_at)
    # Whoever prices what is asked for may not approve it, nor may the requester.
    barred = {**{person: duties.PRICE_SETTER for line in lines for person in pricing[line.kind_id]}, row.requester_id: N_("requester")}
    taken = giving.weigh(sitting, giving.Said(document, digest(row, lines), barred, "yes", consent.reason, when, consent.paper))
    cut = granting.cut(request, consent.cuts, consent.until, consent.reason)
    if taken.last:
        records.demand_step(document, "approved", STEPS)
    return Willing(consent, request, taken, cut, when)


def _write(session: Session, decided: Sequence[Willing], grants: Sequence[granting.Grant], by: int) -> None:
    giving.record(session, [one.taken for one in decided], by)
    granting.write_cuts([(one.request, one.cut) for one in decided])
    granting.write(session, grants)
    moves = []
    for one in decided:
        act, to = ("approve", "approved") if one.taken.last else (one.taken.word, None)
        moves.append(records.Move(one.request.document, by, act, one.consent.reason, one.said_at, to))
    records.move_all(session, moves, STEPS)
    for grant in grants:
        follow = on_approved.get(grant.request.row.kind)
        if follow is not None:
            follow(session, grant.request.document, grant.request.row, by)


def digest(row: Requisition, lines: Sequence[RequisitionLine]) -> str:
    """Return the digest of what is decided upon: organization, days and lines."""
    asked = [[line.line_no, line.kind_id, line.asset_id, line.store_id, line.asked, line.drop, line.budget_price] for line in lines]
    days = [row.first_day.isoformat(), row.last_day.isoformat() if row.last_day else None]
    text = json.dumps([row.kind, row.organization_id, row.event_id, days, asked], ensure_ascii=False)
    return sha256(text.encode()).hexdigest()
