"""Forms of the administration: organizations, people, roles, passwords."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import PasswordField, SelectField, StringField
from wtforms.validators import DataRequired, Length, Optional

from assetpool.org.models import OrganizationKind
from assetpool.org.service import ROLE_WORDS

KIND_WORDS = {
    OrganizationKind.PROVINCE: _l("Province"),
    OrganizationKind.CITY: _l("City"),
    OrganizationKind.COUNTY: _l("County"),
    OrganizationKind.DEPARTMENT: _l("Department"),
    OrganizationKind.TEMPORARY: _l("Temporary body"),
}


class OrganizationForm(FlaskForm):  # type: ignore[misc]
    """One organization under another."""

    parent = SelectField(_l("Under"), coerce=int)
    code = StringField(_l("Code"), validators=[DataRequired(_l("Enter a code that nobody else has.")), Length(max=40)])
    name = StringField(_l("Name"), validators=[DataRequired(_l("Enter the name in Chinese.")), Length(max=200)])
    name_en = StringField(_l("English name"), validators=[Optional(), Length(max=200)])
    kind = SelectField(_l("Kind of organization"), choices=[(str(kind), word) for kind, word in KIND_WORDS.items()], default="department")
    telephone = StringField(
        _l("Telephone for finders"), validators=[Optional(), Length(max=60)], description=_l("Printed on labels and shown to whoever finds a thing.")
    )


class PersonForm(FlaskForm):  # type: ignore[misc]
    """One person with a first role."""

    name = StringField(_l("Name"), validators=[DataRequired(_l("Enter the person's name.")), Length(max=120)])
    username = StringField(_l("User name"), validators=[DataRequired(_l("Enter a name to sign in with.")), Length(max=80)])
    password = PasswordField(
        _l("First password"),
        validators=[DataRequired(_l("Enter a first password.")), Length(min=8, max=200, message=_l("Use at least 8 characters."))],
        render_kw={"autocomplete": "new-password"},
    )
    telephone = StringField(_l("Telephone"), validators=[Optional(), Length(max=60)])
    organization = SelectField(_l("Organization"), coerce=int)
    role = SelectField(_l("Role"), choices=[(str(role), _l(word)) for role, word in ROLE_WORDS.items()])


class RoleForm(FlaskForm):  # type: ignore[misc]
    """A further role for a person."""

    organization = SelectField(_l("Organization"), coerce=int)
    role = SelectField(_l("Role"), choices=[(str(role), _l(word)) for role, word in ROLE_WORDS.items()])


class PasswordForm(FlaskForm):  # type: ignore[misc]
    """A new password for a person, which ends the person's sessions."""

    password = PasswordField(
        _l("New password"),
        validators=[DataRequired(_l("Enter a new password.")), Length(min=8, max=200, message=_l("Use at least 8 characters."))],
        render_kw={"autocomplete": "new-password"},
    )
