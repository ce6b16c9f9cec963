"""What the floor needs to work without network: who is signed in, the service worker, the manifest, what waits on this device."""

from __future__ import annotations

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from flask_login import current_user

from assetpool.core import clock
from assetpool.org import access

bp = Blueprint("floor_offline", __name__)


@bp.get("/floor/session")
@access.public
def session() -> ResponseReturnValue:
    """Say who is signed in here (null: nobody) and what time it is, so that a device can tell whose queue it may send."""
    known = current_user.is_authenticated
    answer = jsonify({"person": access.me() if known else None, "name": current_user.name if known else "", "now": int(clock.now().timestamp() * 1000)})
    answer.headers["Cache-Control"] = "no-store"
    return answer
