"""Importing a table as an intake: a dry run that shows columns, counts and problems, rows put right in place, then one draft of all of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assetpool.core.db import atomic, db
from assetpool.core.errors import DomainError, NotAllowed, Word
from assetpool.core.web import translated
from assetpool.intake import opening, service, typed, uploads
from assetpool.intake.blueprint import bp
from assetpool.intake.forms import DraftForm, UploadForm
from assetpool.intake.headings import FIELDS
from assetpool.intake.problems import FIELD_WORDS, problem_sentence, skip_sentence
from assetpool.intake.reading import Reading
from assetpool.intake.screening import screen
from assetpool.intake.spreadsheet import ROWS_MAX, UPLOAD_MAX, FileRefused
from assetpool.intake.uploads import Upload
from assetpool.org import access
from assetpool.org.models import Role
from assetpool.org.service import ROLE_WORDS

MOST_MENDED = 50
MOST_LISTED = 8
PREVIEWED = 10
MENDABLE = ("name", "quantity", "unit_value", "total_value", "acquired_on", "tag")


def _folder() -> str:
    return str(current_app.config["DATA_DIR"])


@bp.route("/intakes/import", methods=["GET", "POST"])
@access.role(Role.CLERK)
def upload() -> ResponseReturnValue:
    """Take a table file; a file that is none is refused with a sentence, and another can be chosen at once."""
    form, mine = UploadForm(), access.current()
    own = typed.announcing(db.session(), mine)
    if not own:
        raise NotAllowed(role=Word(ROLE_WORDS[Role.CLERK]))
    if request.method == "POST" and form.validate():
        given = form.file.data
        if not getattr(given, "filename", ""):
            form.refuse(_("Choose a file first."))
        else:
            kept = uploads.keep(_folder(), access.me(), given.filename, given.read(), uploads.columns_of(_folder(), own[0].id))
            try:
                _first_reading(kept)
                return redirect(url_for(".imported", token=kept.token), 303)
            except DomainError as refusal:
                uploads.forget(_folder(), kept)
                form.refuse(_file_sentence(refusal))
    status = 422 if form.errors else 200
    return render_template("intake/upload.html", form=form, megabytes=UPLOAD_MAX // 1024 // 1024, rows=ROWS_MAX), status


def _first_reading(kept: Upload) -> None:
    """Read a file once; the columns of last time are dropped where this file does not have them."""
    try:
        uploads.read(_folder(), kept)
    except DomainError as refusal:
        if isinstance(refusal, FileRefused) or not kept.mapping:
            raise
        kept.mapping = {}
        uploads.read(_folder(), kept)
        uploads.save(_folder(), kept)


def _file_sentence(refusal: DomainError) -> str:
    return translated(refusal)


@bp.route("/intakes/import/<token>", methods=["GET", "POST"])
@access.role(Role.CLERK)
def imported(token: str) -> ResponseReturnValue:
    """Show the dry run of a file; take other columns and corrections; or make the draft, all or nothing."""
    kept = uploads.found(_folder(), token, access.me())
    form = DraftForm()
    typed.offer(db.session(), access.current(), form)
    refusal = ""
    if request.method == "POST":
        before = (kept.sheet, dict(kept.mapping))
        _choose(kept, request.form)
        try:
            reading = _read(kept)
        except DomainError as wrong:
            refusal, (kept.sheet, kept.mapping) = translated(wrong), before
            reading = _read(kept)
        uploads.save(_folder(), kept)
        if "draft" in request.form and not refusal and form.validate():
            return _drafted(kept, reading, form)
        return _page(kept, reading, form, refusal, 422 if refusal or "draft" in request.form else 200)
    return _page(kept, _read(kept), form, "", 200)


def _read(kept: Upload) -> Reading:
    reading = uploads.read(_folder(), kept)
    screen(db.session(), access.current().pool_id, reading)
    uploads.leave_out(reading, set(kept.left_out))
    return reading


def _choose(kept: Upload, fields: Mapping[str, str]) -> None:
    """Take over what was chosen and typed: sheet, columns, cells put right, rows left out."""
    if "sheet" in fields and fields["sheet"] != kept.sheet:
        kept.sheet = fields["sheet"] or None
    if "shown" in fields:
        for name in FIELDS:
            said, had = fields.get(f"column-{name}"), fields.get(f"had-{name}", "")
            if said is not None and said != had:
                kept.mapping[name] = said
    for name, text in fields.items():
        part = name.split(":", 2)
        if len(part) == 3 and part[0] == "cell" and part[1].isdigit() and part[2] in FIELDS and text != fields.get(f"was:{part[1]}:{part[2]}", ""):
            kept.corrections.setdefault(part[1], {})[part[2]] = text.replace("\0", "")[:300]
    dropped = {int(name[4:]) for name in fields if name.startswith("out-") and name[4:].isdigit()}
    if "out_all" in fields:
        dropped |= {int(row) for row in fields.get("out_all", "").split(",") if row.isdigit()}
    kept.left_out = [] if "restore" in fields else sorted({*kept.left_out, *dropped})


def _drafted(kept: Upload, reading: Reading, form: DraftForm) -> ResponseReturnValue:
    """Make a draft intake of every row, in one act; refused rows must be put right or left out first."""
    try:
        if reading.refused or not reading.rows:
            raise opening.RowsRefused(refused=len(reading.refused), rows=reading.rows_read)
        with atomic() as session:
            lines = opening.announced_of(session, access.current().pool_id, reading.rows)
            reason = form.reason.data or kept.file
            number = service.draft(session, form.organization_id.data, form.store_id.data, lines, by=access.me(), reason=reason).number
    except DomainError as refusal:
        form.refuse(translated(refusal))
        return _page(kept, reading, form, "", refusal.status)
    uploads.remember_columns(_folder(), form.organization_id.data, kept.mapping)
    uploads.forget(_folder(), kept)
    flash(_("%(number)s was drafted from %(file)s with %(count)s lines. Check it, then hand it in.", number=number, file=kept.file, count=len(lines)), "done")
    return redirect(url_for(".show", number=number), 303)


def _page(kept: Upload, reading: Reading, form: DraftForm, refusal: str, status: int) -> ResponseReturnValue:
    by_row: dict[int, list[Any]] = {}
    for problem in reading.problems:
        if problem.level == "refused":
            by_row.setdefault(problem.row, []).append((problem.field, problem_sentence(problem, _)))
    refused_rows = {refused.row_no for refused in reading.refused}
    page = render_template(
        "intake/imported.html",
        upload=kept,
        reading=reading,
        form=form,
        refusal=refusal,
        fields=[(name, _(FIELD_WORDS[name])) for name in FIELDS],
        words={name: _(word) for name, word in FIELD_WORDS.items()},
        mending=[
            (refused.row_no, by_row.get(refused.row_no, []), _cells(refused.cells, by_row.get(refused.row_no, []))) for refused in reading.refused[:MOST_MENDED]
        ],
        refused_rows=",".join(str(row) for row in sorted(refused_rows)),
        general=[sentence for row, found in sorted(by_row.items()) if row not in refused_rows for _field, sentence in found],
        warnings=_warnings(reading),
        skipped=[(row, skip_sentence(reason, _)) for row, reason in reading.skipped],
        preview=reading.rows[:PREVIEWED],
    )
    return page, status


def _cells(cells: Mapping[str, str], found: list[tuple[str, str]]) -> list[tuple[str, str, bool]]:
    """Return the cells to put right of a row: those that are wrong first, then what tells the row from others."""
    wrong = [name for name, _sentence in found if name in FIELDS]
    told = [name for name in MENDABLE if name in cells and name not in wrong]
    return [(name, cells.get(name, ""), name in wrong) for name in dict.fromkeys([*wrong, *told])][:7]


def _warnings(reading: Reading) -> list[tuple[int, list[tuple[int, str]]]]:
    """Return the warnings by what they are about, most frequent first: how many, and the first of them with their rows."""
    counts = Counter(problem.code for problem in reading.problems if problem.level == "warning")
    grouped: dict[str, list[tuple[int, str]]] = {}
    for problem in reading.problems:
        listed = grouped.setdefault(problem.code, [])
        if problem.level == "warning" and len(listed) < MOST_LISTED:
            listed.append((problem.row, problem_sentence(problem, _)))
    return [(count, grouped[code]) for code, count in counts.most_common()]
