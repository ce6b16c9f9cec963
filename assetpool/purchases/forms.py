"""What people type about later purchases: one by one, or a file; and why a proposal is accepted or dismissed."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import DateField, FileField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from assetpool.core.fields import RefusingForm, YuanField

MOST = 10_000_000


class PurchaseForm(RefusingForm):
    """One purchase."""

    organization = SelectField(_l("Who bought"), coerce=int)
    class_code_set = StringField(_l("Code set"), default="GPC-2022", validators=[DataRequired(_l("Name the code set.")), Length(max=20)])
    class_code = StringField(_l("Class code"), validators=[DataRequired(_l("Enter the code of the class.")), Length(max=20)])
    name = StringField(_l("What was bought"), validators=[Length(max=200)])
    quantity = IntegerField(_l("Quantity"), validators=[InputRequired(_l("Enter how many.")), NumberRange(1, MOST, _l("Enter a whole number from 1 on."))])
    amount = YuanField(_l("Amount in all (yuan)"), validators=[Length(max=30)])
    bought_on = DateField(_l("Bought on"), validators=[InputRequired(_l("Enter the day of the purchase."))])
    source = StringField(
        _l("Record"),
        description=_l("Where it was read: payments of the treasury, a contract, the organization's books."),
        validators=[DataRequired(_l("Name the record.")), Length(max=200)],
    )
    source_no = StringField(_l("Number in the record"), validators=[DataRequired(_l("Enter the number of the payment, contract or card.")), Length(max=100)])
    paper = FileField(_l("Paper (optional)"))


class PurchaseFileForm(RefusingForm):
    """A table of purchases of one organization."""

    organization = SelectField(_l("Who bought"), coerce=int)
    source = StringField(_l("Record"), validators=[DataRequired(_l("Name the record.")), Length(max=200)])
    file = FileField(
        _l("Table"), description=_l("XLSX, XLS, ODS or CSV with class code, quantity, unit price and day; the columns are found by their headings.")
    )


class DecisionForm(RefusingForm):
    """Why a proposal is accepted or dismissed."""

    reason = TextAreaField(_l("Reason"), validators=[Length(max=2000)], render_kw={"rows": 2})
