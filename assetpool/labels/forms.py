"""Choosing what to print on which sheet, and codes of their own: blanks, shelves, cages, boxes, and claiming blanks."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from assetpool.core.fields import RefusingForm

_WRITTEN = {"spellcheck": "false", "autocomplete": "off"}


class LabelForm(RefusingForm):
    """One of tags, intake, store or batch; the layout; the first free place of a half-used sheet; the printer."""

    tags = TextAreaField(_l("Tags"), validators=[Optional()], description=_l("One a line, or scan them one after another."), render_kw=_WRITTEN)
    intake = StringField(_l("Intake"), validators=[Optional()], description=_l("Its number, for example IN-2026-000012."))
    store = SelectField(_l("Store"), validators=[Optional()], description=_l("Everything this store owns."))
    batch = HiddenField(validators=[Optional()])
    layout = SelectField(_l("Layout"), render_kw={"data-look-on-change": "1"})
    start = IntegerField(
        _l("First free place"),
        default=1,
        validators=[InputRequired(_l("Enter the number of the first free place, 1 on a new sheet.")), NumberRange(1, 400, _l("Enter a place from 1 to 400."))],
        description=_l("On a half-used sheet, counted row by row from the top left; or tap it on the sheet."),
    )
    printer = SelectField(_l("Printer"), validators=[Optional()])


class CodesForm(RefusingForm):
    """Codes to make for a store; which of the fields counts depends on the purpose."""

    store_id = SelectField(_l("Store"), coerce=int)
    count = IntegerField(
        _l("How many"), default=24, validators=[InputRequired(_l("Enter a whole number.")), NumberRange(1, 5000, _l("Enter a number from 1 to 5,000."))]
    )
    names = TextAreaField(
        _l("What stands on them"), validators=[Optional(), Length(max=200_000)], description=_l("One label a line."), render_kw={**_WRITTEN, "rows": 8}
    )
    lot = StringField(_l("Lot"), validators=[Optional(), Length(max=400)], description=_l("Tag of the lot whose units stand in the cage."), render_kw=_WRITTEN)
    holds = IntegerField(_l("A cage holds"), default=25, validators=[Optional(), NumberRange(1, 10_000, _l("Enter a whole number above 0."))])
    event_id = SelectField(_l("Event"), coerce=int, validators=[Optional()])

    def listed(self) -> list[str]:
        """Return the names, one for each line written."""
        return [line.strip() for line in (self.names.data or "").splitlines() if line.strip()]


ARROW = "→"


class ClaimForm(RefusingForm):
    """Pairs of a thing and the blank label it gets, one a line; a line whose label is not scanned yet ends with the arrow."""

    pairs = TextAreaField(
        _l("Thing → blank label"),
        validators=[DataRequired(_l("Scan a thing and then its blank label.")), Length(max=400_000)],
        description=_l("A thing by its tag, serial number or number in the books; then the label that was stuck on it."),
        render_kw={**_WRITTEN, "rows": 8},
    )

    def lines(self) -> list[tuple[str, str]]:
        """Return (thing, blank or nothing) of each line."""
        found = []
        for line in (self.pairs.data or "").splitlines():
            thing, _arrow, blank = line.replace("->", ARROW).partition(ARROW)
            if thing.strip() or blank.strip():
                found.append((thing.strip(), blank.strip()))
        return found

    def write(self, lines: list[tuple[str, str]]) -> None:
        """Write the lines back into the field."""
        self.pairs.data = "\n".join(f"{thing} {ARROW} {blank}".rstrip() for thing, blank in lines)
