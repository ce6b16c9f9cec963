"""Swapped things: the borrowers of two slips hold each other's. Both sign one exchange; only then it counts.

What lies aside in the store is then taken back on its own slip. What the other borrower still has stays out on its slip, and that borrower
answers for it from then on.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Store
from assetpool.core.errors import N_, DomainError, NotAllowed, NotFound, Word, WrongState
from assetpool.custody import service as custody
from assetpool.custody.models import Asset, State, Tranche
from assetpool.custody.service import Cause
from assetpool.handovers import asides, telling
from assetpool.handovers.aside_models import Aside, Exchange, ExchangeLine
from assetpool.handovers.finding import Back, MoreThanOut, NotOut, find_out
from assetpool.handovers.loading import Costs
from assetpool.handovers.models import Slip
from assetpool.handovers.placing import part_off
from assetpool.handovers.returning import take_back
from assetpool.handovers.signing import Receipt
from assetpool.handovers.steps import EXCHANGE_STEPS
from assetpool.labels.meaning import present_tags
from assetpool.org.models import Organization, Role
from assetpool.org.queries import access_of, path_of
from assetpool.org.service import demand
from assetpool.records import outbox
from assetpool.records import service as records
from assetpool.records.models import Document
from assetpool.records.states import STATE_WORDS
from assetpool.reservations import service as reservations

RECEIVING = (Role.CLERK, Role.ORGANIZER, Role.HEAD)


class NothingSwapped(DomainError):
    """The thing kept aside names no slip it came with, or is out on that very slip."""

    status = 422
    sentence = N_("%(number)s: an exchange needs the slip it came with and the label of a thing that is out on another borrower’s slip.")


class ExchangedAlready(DomainError):
    """Another exchange that is not signed yet holds the thing."""

    sentence = N_("%(number)s stands in the exchange %(other)s already. Sign or cancel that one first.")


class SignedAlready(DomainError):
    """This side signed before."""

    sentence = N_("%(receiver)s signed %(number)s already. The other side is still to sign.")


@dataclass(frozen=True)
class _Pair:
    """The two slips: the one a thing came with (first), and the one it is out on (second)."""

    first: Slip
    second: Slip


def propose(session: Session, number: str, missing: str = "", *, by: int, revision: int | None = None) -> Document:
    """Open the exchange for what lies aside; `missing` is the label that the slip it came with lacks, if it is known. Both borrowers are told.

    Raise NothingSwapped, ExchangedAlready, NotOut, SlipAmbiguous, MoreThanOut, NotAllowed, WrongState.
    """
    document, row = asides.lock(session, number, by, revision=revision)
    if row.outcome:
        raise WrongState(number=document.number, state=Word(STATE_WORDS[document.state]))
    pair = _pair(session, document, row)
    _refuse_twice(session, document, row)
    made = records.create(
        session, document.pool_id, "XC", document.organization_id, "opened", by, [pair.first.receiver_id, pair.second.receiver_id], document.number
    )
    session.add(Exchange(id=made.id, store_id=row.store_id, first_slip_id=pair.first.id, second_slip_id=pair.second.id))
    session.flush()
    lines = [ExchangeLine(line_no=1, slip_id=pair.second.id, asset_id=row.asset_id, count=row.count, holder_id=pair.first.receiver_id, aside_id=row.id)]
    if missing.strip():
        lines.append(_missing(session, document.pool_id, missing, pair, row.count))
    for line in lines:
        line.exchange_id = made.id
        session.add(line)
    session.flush()
    for slip in (pair.first, pair.second):
        _ask(session, made, slip, by)
    return made


def _pair(session: Session, document: Document, row: Aside) -> _Pair:
    if row.slip_id is None or row.asset_id is None:
        raise NothingSwapped(number=document.number)
    first, asset = session.get_one(Slip, row.slip_id), session.get_one(Asset, row.asset_id)
    others = [slip for slip in asides.missed_by(session, asset.id, first.id) if slip.receiver_id != first.receiver_id]
    if not others:
        raise NothingSwapped(number=document.number)
    number = session.get_one(Document, others[0].id).number if len(others) == 1 else ""
    out = sum(part.count for part in find_out(session, document.pool_id, [Back(asset.tag, number)])[0])
    if row.count > out:
        raise MoreThanOut(tag=asset.tag, counted=row.count, out=out)
    return _Pair(first, others[0])


def _missing(session: Session, pool_id: int, tag: str, pair: _Pair, count: int) -> ExchangeLine:
    """Return the line of what the first slip lacks: it lies aside too, or the other borrower has it."""
    (found,) = present_tags(session, pool_id, [tag])
    parts = find_out(session, pool_id, [Back(found, session.get_one(Document, pair.first.id).number)])[0]
    if not parts:
        raise NotOut(tag=found)
    units = min(count, sum(part.count for part in parts))
    lying = session.scalar(select(Aside.id).where(Aside.asset_id == parts[0].asset_id, Aside.outcome == "").order_by(Aside.id).limit(1))
    return ExchangeLine(line_no=2, slip_id=pair.first.id, asset_id=parts[0].asset_id, count=units, holder_id=pair.second.receiver_id, aside_id=lying)


def _refuse_twice(session: Session, document: Document, row: Aside) -> None:
    statement = select(Document.number).join(ExchangeLine, ExchangeLine.exchange_id == Document.id).where(ExchangeLine.aside_id == row.id)
    other = session.scalar(statement.where(Document.state.in_(EXCHANGE_STEPS)).limit(1))
    if other is not None:
        raise ExchangedAlready(number=document.number, other=other)


def _ask(session: Session, document: Document, slip: Slip, by: int) -> None:
    people = telling.receiving(session, [slip.receiver_id]) | telling.requesters(session, [slip.id])
    facts = {"receiver": session.get_one(Organization, slip.receiver_id).name}
    outbox.tell(session, "exchange_to_sign", pool_id=document.pool_id, people=people - {by}, document_id=document.id, facts=facts)


def lock(session: Session, number: str) -> tuple[Document, Exchange, list[ExchangeLine]]:
    """Return an exchange with its lines; it, what lies aside and both slips are locked in the order of their ids."""
    found = session.scalar(select(Document).where(Document.number == number.strip().upper(), Document.kind == "XC"))
    if found is None:
        raise NotFound(what=number)
    row = session.get_one(Exchange, found.id)
    lines = list(session.scalars(select(ExchangeLine).where(ExchangeLine.exchange_id == row.id).order_by(ExchangeLine.line_no)))
    slips = {row.first_slip_id, row.second_slip_id}
    requests = session.scalars(select(Slip.request_id).where(Slip.id.in_(slips))).all()
    locked = records.lock_ids(session, {found.id, *slips, *requests, *(line.aside_id for line in lines if line.aside_id)})
    session.refresh(row)
    return locked[found.id], row, lines


def sign(session: Session, number: str, side: str, receipt: Receipt, *, by: int, revision: int | None = None) -> Document:
    """Sign for one borrower: by its own people, or at the counter with the keeper; the second signature settles it.

    Raise SignedAlready, WrongState, NotAllowed, FieldInvalid, and what `take_back` raises when things have moved on since.
    """
    document, row, lines = lock(session, number)
    slip = session.get_one(Slip, row.first_slip_id if side == "first" else row.second_slip_id)
    _demand_side(session, row, slip, by)
    records.unchanged(document, revision)
    receipt.checked()
    if (row.first_fact_id if side == "first" else row.second_fact_id) is not None:
        raise SignedAlready(number=document.number, receiver=session.get_one(Organization, slip.receiver_id).name)
    fact = records.keep_personal(session, document.pool_id, document.id, side, receipt.name.strip(), receipt.telephone.strip(), receipt.method, receipt.data)
    if side == "first":
        row.first_fact_id = fact.id
    else:
        row.second_fact_id = fact.id
    both = row.first_fact_id is not None and row.second_fact_id is not None
    records.step(session, document, "closed" if both else "half_signed", by, "sign", EXCHANGE_STEPS, session.get_one(Organization, slip.receiver_id).name)
    if both:
        _settle(session, document, row, lines)
    return document


def _demand_side(session: Session, row: Exchange, slip: Slip, by: int) -> None:
    access = access_of(session, by)
    store = session.get_one(Store, row.store_id)
    if not access.may(RECEIVING, path_of(session, slip.receiver_id)) and not access.may(Role.KEEPER, path_of(session, store.organization_id)):
        raise NotAllowed(role=Word(N_("keeper")))


def cancel(session: Session, number: str, reason: str, *, by: int, revision: int | None = None) -> Document:
    """Give an exchange up that is not signed by both; what lies aside stays there. Raise WrongState, NotAllowed."""
    document, row, _ = lock(session, number)
    demand(session, by, Role.KEEPER, session.get_one(Store, row.store_id).organization_id)
    records.unchanged(document, revision)
    records.step(session, document, "cancelled", by, "cancel", EXCHANGE_STEPS, reason.strip())
    return document


def _settle(session: Session, document: Document, row: Exchange, lines: list[ExchangeLine]) -> None:
    """Take what lies aside back on its slip, as the keeper who opened the exchange; let the other borrower answer for what is still there."""
    numbers = {one.id: one.number for one in session.scalars(select(Document).where(Document.id.in_([row.first_slip_id, row.second_slip_id])))}
    tags = {asset.id: asset.tag for asset in session.scalars(select(Asset).where(Asset.id.in_([line.asset_id for line in lines])))}
    keeper = document.created_by
    lying = [line for line in lines if line.aside_id is not None]
    backs = [Back(tags[line.asset_id], numbers[line.slip_id], arrived=line.count, note=document.number) for line in lying]
    held = [line for line in lines if line.aside_id is None]
    parts = _parts(session, lines)
    reservations.lock(session, {(part.kind_id, place) for part in parts for place in (part.store_id, row.store_id)})
    receipt = take_back(session, row.store_id, backs, by=keeper, costs=Costs((), document.number))
    row.return_id = receipt.id
    for line in lying:
        aside = session.get_one(Aside, line.aside_id)
        aside.return_id = receipt.id
        asides.end(session, session.get_one(Document, aside.id), aside, "exchanged", keeper, document.number)
    if held:
        _answer(session, document, held, tags)
    people = telling.requesters(session, [row.first_slip_id, row.second_slip_id]) | {keeper}
    outbox.tell(session, "exchange_done", pool_id=document.pool_id, people=people, document_id=document.id)


def _answer(session: Session, document: Document, lines: list[ExchangeLine], tags: dict[int, str]) -> None:
    """Let the other borrower answer for what that borrower still has; slip, claim and last day stay as they are."""
    parts = _parts(session, lines)
    custody.lock_assets(session, {part.asset_id for part in parts})
    when = records.occurrence(session, None)
    for line in lines:
        left = line.count
        for part in [one for one in parts if (one.document_id, one.asset_id) == (line.slip_id, line.asset_id) and one.custodian_id != line.holder_id]:
            if left == 0:
                break
            cause = Cause(line.slip_id, part.line_no, document.created_by, when)
            taken = part_off(session, part, min(left, part.count), cause)
            custody.move(session, taken, "exchange", cause, custodian_id=line.holder_id)
            left -= taken.count
        if left:
            raise MoreThanOut(tag=tags[line.asset_id], counted=line.count, out=line.count - left)


def _parts(session: Session, lines: list[ExchangeLine]) -> list[Tranche]:
    statement = select(Tranche).where(
        Tranche.document_id.in_([line.slip_id for line in lines]),
        Tranche.asset_id.in_([line.asset_id for line in lines]),
        Tranche.state == State.OUT,
        Tranche.count > 0,
    )
    return list(session.scalars(statement.order_by(Tranche.id).execution_options(populate_existing=True)))
