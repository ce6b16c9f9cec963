"""The forms of trips and of the gate; which units travel stands in the page beside them."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, IntegerField, PasswordField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError

from assetpool.core.fields import RefusingForm, YuanField
from assetpool.core.money import parse_yuan
from assetpool.handovers.forms import FloorForm
from assetpool.trips.planning import MOST_HOURS, MOST_LOADERS, Planned


class TripForm(FloorForm):
    """Vehicle, driver, loading work and draft fees."""

    store_id = SelectField(_l("Store"), coerce=int)
    day = DateField(_l("Day"), validators=[InputRequired(_l("Enter the day of the trip."))])
    plate = StringField(
        _l("Plate"), validators=[DataRequired(_l("Enter the number plate.")), Length(max=20)], render_kw={"autocomplete": "off", "autocapitalize": "characters"}
    )
    carrier = StringField(_l("Carrier"), validators=[Length(max=200)], render_kw={"autocomplete": "off"})
    driver = StringField(_l("Driver"), validators=[Length(max=120)], render_kw={"autocomplete": "off"})
    telephone = StringField(_l("Telephone"), validators=[Length(max=60)], render_kw={"inputmode": "tel", "autocomplete": "off"})
    loaders = IntegerField(_l("Loaders"), validators=[Optional(), NumberRange(0, MOST_LOADERS)], render_kw={"inputmode": "numeric"})
    hours = StringField(_l("Hours of all loaders together"), validators=[Length(max=12)], render_kw={"inputmode": "decimal", "autocomplete": "off"})
    haulage = YuanField(_l("Haulage fee (yuan), draft"), validators=[Length(max=30)], render_kw={"inputmode": "decimal", "autocomplete": "off"})
    loading = YuanField(_l("Loading fee (yuan), draft"), validators=[Length(max=30)], render_kw={"inputmode": "decimal", "autocomplete": "off"})
    note = TextAreaField(_l("Remark"), validators=[Length(max=1000)], render_kw={"rows": 2})
    hundredths: int = 0

    def validate_hours(self, field: Any) -> None:
        """Read hours with up to two decimals."""
        if not (field.data or "").strip():
            return
        try:
            self.hundredths = parse_yuan(field.data)
        except ValueError as error:
            raise ValidationError(_l("Write a number with at most two decimals, for example 3.5.")) from error
        if not 0 <= self.hundredths <= MOST_HOURS:
            raise ValidationError(_l("Write a number above 0."))

    def planned(self) -> Planned:
        """Return what was typed."""
        return Planned(
            day=self.day.data,
            plate=self.plate.data or "",
            carrier=self.carrier.data or "",
            driver=self.driver.data or "",
            telephone=self.telephone.data or "",
            loaders=self.loaders.data or 0,
            hours=self.hundredths,
            haulage=self.haulage.fen,
            loading=self.loading.fen,
            note=self.note.data or "",
        )


class PinForm(RefusingForm):
    """The gate's PIN of the day, and who stands there."""

    pin = PasswordField(
        _l("PIN of the day"),
        validators=[DataRequired(_l("Enter the PIN of the day.")), Length(max=20)],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    name = StringField(_l("Your name"), validators=[DataRequired(_l("Enter your name.")), Length(max=120)], render_kw={"autocomplete": "name"})


class GateForm(RefusingForm):
    """A word at the gate: the key of this page, what is not right."""

    key = HiddenField()
    reason = TextAreaField(_l("What is not right"), validators=[Length(max=2000)], render_kw={"rows": 2})


class LeftForm(RefusingForm):
    """A truck that left without a pass."""

    key = HiddenField()
    store_id = SelectField(_l("Gate of"), coerce=int)
    plate = StringField(
        _l("Plate"), validators=[DataRequired(_l("Enter the number plate.")), Length(max=20)], render_kw={"autocomplete": "off", "autocapitalize": "characters"}
    )
    reason = TextAreaField(_l("What you saw"), validators=[Length(max=2000)], render_kw={"rows": 2})


class AnswerForm(RefusingForm):
    """What was behind an alarm."""

    answer = TextAreaField(_l("Answer"), validators=[Length(max=2000)], render_kw={"rows": 2})
