"""The forms of stocktakes: planning one, and a plan of counting all year."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange

from assetpool.core.fields import RefusingForm
from assetpool.stocktake.words import WAY_WORDS


class ScopeForm(RefusingForm):
    """What is counted, and how."""

    store_id = SelectField(_l("Store"), coerce=int)
    way = SelectField(_l("Kind of count"), choices=[(name, _l(word)) for name, word in (("spot", WAY_WORDS["spot"]), ("full", WAY_WORDS["full"]))])
    place = StringField(_l("Place"), validators=[Length(max=80)], description=_l("Beginning of the place, for example A for A-01 and A-02. Empty: everywhere."))
    class_code = StringField(_l("Class code"), validators=[Length(max=20)], description=_l("Only things of this class and those below it. Empty: all."))
    owner_id = SelectField(_l("Things of"), coerce=int)
    blind = BooleanField(_l("Blind count: whoever counts does not see what the book expects"), default=True)
    reason = TextAreaField(_l("Reason"), validators=[Length(max=2000)], render_kw={"rows": 2})


class PlanForm(RefusingForm):
    """How a store is counted all year round."""

    store_id = SelectField(_l("Store"), coerce=int)
    way = SelectField(_l("Kind of count"), choices=[("cyclic", _l(WAY_WORDS["cyclic"])), ("full", _l(WAY_WORDS["full"]))])
    ordered_by = SelectField(_l("First"), choices=[("class", _l("what was not counted for longest, class by class")), ("value", _l("what is worth most"))])
    per_week = IntegerField(_l("Labels a week"), default=50, validators=[InputRequired(), NumberRange(1, 5000)])
    month = IntegerField(_l("Month of the yearly count"), default=12, validators=[InputRequired(), NumberRange(1, 12)])
