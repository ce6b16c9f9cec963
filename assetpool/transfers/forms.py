"""The form of a transfer: who gives what to whom, out of which store; and entering it in the books."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import DateField, FieldList, Form, FormField, HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from assetpool.core.fields import RefusingForm, YuanField
from assetpool.requisitions.forms import PickField

MOST_UNITS = 1_000_000


class GivenForm(Form):  # type: ignore[misc]
    """One thing given: a kind, or one label by its tag."""

    kind = PickField(_l("What"), validators=[Length(max=300)])
    tag = StringField(_l("or by its tag"), validators=[Length(max=60)], render_kw={"autocapitalize": "characters", "autocomplete": "off"})
    quantity = IntegerField(
        _l("Quantity"),
        validators=[InputRequired(_l("Enter a whole number from 1 on.")), NumberRange(1, MOST_UNITS, _l("Enter a whole number from 1 to 1,000,000."))],
        render_kw={"inputmode": "numeric", "min": 1},
    )

    def is_blank(self) -> bool:
        """Say whether nothing was typed into the line."""
        return not (self.kind.data or "").strip() and not (self.tag.data or "").strip()


class TransferForm(RefusingForm):
    """Things that change their owner for good."""

    giver_id = SelectField(_l("From"), coerce=int, validators=[InputRequired(_l("Choose who gives."))])
    receiver_id = SelectField(_l("To"), coerce=int, validators=[InputRequired(_l("Choose who receives."))])
    store_id = SelectField(_l("Out of the store"), coerce=int, validators=[InputRequired(_l("Choose where the things stand."))])
    first_day = DateField(_l("From this day on"), validators=[Optional()])
    consideration = YuanField(_l("Agreed price, yuan"), validators=[Length(max=30)], render_kw={"inputmode": "decimal"})
    reason = TextAreaField(_l("Reason"), validators=[Length(max=2000)], render_kw={"rows": 2})
    lines = FieldList(FormField(GivenForm), label=_l("Things"), min_entries=1, max_entries=500)
    revision = HiddenField()
