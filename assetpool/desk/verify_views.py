"""Checking a printed paper by its code: kind, day, state and digest, never a name."""

from __future__ import annotations

import json
from hashlib import sha256

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from assetpool.bulletins import queries as bulletins
from assetpool.bulletins.models import Bulletin
from assetpool.certificates import queries as certificates
from assetpool.core.db import db
from assetpool.org import access
from assetpool.records.models import Document
from assetpool.records.service import check_of
from assetpool.records.states import KIND_WORDS
from assetpool.savings.period_models import Closing

bp = Blueprint("verify", __name__)


@bp.get("/v")
@access.public
def ask() -> ResponseReturnValue:
    """Show the form for number and check, or go to what was typed."""
    number, check = request.args.get("number", "").strip().upper(), request.args.get("check", "").strip().upper()
    if number and check:
        return redirect(url_for("verify.show", number=number, check=check))
    return render_template("verify/ask.html", number=number, wrong=False)


@bp.get("/v/<number>")
@bp.get("/V/<number>")
@access.public
def ask_check(number: str) -> ResponseReturnValue:
    """Without the check only the form is shown, whether the number exists or not."""
    return render_template("verify/ask.html", number=number[:14].upper(), wrong=False)


@bp.get("/v/<number>/<check>")
@bp.get("/V/<number>/<check>")
@access.public
def show(number: str, check: str) -> ResponseReturnValue:
    """Show what the paper should say; a wrong check says that the paper is not ours as printed."""
    number = number.strip().upper()
    expected = check_of(current_app.config["SECRET_KEY"], number)
    document = db.session.scalar(select(Document).where(Document.number == number))
    if document is None or check.strip().upper() != expected:
        return render_template("verify/ask.html", number=number[:14], wrong=True), 404
    stands = [document.number, document.kind, document.state, document.revision, document.changed_at.isoformat()]
    digest = sha256(json.dumps(stands).encode()).hexdigest()
    bulletin = db.session.get(Bulletin, document.id)
    since = bulletins.since(db.session(), bulletin) if bulletin else None
    closing = db.session.get(Closing, document.id)
    certificate = certificates.of_document(db.session(), document) if document.kind == "NC" else None
    return render_template(
        "verify/show.html",
        document=document,
        kind=KIND_WORDS[document.kind],
        digest=digest,
        bulletin=bulletin,
        since=since,
        closing=closing,
        certificate=certificate,
        became=certificates.since(db.session(), certificate) if certificate else None,
    )
