"""What makes a layout possible and readable: measures in and out of JSON, what cannot be printed, what should be looked at again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from assetpool.core import qr
from assetpool.core.errors import N_, DomainError, Word
from assetpool.labels.layouts import FIELD_WORDS, Layout, Line
from assetpool.labels.qr import GOOD_MODULE, LEAST_MODULE, ROOMY_MODULE, least_side, level_for, module

LEAST_TYPE = 4.0
"""Points below which print is no longer read at arm's length."""
MOST_PLACES = 400
SLACK = 0.01
_PAIRS = ("page", "label", "origin", "pitch", "code", "text")


class LayoutImpossible(DomainError):
    """The measures of a layout contradict each other; the sentence says which and what to do."""

    status = 422

    def __init__(self, sentence: str = N_("These measures cannot be printed."), **figures: Any) -> None:
        self.sentence = sentence
        super().__init__(**figures)

    def __reduce__(self) -> tuple[Any, ...]:
        return (_again, (type(self), self.sentence, self.figures))


class Remark(LayoutImpossible):
    """A layout can be printed, but something on it should be looked at again; the sentence says what and how."""


def _again(kind: type[LayoutImpossible], sentence: str, figures: dict[str, Any]) -> LayoutImpossible:
    return kind(sentence, **figures)


def written(layout: Layout) -> str:
    """Return a layout's measures as JSON, without its name and title."""
    lines = [{"field": line.field, "size": line.size, "least": line.least, "rows": line.rows, "heavy": line.heavy, "foot": line.foot} for line in layout.lines]
    return json.dumps({"columns": layout.columns, "rows": layout.rows, **{name: getattr(layout, name) for name in _PAIRS}, "lines": lines})


def read(name: str, title: str, measures: str) -> Layout:
    """Return the layout that `written` wrote."""
    known = json.loads(measures)
    pairs = {part: tuple(known[part]) for part in _PAIRS}
    return Layout(name=name, title=title, columns=known["columns"], rows=known["rows"], lines=tuple(Line(**line) for line in known["lines"]), **pairs)


def contradictions(layout: Layout) -> Iterator[LayoutImpossible]:
    """Yield what makes a layout impossible, the most telling first."""
    width, height = layout.label
    right, bottom = (layout.origin[axis] + (number - 1) * layout.pitch[axis] + layout.label[axis] for axis, number in ((0, layout.columns), (1, layout.rows)))
    if layout.per_page > MOST_PLACES:
        yield LayoutImpossible(
            N_("A page holds at most %(most)d labels, these would be %(count)d. Use fewer columns or rows."), most=MOST_PLACES, count=layout.per_page
        )  # fmt: skip
    if right > layout.page[0] + SLACK:
        yield LayoutImpossible(
            N_("The last column ends at %(end)s mm, but the page is %(room)s mm wide. Make the left margin, the way to the next label or the label smaller."),
            end=_mm(right), room=_mm(layout.page[0]),
        )  # fmt: skip
    if bottom > layout.page[1] + SLACK:
        yield LayoutImpossible(
            N_("The last row ends at %(end)s mm, but the page is %(room)s mm high. Make the top margin, the way to the next label or the label smaller."),
            end=_mm(bottom), room=_mm(layout.page[1]),
        )  # fmt: skip
    if (layout.columns > 1 and layout.pitch[0] < width - SLACK) or (layout.rows > 1 and layout.pitch[1] < height - SLACK):
        yield LayoutImpossible(N_("The labels overlap: from one label to the next it must be at least the label's own width and height."))
    left, top, side = layout.code
    if left + side > width + SLACK or top + side > height + SLACK:
        yield LayoutImpossible(
            N_("The code of %(side)s mm leaves the label of %(width)s × %(height)s mm. Make it smaller, or begin further left or up."),
            side=_mm(side), width=_mm(width), height=_mm(height),
        )  # fmt: skip
    if layout.text[0] + layout.text[2] > width + SLACK or layout.text[1] + layout.text[3] > height + SLACK:
        yield LayoutImpossible(N_("The text leaves the label. Make its box narrower or lower."))
    if _overlap(layout):
        yield LayoutImpossible(N_("Text and code overlap. The white border belongs to the code: begin the text where the code ends."))
    if "tag" not in {line.field for line in layout.lines}:
        yield LayoutImpossible(N_("The tag in plain letters is missing. Without it nobody can type what no longer scans."))


def remarks(layout: Layout, url: str) -> Iterator[Remark]:
    """Yield what should be looked at again when the code says `url`."""
    side = layout.code[2]
    size = module(url, side, level_for(url, side))
    if round(size, 6) < LEAST_MODULE:
        yield Remark(
            N_("The code is too small to read: modules of %(size)s mm, phones need %(least)s. Make it %(side)s mm wide, or shorten the public address."),
            size=_mm(size), least=_mm(LEAST_MODULE), side=_mm(least_side(url) + 0.049, 1),
        )  # fmt: skip
    elif round(size, 6) < GOOD_MODULE:
        yield Remark(
            N_("The code is small: modules of %(size)s mm are read from close by, but not off a page scanned at 100 dots an inch. That needs %(side)s mm."),
            size=_mm(size), side=_mm(GOOD_MODULE * qr.modules(url, "L") + 0.049, 1),
        )  # fmt: skip
    fields = {line.field for line in layout.lines}
    for wanted in ("organization", "found"):
        if wanted not in fields:
            yield Remark(N_("“%(field)s” is not printed: a finder will not know whom to tell."), field=Word(FIELD_WORDS[wanted]))
    if "count" not in fields:
        yield Remark(N_("“%(field)s” is not printed: on the label of a lot nobody sees how many things it stands for."), field=Word(FIELD_WORDS["count"]))
    small = [line for line in layout.lines if line.least < LEAST_TYPE]
    if small:
        yield Remark(N_("Type of less than %(least)s points is not read at arm's length. Print it larger, or print less."), least=_mm(LEAST_TYPE))
    least_height = sum(line.least for line in layout.lines) * 25.4 / 72 * 1.16
    if least_height > layout.text[3] + SLACK:
        yield Remark(
            N_("The text needs %(needed)s mm even in its smallest type and has %(room)s mm: what comes last is cut. Make its box higher or print less."),
            needed=_mm(least_height, 1), room=_mm(layout.text[3]),
        )  # fmt: skip


def strength(layout: Layout, url: str) -> dict[str, Any]:
    """Return what the code of this layout is like: `level`, `module` in mm, `white` border in mm, and whether it is `roomy`."""
    side = layout.code[2]
    level = level_for(url, side)
    size = module(url, side, level)
    return {"level": level, "module": _mm(size), "white": _mm(size * qr.BORDER, 1), "roomy": size >= ROOMY_MODULE}


def _overlap(layout: Layout) -> bool:
    """Say whether the text's box runs into the code's."""
    left, top, side = layout.code
    return (
        layout.text[0] < left + side - SLACK - side * 0.02
        and left < layout.text[0] + layout.text[2] - SLACK
        and layout.text[1] < top + side - SLACK
        and top < layout.text[1] + layout.text[3] - SLACK
    )


def _mm(value: float, places: int = 2) -> str:
    return f"{value:.{places}f}".rstrip("0").rstrip(".")
