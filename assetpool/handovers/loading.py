"""Loading: from scanned tags to a slip whose things are on their way; and the one-time link for the receiver."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Store
from assetpool.core import clock
from assetpool.core.errors import N_, FieldInvalid, Word, WrongState
from assetpool.core.models import Pool
from assetpool.custody import service as custody
from assetpool.custody.models import Movement, State, Tranche
from assetpool.custody.service import Cause
from assetpool.handovers.blockers import Blocked, LoanOver, NothingToLoad
from assetpool.handovers.choosing import Chooser, Item, Pick, named, store_of
from assetpool.handovers.models import Slip, SlipItem, SlipLine
from assetpool.handovers.sources import Order, source_of
from assetpool.handovers.steps import AWAITING_RECEIVER
from assetpool.org.models import Role
from assetpool.org.service import demand
from assetpool.records import service as records
from assetpool.records.models import Document
from assetpool.records.states import STATE_WORDS
from assetpool.reservations import service as reservations
from assetpool.reservations.issuing import issue_all
from assetpool.reservations.queries import of_document
from assetpool.savings import service as savings


@dataclass(frozen=True)
class Loaded:
    """What loading made: the slip and the secret of its one-time link, readable only now."""

    document: Document
    slip: Slip
    token: str


@dataclass(frozen=True)
class Costs:
    """What a slip or return cost, with vouchers; or the reason why it cost nothing."""

    lines: Sequence[savings.CostLine] = ()
    reason: str = ""


def token_digest(token: str) -> str:
    """Return what is stored of a receiver's link."""
    return sha256(token.encode()).hexdigest()


def load(
    session: Session,
    number: str,
    items: Sequence[Item],
    *,
    by: int,
    costs: Costs,
    store_id: int | None = None,
    destination: str = "",
    occurred_at: datetime | None = None,
    revision: int | None = None,
) -> Loaded:
    """Load things for a request: check every one under lock, use up its promises, make the slip.

    Raise Blocked with each reason, LoanOver, CostMissing, NotAllowed, SamePerson, WrongState, PromisedElsewhere.
    """
    source = source_of(number)
    order = source.take(session, number, by)
    # A request for good goes out on the transfer it opened, while the page showed the revision of the request.
    records.unchanged(order.document, revision if order.document.number == number.strip().upper() else None)
    when = records.occurrence(session, occurred_at)
    day = clock.day_of(when, session.get_one(Pool, order.document.pool_id).time_zone)
    if order.due_on is not None and day > order.due_on:
        raise LoanOver(order.document.number, order.due_on)
    if not items:
        raise NothingToLoad()
    listed = named(session, order.document.pool_id, items)
    known, wrong = listed.assets, listed.wrong
    store_id = store_id or store_of(session, order, known.values())
    if store_id is None:
        raise Blocked([reason for _, reason in wrong], [tag for tag, _ in wrong]) if wrong else NothingToLoad()
    store = session.get_one(Store, store_id)
    demand(session, by, Role.KEEPER, store.organization_id)
    keys = sorted({(asset.kind_id, store_id) for asset in known.values()} | {(asked.kind_id, store_id) for asked in order.lines})
    reservations.lock(session, keys)
    custody.lock_assets(session, [asset.id for asset in known.values()])
    until = None if order.due_on is None else order.due_on + timedelta(days=max((row.turn_round for row in of_document(session, order.promise_id)), default=0))
    chooser = Chooser(session, order, store_id, known, until, day)
    chooser.wrong.extend(wrong)
    picks = chooser.choose(listed.items)
    if occurred_at is not None:
        _in_sequence(session, chooser, picks, when)
    with reservations.keeping_promises(session, order.document.pool_id, keys):
        loaded = _write(session, order, store, picks, chooser, by, when, destination)
    savings.record_costs(session, loaded.document, list(costs.lines), costs.reason, by, day)
    loaded.slip.no_cost_reason = costs.reason.strip()
    source.loaded(session, order.document, _per_line(picks), by)
    session.flush()
    return loaded


def _write(session: Session, order: Order, store: Store, picks: Sequence[Pick], chooser: Chooser, by: int, when: datetime, destination: str) -> Loaded:
    """Make the slip with its lines and items, use up the promises and move the tranches."""
    owners = {part.owner_id for pick in picks for part in chooser.tranches[pick.asset.id]}
    document = records.create(
        session,
        order.document.pool_id,
        "HS",
        order.receiver_id,
        "loaded",
        by,
        [store.organization_id, order.document.organization_id, *sorted(owners), *order.parties],
    )
    token = secrets.token_urlsafe(24)
    slip = Slip(
        id=document.id,
        request_id=order.document.id,
        purpose=order.purpose,
        store_id=store.id,
        receiver_id=order.receiver_id,
        event_id=order.event_id,
        keeper_id=by,
        due_on=order.due_on,
        destination=destination.strip()[:300],
        token_digest=token_digest(token),
        loaded_at=when,
        accepted_at=None,
    )
    session.add(slip)
    session.flush()
    asked = {line.line_no: line for line in order.lines}
    numbers = {(line_no, kind_id): number for number, (line_no, kind_id) in enumerate(sorted({(p.line_no, p.asset.kind_id) for p in picks}), start=1)}
    rows = [
        {"slip_id": slip.id, "line_no": number, "request_line_no": line_no, "kind_id": kind_id, "drop": asked[line_no].drop}
        for (line_no, kind_id), number in numbers.items()
    ]
    session.execute(insert(SlipLine), rows)
    counts: dict[tuple[int, int], int] = defaultdict(int)
    for pick in picks:
        number = numbers[(pick.line_no, pick.asset.kind_id)]
        counts[(number, pick.asset.id)] += pick.count
    session.execute(insert(SlipItem), [{"slip_id": slip.id, "line_no": n, "asset_id": a, "loaded": c} for (n, a), c in sorted(counts.items())])
    _use_promises(session, order, store.id, picks)
    _move(session, slip, picks, numbers, chooser, by, when)
    return Loaded(document, slip, token)


def _use_promises(session: Session, order: Order, store_id: int, picks: Sequence[Pick]) -> None:
    """Turn the promises into issued ones: those of a tag by its tag, the others line by line."""
    sums: dict[tuple[int, int], int] = defaultdict(int)
    for pick in picks:
        sums[(pick.line_no, pick.asset.id if pick.pinned else 0)] += pick.count
    issue_all(session, order.promise_id, store_id, sums)


def _move(session: Session, slip: Slip, picks: Sequence[Pick], numbers: Mapping[tuple[int, int], int], chooser: Chooser, by: int, when: datetime) -> None:
    """Move the picked units into the carrier's custody; of a lot the most claimed first."""
    for pick in picks:
        cause = Cause(slip.id, numbers[(pick.line_no, pick.asset.kind_id)], by, when)
        if pick.asset.form == "lot":
            standing: Sequence[Tranche] = custody.standing(session, pick.asset.id, store_id=slip.store_id)
        else:
            standing = [part for part in chooser.tranches[pick.asset.id] if part.state == State.IN_STORE and part.store_id == slip.store_id]
        for part in custody.take(session, pick.asset.tag, standing, pick.count, cause):
            custody.move(session, part, "load", cause, state=State.LOADED, due_on=slip.due_on, turn_round=pick.turn_round)


def _per_line(picks: Sequence[Pick]) -> dict[int, int]:
    sums: dict[int, int] = defaultdict(int)
    for pick in picks:
        sums[pick.line_no] += pick.count
    return dict(sums)


def _in_sequence(session: Session, chooser: Chooser, picks: Sequence[Pick], when: datetime) -> None:
    not_before(session, [part.id for pick in picks for part in chooser.tranches[pick.asset.id] if part.state == State.IN_STORE], when)


def not_before(session: Session, tranche_ids: Sequence[int], when: datetime) -> None:
    """Refuse a moment before the last thing that happened to any of the tranches (acts told later than they happened)."""
    last = session.scalar(select(func.max(Movement.occurred_at)).where(Movement.tranche_id.in_(list(tranche_ids))))
    if last is not None and when < last:
        raise FieldInvalid(
            field=Word(N_("Time of the act")), problem=Word(N_("it lies before the last thing that happened here. Check the date and the time."))
        )


def renew_link(session: Session, number: str, *, by: int) -> str:
    """Make a new one-time link for a slip that waits for its receiver; the old one no longer opens it."""
    document = records.lock(session, number, "HS")
    slip = session.get_one(Slip, document.id)
    demand(session, by, Role.KEEPER, session.get_one(Store, slip.store_id).organization_id)
    if document.state not in AWAITING_RECEIVER:
        raise WrongState(number=document.number, state=Word(STATE_WORDS[document.state]))
    token = secrets.token_urlsafe(24)
    slip.token_digest = token_digest(token)
    records.remark(session, document, by, "renew_link")
    return token
