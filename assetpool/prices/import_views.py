"""Importing a price book: a dry run with old and new side by side, all of it or nothing, and undoing it."""

from __future__ import annotations

from hashlib import sha256

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assetpool.core.db import atomic, db
from assetpool.core.errors import DomainError
from assetpool.core.web import translated
from assetpool.org import access
from assetpool.org.queries import people
from assetpool.prices import imports, reading, service, uploads
from assetpool.prices.blueprint import bp
from assetpool.prices.forms import BookForm
from assetpool.prices.wording import SOURCE_WORDS

MOST_SHOWN = 200


def _folder() -> str:
    return str(current_app.config["DATA_DIR"])


@bp.route("/import", methods=["GET", "POST"], endpoint="upload")
@access.role(*service.MAY_PRICE)
def upload() -> ResponseReturnValue:
    """Take a price book; what is none is refused with a sentence. Below: the books taken over last."""
    form, mine = BookForm(), access.current()
    if request.method == "POST" and form.validate():
        given = form.file.data
        content = given.read()
        try:
            reading.read_book(content, given.filename)
            kept = uploads.keep(_folder(), access.me(), given.filename, content)
            return redirect(url_for("prices.preview", token=kept.token), 303)
        except DomainError as refusal:
            form.refuse(translated(refusal))
    session = db.session()
    books = imports.recent(session, mine.pool_id)
    names = people(session, [person for book in books for person in (book.imported_by, book.undone_by) if person])
    return render_template("prices/upload.html", form=form, books=books, names=names, rows=reading.ROWS_MAX), 422 if form.errors else 200


@bp.route("/import/<token>", methods=["GET", "POST"], endpoint="preview")
@access.role(*service.MAY_PRICE)
def preview(token: str) -> ResponseReturnValue:
    """Show what a book would change, row by row; take all of it over, or nothing."""
    kept, content = uploads.found(_folder(), token, access.me())
    book = reading.read_book(content, kept.file)
    mine, refusal = access.current(), ""
    if request.method == "POST":
        try:
            with atomic() as session:
                _taken, made = imports.take_over(session, mine.pool_id, book, sha256(content).hexdigest(), access.me())
                count = len(made.changes)
        except DomainError as refused:
            refusal = translated(refused)
        else:
            uploads.forget(_folder(), kept)
            flash(_("%(count)s kinds have new prices or rents, from %(file)s.", count=count, file=kept.file), "done")
            return redirect(url_for("prices.upload"), 303)
    session = db.session()
    plan, known = imports.plan(session, mine.pool_id, book, access.me())
    shown = plan.changes[:MOST_SHOWN]
    days = {change.kind.id: imports.first_day(known, change) for change in shown}
    page = render_template(
        "prices/preview.html", kept=kept, plan=plan, shown=shown, refusal=refusal, days=days,
        sentences=[(problem.row_no, translated(problem.refusal)) for problem in plan.problems], source_words=SOURCE_WORDS,
    )  # fmt: skip
    return page, 422 if refusal else 200


@bp.post("/import/<int(max=9000000000000000000):import_id>/undo", endpoint="undo")
@access.role(*service.MAY_PRICE)
def undo(import_id: int) -> ResponseReturnValue:
    """Restate what held before a book, as newer versions."""
    try:
        with atomic() as session:
            count = imports.undo(session, access.current().pool_id, import_id, access.me())
        flash(_("%(count)s versions hold again as before; nothing was deleted.", count=count), "done")
    except DomainError as refusal:
        flash(translated(refusal), "refusal")
    return redirect(url_for("prices.upload"), 303)
