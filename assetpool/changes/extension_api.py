"""Extensions for machines."""

from __future__ import annotations

from sqlalchemy.orm import Session

from assetpool.approvals.rest import Deciding, reached
from assetpool.changes import extending, extensions, showing
from assetpool.changes.models import Extension
from assetpool.changes.schemas import ExtensionAnswer, ExtensionBody
from assetpool.core.db import db
from assetpool.core.errors import FieldInvalid, NotAllowed, NotFound
from assetpool.org import access
from assetpool.records import rest
from assetpool.records.models import Document
from assetpool.records.queries import by_number
from assetpool.records.schemas import DocumentAnswer

bp = rest.blueprint("extensions", __name__, "Changes")
REFUSES = (NotAllowed, NotFound, FieldInvalid, extending.ExtensionPromised, extending.DueDayPassed, extending.NotOutAnyMore)


@bp.post("/handovers/<number>/extensions")
@access.signed_in
@rest.writes(DocumentAnswer, ExtensionBody, refuses=REFUSES)
def extend(session: Session, body: ExtensionBody, number: str) -> rest.Json:
    """Ask that things of a slip stay out longer; the refusal names the longest possible day."""
    slip = by_number(session, access.current(), number, "HS")
    parts = [extending.Part(line.line_no, line.tag, line.units) for line in body.lines]
    return reached(extensions.ask(session, slip.number, body.until, parts, by=access.me(), reason=body.reason))


@bp.get("/extensions/<number>")
@access.signed_in
@rest.reads(ExtensionAnswer, refuses=(NotFound,))
def extension(number: str) -> rest.Json:
    """Show an extension with what stays longer."""
    session = db.session()
    document = by_number(session, access.current(), number, "EX")
    row = session.get_one(Extension, document.id)
    return {
        "number": document.number,
        "state": document.state,
        "revision": document.revision,
        "slip": session.get_one(Document, row.slip_id).number,
        "until": row.until,
        "reason": row.reason,
        "lines": [
            {"line_no": line.line_no, "tag": asset.tag, "kind": kind.name, "units": line.units, "due_before": line.due_before}
            for line, asset, kind in showing.lines_of(session, [row.id])
        ],
    }


acts = Deciding(bp, "/extensions", "EX")
acts.decisions(
    extensions,
    "Say yes to an extension; with the last yes the due day moves.",
    "Reject an extension; the due day stays.",
    "Send an extension back to be asked for in another way.",
    REFUSES,
)
acts.reasoned("withdraw", extensions.cancel, "Take an extension back before it is decided.")
