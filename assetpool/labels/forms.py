"""Choosing what to print on which sheet."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, NumberRange, Optional


class LabelForm(FlaskForm):  # type: ignore[misc]
    """One of tags, intake or store; the layout; the first free place of a half-used sheet."""

    tags = TextAreaField(_l("Tags"), validators=[Optional()], description=_l("One a line, or scan them one after another."))
    intake = StringField(_l("Intake"), validators=[Optional()], description=_l("Its number, for example IN-2026-000012."))
    store = SelectField(_l("Store"), validators=[Optional()], description=_l("Everything this store owns."))
    layout = SelectField(_l("Layout"))
    start = IntegerField(
        _l("First free place"),
        default=1,
        validators=[InputRequired(_l("Enter the number of the first free place, 1 on a new sheet.")), NumberRange(1, 65, _l("Enter a place from 1 to 65."))],
        description=_l("On a half-used sheet, counted row by row from the top left."),
    )
