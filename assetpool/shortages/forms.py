"""Forms of shortages: what may stand in for what, and what somebody wishes for."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import DataRequired, Length, Optional


class Refusing(FlaskForm):  # type: ignore[misc]
    """A form that shows a refusal above its fields."""

    def refuse(self, sentence: Any) -> None:
        """Show a refusal above the form, keeping what was typed."""
        self.form_errors.append(sentence)


class SubstituteForm(Refusing):
    """Two kinds, and whether either may stand in for the other."""

    kind = StringField(_l("Kind that may be short"), validators=[DataRequired(_l("Name a kind.")), Length(max=300)], render_kw={"list": "known-kinds"})
    other = StringField(_l("Stands in"), validators=[DataRequired(_l("Name a kind.")), Length(max=300)], render_kw={"list": "known-kinds"})
    mutual = BooleanField(_l("Each may stand in for the other"))


class WishForm(Refusing):
    """Words, a class, or both."""

    words = StringField(_l("Words"), validators=[Optional(), Length(max=100)])
    class_code = SelectField(_l("Class"), choices=[], validators=[Optional()])
