"""The pages of the allocation standard: what holds, every version of a row, a new one, and the posts of organizations."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from assetpool.catalog.shipped import table
from assetpool.core.db import atomic, db
from assetpool.core.errors import DomainError
from assetpool.core.web import language, translated
from assetpool.org import access
from assetpool.org.models import Organization
from assetpool.org.queries import names, people, root_of
from assetpool.standards import queries, service
from assetpool.standards.forms import PostsForm, RowForm

bp = Blueprint("standards", __name__, url_prefix="/admin/standard")
ROW = "/<int(max=9000000000000000000):row_id>"


@bp.get("")
@access.signed_in
def index() -> ResponseReturnValue:
    """List what the standard says today."""
    session, mine = db.session(), access.current()
    text = request.args.get("q", "").replace("\0", "").strip()[:100]
    rows = [
        row for row in queries.holding(session, mine.pool_id, service.today_of(session, mine.pool_id)) if text in f"{row.category} {row.grade} {row.standard}"
    ]
    return render_template("standards/index.html", rows=rows, owners=names(session, [row.organization_id for row in rows]), text=text, may=_may())


def _may() -> bool:
    return access.current().has(*service.MAY_SET)


@bp.get(ROW)
@access.signed_in
def row(row_id: int) -> ResponseReturnValue:
    """Show every version of a row, and the form for a new one."""
    session, mine = db.session(), access.current()
    form = RowForm(formdata=None, obj=queries.row_of(session, mine.pool_id, row_id))
    form.price_cap.show(queries.row_of(session, mine.pool_id, row_id).price_cap)
    form.valid_from.data = None
    return _row(row_id, form)


def _row(row_id: int, form: RowForm) -> str:
    session, mine = db.session(), access.current()
    found = queries.row_of(session, mine.pool_id, row_id)
    known = queries.versions(session, found)
    _offer(form)
    form.organization.data = found.organization_id or 0
    owner = session.get(Organization, found.organization_id) if found.organization_id else None
    today = service.today_of(session, mine.pool_id)
    shown = {
        "today": today,
        "holds": next((one.id for one in known if one.valid_from <= today), None),
        "setters": people(session, [one.set_by for one in known]),
    }
    return render_template("standards/row.html", row=found, known=known, owner=owner, form=form, may=_may(), **shown)


def _offer(form: RowForm) -> None:
    session, mine = db.session(), access.current()
    root = root_of(session, mine.pool_id)
    pool = [(0, gettext("the whole pool"))] if root is not None and mine.may(service.MAY_SET, root.path) else []
    form.offer([*pool, *_organizations()])


def _organizations() -> list[tuple[int, str]]:
    """Return the organizations whose standard and posts this person may set."""
    mine, english = access.current(), language() == "en"
    rows = db.session().scalars(select(Organization).where(Organization.id.in_(mine.organizations(*service.MAY_SET))).order_by(Organization.code))
    return [(row.id, row.name_en if english and row.name_en else row.name) for row in rows]


@bp.route("/new", methods=["GET", "POST"])
@access.role(*service.MAY_SET)
def new() -> ResponseReturnValue:
    """Put a row on file, or a new version of one."""
    form = RowForm()
    _offer(form)
    if form.validate_on_submit():
        try:
            with atomic() as session:
                kept = service.put(session, access.current().pool_id, _typed(form), by=access.me()).id
        except DomainError as refusal:
            form.refuse(translated(refusal))
        else:
            flash(gettext("The row is on file; earlier versions stay."), "done")
            return redirect(url_for(".row", row_id=kept), 303)
    return render_template("standards/new.html", form=form), 422 if request.method == "POST" else 200


def _typed(form: RowForm) -> service.NewRow:
    same = {name: getattr(form, name).data for name in service.NewRow.__dataclass_fields__ if name not in ("organization_id", "price_cap", "void")}
    texts = {name: value or "" for name, value in same.items() if name in form and form[name].type in ("StringField", "TextAreaField")}
    return service.NewRow(**{**same, **texts}, organization_id=form.organization.data or None, price_cap=form.price_cap.fen)


@bp.post(f"{ROW}/end")
@access.role(*service.MAY_SET)
def end(row_id: int) -> ResponseReturnValue:
    """Take a row out of force from today on."""
    with atomic() as session:
        service.end(session, access.current().pool_id, row_id, None, by=access.me())
    flash(gettext("The row holds no longer; what was decided by it stays."), "done")
    return redirect(url_for(".index"), 303)


@bp.post("/shipped")
@access.role(*service.MAY_SET)
def shipped() -> ResponseReturnValue:
    """Put the shipped table on file for the whole pool."""
    with atomic() as session:
        count = service.load(session, access.current().pool_id, table("configuration_standard"), by=access.me())
    flash(gettext("%(count)s rows were put on file.", count=count), "done")
    return redirect(url_for(".index"), 303)


@bp.route("/posts", methods=["GET", "POST"])
@access.role(*service.MAY_SET)
def posts() -> ResponseReturnValue:
    """List the posts of organizations, and say how many one has."""
    form = PostsForm()
    form.organization.choices = _organizations()
    if form.validate_on_submit():
        try:
            with atomic() as session:
                said = {"by": access.me(), "source": form.source.data or "", "valid_from": form.valid_from.data}
                service.count_posts(session, form.organization.data, form.grade.data or "", form.posts.data, **said)
        except DomainError as refusal:
            form.refuse(translated(refusal))
        else:
            flash(gettext("The posts are on file."), "done")
            return redirect(url_for(".posts"), 303)
    session, mine = db.session(), access.current()
    rows = queries.organizations_with_posts(session, mine.pool_id, service.today_of(session, mine.pool_id))
    return render_template("standards/posts.html", form=form, rows=rows), 422 if request.method == "POST" else 200
