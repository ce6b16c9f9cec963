"""Looks: every page and paper of proof that an auditor opens is noted, after the answer went out, so that nobody waits for it."""

from __future__ import annotations

import logging

from flask import Flask, Response, current_app, g, request
from flask_login import current_user
from sqlalchemy import insert, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from werkzeug.wsgi import ClosingIterator

from assetpool.audit.blueprint import bp
from assetpool.audit.models import Look
from assetpool.core import clock
from assetpool.core.db import db
from assetpool.org import access
from assetpool.org.models import Person, Role

NOT_NOTED = frozenset({"org", "desk", "notices", "verify", "health", "openapi", "floor_offline"})
"""Blueprints that show no papers, figures or people of others: signing in, one's own day and notices, what anybody may check, the machinery.

All else is noted.
"""
LONGEST = 300
_LOOK = insert(Look)
log = logging.getLogger(__name__)


@bp.after_app_request
def note(answer: Response) -> Response:
    """Have a look noted once the answer to an auditor's GET is out."""
    blueprint = (request.blueprint or "").removesuffix("_api")
    if request.method != "GET" or not blueprint or blueprint in NOT_NOTED or answer.status_code >= 500:
        return answer
    # A calendar program asks under a secret address: its page says for whom, and what to write instead of the secret.
    mine = access.current() if current_user.is_authenticated else g.get("access")
    if mine is None or not mine.has(Role.AUDITOR):
        return answer
    seen = {"pool_id": mine.pool_id, "person_id": mine.person_id, "endpoint": str(request.endpoint)[:80], "subject": _subject()[:LONGEST],
            "status": answer.status_code, "looked_at": clock.now()}  # fmt: skip
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    if answer.direct_passthrough:  # A file is handed on as it is; the answer's own end is never told then.
        answer.response = ClosingIterator(answer.response, [lambda: _keep(app, seen)])  # type: ignore[arg-type]
    else:
        answer.call_on_close(lambda: _keep(app, seen))
    return answer


def _subject() -> str:
    """Return what was looked at; a token in an address opens something, so it is left out."""
    told, token = str(g.get("look_subject") or request.full_path.rstrip("?")), (request.view_args or {}).get("token")
    return told.replace(str(token), "…") if token else told


def _keep(app: Flask, seen: dict[str, object]) -> None:
    """Write one look in a transaction of its own; what cannot be written is logged with all it would say."""
    try:
        with app.app_context(), db.engine.connect() as connection, connection.execution_options(act=True).begin():
            connection.execute(_LOOK, seen)
    except SQLAlchemyError:
        log.exception("an auditor's look could not be noted: %s", seen)


def looks(session: Session, pool_id: int, person_id: int | None = None, before: int | None = None, limit: int = 100) -> list[tuple[Look, str]]:
    """Return looks with the looker's name, newest first."""
    statement = select(Look, Person.name).join(Person, Person.id == Look.person_id).where(Look.pool_id == pool_id)
    if person_id is not None:
        statement = statement.where(Look.person_id == person_id)
    if before is not None:
        statement = statement.where(Look.id < before)
    return [(row[0], row[1]) for row in session.execute(statement.order_by(Look.id.desc()).limit(limit))]


def lookers(session: Session, pool_id: int) -> list[tuple[int, str]]:
    """Return the people whose looks are noted."""
    statement = select(Person.id, Person.name).where(Person.id.in_(select(Look.person_id).where(Look.pool_id == pool_id))).order_by(Person.name)
    return [(row.id, row.name) for row in session.execute(statement)]
