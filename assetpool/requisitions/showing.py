"""What the page of a request shows: where it stands, who is awaited, what deciding does to the stock, and what this person can do next."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from assetpool.approvals import showing as decisions
from assetpool.approvals.models import ApprovalDue
from assetpool.approvals.pages import duty
from assetpool.approvals.queries import dues_of
from assetpool.approvals.wording import awaited, timeline, way
from assetpool.catalog.models import Kind, Store
from assetpool.catalog.queries import kinds as kinds_of
from assetpool.catalog.queries import stores as stores_of
from assetpool.core.errors import N_
from assetpool.core.web import translated
from assetpool.events.models import Event
from assetpool.events.queries import events
from assetpool.org.models import Organization, Person, Role
from assetpool.org.queries import Access, path_of, people
from assetpool.org.queries import names as organizations_named
from assetpool.prices import duties
from assetpool.records.models import Attachment, Document, File, PersonalFact, Trail
from assetpool.records.queries import attachments_of, trail_of
from assetpool.requisitions import allocation, blocking, consequences, deciding, queries
from assetpool.requisitions.effects import StripDay, effects, strip
from assetpool.requisitions.estimate import Estimate, estimate
from assetpool.requisitions.models import Requisition, RequisitionLine
from assetpool.requisitions.standing import Asked, Outlook, Standing
from assetpool.requisitions.steps import EDITABLE, ISSUABLE
from assetpool.requisitions.wording import masked
from assetpool.reservations.queries import of_document
from assetpool.reservations.service import pool_today

ENDED = frozenset({"rejected", "withdrawn", "cancelled"})
UNDECIDED = frozenset({"draft", "sent_back", "submitted", "endorsed", "stock_checked"})
STATIONS = (("draft", "create", N_("Written")), ("stock_checked", "submit", N_("Handed in")), ("approved", "approve", N_("Approved by the pool")))
STATIONS_OF_LOAN = (("issued", "issue", N_("Hand-over")), ("returned", "return", N_("Return")))
STATIONS_OF_TRANSFER = (("closed", "close", N_("Transferred")),)
AT = {"submitted": "stock_checked", "endorsed": "stock_checked", "partly_issued": "approved", "partly_returned": "issued"}


@dataclass(frozen=True)
class Possible:
    """What this person can do with the request now; `barred` says as what they acted before, where only that keeps them from deciding."""

    edit: bool = False
    submit: bool = False
    decide: bool = False
    barred: str = ""
    record_paper: bool = False
    cancel: bool = False
    issue: bool = False
    close: bool = False


@dataclass(frozen=True)
class Shown:
    """Everything on the page, read in a fixed number of queries."""

    document: Document
    row: Requisition
    organization: Organization
    event: Event | None
    event_organization: Organization | None
    lines: tuple[tuple[RequisitionLine, Standing], ...]
    outlook: Outlook
    strip: tuple[StripDay, ...]
    strip_line: Standing
    estimate: Estimate
    contacts: tuple[tuple[str, str], ...]
    steps: tuple[dict[str, str], ...]
    awaited: str
    round: decisions.Round
    timeline: tuple[dict[str, str], ...]
    attachments: tuple[tuple[Attachment, File], ...]
    promised: tuple[tuple[Kind, Store, int, int], ...]
    came_of_it: tuple[Document, ...]
    possible: Possible
    decided: bool
    today: date
    blocked: blocking.Overdue | None = None
    may_lift: bool = False
    beyond: tuple[str, ...] = ()

    @property
    def grantable(self) -> list[tuple[Kind, int]]:
        """Return what can be granted now: of each line what is free, at most what was asked."""
        return [(standing.kind, standing.grantable) for _line, standing in self.lines if standing.grantable]

    @property
    def ended(self) -> bool:
        """Say whether the request ended without effect."""
        return self.document.state in ENDED

    @property
    def pending(self) -> bool:
        """Say whether the stock effect is still to be decided."""
        return not self.decided


def shown(session: Session, access: Access, document: Document, line_no: int | None = None) -> Shown:
    """Put together the page of a request; `line_no` chooses whose stock is drawn (default: the tightest)."""
    row = session.get_one(Requisition, document.id)
    today = pool_today(session, document.pool_id)
    lines = queries.lines(session, row.id)
    found = effects(session, row, today)
    standings = {standing.asked.line_no: standing for standing in found.lines}
    event = events(session, [row.event_id]).get(row.event_id or 0)
    organizations = organizations_named(session, [row.organization_id, event.organization_id if event else None])
    trail = trail_of(session, document.id)
    persons = people(session, [entry.person_id for entry in trail])
    decided = document.state not in UNDECIDED
    drawn = standings.get(line_no or 0) or min(found.lines, key=lambda standing: (standing.free - standing.asked.quantity, standing.asked.line_no))
    dues = dues_of(session, document.id)
    pricing = {} if decided else duties.pricing(session, [line.kind_id for line in lines], today)
    possible = possible_acts(session, access, document, row, dues, pricing)
    barred = {**pricing, row.requester_id: N_("requester")}
    plan = None if decided else deciding.plan(session, document, row)
    late = blocking.blocked(session, document, row) if document.state in EDITABLE else None
    decides = late is not None and access.may(Role.APPROVER, path_of(session, deciding.deciding_organization(session, document, lines)))
    return Shown(
        document=document,
        row=row,
        organization=organizations[row.organization_id],
        event=event,
        event_organization=organizations.get(event.organization_id) if event else None,
        lines=tuple((line, standings[line.line_no]) for line in lines),
        outlook=found,
        strip=tuple(_strip(session, row, drawn, today, decided)),
        strip_line=drawn,
        estimate=estimate(session, document.pool_id, row, lines, today),
        contacts=tuple(_contacts(session, access, document, row)),
        steps=tuple(steps_of(document, row, trail, persons)),
        awaited=awaited(session, dues[0] if dues else None),
        round=decisions.of_plan(session, plan, barred, today)
        if plan and document.state in EDITABLE
        else decisions.of_document(session, document, barred, plan),
        timeline=tuple(timeline_of(trail, persons)),
        attachments=tuple(attachments_of(session, document.id)),
        promised=tuple(_promised(session, document)),
        came_of_it=tuple(consequences.of(session, access, document.id)),
        possible=possible,
        decided=decided,
        today=today,
        blocked=late,
        may_lift=decides and access.person_id != row.requester_id,
        beyond=() if decided else tuple(map(translated, allocation.beyond(session, document.pool_id, row, lines, {}))),
    )


def possible_acts(session: Session, access: Access, document: Document, row: Requisition, dues: Sequence[ApprovalDue], pricing: Mapping[int, str]) -> Possible:
    """Return what this person can do with the request now; the services ask again. `pricing`: who prices what is asked for."""
    state = document.state
    own = access.may((Role.ORGANIZER, Role.CLERK), path_of(session, document.organization_id))
    part = duty(session, access, dues, row.requester_id, pricing)
    return Possible(
        edit=own and state in EDITABLE,
        submit=own and state in EDITABLE,
        decide=part.decide,
        barred=part.barred,
        record_paper=part.record_paper,
        cancel=own and state in UNDECIDED | {"approved"},
        issue=state in ISSUABLE - {"issued", "returned"} and row.kind == "loan" and access.has(Role.KEEPER) and access.person_id != row.requester_id,
        close=own and state == "returned",
    )


def _strip(session: Session, row: Requisition, standing: Standing, today: date, decided: bool) -> list[StripDay]:
    asked = standing.asked
    last = row.last_day or row.first_day + timedelta(days=60)
    begin = max(today, row.first_day - timedelta(days=7))
    end = max(last, today) + timedelta(days=standing.kind.turn_round_days + 7)
    granting = None if decided else (min(asked.quantity, standing.free), max(row.first_day, today), row.last_day)
    return strip(session, standing.kind, asked.store_id, begin, end, today, granting)


def _contacts(session: Session, access: Access, document: Document, row: Requisition) -> list[tuple[str, str]]:
    """Return receivers with their telephone, whole only for who must call them: keeper, pool manager, their own organization."""
    facts: Sequence[PersonalFact] = queries.contacts(session, row.id)
    whole = access.has(Role.KEEPER, Role.APPROVER) or access.may((Role.ORGANIZER, Role.CLERK, Role.HEAD), path_of(session, document.organization_id))
    return [(fact.name, fact.telephone if whole else masked(fact.telephone)) for fact in facts]


def steps_of(document: Document, row: Requisition, trail: Sequence[Trail], persons: Mapping[int, Person]) -> list[dict[str, str]]:
    """Return the way of a request: what was done by whom, where it stands, what is to come."""
    end = STATIONS_OF_LOAN if row.kind == "loan" else STATIONS_OF_TRANSFER
    stations = [(state, act, _(label)) for state, act, label in (*STATIONS, *end)]
    return way(document, stations, trail, persons, AT.get(document.state))


def timeline_of(trail: Sequence[Trail], persons: Mapping[int, Person]) -> list[dict[str, str]]:
    """Return what was done, newest first; the note of the stock check is put into words."""
    return timeline(trail, persons, lambda entry: _stock_words(entry.note) if entry.act == "check_stock" else entry.note)


def _stock_words(note: str) -> str:
    """Write what the check at hand-in found."""
    try:
        short = sum(1 for _line, asked, free in json.loads(note) if free < asked)
    except ValueError:
        return note
    return str(_("Lines short: %(count)s", count=short) if short else _("Everything was free"))


def _promised(session: Session, document: Document) -> list[tuple[Kind, Store, int, int]]:
    """Return what is promised: kind, store, units, of which issued."""
    rows = of_document(session, document.id)
    kinds, stores = kinds_of(session, [row.kind_id for row in rows]), stores_of(session, [row.store_id for row in rows])
    return [(kinds[row.kind_id], stores[row.store_id], row.promised, row.issued) for row in rows]


def would_decide(
    session: Session, organization: Organization, wished: Sequence[Asked], kind: str, first: date, last: date | None, *, by: int, of: int = 0
) -> decisions.Round:
    """Return the steps that a request would take if it were handed in as it is being typed; `of`: the id of the draft that is written anew."""
    document = Document(id=of, pool_id=organization.pool_id, organization_id=organization.id)
    row = Requisition(id=document.id, kind=kind, organization_id=organization.id, requester_id=by, first_day=first, last_day=last)
    lines = [RequisitionLine(line_no=one.line_no, kind_id=one.kind_id, store_id=one.store_id, asked=one.quantity) for one in wished]
    today = pool_today(session, organization.pool_id)
    barred = {**duties.pricing(session, {one.kind_id for one in wished}, today), by: N_("requester")}
    return decisions.of_plan(session, deciding.plan(session, document, row, lines), barred, today)
