"""Forms around signing in and the own password."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, PasswordField, StringField
from wtforms.validators import DataRequired, EqualTo, Length

from assetpool.core.fields import RefusingForm


class SignInForm(RefusingForm):
    """Name and password."""

    username = StringField(_l("User name"), validators=[DataRequired(_l("Enter your user name.")), Length(max=80)], render_kw={"autocomplete": "username"})
    password = PasswordField(
        _l("Password"), validators=[DataRequired(_l("Enter your password.")), Length(max=200)], render_kw={"autocomplete": "current-password"}
    )
    remember = BooleanField(_l("Stay signed in on this device"))


class OwnPasswordForm(RefusingForm):
    """The present password, and a new one typed twice."""

    present = PasswordField(
        _l("Present password"),
        validators=[DataRequired(_l("Enter your present password.")), Length(max=200)],
        render_kw={"autocomplete": "current-password"},
    )
    password = PasswordField(
        _l("New password"),
        validators=[DataRequired(_l("Enter a new password.")), Length(min=8, max=200, message=_l("Use at least 8 characters."))],
        description=_l("At least 8 characters, not your user name."),
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _l("New password again"),
        validators=[DataRequired(_l("Type the new password once more.")), EqualTo("password", message=_l("The two are not the same. Type both again."))],
        render_kw={"autocomplete": "new-password"},
    )
