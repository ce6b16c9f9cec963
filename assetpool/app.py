"""Put the application together: settings, extensions, features, errors, navigation. Known by none of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from apiflask import APIFlask
from flask import g, request, url_for
from flask_babel import Babel, gettext
from flask_login import current_user
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

import config
from assetpool import features
from assetpool.cli.loading import Commands
from assetpool.core import models as _core_models  # noqa: F401
from assetpool.core import web
from assetpool.core.db import Base, db
from assetpool.core.errors import N_
from assetpool.custody import words as custody_words
from assetpool.demo.people import INVITED, SIGN_INS
from assetpool.notices import queries as notices
from assetpool.org import access
from assetpool.org.queries import names, the_pool
from assetpool.records import states

ROOT = Path(__file__).resolve().parent.parent

# Caption, then (label, endpoint, roles that see it; none: everybody signed in).
NAVIGATION: tuple[tuple[str, tuple[tuple[str, str, tuple[str, ...]], ...]], ...] = (
    (
        "",
        (
            (N_("Today"), "desk.today", ()),
            (N_("Catalogue"), "catalog.index", ()),
            (N_("Calendar"), "calendars.index", ()),
            (N_("Events"), "events.index", ()),
            (N_("Look before buying"), "certificates.index", ()),
            (N_("Requisitions"), "requisitions.index", ()),
            (N_("Scan desk"), "floor.desk", ("keeper",)),
            (N_("Hand-overs"), "handovers.index", ()),
            (N_("Trips"), "trips.index", ("keeper", "auditor", "administrator")),
            (N_("Gate"), "gate.index", ("gate",)),
            (N_("Returns"), "returns.index", ()),
            (N_("Transfers"), "transfers.index", ()),
            (N_("Intakes"), "intake.index", ()),
            (N_("Moves"), "moves.index", ("keeper", "auditor", "administrator")),
            (N_("Stocktakes"), "stocktake.index", ("keeper", "approver", "auditor", "administrator")),
            (N_("Labels"), "labels.index", ("keeper", "clerk", "administrator")),
        ),
    ),
    (
        N_("Proof"),
        (
            (N_("Savings ledger"), "reports.index", ()),
            (N_("Outcomes"), "outcomes.index", ()),
            (N_("Review"), "savings.review", ("reviewer", "auditor")),
            (N_("Bought anyway"), "purchases.index", ("finance", "reviewer", "auditor", "administrator")),
            (N_("Rates and running costs"), "costs.rates_page", ("finance", "valuer", "reviewer", "auditor", "administrator")),
            (N_("Bulletins"), "bulletins.index", ()),
            (N_("Closings"), "closings.index", ("finance", "reviewer", "approver", "auditor", "administrator")),
            (N_("Audit"), "audit.index", ("auditor", "administrator", "reviewer", "approver", "finance")),
        ),
    ),
    (
        N_("Manage"),
        (
            (N_("Organizations and people"), "admin.index", ("administrator",)),
            (N_("Approval rules"), "rules.index", ("administrator",)),
            (N_("Prices and rents"), "prices.index", ("valuer", "administrator", "finance", "approver", "auditor", "reviewer")),
            (N_("Valuation policies"), "policies.index", ("valuer", "finance", "approver", "reviewer", "administrator", "auditor")),
        ),
    ),
)

# Pages that stand under another blueprint's entry.
UNDER = {
    "kinds": "catalog.index",
    "assets": "catalog.index",
    "event_pages": "events.index",
    "packs": "events.index",
    "feeds": "calendars.index",
    "receiver": "handovers.index",
    "lanes": "handovers.index",
    "picking": "trips.index",
    "gate.log": "trips.index",
    "gate.pin": "trips.index",
    "asides": "returns.index",
    "checklists": "returns.index",
    "exchanges": "returns.index",
    "repairs": "returns.index",
    "found": "desk.today",
    "approvals": "desk.today",
    "shortages": "requisitions.index",
    "notices": "desk.today",
    "notice_admin": "admin.index",
    "webhooks": "admin.index",
    "arranging": "rules.index",
    "erasing": "admin.index",
    "standards": "certificates.index",
    "savings.new_statement": "reports.index",
}


def create_app(settings: Mapping[str, str] | None = None) -> APIFlask:
    """Make the application from environment-like settings (default: the environment); see config.py for their names."""
    app = APIFlask(
        "assetpool",
        title="Shared public-asset pool",
        version="1",
        spec_path=None,
        docs_path=None,
        json_errors=False,
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static"),
        static_url_path="/static",
    )
    app.config.update(config.load(settings))
    app.config.update(BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "translations"), BABEL_DEFAULT_LOCALE="zh", SEND_FILE_MAX_AGE_DEFAULT=3600)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    if app.config["TRUSTED_PROXIES"]:
        hops = app.config["TRUSTED_PROXIES"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    db.init_app(app)
    Babel(app, locale_selector=web.locale, default_translation_directories=str(ROOT / "translations"))
    protection = CSRFProtect(app)
    app.session_interface = access.Sessions()
    access.manager.init_app(app)
    web.prepare(app)
    for blueprint in features.blueprints():
        app.register_blueprint(blueprint)
        if blueprint.name.endswith("_api"):
            protection.exempt(blueprint)
    app.cli = Commands(app)
    app.config["DEMONSTRATION_SIGN_INS"] = SIGN_INS if app.config["ENVIRONMENT"] == "demo" else ()
    app.config["DEMONSTRATION_LINK"] = INVITED if app.config["ENVIRONMENT"] == "demo" else ()
    _share_with_templates(app)
    return app


def _share_with_templates(app: APIFlask) -> None:
    words = states.STATE_WORDS | custody_words.STATE_WORDS
    looks = states.STATE_LOOKS | custody_words.STATE_LOOKS
    app.jinja_env.filters["state_word"] = lambda state: gettext(words.get(state, state)) if state else ""
    app.jinja_env.filters["state_look"] = lambda state: looks.get(state, "live")
    app.jinja_env.filters["condition_word"] = lambda grade: gettext(custody_words.CONDITION_WORDS.get(grade, grade)) if grade else ""
    app.jinja_env.filters["movement_word"] = lambda act: gettext(custody_words.ACT_WORDS.get(act, act))
    has_htmx = (ROOT / "static" / "vendor" / "htmx.min.js").exists()

    @app.context_processor
    def _frame() -> dict[str, Any]:
        """Give every page its frame: pool, person, language, navigation."""
        pool = the_pool(db.session())
        return {
            "lang": web.language(),
            "pool_name": pool.name if pool else "",
            "demonstration": bool(pool and pool.demonstration),
            "current_person": _person(),
            "nav": _navigation(app),
            "htmx": has_htmx,
            "is_signed_in": current_user.is_authenticated,
            "unread_notices": lambda: notices.unread(db.session(), access.me()),
        }


def _person() -> dict[str, str | int] | None:
    if not current_user.is_authenticated:
        return None
    grants = access.current().grants
    organizations = names(db.session(), [grant.organization_id for grant in grants[:1]])
    english = web.language() == "en"
    organization = next((o.name_en if english and o.name_en else o.name for o in organizations.values()), "")
    return {"id": current_user.id, "name": current_user.name, "organization": organization}


def _navigation(app: APIFlask) -> list[dict[str, Any]]:
    if not current_user.is_authenticated:
        return []
    mine = access.current()
    here = UNDER.get(request.endpoint or "") or UNDER.get(request.blueprint or "") or request.endpoint or ""
    groups = []
    for caption, entries in NAVIGATION:
        items = [
            {
                "label": gettext(label),
                "url": url_for(endpoint),
                "active": here.partition(".")[0] == endpoint.partition(".")[0],
                "count": g.get("waiting_count", 0) if endpoint == "desk.today" else 0,
            }
            for label, endpoint, roles in entries
            if endpoint in app.view_functions and (not roles or mine.has(*roles))
        ]
        if items:
            groups.append({"caption": gettext(caption) if caption else "", "items": items})
    return groups


metadata = Base.metadata
