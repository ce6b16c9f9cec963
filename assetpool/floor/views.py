"""The scan desk as a page: what is to be done is chosen, then everything is scanned; without scripts the tags are typed and sent on."""

from __future__ import annotations

from flask import Blueprint, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from assetpool.core import clock
from assetpool.core.db import db
from assetpool.core.errors import NotFound
from assetpool.core.models import Pool
from assetpool.core.web import CONTENT_SECURITY_POLICY
from assetpool.custody.words import STATE_WORDS
from assetpool.floor.modes import ELSEWHERE, MODES
from assetpool.floor.words import SENTENCES
from assetpool.handovers.blockers import SENTENCES as BLOCKERS
from assetpool.handovers.forms import ReturnForm, ScanForm
from assetpool.handovers.queries import kept_stores, ready
from assetpool.org import access
from assetpool.org.models import Role

bp = Blueprint("floor", __name__)
# The reader of codes is WebAssembly; nothing else on this page may be compiled while it runs, and no other page needs it.
POLICY = CONTENT_SECURITY_POLICY.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'")


@bp.get("/floor")
@bp.get("/floor/<mode>")
@access.role(Role.KEEPER)
def desk(mode: str = "") -> ResponseReturnValue:
    """Show the scan desk: the modes, what waits, and the list of what is scanned."""
    session, mine = db.session(), access.current()
    if mode and mode not in MODES:
        raise NotFound(what=mode)
    stores = kept_stores(session, mine)
    finish = {"out": ScanForm(formdata=None, prefix="out-"), "back": ReturnForm(formdata=None, prefix="back-")}
    page = render_template(
        "floor/desk.html",
        modes=MODES,
        elsewhere=ELSEWHERE,
        mode=MODES.get(mode),
        target=request.args.get("target", "").replace("\0", "")[:120],
        ready=ready(session, mine) if mode == "out" else [],
        stores=stores,
        finish=finish,
        words=_words(),
        today=clock.today(session.get_one(Pool, mine.pool_id).time_zone),
    )
    answer = make_response(page)
    answer.headers["Content-Security-Policy"] = POLICY
    return answer


def _words() -> dict[str, dict[str, str]]:
    """Return what the page's script says, in the reader's language, with its %(name)s places open."""
    return {
        "say": {name: str(gettext(sentence)) for name, sentence in SENTENCES.items()},
        "reasons": {name: str(gettext(sentence)) for name, sentence in BLOCKERS.items()},
        "states": {name: str(gettext(word)) for name, word in STATE_WORDS.items()},
    }
