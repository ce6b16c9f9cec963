"""The forms of an intake: what is announced, and the file it can be read from."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, FieldList, FileField, Form, FormField, HiddenField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from assetpool.core.fields import RefusingForm, YuanField
from assetpool.requisitions.forms import PickField, optional_id

CONDITIONS = [("good", _l("Good")), ("new", _l("Brand new")), ("fair", _l("Fair")), ("poor", _l("Poor")), ("scrap", _l("Scrap"))]
FORMS = [("", _l("As usual")), ("unit", _l("A label on each")), ("lot", _l("One label, counted"))]
MOST_UNITS = 1_000_000


class AnnouncedForm(Form):  # type: ignore[misc]
    """One thing announced: a kind of the catalogue, or a new one by name, spec and class; values are of one unit."""

    kind = PickField(_l("What"), validators=[DataRequired(_l("Say what the thing is called.")), Length(max=200)])
    quantity = IntegerField(
        _l("Quantity"),
        validators=[InputRequired(_l("Enter a whole number from 1 on.")), NumberRange(1, MOST_UNITS, _l("Enter a whole number from 1 to 1,000,000."))],
        render_kw={"inputmode": "numeric", "min": 1},
    )
    labels = SelectField(_l("Labels"), choices=FORMS, default="")
    value = YuanField(_l("Value of one, yuan"), validators=[Length(max=30)], render_kw={"inputmode": "decimal"})
    acquired_on = DateField(_l("Acquired on"), validators=[Optional()])
    condition = SelectField(_l("Condition"), choices=CONDITIONS, default="good")
    external_no = StringField(_l("Number in your books"), validators=[Length(max=100)])
    serial = StringField(_l("Serial number"), validators=[Length(max=100)])
    brand = StringField(_l("Brand"), validators=[Length(max=100)])
    spec = StringField(_l("Spec, if new"), validators=[Length(max=200)])
    class_code = StringField(_l("Class code, if new"), validators=[Length(max=20)], render_kw={"list": "classes"})
    measure = StringField(_l("Measure, if new"), validators=[Length(max=20)])

    def is_blank(self) -> bool:
        """Say whether nothing was typed into the line."""
        return not (self.kind.data or "").strip() and not "".join(str(part) for part in self.quantity.raw_data or []).strip()


class IntakeForm(RefusingForm):
    """What an organization announces to a store."""

    organization_id = SelectField(_l("Organization"), coerce=int, validators=[InputRequired(_l("Choose whose things they are."))])
    store_id = SelectField(_l("Store"), coerce=int, validators=[InputRequired(_l("Choose where they go."))])
    mode = RadioField(
        _l("Books"),
        choices=[("custody", _l("They stay in the organization's books (custody)")), ("transfer", _l("They move to the store's books (transfer)"))],
        default="custody",
    )
    event_id = SelectField(_l("Bought for the event"), coerce=optional_id, validators=[Optional()])
    reason = TextAreaField(_l("Reason"), validators=[Length(max=2000)], render_kw={"rows": 2})
    lines = FieldList(FormField(AnnouncedForm), label=_l("Things"), min_entries=1, max_entries=1000)
    revision = HiddenField()


class UploadForm(FlaskForm):  # type: ignore[misc]
    """A table file to read an intake from."""

    file = FileField(_l("Table file"), render_kw={"accept": ".xlsx,.xlsm,.xlsb,.xls,.ods,.csv,.tsv,.txt", "required": True})

    def refuse(self, sentence: Any) -> None:
        """Show a refusal at the file."""
        self.file.errors = [*self.file.errors, sentence]


class DraftForm(RefusingForm):
    """Whose things the rows of a file are, and where they go."""

    organization_id = SelectField(_l("Organization"), coerce=int, validators=[InputRequired(_l("Choose whose things they are."))])
    store_id = SelectField(_l("Store"), coerce=int, validators=[InputRequired(_l("Choose where they go."))])
    reason = StringField(_l("Reason"), validators=[Length(max=2000)])
