"""What people enter about costs: late vouchers and shares of them, own trucks and staff, compensation, rates, running costs, own purchases."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, FileField, IntegerField, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError

from assetpool.core.fields import RefusingForm, YuanField
from assetpool.core.money import parse_yuan


class PaperFields(RefusingForm):
    """A voucher: who issued it, its number, how much is taken of it, its own amount where that is more, its paper."""

    issuer = StringField(_l("Issued by"), validators=[DataRequired(_l("Name who issued it.")), Length(max=200)])
    number = StringField(_l("Voucher number"), validators=[DataRequired(_l("Enter its number.")), Length(max=100)])
    amount = YuanField(_l("Amount (yuan)"), validators=[DataRequired(_l("Enter the amount in yuan.")), Length(max=30)], render_kw={"inputmode": "decimal"})
    total = YuanField(
        _l("The paper says (yuan)"), description=_l("Only where this is a part of it."), validators=[Length(max=30)], render_kw={"inputmode": "decimal"}
    )
    share = BooleanField(_l("It was entered before: take a share of what is left"))
    paper = FileField(_l("Paper"))


class LateCostForm(PaperFields):
    """A late voucher, or a share of one."""

    kind = SelectField(_l("What for"))


class OwnCostForm(RefusingForm):
    """Own trucks or staff at the policy's rate."""

    rate = SelectField(_l("Rate of the policy"), coerce=int, validators=[InputRequired(_l("Choose a rate."))])
    quantity = StringField(_l("How much"), validators=[DataRequired(_l("Enter how many of its measure.")), Length(max=12)], render_kw={"inputmode": "decimal"})
    hundredths: int = 0

    def validate_quantity(self, field: Any) -> None:
        """Read a number with up to two decimals."""
        try:
            self.hundredths = parse_yuan(field.data or "")
        except ValueError as error:
            raise ValidationError(_l("Write a number with at most two decimals, for example 3.5.")) from error
        if not 0 < self.hundredths <= 10**9:
            raise ValidationError(_l("Write a number above 0."))


class CompensationForm(PaperFields):
    """What somebody paid in for a loss."""

    act = SelectField(_l("For which act"), coerce=int, validators=[InputRequired(_l("Choose the act."))])
    payer = StringField(_l("Paid by"), validators=[DataRequired(_l("Name who paid.")), Length(max=120)])
    payer_kind = RadioField(_l("Who that is"), validators=[DataRequired(_l("Say whether the treasury pays for this body."))])
    paid_on = DateField(_l("Paid in on"), validators=[InputRequired(_l("Enter the day the money came in."))])


class VoucherPaperForm(RefusingForm):
    """The paper of a voucher that was entered without it."""

    voucher = SelectField(_l("Voucher"), coerce=int)
    paper = FileField(_l("Paper"))


class RateForm(RefusingForm):
    """A rate of own trucks or staff."""

    policy = SelectField(_l("Policy"), coerce=int)
    kind = SelectField(_l("What for"))
    name = StringField(_l("Name"), description=_l("For example: own truck, 5 t."), validators=[DataRequired(_l("Give it a name.")), Length(max=80)])
    per = SelectField(_l("Per"))
    amount = YuanField(_l("Amount (yuan)"), validators=[DataRequired(_l("Enter the amount in yuan.")), Length(max=30)])
    source = StringField(_l("Source"), validators=[DataRequired(_l("Name the paper it comes from.")), Length(max=500)])


class RunningCostForm(PaperFields):
    """What keeping a store cost in a year."""

    store = SelectField(_l("Store"), coerce=int)
    year = IntegerField(_l("Year"), validators=[InputRequired(_l("Enter a year with four digits.")), NumberRange(2000, 2999)])
    kind = SelectField(_l("What for"))
    note = StringField(_l("Remark"), validators=[Optional(), Length(max=500)])


class OwnPurchaseForm(RefusingForm):
    """What the pool itself paid for the things under a label."""

    tag = StringField(_l("Tag"), validators=[DataRequired(_l("Enter the tag of the label.")), Length(max=400)])
    price = YuanField(_l("Price per unit (yuan)"), validators=[DataRequired(_l("Enter the price in yuan.")), Length(max=30)])
    bought_on = DateField(_l("Bought on"), validators=[InputRequired(_l("Enter the day of the purchase."))])
    source = StringField(_l("Source"), validators=[DataRequired(_l("Name the contract or invoice.")), Length(max=500)])
    paper = FileField(_l("Paper (optional)"))
