"""Intakes for machines."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from assetpool.approvals.rest import Deciding, reached
from assetpool.catalog.books import key_of, kinds_for
from assetpool.catalog.models import Kind
from assetpool.catalog.queries import kinds as kinds_of
from assetpool.catalog.queries import store_by_code, stores
from assetpool.catalog.service import NewKind
from assetpool.core.db import db
from assetpool.core.errors import NotAllowed, NotFound, SamePerson, WrongState
from assetpool.intake import queries, receiving, screening, service
from assetpool.intake.models import Intake, IntakeLine
from assetpool.intake.schemas import (
    IntakeAnswer,
    IntakeBody,
    IntakeLineAnswer,
    IntakeLineBody,
    IntakePage,
    IntakeQuery,
    IntakeRow,
    ReceiveBody,
    ReceivedAnswer,
)
from assetpool.org import access
from assetpool.org.queries import names, organization_by_code
from assetpool.records import rest
from assetpool.records.models import Document
from assetpool.records.queries import by_number
from assetpool.records.schemas import DocumentAnswer

bp = rest.blueprint("intake", __name__, "Intakes")


def _announced(session: Session, pool_id: int, lines: Sequence[IntakeLineBody]) -> list[service.Announced]:
    """Return the lines as the service takes them; kinds named by class, name and spec are found, or made."""
    known = kinds_of(session, [line.kind_id for line in lines])
    new = {
        index: NewKind(
            name=line.name,
            class_code=line.class_code,
            class_code_set=line.class_code_set,
            spec=line.spec,
            measure=line.measure,
            label_policy="lot" if line.lot else "unit",
        )
        for index, line in enumerate(lines)
        if line.kind_id is None
    }
    made = kinds_for(session, pool_id, list(new.values()))
    kinds: dict[int, Kind] = {**known, **kinds_of(session, made.values())}
    announced = []
    for index, line in enumerate(lines):
        kind_id = made[key_of(new[index])] if line.kind_id is None else line.kind_id
        kind = kinds.get(kind_id)
        announced.append(
            service.Announced(
                kind_id=kind_id,
                quantity=line.quantity,
                lot=(kind is not None and kind.label_policy == "lot") if line.lot is None else line.lot,
                original_value=line.original_value_fen,
                accumulated_depreciation=line.accumulated_depreciation_fen,
                acquired_on=line.acquired_on,
                condition=line.condition,
                brand=line.brand,
                serial=line.serial,
                external_no=line.external_no,
                place=line.place,
                note=line.note,
            )
        )
    return announced


@bp.get("/intakes")
@access.signed_in
@rest.reads(IntakePage, IntakeQuery)
def listed(asked: IntakeQuery) -> rest.Json:
    """List the intakes that concern one's organizations, newest first."""
    session, mine = db.session(), access.current()
    before = rest.after(asked.cursor, (int,))
    rows = queries.page(session, mine, state=asked.state or "", text=asked.q or "", before=before[0] if before else None, limit=asked.limit)
    page = rows[: asked.limit]
    return rest.page(_rows(session, page), (page[-1][0].id,) if len(rows) > len(page) else None)


def _rows(session: Session, rows: Sequence[tuple[Document, Intake, int]]) -> list[IntakeRow]:
    organizations = names(session, [intake.organization_id for _, intake, _ in rows])
    at = stores(session, [intake.store_id for _, intake, _ in rows])
    return [
        {
            "number": document.number,
            "state": document.state,
            "organization_code": organizations[intake.organization_id].code,
            "store_code": at[intake.store_id].code,
            "mode": intake.mode,
            "reason": intake.reason,
            "units": units,
            "created_at": document.created_at,
        }
        for document, intake, units in rows
    ]


@bp.get("/intakes/<number>")
@access.signed_in
@rest.reads(IntakeAnswer, refuses=(NotFound,))
def shown(number: str) -> rest.Json:
    """Show an intake with its lines, the tags that came of them, and what seems to be in the pool already."""
    session, mine = db.session(), access.current()
    document = by_number(session, mine, number, "IN")
    intake = session.get_one(Intake, document.id)
    lines = queries.lines(session, intake.id)
    row = _rows(session, [(document, intake, sum(line.announced for line in lines))])[0]
    made = [asset.id for asset in queries.assets_of(session, intake.id)]
    doubts = screening.duplicates(session, document.pool_id, lines, made)
    return {
        **row,
        "revision": document.revision,
        "lines": _lines(session, lines, queries.tags_by_line(session, intake.id)),
        "duplicates": [{"line": d.line_no, "field": d.field, "value": d.value, "tag": d.tag, "other_line": d.other_line} for d in doubts],
    }


def _lines(session: Session, lines: Sequence[IntakeLine], tags: dict[int, list[str]]) -> list[IntakeLineAnswer]:
    kinds = kinds_of(session, [line.kind_id for line in lines])
    return [
        {
            "line": line.line_no,
            "kind_id": line.kind_id,
            "name": kinds[line.kind_id].name,
            "spec": kinds[line.kind_id].spec,
            "measure": kinds[line.kind_id].measure,
            "class_code": kinds[line.kind_id].class_code,
            "class_code_set": kinds[line.kind_id].class_code_set,
            "lot": line.lot,
            "quantity": line.announced,
            "received": line.received,
            "closed": line.closed,
            "original_value_fen": line.original_value,
            "accumulated_depreciation_fen": line.accumulated_depreciation,
            "acquired_on": line.acquired_on,
            "condition": line.condition,  # type: ignore[typeddict-item]
            "brand": line.brand,
            "serial": line.serial,
            "external_no": line.external_no,
            "place": line.place,
            "note": line.note,
            "tags": tags.get(line.line_no, []),
        }
        for line in lines
    ]


@bp.post("/intakes")
@access.signed_in
@rest.writes(DocumentAnswer, IntakeBody, refuses=(NotAllowed, NotFound, service.TooManyLabels))
def add(session: Session, body: IntakeBody) -> rest.Json:
    """Draft an intake of an organization's things for a store."""
    mine = access.current()
    organization = organization_by_code(session, mine.pool_id, body.organization_code)
    store = store_by_code(session, mine.pool_id, body.store_code)
    lines = _announced(session, mine.pool_id, body.lines)
    return reached(service.draft(session, organization.id, store.id, lines, by=access.me(), mode=body.mode, reason=body.reason, event_id=body.event_id))


@bp.post("/intakes/<number>/receive")
@access.signed_in
@rest.writes(ReceivedAnswer, ReceiveBody, status=200, optional=True, refuses=(NotAllowed, NotFound, SamePerson, WrongState, receiving.MoreThanAnnounced))
def receive(session: Session, body: ReceiveBody, number: str) -> rest.Json:
    """Receive what came, line by line; an empty body receives everything as announced. Answers the tags made."""
    came = [receiving.Received(line.line, line.count, line.condition, line.place, line.done) for line in body.lines]
    document, tags = receiving.receive(session, number, came, by=access.me(), occurred_at=body.occurred_at)
    return {**reached(document), "tags": tags}


acts = Deciding(bp, "/intakes", "IN")
acts.plain("submit", service.submit, "Hand the intake in.")
acts.consent("endorse", service.endorse, "Give the head's endorsement.")
acts.decisions(
    service,
    "Give the endorsement or approval that is due from this person.",
    "Refuse the things for good.",
    "Send the intake back to be changed.",
)
acts.reasoned("cancel", service.cancel, "Take the intake back.")
acts.plain("close", service.close, "Close a received intake once both sides have booked it.")
