"""The pages of requests: the list, one request with what deciding does, the acts on it, its paper and its files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from flask import Response, current_app, flash, make_response, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from assetpool.core.db import atomic, db
from assetpool.core.errors import N_, DomainError, FieldInvalid, NotFound, Word
from assetpool.core.web import language, translated, whole
from assetpool.org import access
from assetpool.org.models import Role
from assetpool.records.models import Document
from assetpool.records.queries import attachments_of, by_number
from assetpool.records.service import file_path, keep_file
from assetpool.records.states import KIND_WORDS, STATE_WORDS
from assetpool.requisitions import on_paper, paper, queries, service, showing
from assetpool.requisitions.blueprint import bp
from assetpool.requisitions.queries import Sought
from assetpool.requisitions.steps import STEPS
from assetpool.requisitions.wording import period, things
from assetpool.savings.linking import document_url

PAGE = 25
TYPED = frozenset({"reason", "paper_number", "signer", "paper_day"})
LISTED = (*(state for state in STEPS if state not in ("submitted", "endorsed")), "closed", "rejected", "withdrawn", "cancelled")


@bp.get("/requisitions")
@access.signed_in
def index() -> ResponseReturnValue:
    """List the requests that concern this person's organizations, newest first."""
    given = request.args
    sought = Sought(
        state=given.get("state", "") if given.get("state") in LISTED else "",
        kind=given.get("kind", "") if given.get("kind") in ("loan", "transfer") else "",
        text=given.get("q", "").replace("\0", "")[:100],
        organization_id=given.get("organization", type=whole),
        event_id=given.get("event", type=whole),
    )
    found = queries.page(db.session(), access.current(), sought, given.get("before", type=whole), PAGE)
    rows = queries.described(db.session(), found[:PAGE])
    kept: dict[str, Any] = {name: value for name, value in given.items() if name != "before" and value}
    following = url_for(".index", before=rows[-1].document.id, **kept) if len(found) > PAGE else None
    return render_template(
        "requisitions/index.html",
        rows=rows,
        sought=sought,
        states=[
            (state, _(STATE_WORDS[state]))
            for state in ("draft", "sent_back", "stock_checked", *list(STEPS)[4:], "closed", "rejected", "cancelled", "withdrawn")
        ],
        next_url=following,
        first_url=url_for(".index", **kept) if given.get("before") else None,
        may_ask=bool(queries.asking_organizations(db.session(), access.current())),
        period=period,
    )


@bp.get("/requisitions/<number>")
@access.signed_in
def show(number: str) -> ResponseReturnValue:
    """Show a request: where it stands, what is wanted, what deciding does, and what can be done next."""
    return _page(by_number(db.session(), access.current(), number, "RQ"))


def _page(document: Document, refusal: str = "", typed: Mapping[str, str] | None = None, status: int = 200) -> ResponseReturnValue:
    shown = showing.shown(db.session(), access.current(), document, request.args.get("line", type=whole))
    page = render_template(
        "requisitions/show.html",
        page=shown,
        refusal=refusal,
        typed=typed or {},
        period=period(shown.row.first_day, shown.row.last_day),
        granting=things(shown.grantable),
        may_ask=access.current().has(Role.ORGANIZER, Role.CLERK),
        can_hand_over="handovers.new" in current_app.view_functions,
        document_url=document_url,
        kind_words=KIND_WORDS,
    )
    return page, status


def _revision() -> int | None:
    return request.form.get("revision", type=whole)


def _reason() -> str:
    return request.form.get("reason", "").replace("\0", "")[:2000]


def _cuts() -> dict[int, int]:
    """Return what the approver wrote per line."""
    found = {}
    for name, text in request.form.items():
        line = name.removeprefix("cut-")
        if name.startswith("cut-") and line.isdigit():
            if not text.strip().isdecimal() or len(text) > 9:
                raise FieldInvalid(field=Word(N_("Approved quantity")), problem=Word(N_("enter a number from 0 to what was asked for.")))
            found[int(line)] = int(text)
    return found


def _approve(session: Session, number: str) -> Document:
    return service.approve(session, number, by=access.me(), reason=_reason(), cuts=_cuts(), revision=_revision())


def _approve_on_paper(session: Session, number: str) -> Document:
    upload = request.files.get("scan")
    kept = None
    if upload is not None and upload.filename:
        kept = keep_file(session, access.current().pool_id, current_app.config["DATA_DIR"], f"{number}-{upload.filename}", upload.read(), access.me())
    signed = on_paper.SignedPaper(
        request.form.get("paper_number", "").replace("\0", ""),
        request.form.get("signer", "").replace("\0", "")[:120],
        request.form.get("paper_day", type=date.fromisoformat),
        kept.id if kept else None,
    )
    return on_paper.approve(session, number, signed, by=access.me(), reason=_reason(), cuts=_cuts(), revision=_revision())


ACTS: dict[str, tuple[Callable[[Session, str], Document], str]] = {
    "submit": (lambda session, number: service.submit(session, number, by=access.me(), revision=_revision()), N_("%(number)s was handed in.")),
    "approve": (_approve, N_("%(number)s is approved; the things are kept for it.")),
    "record-paper": (_approve_on_paper, N_("%(number)s is approved; the things are kept for it.")),
    "reject": (lambda session, number: service.reject(session, number, by=access.me(), reason=_reason(), revision=_revision()), N_("%(number)s is rejected.")),
    "send-back": (
        lambda session, number: service.send_back(session, number, by=access.me(), reason=_reason(), revision=_revision()),
        N_("%(number)s was sent back."),
    ),
    "cancel": (
        lambda session, number: service.cancel(session, number, by=access.me(), reason=_reason(), revision=_revision()),
        N_("%(number)s was taken back; nothing is kept for it any more."),
    ),
    "close": (lambda session, number: service.close(session, number, by=access.me(), revision=_revision()), N_("%(number)s is closed.")),
}


@bp.post("/requisitions/<number>/<any(submit, approve, 'record-paper', reject, 'send-back', cancel, close):name>")
@access.signed_in
def act(number: str, name: str) -> ResponseReturnValue:
    """Do one act on a request; a refusal shows the page again with its sentence and everything that was typed."""
    document = by_number(db.session(), access.current(), number, "RQ")
    number = document.number
    perform, done = ACTS[name]
    try:
        with atomic() as session:
            perform(session, number)
    except DomainError as refusal:
        typed: dict[str, str] = {"act": name, **{key: value for key, value in request.form.items() if key in TYPED or key.startswith("cut-")}}
        return _page(by_number(db.session(), access.current(), number, "RQ"), translated(refusal), typed, refusal.status)
    flash(_(done, number=number), "done")
    onward = request.form.get("onward", "")
    return redirect(onward if onward.startswith("/approvals") else url_for(".show", number=number), 303)


@bp.get("/requisitions/<number>.pdf")
@access.signed_in
def printed(number: str) -> ResponseReturnValue:
    """Print the issue approval."""
    document = by_number(db.session(), access.current(), number, "RQ")
    settings: Mapping[str, Any] = current_app.config
    content = paper.pdf(
        db.session(),
        document,
        secret=settings["SECRET_KEY"],
        public_url=settings["PUBLIC_URL"],
        language=language(),
        font_path=settings.get("FONT_PATH") or None,
    )
    answer: Response = make_response(content)
    answer.headers["Content-Type"] = "application/pdf"
    answer.headers["Content-Disposition"] = f'inline; filename="{document.number}.pdf"'
    return answer


@bp.get("/requisitions/<number>/files/<int(max=9000000000000000000):file_id>")
@access.signed_in
def file(number: str, file_id: int) -> ResponseReturnValue:
    """Give back a file attached to a request."""
    document = by_number(db.session(), access.current(), number, "RQ")
    kept = next((file for _attachment, file in attachments_of(db.session(), document.id) if file.id == file_id), None)
    path = file_path(current_app.config["DATA_DIR"], kept.digest) if kept else None
    if kept is None or path is None or not path.exists():
        raise NotFound(what=str(file_id))
    return send_file(path, mimetype=kept.media_type, as_attachment=True, download_name=kept.name)
