"""The forms of a repair: what is broken, to whom it goes, how it ended and what it cost."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, IntegerField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from assetpool.core.errors import N_
from assetpool.core.fields import RefusingForm, YuanField
from assetpool.custody.words import CONDITION_WORDS

WHOLE = {"min": 0, "max": 10_000_000}


class ReportForm(RefusingForm):
    """Something in a store is broken; photos stand beside it in the page."""

    tag = StringField(_l("Tag"), validators=[DataRequired(_l("Enter the tag of the label.")), Length(max=400)])
    count = IntegerField(_l("How many"), default=1, validators=[InputRequired(_l("Enter a whole number above 0.")), NumberRange(min=1, max=10_000_000)])
    fault = StringField(_l("What is broken"), validators=[DataRequired(_l("Say in a few words what is to be mended.")), Length(max=300)])


class BeginForm(RefusingForm):
    """Who mends it, and until when."""

    revision = HiddenField()
    workshop = StringField(_l("Workshop"), validators=[DataRequired(_l("Name who mends it.")), Length(max=200)])
    expected_on = DateField(_l("Expected back on"), validators=[Optional()], description=_l("From then on it counts as free again."))


class DoneForm(RefusingForm):
    """How it ended, by count, and what it cost."""

    revision = HiddenField()
    mended = IntegerField(_l("Mended"), validators=[InputRequired(_l("Enter a whole number, 0 or more.")), NumberRange(**WHOLE)])
    beyond = IntegerField(_l("Beyond repair"), default=0, validators=[InputRequired(_l("Enter a whole number, 0 or more.")), NumberRange(**WHOLE)])
    condition = SelectField(_l("Condition"), choices=[("", _l("as before")), *((code, _l(N_(word))) for code, word in CONDITION_WORDS.items())])
    amount = YuanField(_l("Amount (yuan)"), validators=[Length(max=30)], render_kw={"inputmode": "decimal"})
    issuer = StringField(_l("Issued by"), validators=[Length(max=200)])
    number = StringField(_l("Voucher number"), validators=[Length(max=100)])
    no_cost_reason = StringField(_l("If it cost nothing: why"), validators=[Length(max=1000)])
