"""What the page of a request shows: where it stands, who is awaited, what deciding does to the stock, and what this person can do next."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import g
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from assetpool.approvals.models import ApprovalDue
from assetpool.approvals.queries import due_of
from assetpool.catalog.models import Kind
from assetpool.catalog.queries import kinds as kinds_of
from assetpool.catalog.queries import stores as stores_of
from assetpool.core import clock
from assetpool.core.errors import N_
from assetpool.core.web import day as written_day
from assetpool.core.web import moment
from assetpool.events.models import Event
from assetpool.events.queries import events
from assetpool.org.models import Organization, Person, Role
from assetpool.org.queries import Access, holders, path_of, people
from assetpool.org.queries import names as organizations_named
from assetpool.org.service import ROLE_WORDS
from assetpool.records.models import Attachment, Document, File, PersonalFact, Trail
from assetpool.records.queries import attachments_of, trail_of
from assetpool.records.states import STATE_WORDS
from assetpool.requisitions import consequences, queries
from assetpool.requisitions.effects import Outlook, Standing, StripDay, effects, strip
from assetpool.requisitions.estimate import Estimate, estimate
from assetpool.requisitions.models import Requisition, RequisitionLine
from assetpool.requisitions.steps import EDITABLE, ISSUABLE
from assetpool.requisitions.wording import masked
from assetpool.reservations.queries import of_document
from assetpool.reservations.service import pool_today

ENDED = frozenset({"rejected", "withdrawn", "cancelled"})
UNDECIDED = frozenset({"draft", "sent_back", "submitted", "endorsed", "stock_checked"})
TRAIL_WORDS = {
    "create": N_("%(who)s began the request"),
    "rewrite": N_("%(who)s changed the request"),
    "submit": N_("%(who)s handed it in"),
    "check_stock": N_("Stock was checked"),
    "approve": N_("%(who)s approved"),
    "no": N_("%(who)s rejected"),
    "sent_back": N_("%(who)s sent it back"),
    "cancel": N_("%(who)s took it back"),
    "issue": N_("%(who)s handed things over"),
    "return": N_("%(who)s took things back"),
    "close": N_("%(who)s closed it"),
}
TRAIL_LOOKS = {"approve": "done", "no": "bad", "sent_back": "wait", "cancel": "bad", "issue": "live", "return": "live", "close": "done"}


@dataclass(frozen=True)
class Possible:
    """What this person can do with the request now; `barred` says that only having asked for it keeps them from deciding."""

    edit: bool = False
    submit: bool = False
    decide: bool = False
    barred: bool = False
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
    timeline: tuple[dict[str, str], ...]
    attachments: tuple[tuple[Attachment, File], ...]
    promised: tuple[tuple[str, str, int, int], ...]
    came_of_it: tuple[Document, ...]
    possible: Possible
    decided: bool
    today: date

    @property
    def grantable(self) -> list[tuple[Kind, int]]:
        """Return what can be granted now: of each line what is free, at most what was asked."""
        return [(standing.kind, min(line.asked, standing.free)) for line, standing in self.lines if min(line.asked, standing.free)]

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
    due = due_of(session, document.id)
    possible = possible_acts(session, access, document, row, due)
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
        awaited=awaited(session, due),
        timeline=tuple(timeline_of(trail, persons)),
        attachments=tuple(attachments_of(session, document.id)),
        promised=tuple(_promised(session, document)),
        came_of_it=tuple(consequences.of(session, access, document.id)),
        possible=possible,
        decided=decided,
        today=today,
    )


def possible_acts(session: Session, access: Access, document: Document, row: Requisition, due: ApprovalDue | None) -> Possible:
    """Return what this person can do with the request now; the services ask again."""
    state = document.state
    own = access.may((Role.ORGANIZER, Role.CLERK), path_of(session, document.organization_id))
    duty = due is not None and access.may(due.role, path_of(session, due.organization_id))
    asked = access.person_id == row.requester_id
    return Possible(
        edit=own and state in EDITABLE,
        submit=own and state in EDITABLE,
        decide=duty and not asked,
        barred=duty and asked,
        record_paper=due is not None and not asked and access.may(Role.CLERK, path_of(session, due.organization_id)),
        cancel=own and state in UNDECIDED | {"approved"},
        issue=state in ISSUABLE - {"issued", "returned"} and row.kind == "loan" and access.has(Role.KEEPER) and not asked,
        close=own and state == "returned",
    )


def awaited(session: Session, due: ApprovalDue | None) -> str:
    """Write who is awaited, and for how long."""
    if due is None or due.opened_at is None:
        return ""
    persons = people(session, holders(session, due.role, due.organization_id)[:3])
    days = (clock.now() - due.opened_at).days
    names = _(", ").join(person.name for person in persons.values())
    role = _(ROLE_WORDS[Role(due.role)])
    if not names:
        return str(_("Waiting for a %(role)s; nobody has this role yet", role=role))
    if days == 1:
        return str(_("Waiting for %(names)s (%(role)s) since yesterday", names=names, role=role))
    if days:
        return str(_("Waiting for %(names)s (%(role)s) for %(days)s days", names=names, role=role, days=days))
    return str(_("Waiting for %(names)s (%(role)s)", names=names, role=role))


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
    way = [("create", _("Written")), ("submit", _("Handed in")), ("approve", _("Approved by the pool"))]
    way += [("issue", _("Hand-over")), ("return", _("Return"))] if row.kind == "loan" else [("close", _("Transferred"))]
    reached = {"draft": 0, "sent_back": 0, "submitted": 1, "endorsed": 1, "stock_checked": 1, "approved": 2, "partly_issued": 2, "issued": 3}
    ended = document.state in ENDED
    last = {entry.act: entry for entry in trail}
    done = reached.get(document.state, 3 if document.state == "partly_returned" else len(way) - 1)
    if ended:
        done = 2 if "approve" in last else 1 if "submit" in last else 0
    found = []
    for position, (act, label) in enumerate(way):
        entry = last.get(act)
        who = _name(persons, entry)
        when = _day_of(entry.occurred_at) if entry is not None and position <= done else ""
        state = "done" if position <= done else "current" if position == done + 1 and not ended else "todo"
        if document.state == "sent_back" and position == 0:
            state = "current"
        found.append({"label": label, "who": who if position <= done else "", "when": when, "state": state})
    if ended:
        over = next((entry for entry in reversed(trail) if entry.act in ("no", "cancel")), None)
        who = _name(persons, over)
        found = [*found[: done + 1], {"label": _(STATE_WORDS[document.state]), "who": who, "when": _day_of(over.occurred_at) if over else "", "state": "bad"}]
    return found


def _name(persons: Mapping[int, Person], entry: Trail | None) -> str:
    person = persons.get(entry.person_id or 0) if entry is not None else None
    return person.name if person is not None else ""


def _day_of(at: datetime) -> str:
    """Write the day of a moment in the time zone of the pool."""
    return written_day(clock.day_of(at, str(g.get("zone", "Asia/Shanghai"))))


def timeline_of(trail: Sequence[Trail], persons: Mapping[int, Person]) -> list[dict[str, str]]:
    """Return what was done, newest first."""
    found = []
    for entry in reversed(trail):
        who = _name(persons, entry) or _("The system")
        words = TRAIL_WORDS.get(entry.act)
        found.append(
            {
                "when": moment(entry.occurred_at),
                "iso": entry.occurred_at.isoformat(),
                "text": _(words, who=who) if words else entry.act,
                "detail": _stock_words(entry.note) if entry.act == "check_stock" else entry.note,
                "meaning": TRAIL_LOOKS.get(entry.act, ""),
            }
        )
    return found


def _stock_words(note: str) -> str:
    """Write what the check at hand-in found."""
    try:
        short = sum(1 for _line, asked, free in json.loads(note) if free < asked)
    except ValueError:
        return note
    return str(_("Lines short: %(count)s", count=short) if short else _("Everything was free"))


def _promised(session: Session, document: Document) -> list[tuple[str, str, int, int]]:
    """Return what is promised: kind, store, units, of which issued."""
    rows = of_document(session, document.id)
    kinds, stores = kinds_of(session, [row.kind_id for row in rows]), stores_of(session, [row.store_id for row in rows])
    return [(kinds[row.kind_id].name, stores[row.store_id].name, row.promised, row.issued) for row in rows]
