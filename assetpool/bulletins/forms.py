"""What a person chooses for a bulletin, and the titles it is issued under."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import Length


class IssueForm(FlaskForm):  # type: ignore[misc]
    """The titles of a bulletin; the figures are not typed by anybody."""

    title = StringField(_l("Chinese title"), validators=[Length(max=200)])
    title_en = StringField(_l("English title"), validators=[Length(max=200)])

    def refuse(self, sentence: Any) -> None:
        """Show a refusal above the form, keeping what was typed."""
        self.form_errors.append(sentence)
