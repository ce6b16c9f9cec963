"""What people type on the pages of closing: the period to draft, and the password that stands for a signature."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import DataRequired, Length

from assetpool.core.fields import RefusingForm


class DraftForm(FlaskForm):  # type: ignore[misc]
    """Which period to draft."""

    period = StringField(_l("Period"), validators=[DataRequired(_l("Name a period, such as 2026-04, 2026-Q2 or 2026.")), Length(max=7)])


class SignForm(RefusingForm):
    """A signature: the digest of the sheet that was shown, and the signer's password."""

    digest = HiddenField(validators=[DataRequired()])
    password = PasswordField(
        _l("Your password, in place of a signature"),
        validators=[DataRequired(_l("Enter your password: it stands for your signature.")), Length(max=200)],
        render_kw={"autocomplete": "current-password"},
    )

    def refuse(self, sentence: Any) -> None:
        """Show a refusal above the form."""
        self.form_errors.append(sentence)
