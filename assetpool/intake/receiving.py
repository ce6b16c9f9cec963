"""The keeper receives line by line: count and condition; assets and lots come into being, or an old card comes home."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.approvals import service as approvals
from assetpool.catalog.models import Store
from assetpool.core.errors import N_, DomainError, FieldInvalid, SamePerson, Word, WrongState
from assetpool.core.tags import parse_tag
from assetpool.custody import service as custody
from assetpool.custody.models import Asset, Condition, State, Tranche
from assetpool.handovers.loading import not_before
from assetpool.intake.models import Intake, IntakeLine
from assetpool.intake.queries import lines as lines_of
from assetpool.intake.steps import RECEIVABLE, STEPS
from assetpool.org.models import Role
from assetpool.org.service import demand
from assetpool.records import outbox
from assetpool.records import service as records
from assetpool.records.models import Document
from assetpool.records.states import STATE_WORDS
from assetpool.reservations import service as reservations


class MoreThanAnnounced(DomainError):
    """More came than was announced; the surplus needs a line of its own."""

    sentence = N_("Line %(line)d: %(count)d counted, but only %(left)d are still expected. Receive those, and enter the rest as a new intake.")


@dataclass(frozen=True)
class Received:
    """What came for a line: how many (None: all that is still expected), in which condition, to which place; `done`: nothing more will come."""

    line_no: int
    count: int | None = None
    condition: str | None = None
    place: str | None = None
    done: bool = False


def receive(
    session: Session, number: str, came: Sequence[Received], *, by: int, occurred_at: datetime | None = None, revision: int | None = None
) -> tuple[Document, list[str]]:
    """Receive what came (nothing named: everything as announced); return the document and the tags made, in order.

    Fewer than announced is normal; more is refused. The keeper may be neither requester nor approver.
    """
    document = records.lock(session, number, "IN")
    records.unchanged(document, revision)
    intake = session.get_one(Intake, document.id)
    store = session.get_one(Store, intake.store_id)
    demand(session, by, Role.KEEPER, store.organization_id)
    if by == intake.requester_id:
        raise SamePerson(number=document.number, earlier=Word(N_("requester")))
    if by in approvals.deciders(session, document.id):
        raise SamePerson(number=document.number, earlier=Word(N_("approver")))
    if document.state not in RECEIVABLE:
        raise WrongState(number=document.number, state=Word(STATE_WORDS[document.state]))
    when = records.occurrence(session, occurred_at)
    announced = {line.line_no: line for line in lines_of(session, intake.id)}
    wanted = list(came) or [Received(number) for number, line in announced.items() if not line.closed]
    reservations.lock(session, [(announced[item.line_no].kind_id, store.id) for item in wanted if item.line_no in announced])
    things: list[custody.NewAsset] = []
    made: list[int | None] = []
    for item in wanted:
        line = announced.get(item.line_no)
        if line is None:
            raise FieldInvalid(field=Word(N_("Line")), problem=Word(N_("this intake has no such line.")))
        count, condition = _count_in(line, item)
        if count == 0:
            continue
        home = _come_home(session, intake, store, line, count, condition, item.place, custody.Cause(document.id, line.line_no, by, when))
        labels = [] if home is not None else [_thing(intake, store, line, count, condition, item.place)] * (1 if line.lot else count)
        things += labels
        made += [home] if home is not None else [None] * len(labels)
    # All new labels at once: a book of thousands of lines is received in one press.
    new = iter(custody.register(session, document.pool_id, things, custody.Cause(document.id, None, by, when)))
    ids = [next(new) if known is None else known for known in made]
    complete = all(line.closed or line.received >= line.announced for line in announced.values())
    records.step(session, document, "received" if complete else "partly_received", by, "receive", STEPS, "", when)
    if complete:
        outbox.tell(session, "intake_received", pool_id=document.pool_id, people={intake.requester_id} - {by}, document_id=document.id)
    return document, _tags(session, ids)


def _tags(session: Session, ids: list[int]) -> list[str]:
    tags: dict[int, str] = {}
    for start in range(0, len(ids), 5000):
        tags.update((row.id, row.tag) for row in session.execute(select(Asset.id, Asset.tag).where(Asset.id.in_(ids[start : start + 5000]))))
    return [tags[i] for i in ids]


def _count_in(line: IntakeLine, item: Received) -> tuple[int, str]:
    """Count what came on its line; return the count and the condition found."""
    left = line.announced - line.received
    count = left if item.count is None else item.count
    condition = item.condition or line.condition
    if condition not in set(Condition):
        raise FieldInvalid(field=Word(N_("Condition")), problem=Word(N_("choose new, good, fair, poor or scrap.")))
    if count < 0:
        raise FieldInvalid(field=Word(N_("Count")), problem=Word(N_("enter 0 or more.")))
    if count > left or (line.closed and count):
        raise MoreThanAnnounced(line=line.line_no, count=count, left=0 if line.closed else left)
    line.received += count
    line.closed = item.done or line.received >= line.announced
    return count, condition


def _thing(intake: Intake, store: Store, line: IntakeLine, count: int, condition: str, place: str | None) -> custody.NewAsset:
    """Return the label that comes into being for one unit or for the whole lot of a line."""
    moves_books = intake.mode == "transfer"
    return custody.NewAsset(
        kind_id=line.kind_id,
        form="lot" if line.lot else "unit",
        count=count if line.lot else 1,
        store_id=store.id,
        origin_id=intake.organization_id,
        owner_id=store.organization_id if moves_books else intake.organization_id,
        book_id=store.organization_id if moves_books else intake.organization_id,
        custodian_id=intake.organization_id if store.type == "virtual" else store.organization_id,
        condition=condition,
        inspected_good=condition in (Condition.NEW, Condition.GOOD),
        place=place if place is not None else line.place,
        acquired_on=line.acquired_on,
        original_value=line.original_value,
        accumulated_depreciation=line.accumulated_depreciation,
        brand=line.brand,
        serial=line.serial if count == 1 or line.lot else "",
        external_no=line.external_no,
        note=line.note,
        line_no=line.line_no,
    )


def _come_home(
    session: Session, intake: Intake, store: Store, line: IntakeLine, count: int, condition: str, place: str | None, cause: custody.Cause
) -> int | None:
    """Take a thing back under its old label when the line names the tag of one that was given to this organization: card and counters go on."""
    try:
        tag = parse_tag(line.external_no)
    except DomainError:
        return None
    asset = session.scalar(select(Asset).where(Asset.tag == tag, Asset.kind_id == line.kind_id))
    if asset is None:
        return None
    custody.lock_assets(session, [asset.id])
    given = session.scalars(
        select(Tranche).where(
            Tranche.asset_id == asset.id,
            Tranche.state == State.TRANSFERRED,
            Tranche.custodian_id == intake.organization_id,
            Tranche.count > 0,
        )
    ).all()
    reservations.lock(session, [(line.kind_id, tranche.store_id) for tranche in given])
    not_before(session, [tranche.id for tranche in given], cause.occurred_at)
    for part in custody.take(session, tag, given, count, cause):
        moves_books = intake.mode == "transfer"
        custody.move(
            session,
            part,
            "receive",
            cause,
            state=State.IN_STORE,
            store_id=store.id,
            place=place if place is not None else line.place,
            condition=condition,
            custodian_id=intake.organization_id if store.type == "virtual" else store.organization_id,
            owner_id=store.organization_id if moves_books else intake.organization_id,
            book_id=store.organization_id if moves_books else intake.organization_id,
            due_on=None,
            turn_round=0,
        )
    return asset.id
