"""The form of reference prices and rents: always with source and date."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, Field, FileField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from assetpool.core.money import parse_yuan


class YuanField(StringField):  # type: ignore[misc]
    """An amount in yuan as people type it; `fen` is the integer, None when empty."""

    fen: int | None = None

    def pre_validate(self, form: Any) -> None:
        """Read the amount; refuse what is no amount, or negative."""
        self.fen = None
        if self.data and self.data.strip():
            try:
                self.fen = parse_yuan(self.data)
            except ValueError as error:
                raise ValidationError(_l("Enter an amount in yuan, for example 1,600.00.")) from error
            if self.fen < 0:
                raise ValidationError(_l("Enter 0 or more."))


def needed(form: Any, field: Field) -> None:
    """Refuse an empty amount."""
    if not (field.data and field.data.strip()):
        raise ValidationError(_l("Enter an amount in yuan."))


class PriceForm(FlaskForm):  # type: ignore[misc]
    """One version of a reference price."""

    amount = YuanField(_l("Reference price of one unit"), validators=[needed])
    source_kind = SelectField(
        _l("Kind of source"),
        choices=[("framework", _l("framework agreement")), ("quotes", _l("three quotes")), ("catalogue", _l("price catalogue")), ("other", _l("other"))],
    )
    source = StringField(_l("Source"), validators=[InputRequired(_l("Say where the price comes from: agreement, shop, letter.")), Length(max=300)])
    quotes = IntegerField(_l("How many quotes"), default=0, validators=[Optional(), NumberRange(0, 20, _l("Enter 0 to 20."))])
    dated_on = DateField(_l("Date of the source"), validators=[InputRequired(_l("Enter the date on the paper."))])
    valid_from = DateField(_l("Holds from"), validators=[Optional()], description=_l("Empty: from today, or always for a first price."))
    tax_included = BooleanField(_l("Tax is included"), default=True)
    transport_included = BooleanField(_l("Transport is included"), default=True)
    evidence = FileField(_l("Evidence (PDF or picture)"), validators=[Optional()])


class RentForm(FlaskForm):  # type: ignore[misc]
    """One version of a rent tariff; the cheapest mix of the three counts."""

    per_day = YuanField(_l("For one day"), validators=[needed])
    per_7_days = YuanField(_l("For 7 days"))
    per_30_days = YuanField(_l("For 30 days"))
    source = StringField(_l("Source"), validators=[InputRequired(_l("Say where the rent comes from: agreement, shop, letter.")), Length(max=300)])
    valid_from = DateField(_l("Holds from"), validators=[Optional()], description=_l("Empty: from today, or always for a first rent."))
