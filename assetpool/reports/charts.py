"""Charts drawn here as SVG: labelled directly, zero baselines for bars, the same drawing for page and paper.

Colours stand as attributes for paper and as classes for pages, whose style sheet knows light and dark. Texts arrive worded; amounts in fen only
decide lengths. Whoever shows a chart shows its figures in a table too.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from markupsafe import Markup, escape

INK, QUIET, LINE, ACCENT, BAD, DEEP = "#14212a", "#41505a", "#84929a", "#0b5f63", "#9c2719", "#083f42"
WIDTH, NARROW = 720, 340


class Point(NamedTuple):
    """One bar: its name, its amount in fen, the amount as written, and where a click leads (pages only)."""

    label: str
    amount: int
    written: str
    url: str = ""
    kind: str = "step"


class Link(NamedTuple):
    """One ribbon of a flow: from whom, to whom, its width in fen, and the amount as written."""

    giver: str
    receiver: str
    amount: int
    written: str


class Mark(NamedTuple):
    """A place on a scale: fen per item, its name, the amount as written."""

    value: Fraction
    label: str
    written: str


def _text(x: float, y: float, text: str, anchor: str = "start", size: float = 12, strong: bool = False) -> str:
    look = f'class="strong" fill="{INK}"' if strong else f'fill="{QUIET}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" text-anchor="{anchor}" {look}>{escape(text)}</text>'


def _drawing(height: float, parts: Sequence[str], caption: str, width: int = WIDTH) -> Markup:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" class="drawn" viewBox="0 0 {width} {height:.0f}" role="img" aria-label="{escape(caption)}">'
    return Markup(head + "".join(parts) + "</svg>")


def on_paper(drawn: Markup, caption: str) -> bytes:
    """Return a chart for paper: its caption, which pages print as a heading, stands above it."""
    if not drawn:
        return b""
    head, inner = str(drawn).split(">", 1)
    height = float(head.split('viewBox="0 0 ')[1].split('"')[0].split()[1])
    lifted = head.replace(f'viewBox="0 0 {WIDTH} {height:.0f}"', f'viewBox="0 0 {WIDTH} {height + 26:.0f}"')
    body = inner.removesuffix("</svg>")
    return f'{lifted}>{_text(0, 15, caption, "start", 14, True)}<g transform="translate(0,26)">{body}</g></svg>'.encode()


def _linked(shape: str, url: str) -> str:
    return f'<a href="{escape(url)}">{shape}</a>' if url else shape


def trend(points: Sequence[Point], caption: str) -> Markup:
    """Draw one column a month from a common zero line; each has its month below, and its amount where there is room, else the extremes have theirs."""
    if not points:
        return Markup("")
    top, bottom = max(0, *(p.amount for p in points)), min(0, *(p.amount for p in points))
    span, room, head = (top - bottom) or 1, 150.0, 26.0
    step = WIDTH / len(points)
    wide = min(64.0, step * 0.64)
    zero = head + room * top / span
    shown = {0, len(points) - 1, *(i for i, p in enumerate(points) if p.amount in (top, bottom))} if len(points) > 9 else set(range(len(points)))
    parts = []
    for number, point in enumerate(points):
        middle = step * (number + 0.5)
        tall = max(room * abs(point.amount) / span, 0.8)
        y = zero - tall if point.amount >= 0 else zero
        look, colour = ("bar", ACCENT) if point.amount >= 0 else ("bar-bad", BAD)
        bar = f'<rect class="{look}" fill="{colour}" x="{middle - wide / 2:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{tall:.1f}"/>'
        parts.append(_linked(bar, point.url))
        at, anchor = (0.0, "start") if middle < 36 else (float(WIDTH), "end") if middle > WIDTH - 36 else (middle, "middle")
        if number in shown and point.amount:
            parts.append(_text(at, y - 6 if point.amount >= 0 else y + tall + 14, point.written, anchor, 12, True))
        if len(points) <= 13 or number % math.ceil(len(points) / 12) == 0:
            parts.append(_text(at, head + room + 34, point.label, anchor, 11))
    axis = f'<line class="axis" stroke="{LINE}" x1="0" x2="{WIDTH}" y1="{zero:.1f}" y2="{zero:.1f}" stroke-width="1"/>'
    return _drawing(head + room + 42, [*parts, axis], caption)


def waterfall(points: Sequence[Point], caption: str) -> Markup:
    """Draw the way from a start by steps to a result, one line each, names on the left and amounts on the right."""
    if not points:
        return Markup("")
    ends, at = [], 0
    for point in points:
        begun, at = (0, point.amount) if point.kind != "step" else (at, at + point.amount)
        ends.append((begun, at))
    low, high = min(0, *(min(pair) for pair in ends)), max(1, *(max(pair) for pair in ends))
    left, right = 180.0, WIDTH - 130.0
    scale = (right - left) / (high - low)
    parts = []
    for number, (point, (begun, end)) in enumerate(zip(points, ends, strict=True)):
        y, x, width = 8 + number * 26.0, left + (min(begun, end) - low) * scale, max(abs(end - begun) * scale, 1.0)
        bad = point.amount < 0
        strong = point.kind != "step"
        parts.append(_text(left - 10, y + 14, point.label, "end", 12, strong))
        colour = BAD if bad else ACCENT
        parts.append(f'<rect class="{"bar-bad" if bad else "bar"}" fill="{colour}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="18"/>')
        parts.append(_text(WIDTH, y + 14, point.written, "end", 12, strong))
    x, height = left - low * scale, 16 + len(points) * 26.0
    parts.append(f'<line class="axis" stroke="{LINE}" x1="{x:.1f}" x2="{x:.1f}" y1="4" y2="{height - 6:.1f}" stroke-width="1"/>')
    return _drawing(height, parts, caption)


def flows(links: Sequence[Link], caption: str) -> Markup:
    """Draw ribbons from givers on the left to receivers on the right, as wide as their amounts; each end carries its name and sum of widths."""
    drawn = [link for link in links if link.amount > 0]
    if not drawn:
        return Markup("")
    total = sum(link.amount for link in drawn)
    givers, receivers = (list(dict.fromkeys(getattr(link, side) for link in drawn)) for side in ("giver", "receiver"))
    most = max(len(givers), len(receivers))
    gap, inner = 22.0, 240.0
    height = inner + (most + 1) * gap

    def places(names: Sequence[str], side: str) -> dict[str, tuple[float, float]]:
        found, y = {}, gap + (height - inner - (len(names) + 1) * gap) / 2
        for name in names:
            tall = max(inner * sum(link.amount for link in drawn if getattr(link, side) == name) / total, 2.0)
            found[name] = (y, tall)
            y += tall + gap
        return found

    from_at, to_at = places(givers, "giver"), places(receivers, "receiver")
    used_from, used_to = dict.fromkeys(givers, 0.0), dict.fromkeys(receivers, 0.0)
    left, right, parts = 190.0, WIDTH - 190.0, []
    for link in drawn:
        wide = max(inner * link.amount / total, 1.0)
        y1, y2 = from_at[link.giver][0] + used_from[link.giver], to_at[link.receiver][0] + used_to[link.receiver]
        used_from[link.giver] += wide
        used_to[link.receiver] += wide
        middle = (left + right) / 2
        shape = f"M{left:.1f} {y1:.1f}C{middle:.1f} {y1:.1f} {middle:.1f} {y2:.1f} {right:.1f} {y2:.1f}V{y2 + wide:.1f}"
        shape += f"C{middle:.1f} {y2 + wide:.1f} {middle:.1f} {y1 + wide:.1f} {left:.1f} {y1 + wide:.1f}Z"
        parts.append(f'<path class="flow" fill="{ACCENT}" fill-opacity="0.28" d="{shape}"/>')
        if wide >= 12:
            parts.append(_text(middle, (y1 + y2 + wide) / 2 + 4, link.written, "middle", 12, True))
    for names, x, anchor, at in ((from_at, left - 8, "end", -8.0), (to_at, right, "start", 16.0)):
        for name, (y, tall) in names.items():
            parts.append(f'<rect class="node" fill="{DEEP}" x="{x:.1f}" y="{y:.1f}" width="8" height="{tall:.1f}"/>')
            parts.append(_text(x + at, y + tall / 2 + 4, _short(name), anchor, 12))
    return _drawing(height, parts, caption)


def _short(name: str, most: int = 14) -> str:
    """Return a name that fits beside its node; wide characters count twice."""
    wide = 0
    for number, character in enumerate(name):
        wide += 2 if ord(character) > 0x2E7F else 1
        if wide > most * 2:
            return name[: max(1, number - 1)] + "…"
    return name


def scale(published: Sequence[Mark], own: Mark, caption: str) -> Markup:
    """Draw a scale in powers of ten with the published figures and, below it, where this one lies; nothing for a figure of 0 or less."""
    values = [mark.value for mark in (*published, own) if mark.value > 0]
    if own.value <= 0 or not published:
        return Markup("")
    low, high = math.floor(math.log10(min(values)) - 0.3), math.ceil(math.log10(max(values)) + 0.3)
    left, right, line = 12.0, NARROW - 12.0, 66.0

    def at(value: Fraction) -> float:
        return left + (right - left) * (math.log10(value) - low) / (high - low)

    parts = [f'<line class="axis" stroke="{LINE}" x1="{left}" x2="{right}" y1="{line}" y2="{line}" stroke-width="1"/>']
    for number, mark in enumerate(sorted(published, key=lambda one: one.value)):
        x, y = at(mark.value), 16.0 + 22 * (number % 2)
        anchor = "start" if x < NARROW / 3 else "end" if x > NARROW * 2 / 3 else "middle"
        parts.append(f'<line class="axis" stroke="{LINE}" x1="{x:.1f}" x2="{x:.1f}" y1="{y + 4:.1f}" y2="{line}" stroke-width="1"/>')
        parts.append(f'<rect class="band" fill="{ACCENT}" x="{x - 4:.1f}" y="{line - 4}" width="8" height="8"/>')
        parts.append(_text(x, y, f"{mark.label} {mark.written}", anchor, 12))
    x = at(own.value)
    anchor = "start" if x < NARROW / 3 else "end" if x > NARROW * 2 / 3 else "middle"
    parts.append(f'<path class="mark" fill="{BAD}" d="M{x:.1f} {line + 3}l7 13h-14z"/>')
    parts.append(_text(x, line + 32, f"{own.label} {own.written}", anchor, 13, True))
    return _drawing(line + 42, parts, caption, NARROW)
