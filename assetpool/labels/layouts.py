"""The label layouts: where each label lies on its sheet or roll, and what is printed on it. Lengths in mm, type sizes in points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from assetpool.core.errors import N_, DomainError

Field = Literal["organization", "kind", "spec", "tag", "count", "external_no", "found"]
FIELD_WORDS: dict[Field, str] = {
    "organization": N_("Organization"),
    "kind": N_("What it is"),
    "spec": N_("Spec"),
    "count": N_("How many"),
    "tag": N_("Tag in plain letters"),
    "external_no": N_("Number in the organization’s books"),
    "found": N_("Telephone if found"),
}


class LayoutUnknown(DomainError):
    """No label layout has that name."""

    status = 422
    sentence = N_("There is no label layout “%(layout)s”. Choose one of: %(known)s.")


@dataclass(frozen=True)
class Line:
    """One field of a label: the size it starts at, the size it may shrink to, how many rows it may take; `foot` lines stand at the bottom."""

    field: Field
    size: float
    least: float
    rows: int = 1
    heavy: bool = False
    foot: bool = False


@dataclass(frozen=True)
class Layout:
    """A sheet of labels, or a roll when it has one label a page.

    `origin` is the first label's corner, `pitch` the way from one label to the next, `code` the corner and side of the QR code with its quiet zone,
    `text` the corner, width and height of the text, both within the label.
    """

    name: str
    title: str
    page: tuple[float, float]
    columns: int
    rows: int
    label: tuple[float, float]
    origin: tuple[float, float]
    pitch: tuple[float, float]
    code: tuple[float, float, float]
    text: tuple[float, float, float, float]
    lines: tuple[Line, ...]

    @property
    def per_page(self) -> int:
        """Return how many labels a page holds."""
        return self.columns * self.rows

    def corner(self, place: int) -> tuple[float, float]:
        """Return the top left corner of a place on the page, counted from 0, row by row."""
        row, column = divmod(place, self.columns)
        return self.origin[0] + column * self.pitch[0], self.origin[1] + row * self.pitch[1]


_A4 = (210.0, 297.0)
_LARGE = (
    Line("organization", 6.5, 5.5, rows=2),
    Line("kind", 10.5, 8, rows=2, heavy=True),
    Line("count", 7.5, 6.5, heavy=True),
    Line("spec", 7, 6),
    Line("found", 6, 5, foot=True),
    Line("external_no", 6, 5, foot=True),
    Line("tag", 12.5, 9, heavy=True, foot=True),
)
_ROOMY = (
    Line("organization", 7.5, 6, rows=2),
    Line("kind", 12.5, 8.5, rows=2, heavy=True),
    Line("count", 8.5, 7, heavy=True),
    Line("spec", 8, 6.5, rows=2),
    Line("found", 7, 5.5, foot=True),
    Line("external_no", 7, 5.5, foot=True),
    Line("tag", 15, 10, heavy=True, foot=True),
)
_MIDDLE = (
    Line("organization", 5.5, 4.8, rows=2),
    Line("kind", 8.5, 6.5, rows=2, heavy=True),
    Line("count", 6, 5.5, heavy=True),
    Line("spec", 6, 5),
    Line("found", 5, 4.3, foot=True),
    Line("external_no", 5, 4.3, foot=True),
    Line("tag", 10, 7, heavy=True, foot=True),
)
_SMALL = (
    Line("organization", 4.7, 4.2, rows=2),
    Line("kind", 6.5, 5, rows=2, heavy=True),
    Line("count", 5, 4.5, heavy=True),
    Line("found", 4.6, 4, foot=True),
    Line("tag", 8.5, 6, heavy=True, foot=True),
)
_HUGE = (
    Line("organization", 9, 7, rows=2),
    Line("kind", 18, 10, rows=2, heavy=True),
    Line("count", 12, 9, heavy=True),
    Line("spec", 10, 8, rows=2),
    Line("found", 9, 7, foot=True),
    Line("external_no", 9, 7, foot=True),
    Line("tag", 20, 12, heavy=True, foot=True),
)


def _roll(
    name: str, title: str, size: tuple[float, float], *, code: tuple[float, float, float], text: tuple[float, float, float, float], lines: tuple[Line, ...]
) -> Layout:
    """Return the layout of a roll: its page is one label."""
    return Layout(name=name, title=title, page=size, columns=1, rows=1, label=size, origin=(0, 0), pitch=size, code=code, text=text, lines=lines)


LAYOUTS: dict[str, Layout] = {
    layout.name: layout
    for layout in (
        Layout(
            name="a4-24",
            title=N_("A4 sheet, 24 labels of 70 × 37 mm"),
            page=_A4,
            columns=3,
            rows=8,
            label=(70, 37),
            origin=(0, 0.5),
            pitch=(70, 37),
            code=(2.5, 3.5, 30),
            text=(33.5, 5.5, 31.5, 26),
            lines=_LARGE,
        ),
        Layout(
            name="a4-40",
            title=N_("A4 sheet, 40 labels of 52.5 × 29.7 mm"),
            page=_A4,
            columns=4,
            rows=10,
            label=(52.5, 29.7),
            origin=(0, 0),
            pitch=(52.5, 29.7),
            code=(2.5, 3.1, 23.5),
            text=(26.5, 5, 21.5, 19.7),
            lines=_MIDDLE,
        ),
        Layout(
            name="a4-65",
            title=N_("A4 sheet, 65 labels of 38.1 × 21.2 mm"),
            page=_A4,
            columns=5,
            rows=13,
            label=(38.1, 21.2),
            origin=(4.75, 10.7),
            pitch=(40.6, 21.2),
            code=(0.6, 1.1, 19),
            text=(19.5, 2.2, 17.2, 16.8),
            lines=_SMALL,
        ),
        _roll("roll-50x30", N_("Label printer, roll of 50 × 30 mm"), (50, 30), code=(0.5, 2.5, 25), text=(25.5, 2.8, 22.7, 24.4), lines=_MIDDLE),
        _roll("roll-70x50", N_("Label printer, roll of 70 × 50 mm"), (70, 50), code=(0.5, 7, 36), text=(36, 7, 31.8, 36), lines=_ROOMY),
        Layout(
            name="a4-8",
            title=N_("A4 sheet, 8 labels of 99.1 × 67.7 mm, for shelves, cages and boxes"),
            page=_A4,
            columns=2,
            rows=4,
            label=(99.1, 67.7),
            origin=(4.65, 13.1),
            pitch=(101.6, 67.7),
            code=(3, 11.85, 44),
            text=(48, 13, 48, 41.7),
            lines=_HUGE,
        ),
        _roll("roll-40x30", N_("Label printer, roll of 40 × 30 mm"), (40, 30), code=(0.5, 4.75, 20.5), text=(21, 3.5, 17.8, 23), lines=_SMALL),
        _roll(
            "roll-100x60", N_("Label printer, roll of 100 × 60 mm, for shelves, cages and boxes"), (100, 60), code=(1, 7, 46), text=(47, 9, 50, 42), lines=_HUGE
        ),
    )
}


def layout_named(name: str, known: Mapping[str, Layout] = LAYOUTS) -> Layout:
    """Return the layout of that name among those known (default: the shipped ones); raise LayoutUnknown."""
    if name not in known:
        raise LayoutUnknown(layout=name, known=", ".join(known))
    return known[name]
