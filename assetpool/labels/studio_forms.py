"""The forms of the label studio: a layout in millimetres, and a printer with its offset."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DecimalField, FieldList, Form, FormField, IntegerField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from assetpool.core.fields import RefusingForm
from assetpool.labels.layouts import FIELD_WORDS, Layout, Line

_PAIRS = {
    "page": ("page_width", "page_height"),
    "label": ("label_width", "label_height"),
    "origin": ("left", "top"),
    "pitch": ("pitch_right", "pitch_down"),
    "code": ("code_left", "code_top", "code_side"),
    "text": ("text_left", "text_top", "text_width", "text_height"),
}


def _length(label: Any, least: float = 0, most: float = 1500) -> DecimalField:
    return DecimalField(
        label,
        places=None,
        validators=[InputRequired(_l("Enter a length in mm, for example 21.2.")), NumberRange(least, most, _l("Enter a length in mm, for example 21.2."))],
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )


def _number(label: Any, most: int) -> IntegerField:
    return IntegerField(label, default=1, validators=[InputRequired(_l("Enter a whole number.")), NumberRange(1, most, _l("Enter a whole number above 0."))])


class LineForm(Form):  # type: ignore[misc]
    """One line of a label: what it says, the size it begins with and may shrink to, how many rows, thick, at the foot."""

    field = SelectField(_l("What is printed"))
    size = DecimalField(_l("Size, points"), places=None, default=8, validators=[InputRequired(_l("Enter a size.")), NumberRange(3, 96, _l("From 3 to 96."))])
    least = DecimalField(_l("At least"), places=None, default=6, validators=[InputRequired(_l("Enter a size.")), NumberRange(3, 96, _l("From 3 to 96."))])
    rows = _number(_l("Rows"), 4)
    heavy = BooleanField(_l("Thick"))
    foot = BooleanField(_l("At the foot"))

    def is_blank(self) -> bool:
        """Say whether nothing is chosen."""
        return not self.field.data


class LayoutForm(RefusingForm):
    """A layout: page, places, the code and the text on each label, and what the text says."""

    name = StringField(_l("Name"), validators=[DataRequired(_l("Give the layout a short name.")), Length(max=40)])
    title = StringField(_l("Title"), validators=[Length(max=120)])
    page_width = _length(_l("Page width"), 15)
    page_height = _length(_l("Page height"), 10)
    columns = _number(_l("Columns"), 40)
    rows = _number(_l("Rows"), 80)
    label_width = _length(_l("Label width"), 8)
    label_height = _length(_l("Label height"), 8)
    left = _length(_l("Left margin"))
    top = _length(_l("Top margin"))
    pitch_right = _length(_l("To the next label, right"))
    pitch_down = _length(_l("To the next label, down"))
    code_left = _length(_l("Code from the left"))
    code_top = _length(_l("Code from the top"))
    code_side = _length(_l("Side of the code"), 5)
    text_left = _length(_l("Text from the left"))
    text_top = _length(_l("Text from the top"))
    text_width = _length(_l("Width of the text"), 3)
    text_height = _length(_l("Height of the text"), 2)
    lines = FieldList(FormField(LineForm), label=_l("Lines"), min_entries=1, max_entries=20)

    def offer(self, words: Any) -> None:
        """Let every line choose among the fields, named in the reader's language."""
        for entry in self.lines.entries:
            entry.form.field.choices = [(name, words(word)) for name, word in FIELD_WORDS.items()]

    def show(self, layout: Layout, name: str) -> None:
        """Fill in a layout under another name."""
        self.name.data, self.title.data, self.columns.data, self.rows.data = name, layout.title, layout.columns, layout.rows
        for pair, fields in _PAIRS.items():
            for field, value in zip(fields, getattr(layout, pair), strict=True):
                self[field].data = value
        while self.lines.entries:
            self.lines.pop_entry()
        for line in layout.lines:
            self.lines.append_entry({"field": line.field, "size": line.size, "least": line.least, "rows": line.rows, "heavy": line.heavy, "foot": line.foot})

    def layout(self) -> Layout:
        """Return the layout as typed; the fields were validated before."""
        pairs = {pair: tuple(float(self[field].data) for field in fields) for pair, fields in _PAIRS.items()}
        lines = tuple(_line(entry.form) for entry in self.lines.entries if not entry.form.is_blank())
        name, title = (self.name.data or "").strip(), (self.title.data or "").strip()
        return Layout(name=name, title=title, columns=self.columns.data, rows=self.rows.data, lines=lines, **pairs)  # type: ignore[arg-type]


def _line(form: Any) -> Line:
    size, least = float(form.size.data), float(form.least.data)
    return Line(form.field.data, max(size, least), min(size, least), form.rows.data, bool(form.heavy.data), bool(form.foot.data))


class PrinterForm(RefusingForm):
    """A printer: what it is called, how far it prints off, how fine it is."""

    name = StringField(_l("Printer"), validators=[DataRequired(_l("Name the printer as it is called in the office.")), Length(max=80)])
    right = _length(_l("Move to the right"), -20, 20)
    down = _length(_l("Move down"), -20, 20)
    dots = SelectField(
        _l("Dots an inch"), coerce=int, choices=[(203, "203"), (300, "300"), (600, "600")], description=_l("Matters only for label printers fed with ZPL.")
    )

    def hundredths(self) -> tuple[int, int]:
        """Return both offsets in hundredths of a millimetre."""
        return round(self.right.data * 100), round(self.down.data * 100)
