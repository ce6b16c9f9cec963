"""What the pages of extensions show: what stays longer, until when it could, who decides, what this person can do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.approvals.pages import Duty, duty
from assetpool.approvals.queries import dues_of
from assetpool.approvals.showing import Round, of_document
from assetpool.approvals.wording import awaited, timeline, way
from assetpool.catalog.models import Kind
from assetpool.changes import extending
from assetpool.changes.models import Extension, ExtensionLine
from assetpool.core.errors import N_
from assetpool.custody.models import Asset
from assetpool.handovers.models import Slip
from assetpool.org.models import Organization, Role
from assetpool.org.queries import Access, path_of, people
from assetpool.records.models import Document
from assetpool.records.queries import trail_of

STATIONS = (("draft", "create", N_("Written")), ("submitted", "submit", N_("Handed in")), ("approved", "approve", N_("Approved by the pool")))


@dataclass(frozen=True)
class Frame:
    """What the page of every change says about its decision."""

    steps: tuple[dict[str, str], ...]
    awaited: str
    round: Round
    timeline: tuple[dict[str, str], ...]
    duty: Duty
    cancel: bool


def frame(session: Session, access: Access, document: Document, requester_id: int, barred: dict[int, str]) -> Frame:
    """Return it for an extension or a change order."""
    dues = dues_of(session, document.id)
    trail = trail_of(session, document.id)
    persons = people(session, [entry.person_id for entry in trail])
    own = access.may((Role.ORGANIZER, Role.CLERK), path_of(session, document.organization_id))
    stations = [(state, act, _(label)) for state, act, label in STATIONS]
    return Frame(
        tuple(way(document, stations, trail, persons, "submitted" if document.state == "sent_back" else None)),
        awaited(session, dues[0] if dues else None),
        of_document(session, document, barred),
        tuple(timeline(trail, persons)),
        duty(session, access, dues, requester_id, barred),
        own and document.state == "submitted",
    )


@dataclass(frozen=True)
class Extended:
    """Everything on the page of an extension."""

    document: Document
    row: Extension
    slip: Document
    borrower: Organization
    lines: tuple[tuple[ExtensionLine, Asset, Kind], ...]
    frame: Frame

    @property
    def units(self) -> int:
        """Return how many units are to stay longer."""
        return sum(line.units for line, _asset, _kind in self.lines)

    @property
    def due(self) -> date:
        """Return the first day on which one of them was due when asked."""
        return min(line.due_before for line, _asset, _kind in self.lines)


def lines_of(session: Session, extension_ids: Sequence[int]) -> list[tuple[ExtensionLine, Asset, Kind]]:
    """Return the lines of extensions with their tags and kinds, in one query."""
    statement = select(ExtensionLine, Asset, Kind).join(Asset, Asset.id == ExtensionLine.asset_id).join(Kind, Kind.id == Asset.kind_id)
    statement = statement.where(ExtensionLine.extension_id.in_(extension_ids)).order_by(ExtensionLine.extension_id, ExtensionLine.line_no, ExtensionLine.id)
    return [(row[0], row[1], row[2]) for row in session.execute(statement)]


def extended(session: Session, access: Access, document: Document) -> Extended:
    """Put together the page of an extension."""
    row = session.get_one(Extension, document.id)
    return Extended(
        document,
        row,
        session.get_one(Document, row.slip_id),
        session.get_one(Organization, session.get_one(Slip, row.slip_id).receiver_id),
        tuple(lines_of(session, [row.id])),
        frame(session, access, document, row.requester_id, extending.barred(session, document, row)),
    )
