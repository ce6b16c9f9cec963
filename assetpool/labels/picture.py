"""Pictures of labels for the studio: one label enlarged, and a sheet with its places, as SVG of the real measures."""

from __future__ import annotations

from markupsafe import Markup

from assetpool.core.printing import printed
from assetpool.labels.layouts import Layout
from assetpool.labels.sheet import Label

_SVG = Markup('<svg xmlns="http://www.w3.org/2000/svg" class="{}" viewBox="{:.2f} {:.2f} {:.2f} {:.2f}" role="img" aria-label="{}">{}</svg>')


def of_label(layout: Layout, label: Label, title: str, language: str, font_path: str | None = None) -> Markup:
    """Return the first label of a sheet as an inline SVG, framed by its edge; `title` is its alternative text."""
    x, y = layout.corner(0)
    width, height = layout.label
    edge = Markup('<rect class="paper" x="{:.2f}" y="{:.2f}" width="{:.2f}" height="{:.2f}" rx="1"/>').format(x, y, width, height)
    drawn = Markup(printed("assetpool.labels.drawing:sketch", [label], layout, 1, language, font_path))
    return _SVG.format("label-picture", x - 0.5, y - 0.5, width + 1, height + 1, title, edge + drawn)


def of_sheet(layout: Layout, title: str, start: int = 1, count: int = 1) -> Markup:
    """Return a page with the edges of its places: those before `start` used, then `count` to be printed, the rest free."""
    parts = [Markup('<rect class="page-edge" width="{:.2f}" height="{:.2f}"/>').format(*layout.page)]
    for place in range(layout.per_page):
        x, y = layout.corner(place)
        meaning = "used" if place < start - 1 else "taken" if place < start - 1 + count else "free"
        parts.append(Markup('<rect class="{}" x="{:.2f}" y="{:.2f}" width="{:.2f}" height="{:.2f}" rx="1"/>').format(meaning, x, y, *layout.label))
    return _SVG.format("sheet-picture", 0, 0, *layout.page, title, Markup("").join(parts))
