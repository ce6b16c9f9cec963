"""The form of an event."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from assetpool.core.money import parse_yuan


class EventForm(FlaskForm):  # type: ignore[misc]
    """A meeting, games or temporary body that borrows."""

    name = StringField(_l("Name"), validators=[DataRequired(_l("Say what the event is called.")), Length(max=200)])
    name_en = StringField(_l("Name in English"), validators=[Length(max=200)])
    organization_id = SelectField(_l("Lead organization"), coerce=int, validators=[InputRequired(_l("Choose the organization that leads."))])
    first_day = DateField(_l("First day"), validators=[InputRequired(_l("Give the first day."))])
    last_day = DateField(_l("Last day"), validators=[InputRequired(_l("Give the last day."))])
    approval_number = StringField(_l("Approval number"), description=_l("of the decision that allows the event"), validators=[Length(max=120)])
    budget = StringField(_l("Budget"), validators=[Length(max=30)])

    def refuse(self, sentence: Any) -> None:
        """Show a refusal above the form, keeping what was typed."""
        self.form_errors.append(sentence)

    @property
    def budget_fen(self) -> int | None:
        """Return the budget in fen; None where none is given."""
        return parse_yuan(self.budget.data) if (self.budget.data or "").strip() else None

    def validate_budget(self, field: Any) -> None:
        """Refuse what is no amount."""
        try:
            amount = self.budget_fen
        except ValueError as error:
            raise ValidationError(_l("Write an amount in yuan, for example 1200 or 1,200.50.")) from error
        if amount is not None and not 0 <= amount <= 10**15:
            raise ValidationError(_l("Write an amount of 0 yuan or more."))

    def validate_last_day(self, field: Any) -> None:
        """Refuse days in the wrong order."""
        if self.first_day.data and field.data and field.data < self.first_day.data:
            raise ValidationError(_l("It lies before the first day. Swap the two or choose a later day."))
