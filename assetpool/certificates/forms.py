"""What somebody types before buying: who buys, for which days, why, and the things."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, FieldList, Form, FormField, IntegerField, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from assetpool.certificates.looking import MOST_LINES, Wanted
from assetpool.core.fields import RefusingForm, YuanField

MOST_UNITS = 1_000_000


class LineForm(Form):  # type: ignore[misc]
    """One thing somebody means to buy."""

    words = StringField(_l("What is to be bought"), validators=[DataRequired(_l("Say what is needed.")), Length(max=100)])
    class_code = SelectField(_l("Class"), choices=[], validators=[DataRequired(_l("Choose the class."))])
    spec = StringField(_l("Spec"), validators=[Length(max=200)])
    quantity = IntegerField(
        _l("Quantity"),
        validators=[InputRequired(_l("Enter a whole number from 1 on.")), NumberRange(1, MOST_UNITS, _l("Enter a whole number from 1 to 1,000,000."))],
        render_kw={"inputmode": "numeric", "min": 1},
    )
    budget = YuanField(_l("Budget per unit (yuan)"), validators=[Length(max=30)])
    grade = SelectField(_l("Grade of the post"), choices=[], validators=[Optional()])
    held = IntegerField(
        _l("There already"),
        validators=[Optional(), NumberRange(0, MOST_UNITS, _l("Enter a whole number from 0 to 1,000,000."))],
        render_kw={"inputmode": "numeric", "min": 0},
    )
    energy = SelectField(_l("Energy class"), choices=[("", _l("none")), *((str(number), str(number)) for number in range(1, 6))], validators=[Optional()])
    since = DateField(_l("Replaced one acquired on"), validators=[Optional()])

    def is_blank(self) -> bool:
        """Say whether nothing was typed into the line."""
        return not (self.words.data or "").strip() and not "".join(str(part) for part in self.quantity.raw_data or []).strip()

    def wanted(self) -> Wanted:
        """Return the line as it is asked; a class is chosen as `code set/code`."""
        code_set, _, code = self.class_code.data.partition("/")
        return Wanted(
            self.words.data.strip(), code, self.quantity.data, (self.spec.data or "").strip(), self.budget.fen, code_set, self.grade.data or "",
            int(self.energy.data) if self.energy.data else None, self.held.data, since=self.since.data,
        )  # fmt: skip


class SearchForm(RefusingForm):
    """What an organization means to buy."""

    organization_id = SelectField(_l("Organization"), coerce=int, validators=[InputRequired(_l("Choose the organization that buys."))])
    first_day = DateField(_l("Needed from"), validators=[InputRequired(_l("Give the first day."))])
    last_day = DateField(_l("Needed until"), description=_l("Leave it open for a lasting need."), validators=[Optional()])
    reason = RadioField(_l("Why"), choices=[("new", _l("A new need")), ("replace", _l("It replaces something"))], default="new")
    replaces = StringField(_l("What it replaces"), description=_l("Its tag, or the number of its card and its age."), validators=[Length(max=200)])
    lines = FieldList(FormField(LineForm), label=_l("Things"), min_entries=1, max_entries=MOST_LINES)

    def offer(self, organizations: list[tuple[int, str]], classes: list[tuple[str, str]], grades: list[str]) -> None:
        """Fill in what can be chosen."""
        self.organization_id.choices = organizations
        for entry in self.lines.entries:
            entry.form.class_code.choices = [("", _l("Choose the class")), *classes]
            entry.form.grade.choices = [("", _l("any")), *((grade, grade) for grade in grades)]


class IssueForm(RefusingForm):
    """The token of the page and, by line, why free stock does not serve."""

    @staticmethod
    def declined(given: Any) -> dict[int, str]:
        """Return {line: reason} of what was typed."""
        return {int(name[9:]): text for name, text in given.items() if name.startswith("declined-") and name[9:].isdigit() and len(name) < 13 and text.strip()}


class AllowForm(RefusingForm):
    """Why a line may be bought beyond the allocation standard."""

    reason = StringField(_l("Reason"), validators=[Length(max=500)])
