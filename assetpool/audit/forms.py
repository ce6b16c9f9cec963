"""What auditors and the organizations they ask fill in."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from wtforms import BooleanField, DateField, HiddenField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError

from assetpool.core.fields import RefusingForm, YuanField


class SampleForm(RefusingForm):
    """What is to be drawn, and from which seed."""

    purpose = StringField(_l("What the sample is for"), validators=[Length(max=300)])
    unit = RadioField(_l("Drawn are"), choices=[("act", _l("acts")), ("entry", _l("entries"))], default="act")
    method = RadioField(
        _l("Method"),
        choices=[("random", _l("at random: each as likely as the other")), ("monetary", _l("by monetary units: the dearer, the likelier"))],
        default="random",
    )
    measure = RadioField(_l("Value of an item"), choices=[("saving", _l("net saving, sign left out")), ("avoided", _l("avoided cost"))], default="saving")
    size = IntegerField(_l("How many"), validators=[InputRequired(_l("Enter how many.")), NumberRange(1, 2000, _l("From 1 to 2,000."))], default=25)
    interval = YuanField(_l("Interval"), validators=[Length(max=30)], render_kw={"inputmode": "decimal"})
    stratified = BooleanField(_l("Stratified by where the acts stand (A, B, C, proposed, rejected)"))
    seed = StringField(_l("Seed"), validators=[DataRequired(_l("Type a seed.")), Length(max=80)], render_kw={"autocomplete": "off", "spellcheck": "false"})
    first_day = DateField(_l("Accepted from"), validators=[Optional()])
    last_day = DateField(_l("to"), validators=[Optional()])
    height = IntegerField(_l("As the book stood at height"), validators=[Optional(), NumberRange(0, 2**62, _l("A height from 0 on."))])

    def validate_interval(self, field: Any) -> None:
        """Refuse an interval of nothing; empty means the one that fits the size."""
        if field.fen == 0:
            raise ValidationError(_l("An amount above 0."))


class FindingForm(RefusingForm):
    """What is held against whom, and by when an answer is due."""

    organization = SelectField(_l("Addressed to"), coerce=int, validators=[InputRequired(_l("Choose an organization."))])
    title = StringField(_l("In one line"), validators=[DataRequired(_l("Say in one line what was found.")), Length(max=200)])
    text = TextAreaField(
        _l("What was found"), validators=[DataRequired(_l("Say what was found and what it rests on.")), Length(max=8000)], render_kw={"rows": 6}
    )
    severity = RadioField(_l("Severity"), choices=[("low", _l("Minor")), ("medium", _l("Of weight")), ("high", _l("Grave"))], default="medium")
    due_on = DateField(_l("Answer by"), validators=[InputRequired(_l("Set the day by which an answer is due."))])


class AnswerForm(RefusingForm):
    """The answer of the organization, with papers."""

    text = TextAreaField(_l("Answer"), validators=[DataRequired(_l("Write the answer.")), Length(max=8000)], render_kw={"rows": 5})
    papers = MultipleFileField(_l("Papers"))
    revision = HiddenField()


class JudgeForm(RefusingForm):
    """What the auditor says to an answer."""

    decision = RadioField(
        _l("Decision"),
        choices=[
            ("accept", _l("Accept: the finding is settled")),
            ("ask_again", _l("Ask again: it is not settled")),
            ("withdraw", _l("Withdraw: it was none")),
        ],
        validators=[DataRequired(_l("Choose one."))],
    )
    text = TextAreaField(_l("Reason"), validators=[DataRequired(_l("Say what the decision rests on.")), Length(max=8000)], render_kw={"rows": 3})
    due_on = DateField(_l("New day to answer by"), validators=[Optional()])
    revision = HiddenField()


class AnchorForm(RefusingForm):
    """Where a height and digest of the chain are kept outside of this system."""

    kept_where = StringField(
        _l("Where it is kept"), validators=[DataRequired(_l("Say where it is kept.")), Length(max=300)], render_kw={"placeholder": "…", "autocomplete": "off"}
    )
