"""Who comes in by a link: the browser's key in a cookie of that link alone, and the guard of every page behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from flask import Blueprint, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from assetpool.core.db import db
from assetpool.core.models import Pool
from assetpool.events.models import Event
from assetpool.invitations import service
from assetpool.invitations.models import Invitation

bp = Blueprint("organizer", __name__)
COOKIE = "organizer"
KEPT_FOR = 400 * 86400


@dataclass(frozen=True)
class Guest:
    """The organizer of one event: the link, the browser's key, and the event that is all they see."""

    token: str
    key: str
    invitation: Invitation
    event: Event


def admitted(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    """Let only a browser pass in which the link's code was entered; all others are asked for it."""

    @wraps(view)
    def guarded(token: str, **rest: object) -> ResponseReturnValue:
        guest = of_request(token)
        return redirect(url_for("organizer.enter", token=token), 303) if guest is None else view(guest, **rest)

    return guarded


def of_request(token: str) -> Guest | None:
    """Return the guest whose browser asks, or None."""
    session, key = db.session(), request.cookies.get(COOKIE, "")
    invitation = service.admitted(session, token, key)
    if invitation is None:
        return None
    g.zone = session.get_one(Pool, invitation.pool_id).time_zone
    return Guest(token, key, invitation, session.get_one(Event, invitation.event_id))


def remember(answer: Response, token: str, key: str) -> Response:
    """Let the browser keep its key, for this link's pages only."""
    answer.set_cookie(COOKIE, key, max_age=KEPT_FOR, path=f"/o/{token}", httponly=True, secure=request.is_secure, samesite="Lax")
    return answer


def forget(answer: Response, token: str) -> Response:
    """Let the browser forget its key."""
    answer.delete_cookie(COOKIE, path=f"/o/{token}")
    return answer
