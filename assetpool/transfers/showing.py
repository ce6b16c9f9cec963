"""What the page of a transfer shows: where it stands, what deciding does, its slips and book figures, and what this person can do next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from assetpool.approvals.models import ApprovalDue
from assetpool.approvals.pages import duty
from assetpool.approvals.queries import due_of, dues_of, given
from assetpool.approvals.showing import Round, of_document, of_plan
from assetpool.approvals.wording import awaited, timeline, way
from assetpool.catalog.models import Kind, Store
from assetpool.catalog.queries import kinds as kinds_of
from assetpool.core.errors import N_
from assetpool.handovers.models import Slip
from assetpool.handovers.steps import AWAITING_RECEIVER
from assetpool.org.models import Organization, Role
from assetpool.org.queries import Access, path_of, people
from assetpool.prices import duties
from assetpool.records.models import Document, Trail
from assetpool.records.queries import trail_of, visible_numbers
from assetpool.reservations.queries import ledgers
from assetpool.reservations.service import pool_today
from assetpool.transfers import deciding, payments, queries
from assetpool.transfers.booking import sides_of
from assetpool.transfers.bookkeeping import SIDES
from assetpool.transfers.models import Transfer, TransferLine
from assetpool.transfers.payment_models import TransferPayment
from assetpool.transfers.payments import Standing
from assetpool.transfers.steps import DECIDED_UPON, EDITABLE, GIVABLE

STATIONS = (
    ("draft", "create", N_("Written")),
    ("submitted", "submit", N_("Handed in")),
    ("giver_endorsed", "giver_endorse", N_("Endorsed by the giver")),
    ("receiver_endorsed", "receiver_endorse", N_("Endorsed by the receiver")),
    ("approved", "approve", N_("Approved by the pool")),
    ("handed_over", "hand_over", N_("Handed over")),
    ("accepted", "accept", N_("Accepted")),
    ("booked", "book", N_("Booked by both")),
    ("closed", "close", N_("Closed")),
)
AT = {"partly_handed_over": "approved", "sent_back": "draft"}


@dataclass(frozen=True)
class Possible:
    """What this person can do with the transfer now; `book` names the sides that this person may still book."""

    edit: bool = False
    decide: bool = False
    step: str = ""
    barred: str = ""
    record_paper: bool = False
    cancel: bool = False
    hand_over: bool = False
    book: tuple[str, ...] = ()
    pay: bool = False
    close: bool = False


@dataclass(frozen=True)
class Item:
    """One line with its kind, its tag if one is meant, and the units free for it (None: promised already)."""

    line: TransferLine
    kind: Kind
    tag: str
    free: int | None

    @property
    def short(self) -> int:
        """Return how many units are missing."""
        return 0 if self.free is None else max(0, self.line.asked - self.free)


@dataclass(frozen=True)
class Shown:
    """Everything on the page, read in a fixed number of queries."""

    document: Document
    row: Transfer
    giver: Organization
    receiver: Organization
    store: Store
    request: str | None
    lines: tuple[Item, ...]
    slips: tuple[tuple[Document, Slip], ...]
    steps: tuple[dict[str, str], ...]
    awaited: str
    round: Round
    timeline: tuple[dict[str, str], ...]
    possible: Possible
    payments: tuple[TransferPayment, ...]
    price: Standing

    @property
    def units(self) -> int:
        """Return how many units are to be given."""
        return sum(item.line.asked for item in self.lines)

    @property
    def figures(self) -> tuple[int | None, int | None, int | None]:
        """Return original value, accumulated depreciation and carrying amount of all lines; None where one of them is unknown."""
        found: list[int | None] = []
        for name in ("original_value", "accumulated_depreciation", "carrying_amount"):
            amounts = [getattr(item.line, name) for item in self.lines if item.line.accepted]
            found.append(sum(amounts) if amounts and None not in amounts else None)
        return found[0], found[1], found[2]


def shown(session: Session, access: Access, document: Document) -> Shown:
    """Put together the page of a transfer."""
    row = session.get_one(Transfer, document.id)
    store = session.get_one(Store, row.store_id)
    dues = dues_of(session, document.id)
    trail = trail_of(session, document.id)
    persons = people(session, [entry.person_id for entry in trail])
    requested = visible_numbers(session, access, [row.request_id])
    given_kinds = [line.kind_id for line in queries.lines(session, row.id)]
    pricing = duties.pricing(session, given_kinds, pool_today(session, document.pool_id)) if dues or document.state in EDITABLE else {}
    paid = payments.payments_of(session, row.id) if row.consideration else []
    return Shown(
        document=document,
        row=row,
        giver=session.get_one(Organization, row.giver_id),
        receiver=session.get_one(Organization, row.receiver_id),
        store=store,
        request=requested.get(row.request_id or 0),
        lines=tuple(_items(session, document, row)),
        slips=tuple(queries.slips(session, row.id)),
        steps=tuple(way(document, _stations(session, document), trail, persons, AT.get(document.state) if document.state != "sent_back" else None)),
        awaited=awaited(session, dues[0] if dues else None),
        round=_round(session, document, row, {**pricing, row.requester_id: N_("requester")}),
        timeline=tuple(timeline(trail, persons, _said)),
        possible=possible_acts(session, access, document, row, store, dues, pricing),
        payments=tuple(paid),
        price=payments.standing(row, paid),
    )


def _said(entry: Trail) -> str:
    """Write the remark of a trace; a booking begins with its side."""
    side, _sep, words = entry.note.partition("; ")
    if entry.act != "book" or side not in SIDES:
        return entry.note
    return " · ".join(part for part in (_(SIDES[side]), words) if part)


def _round(session: Session, document: Document, row: Transfer, barred: Mapping[int, str]) -> Round:
    """Return who decides: for a draft who would, after handing in who does."""
    if document.state not in EDITABLE:
        return of_document(session, document, barred)
    return of_plan(session, deciding.plan(session, document, row), barred, pool_today(session, document.pool_id))


def _items(session: Session, document: Document, row: Transfer) -> list[Item]:
    lines = queries.lines(session, row.id)
    kinds = kinds_of(session, [line.kind_id for line in lines])
    labels = queries.tags(session, [line.asset_id for line in lines])
    asking = row.request_id is None and document.state in EDITABLE | DECIDED_UPON
    today = pool_today(session, document.pool_id)
    books = ledgers(session, [(line.kind_id, row.store_id) for line in lines], today) if asking else {}
    items = []
    for line in lines:
        book, kind = books.get((line.kind_id, row.store_id)), kinds[line.kind_id]
        free = book.free(max(row.first_day, today), None, kind.turn_round_days) if book is not None else 0
        items.append(Item(line, kind, labels.get(line.asset_id or 0, ""), free if asking else None))
    return items


def _stations(session: Session, document: Document) -> list[tuple[str, str, str]]:
    """Return the way of this transfer: endorsements stand there only where they were given or are due."""
    wanted = {approval.step for approval in given(session, document.id)}
    due = due_of(session, document.id)
    wanted |= {due.step} if due is not None else set()
    return [(state, act, _(label)) for state, act, label in STATIONS if not act.endswith("_endorse") or act in wanted]


def possible_acts(
    session: Session, access: Access, document: Document, row: Transfer, store: Store, dues: Sequence[ApprovalDue], pricing: Mapping[int, str]
) -> Possible:
    """Return what this person can do with the transfer now; the services ask again. `pricing`: who prices what it gives."""
    state = document.state
    own = any(access.may(Role.CLERK, path_of(session, side)) for side in (row.giver_id, row.receiver_id))
    part = duty(session, access, dues, row.requester_id, pricing)
    asked = access.person_id == row.requester_id
    decided = access.person_id in {approval.person_id for approval in given(session, document.id)}
    keeps = access.may(Role.KEEPER, path_of(session, store.organization_id))
    return Possible(
        edit=own and state in EDITABLE,
        decide=part.decide,
        step=part.step,
        barred=part.barred,
        record_paper=part.record_paper,
        cancel=own and state in EDITABLE | DECIDED_UPON | {"approved", "partly_handed_over"},
        hand_over=keeps and state in GIVABLE and not asked and not decided,
        book=tuple(sides_of(session, row, access)) if state == "accepted" else (),
        pay=payments.may_pay(session, access, document, row),
        close=own and state == "booked",
    )


def is_under_way(document: Document) -> bool:
    """Say whether a slip waits for its receiver."""
    return document.state in AWAITING_RECEIVER
