"""The desk of the day, and finding anything by what is printed on it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy import select

from assetpool.core import clock
from assetpool.core.db import db
from assetpool.core.errors import N_, DomainError
from assetpool.core.tags import parse_tag
from assetpool.core.web import language
from assetpool.custody.models import Asset
from assetpool.desk import piles, queries
from assetpool.org import access
from assetpool.records import linking
from assetpool.records.models import Document
from assetpool.records.queries import visible
from assetpool.records.states import ACT_WORDS
from assetpool.reports import saved

bp = Blueprint("desk", __name__)


@bp.get("/")
@access.signed_in
def today() -> ResponseReturnValue:
    """Show what waits for this person, by duty, with the act one tap away."""
    session, mine = db.session(), access.current()
    day = access.today()
    lying = queries.piles(session, mine, day)
    hour = clock.now().astimezone(ZoneInfo(g.zone)).hour
    return render_template(
        "desk/today.html",
        day=day,
        greeting=_greeting(hour),
        name=current_user.name,
        piles=lying,
        words=piles.WORDS,
        waiting=sum(pile.count for pile in lying if pile.name not in ("borrowed", "own_requests")),
        shelf=queries.shelf(session, mine),
        lately=queries.lately(session, mine),
        at_risk=queries.at_risk(session, mine, day) if mine.has("keeper", "approver") else 0,
        page_of=page_of,
        act_words=ACT_WORDS,
        may_ask=mine.has("clerk", "organizer"),
        keeps=mine.has("keeper"),
        reports_ready=saved.unseen(session, mine.person_id),
    )


def _greeting(hour: int) -> str:
    return str(gettext(N_("Good morning") if hour < 12 else N_("Good afternoon") if hour < 18 else N_("Good evening")))


def page_of(number: str) -> str:
    """Return the address of a document's page by its number."""
    return url_for(linking.PAGES[number[:2]], number=number) if number[:2] in linking.PAGES else url_for("desk.today")


@bp.get("/find")
@access.signed_in
def find() -> ResponseReturnValue:
    """Go to what a scanned or typed text names: a document, a tag, an external number; else search the catalogue."""
    text = request.args.get("q", "").strip()
    session, mine = db.session(), access.current()
    document = session.scalar(select(Document).where(Document.number == text.upper(), visible(mine)))
    if document is not None and document.kind in linking.PAGES:
        return redirect(page_of(document.number))
    try:
        return redirect(url_for("assets.show", tag=parse_tag(text)))
    except DomainError:
        pass
    matches = session.scalars(select(Asset.tag).where(Asset.pool_id == mine.pool_id, (Asset.serial == text) | (Asset.external_no == text)).limit(2)).all()
    if text and len(matches) == 1:
        return redirect(url_for("assets.show", tag=matches[0]))
    return redirect(url_for("catalog.index", q=text, lang=request.args.get("lang") and language()))
