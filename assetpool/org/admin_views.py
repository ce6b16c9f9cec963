"""The administration: the tree of organizations, people, their roles and passwords."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.core.db import atomic, db
from assetpool.core.errors import N_, DomainError, NotFound
from assetpool.core.web import named, translated, whole
from assetpool.org import access, accounts, service, signing_in
from assetpool.org.admin_forms import KIND_WORDS, OrganizationForm, PasswordForm, PersonForm, RoleForm
from assetpool.org.models import Membership, Organization, Person, Role, SignIn
from assetpool.org.queries import organizations

bp = Blueprint("admin", __name__, url_prefix="/admin")


def _tree(session: Session) -> list[Organization]:
    """Return the organizations this administrator looks after, in reading order."""
    mine = access.current()
    return [o for o in organizations(session, mine.pool_id) if mine.may(Role.ADMINISTRATOR, o.path)]


def _choices(session: Session) -> list[tuple[int, str]]:
    return [(o.id, "　" * (o.path.count("/") - 2) + named(o)) for o in _tree(session)]


@bp.get("")
@access.role(Role.ADMINISTRATOR)
def index() -> ResponseReturnValue:
    """Show the tree with its people and their roles."""
    session = db.session()
    tree = _tree(session)
    rows = session.execute(
        select(Membership, Person)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.organization_id.in_(access.current().organizations(Role.ADMINISTRATOR)))
        .order_by(Person.name)
    ).all()
    staff: dict[int, list[tuple[Person, str]]] = {}
    for membership, person in rows:
        staff.setdefault(membership.organization_id, []).append((person, service.ROLE_WORDS[Role(membership.role)]))
    return render_template("admin/index.html", tree=tree, staff=staff, kind_words=KIND_WORDS)


@bp.route("/organizations/new", methods=["GET", "POST"])
@access.role(Role.ADMINISTRATOR)
def new_organization() -> ResponseReturnValue:
    """Add an organization."""
    form = OrganizationForm()
    form.parent.choices = _choices(db.session())
    if request.method != "POST":
        form.parent.data = request.args.get("parent", type=whole) or form.parent.data
    if form.validate_on_submit():
        try:
            with atomic() as session:
                service.demand(session, access.me(), Role.ADMINISTRATOR, form.parent.data)
                service.add_organization(
                    session,
                    access.current().pool_id,
                    form.code.data,
                    form.name.data,
                    form.kind.data,
                    form.parent.data,
                    form.name_en.data or "",
                    form.telephone.data or "",
                )
            flash(gettext(N_("%(name)s is in the tree now."), name=form.name.data), "done")
            return redirect(url_for("admin.index"), 303)
        except DomainError as refusal:
            form.form_errors.append(translated(refusal))
    return _shown("admin/form.html", form, gettext(N_("Add an organization")), gettext(N_("Add the organization")))


@bp.route("/people/new", methods=["GET", "POST"])
@access.role(Role.ADMINISTRATOR)
def new_person() -> ResponseReturnValue:
    """Add a person with a first role and a first password."""
    form = PersonForm()
    form.organization.choices = _choices(db.session())
    if request.method != "POST":
        form.organization.data = request.args.get("organization", type=whole) or form.organization.data
    if form.validate_on_submit():
        try:
            digest = signing_in.hashed(form.password.data)
            with atomic() as session:
                person = service.add_person(session, access.current().pool_id, form.username.data, form.name.data, telephone=form.telephone.data or "")
                service.set_password(session, person, digest)
                service.appoint(session, person.id, form.organization.data, form.role.data, by=access.me())
            flash(gettext(N_("%(name)s can sign in now. Hand over the first password in person."), name=form.name.data), "done")
            return redirect(url_for("admin.index"), 303)
        except DomainError as refusal:
            form.form_errors.append(translated(refusal))
    return _shown("admin/form.html", form, gettext(N_("Add a person")), gettext(N_("Add the person")))


def _person(session: Session, person_id: int) -> Person:
    """Return a person whom this administrator looks after; else nothing is found."""
    try:
        return accounts.looked_after(session, person_id, access.current())
    except NotFound:
        abort(404)


@bp.get("/people/<int(max=9000000000000000000):person_id>")
@access.role(Role.ADMINISTRATOR)
def person(person_id: int) -> ResponseReturnValue:
    """Show a person's roles and sign-ins."""
    session = db.session()
    return _person_page(session, _person(session, person_id), RoleForm(formdata=None), PasswordForm(formdata=None))


def _person_page(session: Session, found: Person, roles: RoleForm, password: PasswordForm, status: int = 200) -> ResponseReturnValue:
    roles.organization.choices = _choices(session)
    held = session.execute(
        select(Membership, Organization)
        .join(Organization, Organization.id == Membership.organization_id)
        .where(Membership.person_id == found.id)
        .order_by(Membership.id)
    ).all()
    sign_ins = session.scalars(select(SignIn).where(SignIn.person_id == found.id).order_by(SignIn.id.desc()).limit(20)).all()
    words = {str(role): word for role, word in service.ROLE_WORDS.items()}
    return render_template("admin/person.html", person=found, held=held, sign_ins=sign_ins, words=words, roles=roles, password=password, me=access.me()), status


@bp.post("/people/<int(max=9000000000000000000):person_id>/roles")
@access.role(Role.ADMINISTRATOR)
def grant(person_id: int) -> ResponseReturnValue:
    """Give a further role."""
    session = db.session()
    found, form = _person(session, person_id), RoleForm()
    form.organization.choices = _choices(session)
    if not form.validate():
        return _person_page(session, found, form, PasswordForm(formdata=None), 422)
    with atomic() as act:
        service.appoint(act, person_id, form.organization.data, form.role.data, by=access.me())
    return redirect(url_for("admin.person", person_id=person_id), 303)


@bp.post("/people/<int(max=9000000000000000000):person_id>/roles/withdraw")
@access.role(Role.ADMINISTRATOR)
def withdraw(person_id: int) -> ResponseReturnValue:
    """Take a role back."""
    _person(db.session(), person_id)
    organization, role = request.form.get("organization", type=whole) or 0, request.form.get("role", "")
    with atomic() as act:
        service.demand(act, access.me(), Role.ADMINISTRATOR, organization)
        service.withdraw(act, person_id, organization, role)
    flash(gettext(N_("The role was taken back. It can be given again at any time.")), "done")
    return redirect(url_for("admin.person", person_id=person_id), 303)


@bp.post("/people/<int(max=9000000000000000000):person_id>/password")
@access.role(Role.ADMINISTRATOR)
def password(person_id: int) -> ResponseReturnValue:
    """Set a new password and end the person's sessions."""
    session = db.session()
    found, form = _person(session, person_id), PasswordForm()
    if not form.validate():
        return _person_page(session, found, RoleForm(formdata=None), form, 422)
    digest = signing_in.hashed(form.password.data)
    with atomic() as act:
        service.set_password(act, act.get_one(Person, person_id), digest)
    flash(gettext(N_("The new password holds. All sessions of this person have ended.")), "done")
    return redirect(url_for("admin.person", person_id=person_id), 303)


@bp.post("/people/<int(max=9000000000000000000):person_id>/deactivate")
@access.role(Role.ADMINISTRATOR)
def deactivate(person_id: int) -> ResponseReturnValue:
    """Let a person in no longer."""
    found = _person(db.session(), person_id)
    name, reason = found.name, request.form.get("reason", "").replace("\0", "")[:500]
    try:
        with atomic() as act:
            revoked = accounts.deactivate(act, person_id, reason, by=access.me())
    except DomainError as refusal:
        flash(translated(refusal), "refusal")
        return redirect(url_for("admin.person", person_id=person_id), 303)
    flash(gettext(N_("%(name)s can no longer sign in. Tokens revoked: %(count)s."), name=name, count=revoked), "done")
    return redirect(url_for("admin.person", person_id=person_id), 303)


@bp.post("/people/<int(max=9000000000000000000):person_id>/reactivate")
@access.role(Role.ADMINISTRATOR)
def reactivate(person_id: int) -> ResponseReturnValue:
    """Let a person in again."""
    name = _person(db.session(), person_id).name
    with atomic() as act:
        accounts.reactivate(act, person_id, by=access.me())
    flash(gettext(N_("%(name)s can sign in again, with the same password and roles."), name=name), "done")
    return redirect(url_for("admin.person", person_id=person_id), 303)


def _shown(template: str, form: Any, title: str, verb: str) -> ResponseReturnValue:
    return render_template(template, form=form, title=title, verb=verb), 200 if request.method != "POST" else 422
