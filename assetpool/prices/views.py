"""The price book: what is on file, what is too old or missing, every version with its papers, and a new one."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from assetpool.catalog.queries import kind as kind_of
from assetpool.core import clock, spreadsheets
from assetpool.core.db import atomic, db
from assetpool.core.errors import N_, DomainError
from assetpool.core.web import attachment, translated
from assetpool.org import access
from assetpool.org.models import Role
from assetpool.org.queries import people
from assetpool.prices import duties, export, freshness, queries, service
from assetpool.prices.blueprint import bp
from assetpool.prices.forms import PriceForm, RentForm, SourceForm
from assetpool.prices.wording import SOURCE_WORDS, STATE_LOOKS, STATE_WORDS
from assetpool.records import downloads
from assetpool.records.uploads import keep_within

READERS = (Role.VALUER, Role.ADMINISTRATOR, Role.AUDITOR, Role.REVIEWER, Role.FINANCE, Role.APPROVER)
SHOWN = 50


@bp.get("")
@access.role(*READERS)
def index() -> ResponseReturnValue:
    """List kinds with their present price and rent; what is missing or too old is marked and can be picked out."""
    session, mine = db.session(), access.current()
    query, state = request.args.get("q", "").replace("\0", "").strip()[:100], request.args.get("state", "")
    after = min(request.args.get("after", default=0, type=int) or 0, 2**62)
    today = clock.today(duties.zone_of(session, mine.pool_id))
    allowed = freshness.limits(session, mine.pool_id, today)
    lines = queries.book(session, mine.pool_id, today, allowed, query=query, state=state, after=after, limit=SHOWN + 1)
    page = lines[:SHOWN]
    return render_template(
        "prices/index.html", lines=page, states={line.kind.id: queries.states_of(line, allowed, today) for line in page}, query=query, state=state,
        next_after=page[-1].kind.id if len(lines) > SHOWN else None, counts=queries.wants(session, mine.pool_id, today, allowed), allowed=allowed,
        state_choices=[("", gettext("All")), *((name, gettext(word)) for name, word in STATE_WORDS.items())],
        state_words=STATE_WORDS, looks=STATE_LOOKS, source_words=SOURCE_WORDS, may=mine.has(*service.MAY_PRICE),
    )  # fmt: skip


@bp.get("/book.xlsx")
@access.role(*READERS)
def xlsx() -> ResponseReturnValue:
    """Give the whole price book as a workbook that can be filled in and imported again."""
    return _file(export.workbook, "xlsx", spreadsheets.XLSX)


@bp.get("/book.csv")
@access.role(*READERS)
def csv() -> ResponseReturnValue:
    """Give the whole price book as CSV."""
    return _file(export.csv_text, "csv", spreadsheets.CSV)


def _file(write: Any, ending: str, media_type: str) -> ResponseReturnValue:
    session, mine = db.session(), access.current()
    today = clock.today(duties.zone_of(session, mine.pool_id))
    content = write(export.rows(session, mine.pool_id, today))
    return attachment(content, media_type, f"prices-{today:%Y-%m-%d}.{ending}")


@bp.get("/<int(max=9000000000000000000):kind_id>")
@access.role(*READERS)
def kind(kind_id: int) -> ResponseReturnValue:
    """Show every version of a kind's price and rent with quotes and papers, and the forms for a new one."""
    return _page(kind_id, PriceForm(formdata=None), RentForm(formdata=None), 200)


def _page(kind_id: int, price: PriceForm, rent: RentForm, status: int) -> ResponseReturnValue:
    session, mine = db.session(), access.current()
    found = kind_of(session, mine.pool_id, kind_id)
    today = clock.today(duties.zone_of(session, mine.pool_id))
    known = queries.history(session, kind_id, today)
    setters = people(session, [*(row.set_by for row in known.prices), *(row.set_by for row in known.rents)])
    return render_template(
        "prices/kind.html", kind=found, known=known, setters=setters, price=price, rent=rent, may=mine.has(*service.MAY_PRICE), source_words=SOURCE_WORDS,
        allowed=freshness.limits(session, mine.pool_id, today), is_stale=freshness.is_stale, today=today,
    ), status  # fmt: skip


@bp.post("/<int(max=9000000000000000000):kind_id>/price")
@access.role(*service.MAY_PRICE)
def add_price(kind_id: int) -> ResponseReturnValue:
    """Add a version of the price with its quotes; earlier ones stay."""
    form = PriceForm()
    changed = _changes_lines(form)
    if not changed and form.validate():
        try:
            with atomic() as session:
                kind_of(session, access.current().pool_id, kind_id)
                quotes = [
                    service.Quote(quote.supplier.data, quote.amount.fen or 0, quote.dated_on.data, _kept(session, quote.paper.data)) for quote in form.said()
                ]
                new = service.NewPrice(form.amount.fen, dated_on=form.dated_on.data, quotes=quotes, **_said_of_source(session, form))
                service.set_price(session, kind_id, new, access.me())
            flash(gettext(N_("The price is on file. Hand-overs from its first day on use it.")), "done")
            return redirect(url_for("prices.kind", kind_id=kind_id), 303)
        except DomainError as refusal:
            form.refuse(translated(refusal))
    return _page(kind_id, form, RentForm(formdata=None), 200 if changed else 422)


def _changes_lines(form: PriceForm) -> bool:
    """Add or take out a row of quotes where that was pressed."""
    gone = request.form.get("remove_line", "").rpartition("-")[2]
    if gone.isdigit() and int(gone) < len(form.quotes.entries) > 1:
        del form.quotes.entries[int(gone)]
        return True
    if "add_line" in request.form and len(form.quotes.entries) < 10:
        form.quotes.append_entry()
        return True
    return False


@bp.post("/<int(max=9000000000000000000):kind_id>/rent")
@access.role(*service.MAY_PRICE)
def add_rent(kind_id: int) -> ResponseReturnValue:
    """Add a version of the rent tariff; earlier ones stay."""
    form = RentForm()
    if form.validate():
        try:
            with atomic() as session:
                kind_of(session, access.current().pool_id, kind_id)
                tariff = form.per_day.fen or 0, form.per_7_days.fen, form.per_30_days.fen
                service.set_rent(session, kind_id, service.NewRent(*tariff, dated_on=form.dated_on.data, **_said_of_source(session, form)), access.me())
            flash(gettext(N_("The rent is on file. Hand-overs from its first day on use it.")), "done")
            return redirect(url_for("prices.kind", kind_id=kind_id), 303)
        except DomainError as refusal:
            form.refuse(translated(refusal))
    return _page(kind_id, PriceForm(formdata=None), form, 422)


def _said_of_source(session: Session, form: SourceForm) -> dict[str, Any]:
    return {
        "valid_from": form.valid_from.data,
        "valid_until": form.valid_until.data,
        "source": form.source.data,
        "source_kind": form.source_kind.data,
        "tax_included": form.tax_included.data,
        "transport_included": form.transport_included.data,
        "evidence_file_id": _kept(session, form.evidence.data),
    }


def _kept(session: Session, upload: Any) -> int | None:
    """Keep a paper that was sent along and return its id."""
    return keep_within(session, upload, access.current().pool_id, access.me())


@bp.get("/papers/<int(max=9000000000000000000):file_id>")
@access.role(*READERS)
def paper(file_id: int) -> ResponseReturnValue:
    """Give a paper that stands behind a price, a quote or a rent."""
    answer = downloads.given(queries.paper(db.session(), access.current().pool_id, file_id))
    answer.headers["Cache-Control"] = "private, max-age=300"
    return answer
