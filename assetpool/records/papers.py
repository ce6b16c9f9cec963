"""What every document has on paper: number, state and seal of the pool, the code that verifies it, the mark of what holds no longer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Response, current_app
from flask_babel import force_locale, gettext
from sqlalchemy.orm import Session

from assetpool.core import clock
from assetpool.core.models import Pool
from assetpool.core.paper import Box, Field, Paper, Table, Words, render
from assetpool.core.web import language
from assetpool.records.models import Document
from assetpool.records.service import check_of
from assetpool.records.states import STATE_WORDS

UNDECIDED = frozenset({"draft", "sent_back", "submitted", "endorsed", "stock_checked", "giver_endorsed", "receiver_endorsed"})
ENDED = frozenset({"rejected", "withdrawn", "cancelled", "reversed"})


@dataclass(frozen=True)
class Place:
    """Where and how papers are made: the secret of their check, the public address, language and font."""

    secret: str
    public_url: str
    language: str
    font_path: str | None


@dataclass(frozen=True)
class Sheet:
    """What one kind of document says on paper beside what all of them say."""

    title: Words
    head: Sequence[Field]
    tables: Sequence[Table]
    boxes: Sequence[Box]
    copies: Sequence[Words]
    notes: Sequence[str] = ()
    state: Words | None = None


def here() -> Place:
    """Return where papers are made in this request."""
    settings = current_app.config
    return Place(settings["SECRET_KEY"], settings["PUBLIC_URL"], language(), settings["FONT_PATH"] or None)


def printed(session: Session, document: Document, sheet: Sheet, place: Place) -> bytes:
    """Return a document as PDF, one set of pages for each copy; what is undecided or ended bears a mark across."""
    pool = session.get_one(Pool, document.pool_id)
    address = f"{place.public_url}/v/{document.number}/{check_of(place.secret, document.number)}"
    state = in_both(STATE_WORDS[document.state])
    paper = Paper(
        title=sheet.title,
        number=document.number,
        state=sheet.state or state,
        qr_url=address.upper(),
        address=address,
        language="en" if place.language == "en" else "zh",
        issuer=Words(pool.name),
        head=list(sheet.head),
        tables=list(sheet.tables),
        notes=list(sheet.notes),
        boxes=list(sheet.boxes),
        copies=tuple(sheet.copies),
        footer=clock.now().astimezone(ZoneInfo(pool.time_zone)).strftime("%Y-%m-%d %H:%M"),
        mark=Words("未批准", "Not approved") if document.state in UNDECIDED else state if document.state in ENDED else None,
        made_at=clock.now(),
    )
    return render(paper, place.font_path)


def answered(number: str, content: bytes) -> Response:
    """Answer a paper under its number."""
    answer = Response(content, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{number}.pdf"'
    return answer


def in_both(message: str) -> Words:
    """Return an English message with its Chinese translation."""
    with force_locale("zh"):
        chinese = gettext(message)
    with force_locale("en"):
        return Words(chinese, gettext(message))


def day_in(session: Session, document: Document, when: datetime | None) -> str:
    """Write the day of a moment in the time zone of a document's pool; '' for none."""
    return "" if when is None else clock.day_of(when, session.get_one(Pool, document.pool_id).time_zone).isoformat()
