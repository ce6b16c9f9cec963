"""What became of an event's requests, as organizer and pool see it: lines with what was granted and why less, slips, what is out.

A fixed number of queries however many requests, lines and slips.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from assetpool.approvals.models import Approval
from assetpool.catalog.models import Kind, Store
from assetpool.catalog.queries import kinds as kinds_of
from assetpool.core.errors import NotFound
from assetpool.custody.models import State, Tranche
from assetpool.events.models import Event
from assetpool.handovers.models import Slip, SlipItem, SlipLine
from assetpool.invitations.models import Invitation, InvitationDevice, ListLine
from assetpool.org.queries import Access
from assetpool.records.models import Attachment, Document, File
from assetpool.records.queries import visible
from assetpool.requisitions.models import Requisition, RequisitionLine
from assetpool.requisitions.queries import lines_of_several

LETTER = "letter"


@dataclass(frozen=True)
class SlipStatus:
    """One truck load: from which store, in which state, how many units, and what goes where."""

    document: Document
    slip: Slip
    store: Store
    units: int
    drops: tuple[str, ...]


@dataclass(frozen=True)
class RequestStatus:
    """One request with its lines, the words of its decisions, its slips and the sealed letter's scans."""

    document: Document
    row: Requisition
    lines: tuple[tuple[RequisitionLine, Kind], ...]
    reasons: tuple[str, ...]
    slips: tuple[SlipStatus, ...]
    letters: tuple[File, ...]

    @property
    def decided(self) -> bool:
        """Say whether it was granted."""
        return self.document.state in ("approved", "partly_issued", "issued", "partly_returned", "returned", "closed")


def requests_of(session: Session, event_id: int, access: Access | None = None) -> list[RequestStatus]:
    """Return the requests for an event, newest first; those a person may see, or (no access) those of its leading organization."""
    statement = select(Document, Requisition).join(Requisition, Requisition.id == Document.id).where(Requisition.event_id == event_id)
    leading = select(Event.organization_id).where(Event.id == event_id).scalar_subquery()
    own = and_(Document.state != "draft", Document.organization_id == leading)
    statement = statement.where(visible(access) if access is not None else own)
    rows = [(row[0], row[1]) for row in session.execute(statement.order_by(Document.id.desc()).limit(200))]
    ids = [document.id for document, _row in rows]
    if not ids:
        return []
    lines = lines_of_several(session, ids)
    kinds = kinds_of(session, {line.kind_id for some in lines.values() for line in some})
    reasons = _reasons(session, ids)
    slips = _slips(session, ids)
    letters: dict[int, list[File]] = defaultdict(list)
    attached = select(Attachment.document_id, File).join(File, File.id == Attachment.file_id)
    for document_id, file in session.execute(attached.where(Attachment.document_id.in_(ids), Attachment.purpose == LETTER).order_by(Attachment.id)):
        letters[document_id].append(file)
    return [
        RequestStatus(
            document,
            row,
            tuple((line, kinds[line.kind_id]) for line in lines[row.id]),
            tuple(reasons.get(row.id, ())),
            tuple(slips.get(row.id, ())),
            tuple(letters.get(row.id, ())),
        )
        for document, row in rows
    ]


def _reasons(session: Session, ids: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    statement = select(Approval.document_id, Approval.reason).where(Approval.document_id.in_(ids), Approval.reason != "").order_by(Approval.height)
    for document_id, reason in session.execute(statement):
        found[document_id].append(reason)
    return found


def _slips(session: Session, ids: Sequence[int]) -> dict[int, list[SlipStatus]]:
    statement = select(Document, Slip, Store).join(Slip, Slip.id == Document.id).join(Store, Store.id == Slip.store_id).where(Slip.request_id.in_(ids))
    rows = session.execute(statement.order_by(Document.id)).all()
    slip_ids = [row[1].id for row in rows]
    units = {row[0]: int(row[1]) for row in session.execute(_sum(slip_ids))}
    drops: dict[int, list[str]] = defaultdict(list)
    for slip_id, drop in session.execute(select(SlipLine.slip_id, SlipLine.drop).where(SlipLine.slip_id.in_(slip_ids)).order_by(SlipLine.line_no)):
        if drop and drop not in drops[slip_id]:
            drops[slip_id].append(drop)
    found: dict[int, list[SlipStatus]] = defaultdict(list)
    for document, slip, store in rows:
        found[slip.request_id].append(SlipStatus(document, slip, store, units.get(slip.id, 0), tuple(drops.get(slip.id, ()))))
    return found


def _sum(slip_ids: Sequence[int]) -> Select[int, int]:
    return select(SlipItem.slip_id, func.sum(SlipItem.loaded)).where(SlipItem.slip_id.in_(slip_ids)).group_by(SlipItem.slip_id)


@dataclass(frozen=True)
class Out:
    """Units of a kind that are out for an event, and until when the first of them are due."""

    kind: Kind
    units: int
    due_on: date | None


def out_now(session: Session, event_id: int) -> list[Out]:
    """Return what is out for an event now, by kind."""
    statement = (
        select(Tranche.kind_id, func.sum(Tranche.count), func.min(Tranche.due_on))
        .join(Slip, Slip.id == Tranche.document_id)
        .where(Slip.event_id == event_id, Tranche.state == State.OUT, Tranche.count > 0)
        .group_by(Tranche.kind_id)
        .order_by(func.sum(Tranche.count).desc())
    )
    rows = session.execute(statement).all()
    kinds = kinds_of(session, [row[0] for row in rows])
    return [Out(kinds[row[0]], int(row[1]), row[2]) for row in rows]


def wishes_of(session: Session, event_id: int) -> list[ListLine]:
    """Return what an organizer asked for that nothing in the catalogue fits."""
    statement = select(ListLine).where(ListLine.event_id == event_id, ListLine.kind_id.is_(None), ListLine.submitted_at.is_not(None))
    return list(session.scalars(statement.order_by(ListLine.position, ListLine.id)))


@dataclass(frozen=True)
class LinkState:
    """The newest invitation of an event: open, used in how many browsers, with how many lines still in the list."""

    invitation: Invitation
    devices: int
    open_lines: int
    over: bool


def link_state(session: Session, event: Event, today: date) -> LinkState | None:
    """Return the state of an event's newest link."""
    newest = session.scalar(select(Invitation).where(Invitation.event_id == event.id).order_by(Invitation.id.desc()).limit(1))
    if newest is None:
        return None
    devices = session.scalar(select(func.count()).select_from(InvitationDevice).where(InvitationDevice.invitation_id == newest.id)) or 0
    waiting = select(func.count()).select_from(ListLine).where(ListLine.event_id == event.id, ListLine.submitted_at.is_(None))
    return LinkState(newest, devices, session.scalar(waiting) or 0, newest.revoked_at is not None or newest.expires_on < today)


def letter_file(session: Session, document: Document, file_id: int) -> File:
    """Return a scan that was attached to a request as its letter; raise NotFound for any other file."""
    statement = select(File).join(Attachment, Attachment.file_id == File.id).where(Attachment.document_id == document.id, Attachment.purpose == LETTER)
    found = session.scalar(statement.where(File.id == file_id))
    if found is None:
        raise NotFound(what=str(file_id))
    return found
