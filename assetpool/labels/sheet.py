"""Sheets of labels as PDF: exactly one code on each label, no other on the sheet, Chinese text embedded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from assetpool.core.errors import N_, DomainError
from assetpool.core.printing import printed
from assetpool.labels.layouts import Layout


class NoLabels(DomainError):
    """There is nothing to print."""

    status = 422
    sentence = N_("There is nothing to print. Choose at least one thing.")


class StartOffSheet(DomainError):
    """The first free place lies outside the sheet."""

    status = 422
    sentence = N_("A sheet of this layout has the places 1 to %(last)s, not %(start)s. Count the places row by row from the top left.")


@dataclass(frozen=True)
class Label:
    """What one label says. `count` is 1 for a single thing, more for a counted lot under one label; empty fields are not printed.

    `purpose` is asset, or for other codes blank, shelf, cage (`count` is what it holds) or box.
    """

    tag: str
    url: str
    kind_name: str
    spec: str = ""
    organization: str = ""
    found_telephone: str = ""
    external_no: str = ""
    count: int = 1
    purpose: str = "asset"


def render(
    labels: Sequence[Label],
    layout: Layout,
    start: int = 1,
    *,
    language: str = "zh",
    font_path: str | None = None,
    shift: tuple[float, float] = (0.0, 0.0),
    made_at: datetime | None = None,
) -> bytes:
    """Return the labels as PDF, the first one at place `start` of a half-used sheet, counted from 1, row by row.

    `shift` moves everything right and down by so many mm, for printers that pull paper askew. Text shrinks, then is cut with an ellipsis.
    Raise NoLabels without labels, StartOffSheet when `start` is no place of the layout.
    """
    if not labels:
        raise NoLabels()
    if not 1 <= start <= layout.per_page:
        raise StartOffSheet(start=start, last=layout.per_page)
    pdf: bytes = printed("assetpool.labels.drawing:draw", labels, layout, start, language, font_path, shift, made_at)
    return pdf


def pages_needed(count: int, layout: Layout, start: int = 1) -> int:
    """Return how many pages so many labels take from place `start` on."""
    return -(-(count + start - 1) // layout.per_page)
