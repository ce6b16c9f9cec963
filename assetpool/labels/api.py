"""Labels over the REST interface: a PDF of what is named, blank codes and their claiming, what a code stands for."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Store
from assetpool.catalog.queries import store_by_code
from assetpool.core.db import atomic, db
from assetpool.core.errors import NotFound
from assetpool.core.tags import TagMistyped, TagUnreadable, parse_tag
from assetpool.core.web import language
from assetpool.labels import codes, queries, service
from assetpool.labels.layouts import LayoutUnknown
from assetpool.labels.meaning import meaning
from assetpool.labels.models import LabelCode
from assetpool.labels.schemas import BlanksAnswer, BlanksBody, ClaimsAnswer, ClaimsBody, CodeAnswer, LabelsBody, LabelsQuery
from assetpool.labels.sheet import NoLabels, StartOffSheet, render
from assetpool.org import access
from assetpool.records import rest

bp = rest.blueprint("labels", __name__, "Labels")
_REFUSES = (NoLabels, StartOffSheet, LayoutUnknown, NotFound, queries.TagsUnknown, queries.TooManyLabels)


@bp.get("/labels.pdf")
@access.signed_in
@rest.reads(bytes, LabelsQuery, refuses=_REFUSES, media_type="application/pdf")
def labels(asked: LabelsQuery) -> Response:
    """Print labels: tags separated by commas, or an intake's number, or a store's code."""
    return _pdf(asked.tags.split(","), asked.intake, asked.store, asked.layout, asked.start)


@bp.post("/labels.pdf")
@access.signed_in
@rest.asks(bytes, LabelsBody, refuses=_REFUSES, media_type="application/pdf")
def print_labels(body: LabelsBody) -> Response:
    """Print labels of a longer list of tags."""
    return _pdf(body.tags, body.intake, body.store_code, body.layout, body.start)


@bp.post("/labels/blanks")
@access.signed_in
@rest.writes(BlanksAnswer, BlanksBody, refuses=(NotFound,))
def make_blanks(session: Session, body: BlanksBody) -> rest.Json:
    """Reserve tags for labels that are printed before their things are known."""
    store = store_by_code(session, access.current().pool_id, body.store_code)
    batch = codes.make(session, store.id, "blank", [codes.NewCode()] * body.count, by=access.me())
    return {"batch": batch.id, "tags": list(session.scalars(select(LabelCode.tag).where(LabelCode.batch_id == batch.id).order_by(LabelCode.id)))}


@bp.post("/labels/claims")
@access.signed_in
@rest.writes(ClaimsAnswer, ClaimsBody, refuses=(NotFound, codes.NotBlank, codes.BlankTaken, codes.SeveralThings, TagMistyped, TagUnreadable))
def claim(session: Session, body: ClaimsBody) -> rest.Json:
    """Let things take the blank labels that were stuck on them; their former tags still lead to them."""
    renamed = codes.claim(session, [codes.Claim(line.blank, line.thing) for line in body.lines], by=access.me())
    return {"items": [{"former": former, "tag": tag} for former, tag in renamed.items()]}


@bp.get("/labels/codes/<tag>")
@access.signed_in
@rest.reads(CodeAnswer, refuses=(NotFound, TagMistyped, TagUnreadable))
def code(tag: str) -> rest.Json:
    """Say what a scanned code stands for."""
    session, parsed = db.session(), parse_tag(tag)
    found = meaning(session, access.current().pool_id, parsed)
    if found is None:
        raise NotFound(what=parsed)
    place = found.asset or found.code
    store = session.get(Store, place.store_id) if place else None
    return {
        "tag": parsed, "purpose": found.purpose, "asset": found.asset.tag if found.asset else None, "count": found.count,
        "store_code": store.code if store else None, "name": found.code.name if found.code else "",
    }  # fmt: skip


def _pdf(tags: Sequence[str], intake: str, store: str, layout: str, start: int) -> Response:
    session, mine, public_url, lang = db.session(), access.current(), current_app.config["PUBLIC_URL"], language()
    sheet = queries.layout(session, mine.pool_id, layout)
    if any(tag.strip() for tag in tags):
        chosen = queries.by_tags(session, mine, tags, public_url, lang)
    elif intake:
        chosen = queries.by_document(session, mine, intake, public_url, lang)
    elif store:
        chosen = queries.by_store(session, mine, store, public_url, lang)
    else:
        raise NoLabels
    pdf = render(chosen, sheet, start, language=lang, font_path=current_app.config["FONT_PATH"] or None)
    with atomic() as writing:
        service.count_prints(writing, mine.pool_id, [label.tag for label in chosen], by=mine.person_id)
    return Response(pdf, mimetype="application/pdf")
