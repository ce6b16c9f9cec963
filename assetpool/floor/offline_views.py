"""What the floor needs to work without network: who is signed in, the service worker, the manifest, what waits on this device."""

from __future__ import annotations

import json
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from flask import Blueprint, Response, current_app, jsonify, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from assetpool.core import clock
from assetpool.core.db import db
from assetpool.core.web import language
from assetpool.floor.counts import under_way
from assetpool.floor.modes import MODES
from assetpool.org import access
from assetpool.org.models import Role
from assetpool.org.queries import the_pool

bp = Blueprint("floor_offline", __name__)
WORKER = "sw.js"


@bp.get("/floor/session")
@access.public
def session() -> ResponseReturnValue:
    """Say who is signed in here (null: nobody) and what time it is, so that a device can tell whose queue it may send."""
    known = current_user.is_authenticated
    answer = jsonify({"person": access.me() if known else None, "name": current_user.name if known else "", "now": int(clock.now().timestamp() * 1000)})
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.get("/floor/queue")
@access.signed_in
def queue() -> ResponseReturnValue:
    """Show what waits on this device, what was refused and what was done; the device itself knows, the server only gives the words."""
    session, mine = db.session(), access.current()
    counts = [url_for("stocktake.count", number=number) for number in under_way(session, mine)]
    desk = ["/floor", *(f"/floor/{mode}" for mode in MODES)] if mine.has(Role.KEEPER) else []
    pages = [url_for("floor_offline.queue"), *desk, *counts]
    return render_template("floor/queue.html", pages=pages, modes=[(mode.key, _(mode.title)) for mode in MODES.values()])


@bp.get("/floor/offline")
@access.public
def offline() -> ResponseReturnValue:
    """Show what a device shows where there is no network and nothing was stored; it names nobody."""
    return render_template("floor/offline.html", current_person=None, is_signed_in=False)


@bp.get("/manifest.webmanifest")
@access.public
def manifest() -> ResponseReturnValue:
    """Describe the floor as an app that can be installed on a phone."""
    pool = the_pool(db.session())
    icons = [
        {"src": url_for("static", filename=f"icons/{name}-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for name, purpose in (("icon", "any"), ("maskable", "maskable"))
        for size in (192, 512)
    ]
    answer = jsonify(
        {
            "id": "/floor",
            "name": _("Store floor · %(pool)s", pool=pool.name) if pool else _("Store floor"),
            "short_name": _("Store floor"),
            "lang": "en" if language() == "en" else "zh-CN",
            "start_url": "/floor",
            "scope": "/",
            "display": "standalone",
            "background_color": "#ffffff",
            "theme_color": "#0b5f63",
            "icons": icons,
            "shortcuts": [{"name": _("What waits on this device"), "url": "/floor/queue"}],
        }
    )
    answer.content_type = "application/manifest+json"
    return answer


@bp.get(f"/{WORKER}")
@access.public
def worker() -> ResponseReturnValue:
    """Give the service worker, which is another one whenever any part of the product is."""
    answer = Response(worker_text(str(current_app.static_folder), url_for("floor_offline.offline")), content_type="text/javascript; charset=utf-8")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@lru_cache(maxsize=4)
def worker_text(static: str, fallback: str) -> str:
    """Return the service worker with a digest of all parts, their addresses, and the page for "no network" in front; read once per process."""
    folder = Path(static)
    digest = sha256()
    parts = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not path.name.startswith("."):
            digest.update(f"{name}\0".encode() + path.read_bytes())
            if name != WORKER:
                parts.append(f"/static/{name}")
    said = {"VERSION": digest.hexdigest()[:16], "PARTS": parts, "FALLBACK": fallback}
    return "".join(f"const {name} = {json.dumps(value)};\n" for name, value in said.items()) + (folder / WORKER).read_text(encoding="utf-8")
