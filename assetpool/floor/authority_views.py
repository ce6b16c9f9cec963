"""The local authority's root for phones: the page /ca, the certificate itself, and a how-to on paper with its fingerprint."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assetpool.core import clock, qr
from assetpool.core.db import db
from assetpool.core.errors import N_, DomainError
from assetpool.core.paper import render
from assetpool.core.secured import fingerprint_of, root_of
from assetpool.core.web import attachment, language
from assetpool.floor import phones
from assetpool.org import access
from assetpool.org.queries import the_pool

bp = Blueprint("authority", __name__)


class NoAuthority(DomainError):
    """`https setup` was never run here."""

    status = 404
    sentence = N_("This server has no local authority. Whoever runs it makes one: flask --app wsgi https setup")


def _root() -> bytes:
    root = root_of(current_app.config["DATA_DIR"])
    if root is None:
        raise NoAuthority()
    return root


def _address() -> str:
    """Return the address of this page under the name by which the asking device found the server, always with HTTPS."""
    return f"https://{request.host}{url_for('authority.show')}"


@bp.get("/ca")
@access.public
def show() -> ResponseReturnValue:
    """Give phones the root, with the words each system uses."""
    fingerprint = phones.lines(fingerprint_of(_root()))
    return render_template("floor/authority.html", fingerprint=fingerprint, systems=phones.SYSTEMS, code=qr.svg(_address()), address=_address())


@bp.get("/ca/root.crt")
@access.public
def root() -> ResponseReturnValue:
    """Give the root certificate in the form phones install."""
    return attachment(_root(), "application/x-x509-ca-cert", "assetpool-root.crt")


@bp.get("/ca/how-to.pdf")
@access.public
def how_to() -> ResponseReturnValue:
    """Print the how-to, to be handed out: who compares the fingerprint on paper is not deceived on the way."""
    pool = the_pool(db.session())
    now = clock.now().astimezone(ZoneInfo(pool.time_zone if pool else current_app.config["POOL_TIME_ZONE"]))
    paper = phones.paper(fingerprint_of(_root()), _address(), pool.name if pool else "", language(), now)
    return attachment(render(paper, current_app.config["FONT_PATH"] or None), "application/pdf", "assetpool-ca.pdf")
