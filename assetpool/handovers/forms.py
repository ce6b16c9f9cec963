"""The forms of the floor: costs with vouchers, who signs, what is settled; scanned lists stand beside them in the page's own form."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    FieldList,
    FileField,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from assetpool.core.fields import YuanField

COST_KINDS = [
    ("haulage", _l("Haulage")),
    ("loading", _l("Loading")),
    ("repair", _l("Repair")),
    ("cleaning", _l("Cleaning")),
    ("installation", _l("Installation")),
    ("storage", _l("Storage")),
    ("labour", _l("Labour")),
    ("other", _l("Other")),
]


class CostForm(Form):  # type: ignore[misc]
    """One amount with its voucher."""

    kind = SelectField(_l("What for"), choices=COST_KINDS, default="haulage")
    amount = YuanField(_l("Amount (yuan)"), validators=[Length(max=30)], render_kw={"inputmode": "decimal", "autocomplete": "off"})
    issuer = StringField(_l("Issued by"), validators=[Length(max=200)], render_kw={"autocomplete": "off"})
    number = StringField(_l("Voucher number"), validators=[Length(max=100)], render_kw={"autocomplete": "off"})
    total = YuanField(_l("The paper says, if more"), validators=[Length(max=30)], render_kw={"inputmode": "decimal", "autocomplete": "off"})
    share = BooleanField(_l("Share of one entered before"))

    def is_blank(self) -> bool:
        """Say whether nothing was typed into the line."""
        return not any((field.data or "").strip() for field in (self.amount, self.issuer, self.number))


class FloorForm(FlaskForm):  # type: ignore[misc]
    """What every form of the floor has: a refusal is shown above it, and what was typed stays."""

    revision = HiddenField()

    def refuse(self, sentence: Any) -> None:
        """Show a refusal above the form, keeping what was typed."""
        self.form_errors.append(sentence)


class CostsForm(FloorForm):
    """What it cost, or why it cost nothing."""

    costs = FieldList(FormField(CostForm), label=_l("Costs"), min_entries=1, max_entries=40)
    no_cost_reason = TextAreaField(
        _l("If it cost nothing: why"),
        validators=[Length(max=1000)],
        description=_l("For example: own truck and staff. Late vouchers can be added to the slip."),
        render_kw={"rows": 2},
    )


class SigningFields(Form):  # type: ignore[misc]
    """Name, telephone and one of three signatures."""

    name = StringField(_l("Received by"), validators=[Length(max=120)], render_kw={"autocomplete": "off"})
    telephone = StringField(_l("Telephone"), validators=[Length(max=60)], render_kw={"inputmode": "tel", "autocomplete": "off"})
    signature = HiddenField()
    pin = PasswordField(
        _l("Or a PIN of at least 4 characters"), validators=[Optional(), Length(max=40)], render_kw={"autocomplete": "off", "inputmode": "numeric"}
    )
    paper = FileField(_l("Or a photo of the signed paper"), render_kw={"accept": "image/*,application/pdf"})
    paper_id = HiddenField()
    paper_name = HiddenField()


class ScanForm(CostsForm, SigningFields):
    """The scan desk: the list is in the page, here stand the costs, the destination and who receives."""

    destination = StringField(_l("Goes to"), validators=[Length(max=300)])


class AcceptForm(FloorForm, SigningFields):
    """The receiver's page: counts are in the page, here stands who signs."""


class ReturnForm(CostsForm):
    """A batch that comes back: the list is in the page, here stand the store, who brought it and what it cost."""

    store_id = SelectField(_l("Store"), coerce=int)
    returned_by = StringField(_l("Brought by"), validators=[Length(max=120)], render_kw={"autocomplete": "off"})
    telephone = StringField(_l("Telephone"), validators=[Length(max=60)], render_kw={"inputmode": "tel", "autocomplete": "off"})


class AsideForm(FloorForm):
    """Something that came back and was not expected; photos stand beside it in the page."""

    sort = RadioField(
        _l("What it is"),
        choices=[
            ("no_label", _l("One of ours without a label")),
            ("wrong", _l("Not what was lent: another thing, a swapped one, one too many")),
            ("foreign", _l("Somebody else’s")),
        ],
        validators=[DataRequired(_l("Choose what it is."))],
    )
    what = StringField(_l("What it looks like"), validators=[DataRequired(_l("Describe it, so that its owner knows it.")), Length(max=300)])
    count = IntegerField(_l("How many"), default=1, validators=[InputRequired(_l("Enter a whole number above 0.")), NumberRange(min=1, max=1_000_000)])
    tag = StringField(_l("Label it bears"), validators=[Length(max=200)], render_kw={"autocomplete": "off", "autocapitalize": "characters"})
    slip = StringField(_l("Slip it came with"), validators=[Length(max=20)], render_kw={"autocomplete": "off", "autocapitalize": "characters"})
    owner_id = SelectField(_l("Whose it is"), coerce=int)
    owner_name = StringField(_l("Or an owner outside the pool"), validators=[Length(max=200)])
    returned_by = StringField(_l("Brought by"), validators=[Length(max=120)], render_kw={"autocomplete": "off"})
    telephone = StringField(_l("Telephone"), validators=[Length(max=60)], render_kw={"inputmode": "tel", "autocomplete": "off"})
    store_id = SelectField(_l("Store"), coerce=int)
    place = StringField(_l("Where it lies"), validators=[Length(max=80)])


class ChecklistForm(FloorForm):
    """One thing to look at when things of a class come back."""

    text = StringField(_l("What is looked at"), validators=[DataRequired(_l("Say what is looked at.")), Length(max=200)])
    text_en = StringField(_l("The same in English"), validators=[Length(max=200)])
    class_code = StringField(
        _l("Class"), validators=[Length(max=20)], description=_l("Its code, for example A05010000: the classes below are meant too. Empty: all.")
    )
    pieces = IntegerField(
        _l("Pieces per unit"), default=0, validators=[Optional(), NumberRange(min=0, max=1000)],
        description=_l("For an accessory that is counted out and back, for example 2 keys. 0: only asks whether all is well."),
    )  # fmt: skip


class RemarkForm(FloorForm):
    """A remark beside counts that stand in the page."""

    note = TextAreaField(_l("Remark"), validators=[Length(max=1000)], render_kw={"rows": 2})
