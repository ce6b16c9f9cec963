"""Both sides enter a transfer in their books; the giver's finance confirms what the computed depreciation only proposed."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.core import clock
from assetpool.core.errors import N_, DomainError, FieldInvalid, NotAllowed, Word, WrongState
from assetpool.core.money import share
from assetpool.custody import service as custody
from assetpool.custody.models import State, Tranche
from assetpool.handovers.models import Slip, SlipLine
from assetpool.org.models import Role
from assetpool.org.queries import Access, access_of, path_of
from assetpool.org.service import ROLE_WORDS
from assetpool.records import outbox
from assetpool.records import service as records
from assetpool.records.models import Document
from assetpool.records.states import STATE_WORDS
from assetpool.transfers.models import Transfer, TransferLine
from assetpool.transfers.queries import lines as lines_of
from assetpool.transfers.steps import STEPS

SIDES = ("giver", "receiver")
MAY_BOOK = (Role.FINANCE, Role.CLERK)


class BookedAlready(DomainError):
    """This side has entered the transfer in its books before."""

    sentence = N_("%(number)s is booked already by this side. Nothing more is to be done here.")


def book(
    session: Session,
    number: str,
    *,
    by: int,
    side: str | None = None,
    confirmed: Mapping[int, int] | None = None,
    note: str = "",
    revision: int | None = None,
) -> Document:
    """Book a transfer for one side (default: the one of this person that has not booked yet); with both it is booked.

    `confirmed` {line: accumulated depreciation in fen of what was accepted} is the giver's word against the proposal, until the giver has booked.
    """
    document = records.lock(session, number, "TR")
    records.unchanged(document, revision)
    row = session.get_one(Transfer, document.id)
    if document.state not in ("accepted", "booked"):
        raise WrongState(number=document.number, state=Word(STATE_WORDS[document.state]))
    side = side or _side_of(session, row, access_of(session, by))
    if side not in SIDES:
        raise FieldInvalid(field=Word(N_("Side")), problem=Word(N_("choose giver or receiver.")))
    _demand(session, row, side, by)
    if row.giver_booked if side == "giver" else row.receiver_booked:
        raise BookedAlready(number=document.number)
    if confirmed and side != "giver":
        raise FieldInvalid(field=Word(N_("Accumulated depreciation")), problem=Word(N_("the giver confirms it, since it comes from the giver's books.")))
    if confirmed:
        _confirm(session, document, row, confirmed, by)
    if side == "giver":
        row.giver_booked = True
    else:
        row.receiver_booked = True
    words = "; ".join(part for part in (side, note.strip()) if part)
    if row.giver_booked and row.receiver_booked:
        records.step(session, document, "booked", by, "book", STEPS, words)
        outbox.tell(session, "transfer_booked", pool_id=document.pool_id, people={row.requester_id} - {by}, document_id=document.id)
    else:
        records.remark(session, document, by, "book", words)
    return document


def sides_of(session: Session, row: Transfer, access: Access) -> list[str]:
    """Return the sides that a person may still book, the one of the own organization first."""
    of = {"giver": row.giver_id, "receiver": row.receiver_id}
    done = {"giver": row.giver_booked, "receiver": row.receiver_booked}
    own = {grant.organization_id for grant in access.grants if grant.role in MAY_BOOK}
    may = [side for side in SIDES if not done[side] and access.may(MAY_BOOK, path_of(session, of[side]) or "?")]
    return sorted(may, key=lambda side: of[side] not in own)


def _side_of(session: Session, row: Transfer, access: Access) -> str:
    open_sides = sides_of(session, row, access)
    if open_sides:
        return open_sides[0]
    return "giver" if access.may(MAY_BOOK, path_of(session, row.giver_id) or "?") else "receiver"


def _demand(session: Session, row: Transfer, side: str, by: int) -> None:
    organization_id = row.giver_id if side == "giver" else row.receiver_id
    if not access_of(session, by).may(MAY_BOOK, path_of(session, organization_id) or "?"):
        raise NotAllowed(role=Word(ROLE_WORDS[Role.FINANCE]))


def _confirm(session: Session, document: Document, row: Transfer, confirmed: Mapping[int, int], by: int) -> None:
    """Put the confirmed depreciation in place of the proposal, on the line and by a movement on everything accepted under it."""
    lines = {line.line_no: line for line in lines_of(session, row.id)}
    for line_no, worn in sorted(confirmed.items()):
        line = lines.get(line_no)
        if line is None or line.original_value is None:
            raise FieldInvalid(field=Word(N_("Line")), problem=Word(N_("this transfer has no such line with a value.")))
        if not 0 <= worn <= line.original_value:
            raise FieldInvalid(field=Word(N_("Accumulated depreciation")), problem=Word(N_("enter an amount from 0 to the original value.")))
        if worn == line.accumulated_depreciation:
            continue
        line.accumulated_depreciation, line.carrying_amount = worn, line.original_value - worn
        _restate(session, document, line, worn, by)


def _restate(session: Session, document: Document, line: TransferLine, worn: int, by: int) -> None:
    statement = (
        select(Tranche)
        .join(Slip, Slip.id == Tranche.document_id)
        .join(SlipLine, (SlipLine.slip_id == Slip.id) & (SlipLine.line_no == Tranche.line_no))
        .where(Slip.request_id == document.id, SlipLine.request_line_no == line.line_no, Tranche.state == State.TRANSFERRED, Tranche.count > 0)
    )
    parts = list(session.scalars(statement.order_by(Tranche.id)))
    custody.lock_assets(session, [part.asset_id for part in parts])
    values = [(part.original_value or 0) * part.count for part in parts]
    for part, total in zip(parts, share(worn, values), strict=True):
        cause = custody.Cause(part.document_id, part.line_no, by, clock.now())
        custody.move(session, part, "book", cause, accumulated_depreciation=min(part.original_value or 0, total // part.count))
