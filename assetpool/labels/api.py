"""Labels over the REST interface: a PDF of what is named."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, current_app

from assetpool.core.db import atomic, db
from assetpool.core.errors import NotFound
from assetpool.core.web import language
from assetpool.labels import queries, service
from assetpool.labels.layouts import LayoutUnknown
from assetpool.labels.schemas import LabelsBody, LabelsQuery
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
