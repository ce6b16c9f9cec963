"""What people enter in the savings ledger by hand: decisions of the review and opening statements."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, ValidationError

from assetpool.core.fields import RefusingForm
from assetpool.core.money import parse_yuan

LARGEST = 10**15


class ReviewForm(RefusingForm):
    """A decision over the acts that were ticked."""

    decision = RadioField(
        _l("Decision"),
        choices=[("accepted", _l("Accept: the figures hold and the papers prove them")), ("rejected", _l("Reject: the entries are reversed"))],
        validators=[DataRequired(_l("Choose accept or reject."))],
    )
    reason = TextAreaField(_l("Reason"), validators=[DataRequired(_l("Say what the decision rests on.")), Length(max=2000)], render_kw={"rows": 3})


class OpeningForm(RefusingForm):
    """What was reused before this ledger began, with its source."""

    organization = SelectField(_l("Whose statement it is"), coerce=int)
    kind = RadioField(_l("Kind of saving"), choices=[("loan", _l("Loan")), ("transfer", _l("Transfer"))], default="transfer", validators=[DataRequired()])
    units = IntegerField(_l("Items"), validators=[InputRequired(_l("Enter how many items.")), NumberRange(1, 10_000_000, _l("At least one item."))])
    avoided = StringField(_l("Avoided at least"), validators=[DataRequired(_l("Enter the amount in yuan."))])
    day = DateField(_l("As of"), validators=[InputRequired(_l("Enter the day the statement closes on."))])
    source = TextAreaField(
        _l("Source"),
        description=_l("The paper this figure was taken from: its title, number and date."),
        validators=[DataRequired(_l("Name the paper this figure was taken from.")), Length(max=2000)],
        render_kw={"rows": 3},
    )
    fen: int = 0

    def validate_avoided(self, field: Any) -> None:
        """Read the amount in yuan; a negative one, or what is no amount, is refused."""
        try:
            self.fen = parse_yuan(field.data or "")
        except ValueError as error:
            raise ValidationError(_l("This is no amount in yuan. Write it like 86,000,000.00.")) from error
        if not 0 <= self.fen <= LARGEST:
            raise ValidationError(_l("The amount must not be negative or beyond counting."))
