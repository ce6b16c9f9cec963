"""What an administrator types of the allocation standard: a row from a day on, and the posts of an organization."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from assetpool.core.fields import RefusingForm, YuanField

MOST = 10_000_000
EVIDENCE = (("checked", _l("compared with the published text")), ("recalled", _l("not compared yet: advises, never refuses")))


def _number(label: Any, description: Any = "") -> IntegerField:
    told = _l("Enter a whole number from 1 on.")
    return IntegerField(label, description=description, validators=[Optional(), NumberRange(1, MOST, told)], render_kw={"inputmode": "numeric", "min": 1})


class RowForm(RefusingForm):
    """A row of a standard."""

    organization = SelectField(_l("Holds for"), coerce=int, description=_l("An organization and all below it; what the nearest one says counts."))
    standard = StringField(_l("Standard"), description=_l("Its title and number."), validators=[DataRequired(_l("Name the standard.")), Length(max=200)])
    category = StringField(_l("Category"), validators=[DataRequired(_l("Name the category.")), Length(max=100)])
    grade = StringField(_l("Grade of the post"), validators=[Length(max=60)])
    class_code = StringField(_l("Class code"), description=_l("Without one the category is found by its name."), validators=[Length(max=20)])
    counted_class = StringField(_l("Counted over the class"), description=_l("Where several categories share one number."), validators=[Length(max=20)])
    measure = StringField(_l("Measure"), validators=[Length(max=20)])
    price_cap = YuanField(_l("At most, yuan each"), validators=[Length(max=30)])
    min_years = IntegerField(_l("Serves at least, years"), validators=[Optional(), NumberRange(1, 100, _l("Enter 1 to 100 years."))])
    pieces = _number(_l("Pieces"), _l("So many for so many posts: 1 for 2."))
    of_posts = _number(_l("for how many posts"))
    up_to_posts = _number(_l("Up to how many posts"), _l("Leave it open where the share is the same for all."))
    further_of_posts = _number(_l("Beyond: one for every how many posts"))
    quantity_rule = TextAreaField(_l("The number in words"), validators=[Length(max=2000)], render_kw={"rows": 2})
    evidence = SelectField(_l("Evidence"), choices=list(EVIDENCE))
    source = StringField(_l("Source"), validators=[Length(max=300)])
    valid_from = DateField(_l("Holds from"), description=_l("Leave it open for today."), validators=[Optional()])

    def offer(self, organizations: list[tuple[int, str]]) -> None:
        """Fill in for whom a row may be set; 0 is the whole pool."""
        self.organization.choices = organizations


class PostsForm(RefusingForm):
    """How many posts an organization has."""

    organization = SelectField(_l("Organization"), coerce=int)
    grade = StringField(_l("Grade of the post"), description=_l("Leave it open where posts are not told apart."), validators=[Length(max=60)])
    posts = IntegerField(_l("Posts"), validators=[InputRequired(_l("Enter how many.")), NumberRange(0, MOST, _l("Enter a whole number from 0 on."))])
    source = StringField(_l("Source"), validators=[Length(max=200)])
    valid_from = DateField(_l("Holds from"), description=_l("Leave it open for today."), validators=[Optional()])
