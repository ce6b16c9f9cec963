"""`labels print`: a PDF of labels, exactly one code per label and no other on the sheet."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from assetpool.cli import frame
from assetpool.core.db import atomic, db
from assetpool.labels import queries, service
from assetpool.labels.layouts import LAYOUTS
from assetpool.labels.sheet import NoLabels, pages_needed, render
from assetpool.org.queries import access_of

labels = AppGroup("labels", help="Labels with QR codes.")


@labels.command("print")
@click.option("--tags", metavar="TAG,…", help="Tags, separated by commas.")
@click.option("--intake", metavar="NO", help="Everything that came in by this intake.")
@click.option("--store", metavar="CODE", help="Everything this store owns.")
@click.option("--layout", default="a4-24", show_default=True, help=f"One of: {', '.join(LAYOUTS)}; or one of the pool's own.")
@click.option("--start", type=click.IntRange(1), default=1, show_default=True, help="First free place of a half-used sheet.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The PDF to write.")
@frame.as_option
@frame.json_option
@frame.act
def print_labels(tags: str | None, intake: str | None, store: str | None, layout: str, start: int, out: Path, as_user: str | None, as_json: bool) -> None:
    """Print labels of tags, of an intake or of a store."""
    session = db.session()
    mine = access_of(session, frame.acting(session, as_user))
    public_url, language, sheet = current_app.config["PUBLIC_URL"], frame.spoken_on_paper(), queries.layout(session, mine.pool_id, layout)
    if tags:
        chosen = queries.by_tags(session, mine, tags.split(","), public_url, language)
    elif intake:
        chosen = queries.by_document(session, mine, intake, public_url, language)
    elif store:
        chosen = queries.by_store(session, mine, store, public_url, language)
    else:
        raise NoLabels
    out.write_bytes(render(chosen, sheet, start, language=language, font_path=current_app.config["FONT_PATH"] or None))
    with atomic() as writing:
        service.count_prints(writing, mine.pool_id, [label.tag for label in chosen], by=mine.person_id)
    data = {"file": str(out), "labels": len(chosen), "pages": pages_needed(len(chosen), sheet, start)}
    frame.show(data, as_json, [f"{out}: {data['labels']} × {sheet.name}, {data['pages']} p."])
