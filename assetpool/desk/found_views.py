"""The page a stranger's scan opens, its form, and what keepers read of it."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Store
from assetpool.core.db import atomic, db
from assetpool.core.errors import DomainError
from assetpool.core.tags import parse_tag
from assetpool.core.web import translated, whole
from assetpool.custody.models import Asset
from assetpool.desk import found
from assetpool.labels.models import LabelCode
from assetpool.org import access
from assetpool.org.models import Organization, Role
from assetpool.records import photos

bp = Blueprint("found", __name__)
SHOWN = 50
MOST_PHOTOS = 3


def page(session: Session, thing: Asset | LabelCode, sentence: str = "", status: int = 200) -> ResponseReturnValue:
    """Tell a finder whose it is and whom to call; nothing about where it should be, with whom, or what it is worth.

    What carries a code that is no thing's tag (a shelf, a box, a blank label) has no keeper to write to, only somebody to call.
    """
    row = session.execute(
        select(Store.telephone, Organization.telephone.label("above"), Organization.name, Organization.name_en)
        .join(Organization, Organization.id == Store.organization_id)
        .where(Store.id == thing.store_id)
    ).one()
    telephone = row.telephone or row.above
    said = request.form if request.method == "POST" else {}
    shown = {"tag": thing.tag, "telephone": telephone, "name": row.name, "name_en": row.name_en, "sentence": sentence, "said": said}
    return render_template("assets/found.html", may_write=isinstance(thing, Asset), **shown), status


@bp.post("/a/<tag>/found")
@access.public
def report(tag: str) -> ResponseReturnValue:
    """Take what a finder writes; what is refused stays in the form."""
    session = db.session()
    parsed = parse_tag(tag)
    asset = session.scalar(select(Asset).where(Asset.tag == parsed))
    if asset is None:
        return redirect(url_for("assets.show", tag=tag), 303)
    asset_id, pool_id = asset.id, asset.pool_id
    sent = request.files.getlist("photos")[:MOST_PHOTOS]
    address, secret = request.remote_addr or "", current_app.config["SECRET_KEY"]
    try:
        found.demand_room(session, asset_id, address=address, secret=secret)
        pictures = photos.chosen(sent)
        with atomic() as act:
            row = found.report(act, asset_id, request.form.get("message", ""), request.form.get("contact", ""), address=address, secret=secret)
            photos.keep_all(act, pictures, of="found", of_id=row.id, by=None, pool_id=pool_id)
    except DomainError as refusal:
        return page(db.session(), db.session().get_one(Asset, asset_id), translated(refusal), refusal.status)
    flash(_("Thank you. The keepers read it now."), "done")
    return redirect(url_for("assets.show", tag=parsed), 303)


@bp.get("/found")
@access.role(Role.KEEPER)
def index() -> ResponseReturnValue:
    """List what finders wrote about things of one's stores."""
    session = db.session()
    rows = found.written(session, access.current(), before=request.args.get("before", type=whole), limit=SHOWN)
    following = url_for("found.index", before=rows[SHOWN - 1].row.id) if len(rows) > SHOWN else None
    pictures = photos.of(session, "found", [one.row.id for one in rows[:SHOWN]])
    return render_template("assets/found_list.html", rows=rows[:SHOWN], pictures=pictures, following=following)


@bp.post("/found/<int(max=9000000000000000000):report_id>/handled")
@access.role(Role.KEEPER)
def handled(report_id: int) -> ResponseReturnValue:
    """Note that a message was dealt with."""
    with atomic() as session:
        found.handle(session, report_id, request.form.get("note", ""), by=access.me())
    flash(_("Noted."), "done")
    return redirect(url_for("found.index"), 303)
