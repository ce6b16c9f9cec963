"""The scan desk for its page's script and for machines: the day's work, and a list judged before the act."""

from __future__ import annotations

from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.core import clock
from assetpool.core.db import db
from assetpool.core.errors import DomainError, NotFound
from assetpool.core.models import Pool
from assetpool.core.web import named, translated
from assetpool.floor import judging, queries
from assetpool.floor.modes import MODES
from assetpool.floor.schemas import LookAnswer, LookBody, LookRow, PhotoAnswer, ReasonAnswer, WorkAnswer, WorkQuery
from assetpool.handovers.choosing import Item
from assetpool.org import access
from assetpool.org.models import Person, Role
from assetpool.records import photos, rest
from assetpool.records.queries import by_number

bp = rest.blueprint("floor", __name__, "Scan desk")


@bp.get("/floor/work")
@access.role(Role.KEEPER)
@rest.reads(WorkAnswer, WorkQuery)
def work(asked: WorkQuery) -> rest.Json:
    """Give what the stores one keeps have before them, with every tag it may concern, so that scans can be judged without network."""
    session, mine = db.session(), access.current()
    today = clock.today(session.get_one(Pool, mine.pool_id).time_zone)
    found = queries.work(session, mine, today, days=asked.days, also=asked.document.upper())
    return {
        "made_at": clock.now(),
        "person": {"id": access.me(), "name": session.scalars(select(Person.name).where(Person.id == access.me())).one()},
        "stores": [{"code": store.code, "name": named(store)} for store in found.stores],
        "out": [
            {
                "number": one.number, "receiver": named(one.receiver), "store": one.store.code, "first_day": one.first_day, "last_day": one.last_day,
                "units": sum(line[3] for line in one.lines),
                "lines": [{"line": line, "kind_id": kind.id, "tag": tag, "units": units} for line, kind, tag, units in one.lines],
                "contacts": [{"name": fact.name or "", "phone": fact.telephone or ""} for fact in one.contacts],
            }
            for one in found.out
        ],
        "back": [
            {
                "number": one.number, "receiver": named(one.receiver), "store": one.store.code, "due_on": one.due_on,
                "overdue": one.due_on is not None and one.due_on < today, "units": sum(line[2] for line in one.lines),
                "lines": [{"line": line, "kind_id": kind.id, "units": units} for line, kind, units in one.lines],
            }
            for one in found.back
        ],
        "kinds": [{"id": kind.id, "name": named(kind), "spec": kind.spec, "measure": kind.measure} for kind in found.kinds],
        "things": [
            {
                "tag": thing.tag, "kind_id": thing.kind_id, "form": thing.form, "store": thing.store, "place": thing.place, "state": thing.state,
                "standing": thing.standing, "out": [{"slip": slip, "line": line, "units": units} for slip, line, units in thing.out],
                "promised_to": thing.promised_to,
            }
            for thing in found.things
        ],
        "codes": found.codes,
        "complete": found.complete,
    }  # fmt: skip


@bp.post("/floor/look")
@access.role(Role.KEEPER)
@rest.asks(LookAnswer, LookBody, refuses=(NotFound,))
def look(body: LookBody) -> rest.Json:
    """Judge a list before the act: each thing with its reason and one-tap cure, each line with its running total. Nothing changes."""
    mode = MODES.get(body.mode)
    if mode is None or mode.judge is None:
        raise NotFound(what=body.mode)
    session, mine = db.session(), access.current()
    judged = judging.look(session, mine, mode.judge, body.target, [Item(line.tag, line.count) for line in body.lines])
    lines = [
        {
            "line": one.asked.line_no, "kind_id": one.kind.id, "kind": named(one.kind), "spec": one.kind.spec, "tag": one.tag, "drop": one.asked.drop,
            "picked": one.picked, "promised": one.promised,
        }
        for one in judged.lines
    ]  # fmt: skip
    return {"rows": [_row(row) for row in judged.rows], "lines": lines, "picked": judged.picked, "promised": judged.promised}


@bp.post("/floor/photos/<number>")
@access.role(Role.KEEPER)
@rest.uploads(PhotoAnswer, prepare=photos.ready, refuses=(NotFound, photos.PhotoRefused, photos.TooManyPhotos))
def photo(session: Session, _name: str, picture: photos.Picture, number: str) -> rest.Json:
    """Keep a counting photo with the slip, receipt or move it was counted for; made smaller and cleaned of where it was taken."""
    document = by_number(session, access.current(), number)
    return {"id": photos.keep(session, picture, of="document", of_id=document.id, by=access.me()).id}


def _row(row: judging.Row) -> LookRow:
    cure = row.cure
    return {
        "tag": row.tag,
        "kind_id": row.kind.id if row.kind else None,
        "kind": named(row.kind) if row.kind else "",
        "form": row.form,
        "count": row.count,
        "standing": row.standing,
        "state": row.state,
        "place": row.place,
        "store": row.store,
        "slip": row.slip,
        "reason": _reason(row.reason),
        "cure": {"act": cure.act, "label": gettext(cure.label), "count": cure.count, "url": cure.url} if cure else None,
        "remark": _reason(row.remark),
        "code": row.code,
    }


def _reason(reason: DomainError | None) -> ReasonAnswer | None:
    return {"code": reason.code, "sentence": translated(reason)} if reason else None
