"""Writing a requisition: its lines, days and contacts, before it is handed in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Kind, Store
from assetpool.catalog.queries import kinds, stores
from assetpool.core.errors import N_, DomainError, FieldInvalid, Word, WrongState
from assetpool.custody.models import OWNED, Asset
from assetpool.custody.queries import assets
from assetpool.events.models import Event
from assetpool.org.models import Role
from assetpool.org.queries import access_of
from assetpool.org.service import demand
from assetpool.records import service as records
from assetpool.records.models import Attachment, Document, PersonalFact
from assetpool.records.queries import file_for
from assetpool.records.states import STATE_WORDS
from assetpool.requisitions.models import Requisition, RequisitionLine
from assetpool.requisitions.queries import lines as lines_of
from assetpool.requisitions.steps import EDITABLE
from assetpool.reservations import queries as stock
from assetpool.reservations import service as reservations

MOST_LINES = 2500
LARGEST_QUANTITY = 1_000_000


class KindWithdrawn(DomainError):
    """The kind is no longer offered."""

    status = 422
    sentence = N_("%(kind)s is no longer offered. Choose another kind from the catalogue.")


@dataclass(frozen=True)
class Wish:
    """One line asked for: a kind or a tag's asset, how many, from which store (None: any), where to; and its need in the budget."""

    quantity: int
    kind_id: int | None = None
    asset_id: int | None = None
    store_id: int | None = None
    drop: str = ""
    budget_price: int | None = None
    need_dated_on: date | None = None
    need_file_id: int | None = None
    budget_file_id: int | None = None


@dataclass(frozen=True)
class Contact:
    """Somebody who may receive the things; personal data, kept outside the chain."""

    name: str
    telephone: str = ""


def draft(
    session: Session,
    organization_id: int,
    wishes: Sequence[Wish],
    first_day: date,
    last_day: date | None,
    *,
    by: int,
    kind: str = "loan",
    event_id: int | None = None,
    purpose: str = "",
    budget_line: str = "",
    contacts: Sequence[Contact] = (),
) -> Document:
    """Write a requisition for an organization; nothing is promised yet. Raise FieldInvalid, KindWithdrawn, NotAllowed."""
    access = demand(session, by, (Role.ORGANIZER, Role.CLERK), organization_id)
    _check_days(kind, first_day, last_day)
    _check_event(session, access.pool_id, event_id)
    document = records.create(session, access.pool_id, "RQ", organization_id, "draft", by)
    row = Requisition(
        id=document.id,
        kind=kind,
        organization_id=organization_id,
        event_id=event_id,
        requester_id=by,
        first_day=first_day,
        last_day=last_day,
        purpose=purpose.strip(),
        budget_line=budget_line.strip(),
        contact_id=None,
    )
    session.add(row)
    session.flush()
    _write_lines(session, row, wishes, by)
    _write_contacts(session, document, row, contacts)
    _concern(session, document, row)
    return document


def rewrite(
    session: Session,
    number: str,
    wishes: Sequence[Wish],
    first_day: date,
    last_day: date | None,
    *,
    by: int,
    event_id: int | None = None,
    purpose: str = "",
    budget_line: str = "",
    contacts: Sequence[Contact] = (),
    revision: int | None = None,
) -> Document:
    """Write a draft or a request sent back anew, before it is submitted (again)."""
    document, row = own(session, number, by)
    records.unchanged(document, revision)
    if document.state not in EDITABLE:
        raise WrongState(number=document.number, state=Word(STATE_WORDS[document.state]))
    _check_days(row.kind, first_day, last_day)
    _check_event(session, document.pool_id, event_id)
    row.first_day, row.last_day, row.event_id = first_day, last_day, event_id
    row.purpose, row.budget_line = purpose.strip(), budget_line.strip()
    session.execute(delete(RequisitionLine).where(RequisitionLine.requisition_id == row.id))
    _write_lines(session, row, wishes, by)
    _forget_contacts(session, row)
    _write_contacts(session, document, row, contacts)
    _concern(session, document, row)
    records.remark(session, document, by, "rewrite")
    return document


def _check_days(kind: str, first_day: date, last_day: date | None) -> None:
    if kind not in ("loan", "transfer"):
        raise FieldInvalid(field=Word(N_("Kind of request")), problem=Word(N_("choose loan or transfer.")))
    if kind == "loan" and last_day is None:
        raise FieldInvalid(field=Word(N_("Last day")), problem=Word(N_("give the last day of the loan.")))
    if last_day is not None and last_day < first_day:
        raise FieldInvalid(field=Word(N_("Last day")), problem=Word(N_("it lies before the first day. Swap the two or choose a later day.")))
    if last_day is not None and (last_day - first_day).days > 3660:
        raise FieldInvalid(field=Word(N_("Last day")), problem=Word(N_("a loan lasts ten years at most. Ask for a transfer instead.")))


def _check_event(session: Session, pool_id: int, event_id: int | None) -> None:
    event = session.get(Event, event_id) if event_id is not None else None
    if event_id is not None and (event is None or event.pool_id != pool_id):
        raise FieldInvalid(field=Word(N_("Event")), problem=Word(N_("choose an event from the list.")))


def _write_lines(session: Session, row: Requisition, wishes: Sequence[Wish], by: int) -> None:
    """Write the lines; a paper can only be named by who may read it."""
    if not wishes:
        raise FieldInvalid(field=Word(N_("Lines")), problem=Word(N_("ask for at least one thing.")))
    if len(wishes) > MOST_LINES:
        raise FieldInvalid(field=Word(N_("Lines")), problem=Word(N_("a request holds 2,500 lines at most. Split it into several.")))
    mine = access_of(session, by)
    for file_id in sorted({named for wish in wishes for named in (wish.need_file_id, wish.budget_file_id) if named is not None}):
        file_for(session, mine, file_id)
    pool_id = session.get_one(Document, row.id).pool_id
    things = _Things(session, wishes)
    for number, wish in enumerate(wishes, start=1):
        kind, asset = things.of(wish, pool_id)
        if not 0 < wish.quantity <= LARGEST_QUANTITY:
            raise FieldInvalid(field=Word(N_("Quantity")), problem=Word(N_("enter a whole number from 1 to 1,000,000.")))
        if asset is not None and wish.quantity > asset.units:
            raise reservations.NotEnoughStock(kind.name, wish.quantity, asset.units, None)
        session.add(
            RequisitionLine(
                requisition_id=row.id,
                line_no=number,
                kind_id=kind.id,
                asset_id=asset.id if asset else None,
                store_id=asset.store_id if asset else wish.store_id,
                asked=wish.quantity,
                approved=0,
                issued=0,
                drop=wish.drop.strip(),
                budget_price=wish.budget_price,
                need_dated_on=wish.need_dated_on,
                need_file_id=wish.need_file_id,
                budget_file_id=wish.budget_file_id,
            )
        )
    session.flush()
    _attach_needs(session, row, wishes)


def _attach_needs(session: Session, row: Requisition, wishes: Sequence[Wish]) -> None:
    """Attach the papers that show each line's need and budget."""
    session.execute(delete(Attachment).where(Attachment.document_id == row.id, Attachment.purpose.in_(("need", "budget"))))
    for number, wish in enumerate(wishes, start=1):
        for file_id, purpose in ((wish.need_file_id, "need"), (wish.budget_file_id, "budget")):
            if file_id is not None:
                records.attach(session, row.id, file_id, purpose, number)


class _Things:
    """The kinds, labels and stores that wishes name, read at once."""

    def __init__(self, session: Session, wishes: Sequence[Wish]) -> None:
        self.assets = assets(session, [wish.asset_id for wish in wishes])
        self.kinds = kinds(session, [*(wish.kind_id for wish in wishes), *(asset.kind_id for asset in self.assets.values())])
        self.stores = stores(session, [wish.store_id for wish in wishes])

    def of(self, wish: Wish, pool_id: int) -> tuple[Kind, Asset | None]:
        """Return the kind of a wish, and the asset when a tag is asked for; raise what is wrong with them."""
        asset = self.assets.get(wish.asset_id or 0)
        kind = self.kinds.get(asset.kind_id if asset else wish.kind_id or 0)
        if kind is None or kind.pool_id != pool_id or (wish.asset_id is not None and asset is None):
            raise FieldInvalid(field=Word(N_("Kind")), problem=Word(N_("choose a kind from the catalogue.")))
        if kind.withdrawn_at is not None:
            raise KindWithdrawn(kind=kind.name)
        if kind.register != "ordinary":
            raise FieldInvalid(field=Word(N_("Kind")), problem=Word(N_("this register is not lent out through ordinary requests.")))
        if asset is not None and asset.state not in OWNED:
            raise FieldInvalid(field=Word(N_("Tag")), problem=Word(N_("this thing no longer belongs to the pool. Choose another.")))
        store = self.stores.get(wish.store_id or 0)
        if wish.store_id is not None and (store is None or store.pool_id != pool_id):
            raise FieldInvalid(field=Word(N_("Store")), problem=Word(N_("choose a store from the list.")))
        return kind, asset


def _forget_contacts(session: Session, row: Requisition) -> None:
    """Take out the receivers named before: nothing refers to them while a request is being written."""
    row.contact_id = None
    session.flush()
    session.execute(delete(PersonalFact).where(PersonalFact.document_id == row.id, PersonalFact.role == "receiver"))


def _write_contacts(session: Session, document: Document, row: Requisition, contacts: Sequence[Contact]) -> None:
    for index, contact in enumerate(contact for contact in contacts if contact.name.strip()):
        fact = records.keep_personal(session, document.pool_id, document.id, "receiver", contact.name.strip(), contact.telephone.strip())
        if index == 0:
            row.contact_id = fact.id


def _concern(session: Session, document: Document, row: Requisition) -> None:
    """Let the stores' organizations and the event's organizer read the request."""
    asked = lines_of(session, row.id)
    named = {line.store_id for line in asked if line.store_id is not None}
    concerned = named or {store for _, store in stock.keys_of(session, [line.kind_id for line in asked])}
    organizations = set(session.scalars(select(Store.organization_id).where(Store.id.in_(concerned))))
    event = session.get(Event, row.event_id) if row.event_id is not None else None
    records.concern(session, document.id, [*sorted(organizations), event.organization_id if event else None])


def own(session: Session, number: str, by: int) -> tuple[Document, Requisition]:
    """Return a locked request of an organization for which this person may ask."""
    document = records.lock(session, number, "RQ")
    demand(session, by, (Role.ORGANIZER, Role.CLERK), document.organization_id)
    return document, session.get_one(Requisition, document.id)
