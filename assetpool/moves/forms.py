"""The form of a move: what, to which store and place."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from assetpool.core.errors import N_, FieldInvalid, Word
from assetpool.core.fields import RefusingForm


class MoveForm(RefusingForm):
    """Tags, one a line, each with a count behind it where only part of a lot goes."""

    tags = TextAreaField(
        _l("Tags"),
        validators=[DataRequired(_l("Scan or type at least one tag.")), Length(max=200_000)],
        description=_l("One a line; for a part of a lot write the count behind it, for example ZC-8F3K-2 × 20."),
        render_kw={"rows": 6, "spellcheck": "false", "autocomplete": "off"},
    )
    store_id = SelectField(_l("To the store"), coerce=int)
    place = StringField(_l("Place"), validators=[Length(max=80)], description=_l("Area and shelf, as on the sign."))

    def listed(self) -> list[tuple[str, int | None]]:
        """Return (tag, count) per line; raise FieldInvalid for a count that is none."""
        found: list[tuple[str, int | None]] = []
        for line in (self.tags.data or "").splitlines():
            tag, sign, count = line.replace("x ", "× ").partition("×")
            if not tag.strip():
                continue
            number = count.strip()
            if sign and not (number.isascii() and number.isdigit()):
                raise FieldInvalid(field=Word(N_("Quantity")), problem=Word(N_("enter a whole number above 0.")))
            found.append((tag.strip(), int(number) if sign else None))
        return found


class SinglesForm(RefusingForm):
    """A lot, and how many of its units become single things."""

    tag = StringField(_l("Lot"), validators=[DataRequired(_l("Scan or type the tag of a counted lot.")), Length(max=400)])
    count = IntegerField(
        _l("How many"), validators=[Optional(), NumberRange(1, 500, _l("Enter a number from 1 to 500."))], description=_l("Left empty: all that stand there.")
    )
