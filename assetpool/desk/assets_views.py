"""What a label opens: for strangers a found item, for people of the pool the thing itself with its possible acts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Kind, Store
from assetpool.catalog.photos import MAY_PICTURE
from assetpool.catalog.queries import prices_on
from assetpool.core import clock
from assetpool.core.db import db
from assetpool.core.errors import DomainError, NotFound
from assetpool.core.models import Pool
from assetpool.core.qr import svg
from assetpool.core.tags import TagMistyped, parse_tag
from assetpool.core.web import translated
from assetpool.custody import queries as custody
from assetpool.custody.models import Asset, State
from assetpool.desk import found_views
from assetpool.handovers.models import Slip
from assetpool.labels.meaning import former_tags, meaning
from assetpool.labels.qr import label_url
from assetpool.labels.queries import prints
from assetpool.org import access
from assetpool.org.models import Organization
from assetpool.org.queries import names, people
from assetpool.records import photos
from assetpool.records.photo_views import keep_sent
from assetpool.records.queries import visible_numbers
from assetpool.reservations.models import Reservation

bp = Blueprint("assets", __name__)


@dataclass(frozen=True)
class Part:
    """One part of a thing: how many, in which state, where, who answers for it, which slip it is out on and until when."""

    units: int
    state: str
    condition: str
    store: Store
    place: str
    custodian: Organization
    number: str
    due_on: date | None


@bp.get("/a/<tag>")
@bp.get("/A/<tag>")
@access.public
def show(tag: str) -> ResponseReturnValue:
    """Show the thing to people of the pool, and “found item” to everybody else; an unknown tag says how to go on."""
    session = db.session()
    try:
        parsed = parse_tag(tag)
    except DomainError as refusal:
        return render_template("assets/unknown.html", tag=tag[:40], sentence=translated(refusal), mistyped=isinstance(refusal, TagMistyped)), 404
    asset = session.scalar(select(Asset).where(Asset.tag == parsed))
    if asset is None:
        return _other_code(session, parsed)
    if not current_user.is_authenticated:
        return found_views.page(session, asset)
    if asset.pool_id != access.current().pool_id:
        return render_template("assets/unknown.html", tag=parsed, sentence="", mistyped=False), 404
    return _thing(session, asset)


def _other_code(session: Session, tag: str) -> ResponseReturnValue:
    """Lead from a former tag to its thing, from a shelf, cage, box or blank label to its page; strangers read whom to call."""
    known = current_user.is_authenticated
    found = meaning(session, access.current().pool_id if known else None, tag)
    if found is None:
        return render_template("assets/unknown.html", tag=tag, sentence="", mistyped=False), 404
    if found.purpose == "asset" and found.asset is not None:
        return redirect(url_for("assets.show", tag=found.asset.tag), 303)
    if known:
        return redirect(url_for("labels.code", tag=tag), 303)
    assert found.code is not None
    return found_views.page(session, found.code)


@bp.post("/a/<tag>/photos")
@access.role(*MAY_PICTURE)
def picture(tag: str) -> ResponseReturnValue:
    """Keep photos of a thing, for everybody who looks at it."""
    asset = db.session().scalar(select(Asset).where(Asset.tag == parse_tag(tag), Asset.pool_id == access.current().pool_id))
    if asset is None:
        raise NotFound(what=tag)
    keep_sent("asset", asset.id)
    return redirect(url_for("assets.show", tag=tag), 303)


def _thing(session: Session, asset: Asset) -> ResponseReturnValue:
    mine = access.current()
    kind = session.get_one(Kind, asset.kind_id)
    pool = session.get_one(Pool, asset.pool_id)
    tranches = custody.tranches_of(session, asset.id)
    movements = custody.movements_of(session, asset.id)
    documents = visible_numbers(session, mine, [*(m.document_id for m in movements), *(t.document_id for t in tranches)])
    places = {store.id: store for store in session.scalars(select(Store).where(Store.id.in_({t.store_id for t in tranches} | {m.store_id for m in movements})))}
    owners = names(session, [i for t in tranches for i in (t.custodian_id, t.owner_id, t.book_id, t.origin_id)] + [m.custodian_id for m in movements])
    sees_books = custody.sees_books(session, mine, tranches)
    today = clock.today(pool.time_zone)
    slips = set(session.scalars(select(Slip.id).where(Slip.id.in_({t.document_id for t in tranches if t.document_id}))))
    parts = [
        Part(
            t.count, t.state, t.condition, places[t.store_id], t.place, owners[t.custodian_id],
            documents.get(t.document_id, "") if t.document_id in slips else "", t.due_on,
        )
        for t in tranches
    ]  # fmt: skip
    promised = list(
        session.scalars(select(Reservation).where(Reservation.asset_id == asset.id, Reservation.open_units > 0).order_by(Reservation.first_day).limit(20))
    )
    return render_template(
        "assets/show.html",
        asset=asset,
        kind=kind,
        parts=parts,
        first=tranches[0] if tranches else None,
        owners=owners,
        movements=movements,
        documents=documents,
        places=places,
        doers=people(session, [m.person_id for m in movements if m.document_id in documents]),
        price=prices_on(session, [kind.id], today).get(kind.id),
        sees_books=sees_books,
        promised=promised,
        code=svg(label_url(current_app.config["PUBLIC_URL"], asset.tag), asset.tag),
        photos=photos.of(session, "asset", [asset.id])[asset.id],
        may_picture=mine.has(*MAY_PICTURE),
        may_move=mine.has("keeper"),
        label_prints=prints(session, asset.pool_id, [asset.tag]).get(asset.tag),
        former_tags=former_tags(session, asset),
        may_ask=mine.has("clerk", "organizer") and asset.state not in (State.TRANSFERRED, State.LOST, State.DAMAGED, State.DISPOSED),
        overdue=any(p.state == State.OUT and p.due_on is not None and p.due_on < today for p in parts),
    )
