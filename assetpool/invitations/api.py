"""The organizer's link and event packs for machines."""

from __future__ import annotations

from flask import current_app
from sqlalchemy.orm import Session

from assetpool.core.db import db
from assetpool.core.errors import FieldInvalid, NotAllowed, NotFound
from assetpool.events import packs
from assetpool.events.models import Event, EventPack
from assetpool.events.packs import PackLine
from assetpool.events.queries import event as event_of
from assetpool.invitations import service, status
from assetpool.invitations.schemas import InvitationAnswer, InviteBody, MadeInvitationAnswer, PackAnswer, PackBody, PackPage, PackQuery
from assetpool.org import access
from assetpool.records import rest
from assetpool.reservations.service import pool_today

bp = rest.blueprint("invitations", __name__, "Events")


@bp.get("/events/<int:event_id>/invitation")
@access.signed_in
@rest.reads(InvitationAnswer, refuses=(NotFound,))
def invitation(event_id: int) -> rest.Json:
    """Show the state of an event's link, without what opens it."""
    return _state(db.session(), event_of(db.session(), access.current(), event_id))


def _state(session: Session, event: Event) -> InvitationAnswer:
    state = status.link_state(session, event, pool_today(session, event.pool_id))
    if state is None:
        raise NotFound(what=str(event.id))
    row = state.invitation
    return {
        "event_id": event.id,
        "invited_at": row.invited_at,
        "expires_on": row.expires_on,
        "hauls": row.hauls,
        "sets_up": row.sets_up,
        "terms": row.terms,
        "devices": state.devices,
        "waiting": state.open_lines,
        "over": state.over,
    }


@bp.post("/events/<int:event_id>/invitation")
@access.signed_in
@rest.writes(MadeInvitationAnswer, InviteBody, refuses=(NotAllowed, NotFound, FieldInvalid, service.NoLiaison), secret="opens")
def invite(session: Session, body: InviteBody, event_id: int) -> rest.Json:
    """Make a link and a code for the liaison of an event; earlier ones are void."""
    event = event_of(session, access.current(), event_id)
    sent = service.invite(session, event.id, by=access.me(), expires_on=body.expires_on, hauls=body.hauls, sets_up=body.sets_up, terms=body.terms)
    opens = {"link": f"{current_app.config['PUBLIC_URL']}/o/{sent.token}", "code": sent.code}
    return {**_state(session, event), "opens": opens}


@bp.post("/events/<int:event_id>/invitation/revoke")
@access.signed_in
@rest.writes(InvitationAnswer, status=200, refuses=(NotAllowed, NotFound, service.InvitationOver))
def revoke(session: Session, event_id: int) -> rest.Json:
    """Make the link of an event void; what was handed in by it stays."""
    event = event_of(session, access.current(), event_id)
    service.revoke(session, event.id, by=access.me())
    return _state(session, event)


@bp.get("/event-packs")
@access.signed_in
@rest.reads(PackPage)
def offered() -> rest.Json:
    """List the event packs on offer."""
    rows = packs.packs_of(db.session(), access.current().pool_id)
    items = [{"id": row.id, "name": row.name, "name_en": row.name_en, "note": row.note, "kinds": count} for row, count in rows]
    return rest.page(items, None, len(items))


@bp.get("/event-packs/<int:pack_id>")
@access.signed_in
@rest.reads(PackAnswer, PackQuery, refuses=(NotFound,))
def pack(asked: PackQuery, pack_id: int) -> rest.Json:
    """Show an event pack, with its units for so many people."""
    session, pool_id = db.session(), access.current().pool_id
    return _pack(session, packs.pack(session, pool_id, pack_id), packs.units_for(session, pool_id, pack_id, asked.people) if asked.people else {})


def _pack(session: Session, row: EventPack, units: dict[int, int]) -> PackAnswer:
    return {
        "id": row.id,
        "name": row.name,
        "name_en": row.name_en,
        "note": row.note,
        "withdrawn": row.withdrawn_at is not None,
        "changed_at": row.changed_at,
        "lines": [
            {"kind_id": kind.id, "name": kind.name, "per_hundred_people_x100": line.per_hundred, "units": units.get(kind.id)}
            for line, kind in packs.lines_of(session, row.id)
        ],
    }


@bp.post("/event-packs")
@access.signed_in
@rest.writes(PackAnswer, PackBody, refuses=(NotAllowed, NotFound, FieldInvalid))
def write(session: Session, body: PackBody) -> rest.Json:
    """Write an event pack, or one there is anew."""
    held = [PackLine(line.kind_id, line.per_hundred_people_x100) for line in body.lines]
    row = packs.write(session, access.current().pool_id, body.name, held, by=access.me(), name_en=body.name_en, note=body.note, pack_id=body.id)
    return _pack(session, row, {})


@bp.post("/event-packs/<int:pack_id>/withdraw")
@access.signed_in
@rest.writes(PackAnswer, status=200, refuses=(NotAllowed, NotFound))
def withdraw(session: Session, pack_id: int) -> rest.Json:
    """Offer a pack no longer, or again."""
    return _pack(session, packs.withdraw(session, access.current().pool_id, pack_id, by=access.me()), {})
