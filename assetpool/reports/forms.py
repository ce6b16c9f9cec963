"""What a person says of a report to keep: its name, and when it is made anew."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, RadioField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

SCHEDULE_CHOICES = [("none", _l("Never; I open it myself")), ("monthly", _l("After each month")), ("quarterly", _l("After each quarter"))]


class KeepForm(FlaskForm):  # type: ignore[misc]
    """A name for the question, and a schedule."""

    name = StringField(_l("Name"), validators=[DataRequired(_l("Give the report a name.")), Length(max=120)])
    fixed = BooleanField(_l("Always these days (else all days up to the one it is opened on)"))
    schedule = RadioField(_l("Make it by itself"), choices=SCHEDULE_CHOICES, default="none", validators=[InputRequired()])
    day = IntegerField(
        _l("On day"), default=5, description=_l("1 to 28, of the month that follows."), validators=[InputRequired(), NumberRange(1, 28, _l("Choose 1 to 28."))]
    )

    def refuse(self, sentence: Any) -> None:
        """Show a refusal above the form, keeping what was typed."""
        self.form_errors.append(sentence)
