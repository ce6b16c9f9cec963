"""What a slip is made for: a requisition here; other documents (transfers) register how they are opened, stepped and finished."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from assetpool.core.errors import N_, FieldInvalid, Word
from assetpool.records.models import Document
from assetpool.requisitions import service as requisitions
from assetpool.requisitions.models import Requisition
from assetpool.requisitions.queries import lines as lines_of


@dataclass(frozen=True)
class Asked:
    """One line of the request: what was asked for and the papers of its need, as the savings ledger wants them."""

    line_no: int
    kind_id: int
    drop: str = ""
    budget_price: int | None = None
    need_dated_on: date | None = None
    need_file_id: int | None = None
    budget_file_id: int | None = None
    replaces: bool = False


@dataclass(frozen=True)
class Order:
    """A request from which things may go out: for whom, until when (None: for good), and whose promises are used up."""

    document: Document
    purpose: str
    receiver_id: int
    lines: tuple[Asked, ...]
    promise_id: int
    event_id: int | None = None
    due_on: date | None = None
    request_id: int | None = None
    parties: tuple[int, ...] = ()


@dataclass(frozen=True)
class Source:
    """How hand-overs deal with one kind of request.

    `take` locks it and refuses wrong states and persons (session, number, by); `read` gives the same facts without a lock.
    `loaded` and `accepted` hear {line: units}; `returned` hears whether everything and whether anything is back.
    """

    take: Callable[[Session, str, int], Order]
    read: Callable[[Session, Document], Order]
    loaded: Callable[[Session, Document, Mapping[int, int], int], None]
    accepted: Callable[[Session, Document, Mapping[int, int], int], None]
    returned: Callable[[Session, Document, bool, bool, int], None]


def of_requisition(session: Session, document: Document) -> Order:
    """Return what a requisition asks for."""
    row = session.get_one(Requisition, document.id)
    asked = tuple(
        Asked(
            line_no=line.line_no,
            kind_id=line.kind_id,
            drop=line.drop,
            budget_price=line.budget_price,
            need_dated_on=line.need_dated_on,
            need_file_id=line.need_file_id,
            budget_file_id=line.budget_file_id,
            replaces=line.replaces_line_id is not None,
        )
        for line in lines_of(session, document.id)
    )
    due = row.last_day if row.kind == "loan" else None
    return Order(document, row.kind, row.organization_id, asked, document.id, row.event_id, due, document.id)


def _take_requisition(session: Session, number: str, by: int) -> Order:
    document, _ = requisitions.issuable(session, number, by)
    return of_requisition(session, document)


def _count_issued(session: Session, document: Document, counts: Mapping[int, int], by: int) -> None:
    requisitions.issued(session, document, counts, by)


def _nothing_more(session: Session, document: Document, counts: Mapping[int, int], by: int) -> None:
    """A requisition counts what left the store; acceptance is the slip's own."""


sources: dict[str, Source] = {
    "RQ": Source(_take_requisition, of_requisition, _count_issued, _nothing_more, requisitions.step_after_return),
}


def source_of(number_or_kind: str) -> Source:
    """Return how to deal with a request by its number or kind; raise FieldInvalid for documents nothing is handed over for."""
    source = sources.get(number_or_kind.strip().upper()[:2])
    if source is None:
        raise FieldInvalid(field=Word(N_("Request")), problem=Word(N_("things go out for a requisition or a transfer. Give its number.")))
    return source
