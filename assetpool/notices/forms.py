"""Forms around notices: how a person is told, what a pool settles, a webhook."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, PasswordField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from assetpool.core.fields import RefusingForm
from assetpool.notices.robots import FORMS
from assetpool.notices.topics import GROUPS

LANGUAGE_CHOICES = [("zh", _l("Chinese")), ("en", _l("English"))]


class ChoiceForm(RefusingForm):
    """The language a person's mails are written in; the ways stand in the page's own table."""

    language = RadioField(_l("Language of your mails"), choices=LANGUAGE_CHOICES, default="zh", validators=[InputRequired(_l("Choose one."))])


class SettingForm(RefusingForm):
    """When a pool tells."""

    digest_hour = IntegerField(
        _l("Hour of the digest"),
        description=_l("0 to 23, in the pool's time zone. Whoever has news gets one mail a day at this hour."),
        validators=[InputRequired(_l("Enter an hour.")), NumberRange(0, 23, _l("Choose an hour from 0 to 23."))],
    )
    reminder_days = StringField(
        _l("Reminders of things due back"),
        description=_l("Days counted from the last day: -7 is a week before, 0 the day itself, 30 a month late."),
        validators=[DataRequired(_l("Enter at least one day.")), Length(max=100)],
    )
    urgent_from = IntegerField(
        _l("Urgent from this many days late"),
        description=_l("From then on the reminder goes at once, also to the head of the borrower and to the pool manager."),
        validators=[InputRequired(_l("Enter a number of days.")), NumberRange(1, 365, _l("Choose 1 to 365 days."))],
    )
    keep_days = IntegerField(
        _l("What mails said is kept for this many days"),
        description=_l("Then addresses, subjects and texts are erased; that a mail was sent stays on record."),
        validators=[InputRequired(_l("Enter a number of days.")), NumberRange(7, 3650, _l("Choose 7 to 3650 days."))],
    )


class WebhookForm(RefusingForm):
    """Where messages go and in which form."""

    name = StringField(_l("Name"), validators=[DataRequired(_l("Give it a name.")), Length(max=120)])
    form = SelectField(_l("Kind of receiver"), choices=[(form, _l(word)) for form, word in FORMS.items()], default="wecom")
    url = StringField(_l("Address"), description=_l("As the robot or the other system gives it, with its key."), validators=[DataRequired(), Length(max=300)])
    secret = PasswordField(
        _l("Secret"),
        description=_l("DingTalk and Feishu: the signing secret of the robot. Generic: leave it empty and one is made. Left empty later it stays as it is."),
        validators=[Optional(), Length(max=200)],
        render_kw={"autocomplete": "off"},
    )
    groups = SelectMultipleField(_l("What it is told"), choices=[(group, _l(words[0])) for group, words in GROUPS.items()], default=list(GROUPS))
    language = RadioField(_l("Language of the messages"), choices=LANGUAGE_CHOICES, default="zh", validators=[InputRequired(_l("Choose one."))])
    active = BooleanField(_l("In use"), default=True)

    def keep_address(self) -> None:
        """Let an empty address keep the one there is: it carries its key, so it is not shown again."""
        self.url.validators, self.url.flags.required = [Optional(), Length(max=300)], False
        self.url.description = _l("It is not shown again, since it carries its key. Left empty it stays as it is.")
        if not self.is_submitted():
            self.url.data = ""
