"""The form of a request: who asks, for which days, what in which quantity; and the short forms of deciding."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import DateField, FieldList, FileField, Form, FormField, HiddenField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput, html_params

from assetpool.core.fields import YuanField

KNOWN_KINDS = "known-kinds"
MOST_UNITS = 1_000_000
MOST_LINES = 300


def optional_id(text: Any) -> int | None:
    """Read the value of a select that may be left open."""
    return int(text) if text not in (None, "", "None") else None


class PickWidget:
    """An input with proposals; once several kinds fit what was typed, a list of them to choose from."""

    def __call__(self, field: PickField, **kwargs: Any) -> Markup:
        """Draw the input or the list."""
        kwargs.setdefault("id", field.id)
        if not field.candidates:
            value = field.data or ""
            return Markup("<input %s>") % Markup(html_params(name=field.name, type="text", value=value, list=KNOWN_KINDS, autocomplete="off", **kwargs))
        options = [*((text, text) for text in field.candidates), ("", _l("Another one: type it again"))]
        drawn = Markup("").join(Markup('<option value="%s">%s</option>') % option for option in options)
        return Markup("<select %s>%s</select>") % (Markup(html_params(name=field.name, **kwargs)), drawn)


class PickField(StringField):  # type: ignore[misc]
    """A kind by its words or its number (`… #12`); `candidates` holds what fits when more than one does, `kind_id` what was found."""

    widget = PickWidget()
    candidates: Sequence[str] = ()
    kind_id: int | None = None


class LineForm(Form):  # type: ignore[misc]
    """One thing asked for; the lower half is its need in the budget, for the proof of what was saved."""

    kind = PickField(_l("What"), validators=[DataRequired(_l("Say what is needed.")), Length(max=300)])
    quantity = IntegerField(
        _l("Quantity"),
        validators=[InputRequired(_l("Enter a whole number from 1 on.")), NumberRange(1, MOST_UNITS, _l("Enter a whole number from 1 to 1,000,000."))],
        render_kw={"inputmode": "numeric", "min": 1},
    )
    store_id = SelectField(_l("Store"), coerce=optional_id, validators=[Optional()], validate_choice=True)
    drop = StringField(_l("Bring to"), validators=[Length(max=200)], render_kw={"list": "drop-points", "autocomplete": "off"})
    tag = StringField(_l("Tag"), widget=HiddenInput(), validators=[Length(max=40)])
    budget_price = YuanField(_l("Budget price per unit"), validators=[Length(max=30)])
    need_dated_on = DateField(_l("Need dated on"), validators=[Optional()])
    need_file = FileField(_l("Paper that shows the need"))
    budget_file = FileField(_l("Paper that shows the budget"))
    need_file_id = StringField(widget=HiddenInput())
    budget_file_id = StringField(widget=HiddenInput())

    def is_blank(self) -> bool:
        """Say whether nothing was typed into the line."""
        return not (self.kind.data or "").strip() and not "".join(str(part) for part in self.quantity.raw_data or []).strip()


class ReceiverForm(Form):  # type: ignore[misc]
    """Somebody who may receive the things."""

    name = StringField(_l("Full name"), validators=[Length(max=120)], render_kw={"autocomplete": "off"})
    telephone = StringField(_l("Telephone"), validators=[Length(max=60)], render_kw={"inputmode": "tel", "autocomplete": "off"})


class RequisitionForm(FlaskForm):  # type: ignore[misc]
    """A request for a loan or a transfer."""

    organization_id = SelectField(_l("Organization"), coerce=int, validators=[InputRequired(_l("Choose the organization that asks."))])
    kind = RadioField(_l("Kind of request"), choices=[("loan", _l("Loan: comes back")), ("transfer", _l("Transfer: for good"))], default="loan")
    event_id = SelectField(_l("Event"), coerce=optional_id, validators=[Optional()])
    first_day = DateField(_l("First day"), validators=[InputRequired(_l("Give the first day."))])
    last_day = DateField(_l("Last day"), validators=[Optional()])
    purpose = TextAreaField(_l("What for"), validators=[Length(max=2000)], render_kw={"rows": 2})
    budget_line = StringField(_l("Budget line"), validators=[Length(max=120)])
    lines = FieldList(FormField(LineForm), label=_l("Things"), min_entries=1)
    receivers = FieldList(FormField(ReceiverForm), label=_l("Who may receive them"), min_entries=1)
    revision = HiddenField()

    def refuse(self, sentence: Any) -> None:
        """Show a refusal above the form, keeping what was typed."""
        self.form_errors.append(sentence)

    def validate_days(self, today: date) -> bool:
        """Check the days against each other and against today; a past first day is refused here, on paper it may be entered."""
        good = True
        if self.first_day.data and self.first_day.data < today:
            self.first_day.errors = [*self.first_day.errors, _l("It has passed. Choose today or a later day.")]
            good = False
        if self.kind.data == "loan" and self.last_day.data is None and not self.last_day.errors:
            self.last_day.errors = [_l("Give the last day of the loan.")]
            good = False
        if self.first_day.data and self.last_day.data and self.last_day.data < self.first_day.data:
            self.last_day.errors = [*self.last_day.errors, _l("It lies before the first day. Swap the two or choose a later day.")]
            good = False
        return good


class DecisionForm(FlaskForm):  # type: ignore[misc]
    """The words of a decision, and the revision of the page it was taken on."""

    reason = StringField(_l("Reason"), validators=[Length(max=2000)])
    revision = HiddenField()
