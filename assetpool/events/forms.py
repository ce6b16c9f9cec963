"""The form of an event: what it is, who leads and takes part, who pays, who speaks for it, and where things are brought."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, FieldList, Form, FormField, HiddenField, SelectField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from assetpool.core.money import parse_yuan

LIFTS = [("", _l("not known")), ("yes", _l("there is a lift")), ("no", _l("no lift"))]
LIFT = {"yes": True, "no": False}
MOST_ID_DIGITS = 18


class VenueForm(Form):  # type: ignore[misc]
    """A place things are brought to."""

    name = StringField(_l("Venue"), validators=[Length(max=120)])
    address = StringField(_l("Address"), validators=[Length(max=200)])
    floor = StringField(_l("Floor"), validators=[Length(max=40)])
    lift = SelectField(_l("Lift"), choices=LIFTS, default="", validators=[Optional()])
    window = StringField(_l("When a truck may come"), validators=[Length(max=80)])
    contact_name = StringField(_l("Contact"), validators=[Length(max=120)], render_kw={"autocomplete": "off"})
    contact_telephone = StringField(_l("Telephone"), validators=[Length(max=60)], render_kw={"inputmode": "tel", "autocomplete": "off"})
    id = HiddenField()

    def is_blank(self) -> bool:
        """Say whether no venue is named."""
        return not (self.name.data or "").strip()

    @property
    def known_id(self) -> int | None:
        """Return the id of the venue it was, if it is not a new one."""
        text = str(self.id.data or "")
        return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_ID_DIGITS else None


class EventForm(FlaskForm):  # type: ignore[misc]
    """A meeting, games or temporary body that borrows."""

    name = StringField(_l("Name"), validators=[DataRequired(_l("Say what the event is called.")), Length(max=200)])
    name_en = StringField(_l("Name in English"), validators=[Length(max=200)])
    organization_id = SelectField(_l("Lead organization"), coerce=int, validators=[InputRequired(_l("Choose the organization that leads."))])
    members = SelectMultipleField(_l("Member organizations"), coerce=int, validators=[Optional()])
    first_day = DateField(_l("First day"), validators=[InputRequired(_l("Give the first day."))])
    last_day = DateField(_l("Last day"), validators=[InputRequired(_l("Give the last day."))])
    approval_number = StringField(_l("Approval number"), description=_l("of the decision that allows the event"), validators=[Length(max=120)])
    budget = StringField(_l("Budget"), validators=[Length(max=30)])
    funds = StringField(_l("Funds"), description=_l("who pays: the source of the money"), validators=[Length(max=200)])
    budget_line = StringField(_l("Budget line"), validators=[Length(max=120)])
    liaison_name = StringField(_l("Liaison"), description=_l("who speaks for the event; gets no account"), validators=[Length(max=120)])
    liaison_telephone = StringField(_l("Telephone"), validators=[Length(max=60)], render_kw={"inputmode": "tel", "autocomplete": "off"})
    liaison_email = StringField(_l("Mail"), validators=[Length(max=200)], render_kw={"inputmode": "email", "autocomplete": "off"})
    venues = FieldList(FormField(VenueForm), label=_l("Venues and drop points"), min_entries=1)

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

    def validate_liaison_name(self, field: Any) -> None:
        """A telephone without a name names nobody."""
        if not (field.data or "").strip() and ((self.liaison_telephone.data or "").strip() or (self.liaison_email.data or "").strip()):
            raise ValidationError(_l("Give the name of the person too."))
