"""The forms of a valuation policy: what it says, and the decision on it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, ValidationError

from assetpool.core.fields import RefusingForm
from assetpool.savings.policy_drafting import PolicyTerms


class PercentField(StringField):  # type: ignore[misc]
    """A percentage with at most two decimals; `ratio` is exact."""

    ratio: Fraction = Fraction(0)

    def pre_validate(self, form: Any) -> None:
        """Read the percentage; refuse what is none or lies outside 0 to 100."""
        text = (self.data or "").strip().removesuffix("%").removesuffix("％").strip()
        whole, _, part = text.partition(".")
        if not (whole.isascii() and whole.isdigit() and len(whole) <= 3 and len(part) <= 2 and (part == "" or (part.isascii() and part.isdigit()))):
            raise ValidationError(_l("Enter 0 to 100, with at most two decimals."))
        self.ratio = Fraction(int(whole + part.ljust(2, "0")), 10_000)
        if self.ratio > 1:
            raise ValidationError(_l("Enter 0 to 100, with at most two decimals."))


class PolicyForm(RefusingForm):
    """All that a policy says."""

    year = SelectField(_l("Year it begins"), coerce=int, description=_l("From 1 January on, for every hand-over. One policy a year."))
    loan_basis = SelectField(_l("Basis for loans"), choices=[("rental", _l("rental")), ("purchase", _l("purchase")), ("consumption", _l("consumption"))])
    transfer_basis = SelectField(_l("Basis for transfers"), choices=[("purchase", _l("purchase")), ("consumption", _l("consumption"))])
    age_scales = BooleanField(_l("Age scales: newness counts"), default=True)
    floor = PercentField(_l("Floor of newness"), default="10", description=_l("Of things a keeper received in condition good or better."))
    rho = PercentField(_l("Resale share ρ"), default="20", description=_l("What a buyer would have got back after the event."))
    price_days = IntegerField(
        _l("Days a price stays fresh"), default=365, validators=[InputRequired(_l("Enter the days.")), NumberRange(1, 730, _l("Enter 1 to 730 days."))]
    )
    computer_price_days = IntegerField(
        _l("Days for prices of computers"), default=180, validators=[InputRequired(_l("Enter the days.")), NumberRange(1, 730, _l("Enter 1 to 730 days."))]
    )
    note = TextAreaField(_l("Why"), validators=[InputRequired(_l("Say what the policy rests on.")), Length(max=2000)], render_kw={"rows": 3})

    def terms(self) -> PolicyTerms:
        """Return what was typed."""
        return PolicyTerms(
            self.year.data, self.loan_basis.data, self.transfer_basis.data, self.age_scales.data, self.floor.ratio, self.rho.ratio, self.price_days.data,
            self.computer_price_days.data, self.note.data,
        )  # fmt: skip


class DecisionForm(RefusingForm):
    """Why a draft is approved or rejected."""

    reason = TextAreaField(_l("Reason"), validators=[Length(max=2000)], render_kw={"rows": 2})
