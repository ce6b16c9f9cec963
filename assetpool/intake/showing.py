"""What the page of an intake shows: where it stands, what is announced and came, doubts, and what this person can do next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from assetpool.approvals.models import ApprovalDue
from assetpool.approvals.pages import duty
from assetpool.approvals.queries import deciders, due_of, dues_of
from assetpool.approvals.showing import Round, of_document, of_plan
from assetpool.approvals.wording import awaited, timeline, way
from assetpool.catalog.models import Kind, Store
from assetpool.catalog.queries import kinds as kinds_of
from assetpool.core import clock
from assetpool.core.errors import N_
from assetpool.core.models import Pool
from assetpool.events.models import Event
from assetpool.intake import deciding, queries
from assetpool.intake.models import Intake, IntakeLine
from assetpool.intake.queries import Totals
from assetpool.intake.screening import Duplicate, duplicates
from assetpool.intake.steps import EDITABLE, RECEIVABLE
from assetpool.org.models import Organization, Role
from assetpool.org.queries import Access, path_of, people
from assetpool.records.models import Document
from assetpool.records.queries import trail_of

MOST_SHOWN = 200
MOST_AT_ONCE = 100
SCREENED = frozenset({"draft", "sent_back", "submitted", "endorsed", "approved", "partly_received"})
STATIONS = (
    ("draft", "create", N_("Announced")),
    ("submitted", "submit", N_("Handed in")),
    ("endorsed", "endorse", N_("Endorsed")),
    ("approved", "approve", N_("Approved by the pool")),
    ("received", "receive", N_("Received")),
    ("closed", "close", N_("Closed")),
)


@dataclass(frozen=True)
class Possible:
    """What this person can do with the intake now; `barred` says that only having asked for it keeps them from deciding."""

    edit: bool = False
    decide: bool = False
    endorse: bool = False
    barred: bool = False
    record_paper: bool = False
    cancel: bool = False
    receive: bool = False
    close: bool = False


@dataclass(frozen=True)
class Shown:
    """Everything on the page, read in a fixed number of queries; long intakes show their first lines and the sums of all."""

    document: Document
    row: Intake
    organization: Organization
    store: Store
    event: Event | None
    lines: tuple[tuple[IntakeLine, Kind, tuple[str, ...]], ...]
    open_lines: tuple[tuple[IntakeLine, Kind], ...]
    totals: Totals
    labels: int
    doubts: tuple[Duplicate, ...]
    steps: tuple[dict[str, str], ...]
    awaited: str
    round: Round
    timeline: tuple[dict[str, str], ...]
    possible: Possible


def shown(session: Session, access: Access, document: Document) -> Shown:
    """Put together the page of an intake."""
    row = session.get_one(Intake, document.id)
    store = session.get_one(Store, row.store_id)
    lines = queries.lines(session, row.id, MOST_SHOWN)
    dues = dues_of(session, document.id)
    possible = possible_acts(session, access, document, row, store, dues)
    open_lines = queries.lines(session, row.id, MOST_AT_ONCE, still_open=True) if possible.receive else []
    kinds = kinds_of(session, [line.kind_id for line in (*lines, *open_lines)])
    trail = trail_of(session, document.id)
    tags = queries.tags_by_line(session, row.id) if document.state in ("partly_received", "received", "closed") else {}
    return Shown(
        document=document,
        row=row,
        organization=session.get_one(Organization, row.organization_id),
        store=store,
        event=session.get(Event, row.event_id) if row.event_id is not None else None,
        lines=tuple((line, kinds[line.kind_id], tuple(tags.get(line.line_no, ()))) for line in lines),
        open_lines=tuple((line, kinds[line.kind_id]) for line in open_lines),
        totals=queries.totals(session, row.id),
        labels=sum(map(len, tags.values())),
        doubts=tuple(_doubts(session, document, lines)),
        steps=tuple(_steps(session, document, row, [entry.act for entry in trail])),
        awaited=awaited(session, dues[0] if dues else None),
        round=_round(session, document, row),
        timeline=tuple(timeline(trail, people(session, [entry.person_id for entry in trail]))),
        possible=possible,
    )


def _round(session: Session, document: Document, row: Intake) -> Round:
    """Return who decides: for a draft who would, after handing in who does; an opening balance is decided by nobody."""
    barred = {row.requester_id: N_("requester")}
    if document.state not in EDITABLE:
        return of_document(session, document, barred)
    today = clock.today(session.get_one(Pool, document.pool_id).time_zone)
    return Round() if row.mode == "opening" else of_plan(session, deciding.plan(session, document, row), barred, today)


def _doubts(session: Session, document: Document, lines: Sequence[IntakeLine]) -> list[Duplicate]:
    """Return what seems to be in the pool already, as long as somebody can still act on it."""
    if document.state not in SCREENED:
        return []
    made = [asset.id for asset in queries.assets_of(session, document.id)] if document.state == "partly_received" else []
    return duplicates(session, document.pool_id, lines, made)


def _steps(session: Session, document: Document, row: Intake, acts: Sequence[str]) -> list[dict[str, str]]:
    """Return the way of an intake; the endorsement stands there only where one is or was due, an opening balance only begins and is received."""
    endorsed = "endorse" in acts or (document.state == "submitted" and (due := due_of(session, document.id)) is not None and due.step == "endorse")
    left_out = {"submitted", "endorsed", "approved"} if row.mode == "opening" else set() if endorsed else {"endorsed"}
    stations = [(state, act, _(label)) for state, act, label in STATIONS if state not in left_out]
    trail = trail_of(session, document.id)
    at = "approved" if document.state == "partly_received" else None
    return way(document, stations, trail, people(session, [entry.person_id for entry in trail]), at)


def possible_acts(session: Session, access: Access, document: Document, row: Intake, store: Store, dues: Sequence[ApprovalDue]) -> Possible:
    """Return what this person can do with the intake now; the services ask again."""
    state = document.state
    own = access.may(Role.CLERK, path_of(session, document.organization_id))
    part = duty(session, access, dues, row.requester_id)
    asked = access.person_id == row.requester_id
    keeps = access.may(Role.KEEPER, path_of(session, store.organization_id))
    return Possible(
        edit=own and state in EDITABLE,
        decide=part.decide,
        endorse=part.decide and part.step == "endorse",
        barred=bool(part.barred),
        record_paper=part.record_paper,
        cancel=own and state in EDITABLE | {"submitted", "endorsed", "approved"},
        receive=keeps and state in RECEIVABLE and not asked and access.person_id not in deciders(session, document.id),
        close=own and state == "received",
    )
