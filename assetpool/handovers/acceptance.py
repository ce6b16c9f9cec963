"""Acceptance: the receiver says what came off the truck, by count; only then custody changes and savings are claimed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Kind
from assetpool.core import clock
from assetpool.core.db import hold
from assetpool.core.errors import N_, DomainError, FieldInvalid, Word
from assetpool.core.models import Pool
from assetpool.custody import service as custody
from assetpool.custody.models import Asset, State, Tranche
from assetpool.custody.queries import when_left
from assetpool.custody.service import Cause
from assetpool.handovers import finishing, telling
from assetpool.handovers.arrival import LinkUsed as LinkUsed
from assetpool.handovers.arrival import demand_party, earliest_acceptance, unchanged_but_arrived
from assetpool.handovers.models import Slip, SlipItem, SlipLine
from assetpool.handovers.signing import Receipt
from assetpool.handovers.sources import Asked, source_of
from assetpool.handovers.steps import SLIP_STEPS
from assetpool.labels.meaning import present_tags
from assetpool.records import service as records
from assetpool.records.models import Document, File, PersonalFact
from assetpool.reservations import service as reservations
from assetpool.savings import service as savings


class CountsDiffer(DomainError):
    """Accepted, short, damaged and refused do not add up to what was loaded."""

    status = 422
    sentence = N_("%(tag)s: %(loaded)d were loaded, but the four counts add up to %(counted)d. Count again.")


class NotOnSlip(DomainError):
    """The tag is not on this slip."""

    status = 422
    sentence = N_("%(tag)s is not on %(number)s. Check the tag against the list.")


@dataclass(frozen=True)
class Counted:
    """What came off the truck of one tag; `accepted` None: everything that is not short, damaged or refused."""

    tag: str
    accepted: int | None = None
    short: int = 0
    damaged: int = 0
    refused: int = 0


Counts = tuple[int, int, int, int]


def accept(
    session: Session,
    number: str,
    counted: Sequence[Counted] | None,
    receipt: Receipt,
    *,
    by: int | None,
    token: str | None = None,
    occurred_at: datetime | None = None,
    revision: int | None = None,
) -> Document:
    """Accept a loaded slip: as signed-in receiver or keeper (`by`), or with the one-time token; None counted: everything as loaded.

    Raise CountsDiffer, NotOnSlip, LinkUsed, WrongState, NotAllowed, FieldInvalid.
    """
    document, slip, request = finishing.lock_slip(session, number)
    demand_party(session, slip, document, by, token)
    unchanged_but_arrived(document, revision)
    receipt.checked()
    items = list(session.scalars(select(SlipItem).where(SlipItem.slip_id == slip.id).order_by(SlipItem.line_no, SlipItem.id)))
    assets = {asset.id: asset for asset in session.scalars(select(Asset).where(Asset.id.in_({item.asset_id for item in items})))}
    counts = _counts(session, document, items, assets, counted)
    reservations.lock(session, {(asset.kind_id, slip.store_id) for asset in assets.values()})
    custody.lock_assets(session, assets)
    when = records.occurrence(session, occurred_at, earliest_acceptance(session, slip))
    return settle_acceptance(session, document, slip, request, items, counts, receipt, by, when)


def accept_at_counter(session: Session, number: str, receipt: Receipt, *, by: int) -> Document:
    """Accept a slip in the act that loaded it, in full: who takes the things signs at the counter."""
    document, slip, request = finishing.lock_slip(session, number)
    items = list(session.scalars(select(SlipItem).where(SlipItem.slip_id == slip.id).order_by(SlipItem.line_no, SlipItem.id)))
    counts = {(item.line_no, item.asset_id): (item.loaded, 0, 0, 0) for item in items}
    return settle_acceptance(session, document, slip, request, items, counts, receipt, by, slip.loaded_at)


def _counts(
    session: Session, document: Document, items: Sequence[SlipItem], assets: dict[int, Asset], counted: Sequence[Counted] | None
) -> dict[tuple[int, int], Counts]:
    """Return the four counts per slip item; a tag on two lines fills the first line first."""
    if counted is None:
        return {(item.line_no, item.asset_id): (item.loaded, 0, 0, 0) for item in items}
    by_tag: dict[str, list[SlipItem]] = defaultdict(list)
    for item in items:
        by_tag[assets[item.asset_id].tag].append(item)
    found: dict[tuple[int, int], Counts] = {}
    for count, tag in zip(counted, present_tags(session, document.pool_id, [count.tag for count in counted]), strict=True):
        if tag not in by_tag:
            raise NotOnSlip(tag=tag, number=document.number)
        own = by_tag.pop(tag)
        loaded = sum(item.loaded for item in own)
        rest = loaded - count.short - count.damaged - count.refused
        four = [rest if count.accepted is None else count.accepted, count.short, count.damaged, count.refused]
        if sum(four) != loaded or min(four) < 0:
            raise CountsDiffer(tag=tag, loaded=loaded, counted=sum(four))
        for item in own:
            taken = []
            room = item.loaded
            for index, left in enumerate(four):
                part = min(left, room)
                taken.append(part)
                four[index] -= part
                room -= part
            found[(item.line_no, item.asset_id)] = (taken[0], taken[1], taken[2], taken[3])
    if by_tag:
        tag, own = next(iter(by_tag.items()))
        raise CountsDiffer(tag=tag, loaded=sum(item.loaded for item in own), counted=0)
    return found


def settle_acceptance(
    session: Session,
    document: Document,
    slip: Slip,
    request: Document,
    items: Sequence[SlipItem],
    counts: dict[tuple[int, int], Counts],
    receipt: Receipt,
    by: int | None,
    when: datetime,
) -> Document:
    """Move what was accepted to the receiver, hold what is short or damaged, keep what was refused; claim and post per line."""
    fact = records.keep_personal(
        session, document.pool_id, document.id, "receiver", receipt.name.strip(), receipt.telephone.strip(), receipt.method, receipt.data
    )
    _attach_paper(session, document, receipt, by)
    accepted = _move_all(session, slip, items, counts, fact, by, when)
    slip.accepted_at, slip.receiver_fact_id = when, fact.id
    responsible = by if by is not None else slip.keeper_id
    _claim(session, document, slip, request, accepted, responsible, when)
    if slip.purpose == "transfer":
        _give_for_good(session, slip, accepted, fact, by, when)
    differs = any(sum(four[1:]) for four in counts.values())
    records.step(session, document, "accepted_with_differences" if differs else "accepted", by, "accept", SLIP_STEPS, occurred_at=when)
    session.flush()
    finishing.after_change(session, [slip.id], responsible, anything_back=False)
    telling.accepted(session, document, slip, differs, by)
    return document


def _attach_paper(session: Session, document: Document, receipt: Receipt, by: int | None) -> None:
    """Attach the photographed paper; only what this person uploaded, so that nobody reaches other people's files through a slip."""
    if receipt.method != "paper_photo" or not receipt.data.startswith("file:"):
        return
    number = receipt.data.removeprefix("file:")
    file = session.get(File, int(number)) if number.isascii() and number.isdigit() else None
    if file is None or file.uploaded_by != by:
        raise FieldInvalid(field=Word(N_("Signature")), problem=Word(N_("upload the photo of the signed paper first.")))
    records.attach(session, document.id, file.id, "signature")


def _move_all(
    session: Session, slip: Slip, items: Sequence[SlipItem], counts: dict[tuple[int, int], Counts], fact: PersonalFact, by: int | None, when: datetime
) -> dict[int, list[Tranche]]:
    """Part the loaded tranches by the counts and move them (what is given for good moves later); return the accepted ones per slip line."""
    day = clock.day_of(when, session.get_one(Pool, fact.pool_id).time_zone)
    loaded: dict[tuple[int | None, int], list[Tranche]] = defaultdict(list)
    statement = select(Tranche).where(Tranche.document_id == slip.id, Tranche.state == State.LOADED, Tranche.count > 0)
    statement = statement.order_by(when_left(), Tranche.id)
    for tranche in session.scalars(statement.execution_options(populate_existing=True)):
        loaded[(tranche.line_no, tranche.asset_id)].append(tranche)
    outcomes: tuple[tuple[str, dict[str, object]], ...] = (
        ("accept", {"state": State.OUT, "custodian_id": slip.receiver_id}),
        ("short", {"state": State.HELD, "due_on": None}),
        ("damage", {"state": State.HELD, "due_on": None}),
        ("refuse", {"state": State.ARRIVED, "due_on": day}),
    )
    accepted: dict[int, list[Tranche]] = defaultdict(list)
    for item in items:
        four = counts[(item.line_no, item.asset_id)]
        item.accepted, item.short, item.damaged, item.refused = four
        cause = Cause(slip.id, item.line_no, by, when, fact.digest)
        rest = loaded[(item.line_no, item.asset_id)]
        for count, (act, changes) in zip(four, outcomes, strict=True):
            if count == 0:
                continue
            parts = custody.take(session, "", rest, count, cause)
            rest = [tranche for tranche in rest if tranche.state == State.LOADED and tranche not in parts]
            if act == "accept":
                accepted[item.line_no].extend(parts)
            if act != "accept" or slip.purpose == "loan":
                for part in parts:
                    custody.move(session, part, act, cause, **changes)
    return accepted


def _give_for_good(session: Session, slip: Slip, accepted: dict[int, list[Tranche]], fact: PersonalFact, by: int | None, when: datetime) -> None:
    """Make the receiver owner, book-keeper and custodian; after the claim, which asks who owned the things until now."""
    mine = {"owner_id": slip.receiver_id, "book_id": slip.receiver_id, "custodian_id": slip.receiver_id}
    for line_no, tranches in sorted(accepted.items()):
        for tranche in tranches:
            cause = Cause(slip.id, line_no, by, when, fact.digest)
            custody.move(session, tranche, "accept", cause, state=State.TRANSFERRED, due_on=None, turn_round=0, **mine)


def _claim(session: Session, document: Document, slip: Slip, request: Document, accepted: dict[int, list[Tranche]], by: int, when: datetime) -> None:
    """Let every line with accepted units become an act of the savings ledger, share the costs over the acts, give refused promises back."""
    source = source_of(request.kind)
    order = source.read(session, request)
    asked = {line.line_no: line for line in order.lines}
    pool = session.get_one(Pool, document.pool_id)
    day = clock.day_of(when, pool.time_zone)
    hold(session, [pool, *session.scalars(select(Kind).where(Kind.id.in_({tranche.kind_id for some in accepted.values() for tranche in some})))])
    acts: dict[int, int] = {}
    sums: dict[int, int] = defaultdict(int)
    lines = list(session.scalars(select(SlipLine).where(SlipLine.slip_id == slip.id).order_by(SlipLine.line_no)))
    _give_back(session, order.promise_id, slip, lines)
    claimed = [line for line in lines if accepted.get(line.line_no)]
    made = [(_delivery(slip, line, asked[line.request_line_no], document.pool_id, order.request_id, day, by), accepted[line.line_no]) for line in claimed]
    for line, act in zip(claimed, hold(session, savings.recognise_all(session, made, grade=False)) if made else [], strict=True):
        acts[act.id] = sum(tranche.count for tranche in accepted[line.line_no])
        sums[line.request_line_no] += acts[act.id]
    if acts:
        savings.post_costs(session, document, acts, by)
    source.accepted(session, request, dict(sums), by)


def _give_back(session: Session, promise_id: int, slip: Slip, lines: Sequence[SlipLine]) -> None:
    sums = select(SlipItem.line_no, func.sum(SlipItem.refused).label("refused")).where(SlipItem.slip_id == slip.id).group_by(SlipItem.line_no)
    refused = {row.line_no: int(row.refused) for row in session.execute(sums)}
    for line in lines:
        if refused.get(line.line_no):
            reservations.unissue(session, promise_id, line.request_line_no, slip.store_id, refused[line.line_no])


def _delivery(slip: Slip, line: SlipLine, asked: Asked, pool_id: int, request_id: int | None, day: date, by: int) -> savings.Delivery:
    return savings.Delivery(
        document_id=slip.id,
        line_no=line.line_no,
        pool_id=pool_id,
        kind=slip.purpose,
        kind_id=line.kind_id,
        asked_kind_id=asked.kind_id,
        receiver_id=slip.receiver_id,
        event_id=slip.event_id,
        store_id=slip.store_id,
        request_id=request_id,
        accepted_on=day,
        due_on=slip.due_on,
        budget_price=asked.budget_price,
        need_dated_on=asked.need_dated_on,
        need_file_id=asked.need_file_id,
        budget_file_id=asked.budget_file_id,
        replaces=asked.replaces,
        by=by,
    )
