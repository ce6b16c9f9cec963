"""The form of an invitation: until when, who brings, who sets up, what else holds."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length

HELPERS = [("agreed", _l("as agreed")), ("pool", _l("the pool")), ("organizer", _l("the organizer"))]


class InviteForm(FlaskForm):  # type: ignore[misc]
    """What the organizer is told with the link."""

    expires_on = DateField(_l("Open until"), validators=[InputRequired(_l("Give the last day on which the link opens."))])
    hauls = SelectField(_l("Who brings the things"), choices=HELPERS, default="agreed")
    sets_up = SelectField(_l("Who sets them up"), choices=HELPERS, default="agreed")
    terms = TextAreaField(
        _l("Further terms"), description=_l("one a line, as the organizer shall read them"), validators=[Length(max=4000)], render_kw={"rows": 3}
    )

    def refuse(self, sentence: Any) -> None:
        """Show a refusal above the form, keeping what was typed."""
        self.form_errors.append(sentence)
