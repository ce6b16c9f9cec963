"""Writing a transfer: who gives what to whom, from which store, before it is handed in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete
from sqlalchemy.orm import Session

from assetpool.catalog.models import Kind, Store
from assetpool.core.errors import N_, DomainError, FieldInvalid, NotAllowed, Word, WrongState
from assetpool.custody.models import OWNED, Asset
from assetpool.org.models import Organization, Role
from assetpool.org.queries import access_of, path_of
from assetpool.org.service import ROLE_WORDS
from assetpool.records import service as records
from assetpool.records.models import Document
from assetpool.records.states import STATE_WORDS
from assetpool.reservations import service as reservations
from assetpool.transfers.models import Transfer, TransferLine
from assetpool.transfers.queries import held_by
from assetpool.transfers.steps import EDITABLE

MOST_LINES = 2000
MOST_UNITS = 1_000_000
LARGEST_AMOUNT = 10**13


class GiverHasFewer(DomainError):
    """The giver owns fewer units there than it would give."""

    sentence = N_(
        "%(kind)s: %(asked)d to be given, but only %(held)d in %(store)s belong to %(giver)s. Lower the quantity, or name the organization that owns them."
    )


@dataclass(frozen=True)
class Given:
    """One line: a kind or a tag's asset, and how many units."""

    quantity: int
    kind_id: int | None = None
    asset_id: int | None = None


@dataclass(frozen=True)
class Terms:
    """Who gives to whom, from which store and from which day on, why, and for which consideration (fen; 0: gratuitous)."""

    giver_id: int
    receiver_id: int
    store_id: int
    first_day: date | None = None
    reason: str = ""
    consideration: int = 0


def draft(session: Session, terms: Terms, given: Sequence[Given], *, by: int) -> Document:
    """Write a transfer as a clerk of giver or receiver; nothing is promised yet. Raise FieldInvalid, NotAllowed, GiverHasFewer."""
    pool_id = _demand_side(session, by, terms.giver_id, terms.receiver_id)
    store = _check(session, terms, pool_id)
    document = records.create(session, pool_id, "TR", terms.receiver_id, "draft", by, parties=[terms.giver_id, store.organization_id])
    row = Transfer(
        id=document.id,
        request_id=None,
        giver_id=terms.giver_id,
        receiver_id=terms.receiver_id,
        store_id=store.id,
        requester_id=by,
        first_day=terms.first_day or reservations.pool_today(session, pool_id),
        reason=terms.reason.strip(),
        consideration=terms.consideration,
        giver_booked=False,
        receiver_booked=False,
    )
    session.add(row)
    session.flush()
    _write_lines(session, row, store, given)
    return document


def rewrite(session: Session, number: str, terms: Terms, given: Sequence[Given], *, by: int, revision: int | None = None) -> Document:
    """Write a draft or a transfer sent back anew, before it is submitted (again)."""
    document, row = own(session, number, by)
    records.unchanged(document, revision)
    if document.state not in EDITABLE:
        raise WrongState(number=document.number, state=Word(STATE_WORDS[document.state]))
    _demand_side(session, by, terms.giver_id, terms.receiver_id)
    store = _check(session, terms, document.pool_id)
    row.giver_id, row.receiver_id, row.store_id = terms.giver_id, terms.receiver_id, store.id
    document.organization_id = terms.receiver_id
    row.first_day = terms.first_day or row.first_day
    row.reason, row.consideration = terms.reason.strip(), terms.consideration
    session.execute(delete(TransferLine).where(TransferLine.transfer_id == row.id))
    _write_lines(session, row, store, given)
    records.concern(session, document.id, [terms.giver_id, terms.receiver_id, store.organization_id])
    records.remark(session, document, by, "rewrite")
    return document


def own(session: Session, number: str, by: int) -> tuple[Document, Transfer]:
    """Return a locked transfer of an organization whose clerk this person is."""
    document = records.lock(session, number, "TR")
    row = session.get_one(Transfer, document.id)
    _demand_side(session, by, row.giver_id, row.receiver_id)
    return document, row


def _demand_side(session: Session, by: int, giver_id: int, receiver_id: int) -> int:
    """Return the pool; raise NotAllowed unless the person is a clerk of giver or receiver (or above)."""
    access = access_of(session, by)
    if not any(access.may(Role.CLERK, path_of(session, side) or "?") for side in (giver_id, receiver_id)):
        raise NotAllowed(role=Word(ROLE_WORDS[Role.CLERK]))
    return access.pool_id


def _check(session: Session, terms: Terms, pool_id: int) -> Store:
    if terms.giver_id == terms.receiver_id:
        raise FieldInvalid(field=Word(N_("Receiver")), problem=Word(N_("giver and receiver are the same. Choose another organization.")))
    for side, field in ((terms.giver_id, N_("Giver")), (terms.receiver_id, N_("Receiver"))):
        organization = session.get(Organization, side)
        if organization is None or organization.pool_id != pool_id:
            raise FieldInvalid(field=Word(field), problem=Word(N_("choose an organization from the list.")))
    if not 0 <= terms.consideration <= LARGEST_AMOUNT:
        raise FieldInvalid(field=Word(N_("Consideration")), problem=Word(N_("enter 0 (gratuitous) or the agreed amount.")))
    store = session.get(Store, terms.store_id)
    if store is None or store.pool_id != pool_id:
        raise FieldInvalid(field=Word(N_("Store")), problem=Word(N_("choose a store from the list.")))
    return store


def _write_lines(session: Session, row: Transfer, store: Store, given: Sequence[Given]) -> None:
    if not given:
        raise FieldInvalid(field=Word(N_("Lines")), problem=Word(N_("give at least one thing.")))
    if len(given) > MOST_LINES:
        raise FieldInvalid(field=Word(N_("Lines")), problem=Word(N_("a transfer holds 2,000 lines at most. Split it into several.")))
    wanted: dict[int, int] = defaultdict(int)
    kinds: dict[int, Kind] = {}
    for number, line in enumerate(given, start=1):
        kind, asset = _thing(session, line, store)
        if not 0 < line.quantity <= MOST_UNITS:
            raise FieldInvalid(field=Word(N_("Quantity")), problem=Word(N_("enter a whole number from 1 to 1,000,000.")))
        kinds[kind.id] = kind
        wanted[kind.id] += line.quantity
        session.add(TransferLine(transfer_id=row.id, line_no=number, kind_id=kind.id, asset_id=asset.id if asset else None, asked=line.quantity))
    session.flush()
    check_owned(session, row, store, {kinds[kind_id]: units for kind_id, units in wanted.items()})


def check_owned(session: Session, row: Transfer, store: Store, wanted: dict[Kind, int]) -> None:
    """Raise GiverHasFewer unless what is to be given belongs to the giver; a store's own organization gives what its store keeps."""
    if row.giver_id == store.organization_id and store.type == "physical":
        return
    held = held_by(session, row.giver_id, store.id, [kind.id for kind in wanted])
    for kind, units in wanted.items():
        if units > held.get(kind.id, 0):
            giver = session.get_one(Organization, row.giver_id)
            raise GiverHasFewer(kind=kind.name, asked=units, held=held.get(kind.id, 0), store=store.name, giver=giver.name)


def _thing(session: Session, line: Given, store: Store) -> tuple[Kind, Asset | None]:
    asset = session.get(Asset, line.asset_id) if line.asset_id is not None else None
    kind = session.get(Kind, asset.kind_id if asset else line.kind_id) if asset or line.kind_id is not None else None
    if kind is None or kind.pool_id != store.pool_id:
        raise FieldInvalid(field=Word(N_("Kind")), problem=Word(N_("choose a kind from the catalogue.")))
    if asset is not None and asset.state not in OWNED:
        raise FieldInvalid(field=Word(N_("Tag")), problem=Word(N_("this thing no longer belongs to the pool. Choose another.")))
    if asset is not None and asset.store_id != store.id:
        raise FieldInvalid(field=Word(N_("Tag")), problem=Word(N_("this thing stands in another store. Make a transfer of its own for it.")))
    return kind, asset
