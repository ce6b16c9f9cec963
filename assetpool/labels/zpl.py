"""Labels for printers that speak ZPL: every label a picture in whole dots, so that no printer needs a Chinese font of its own."""

from __future__ import annotations

from collections.abc import Sequence

from assetpool.core.errors import N_, DomainError
from assetpool.core.printing import printed
from assetpool.labels.layouts import Layout
from assetpool.labels.sheet import Label, NoLabels

MEDIA_TYPE = "application/zpl"
_ROOM = 20


class NotARoll(DomainError):
    """ZPL prints label after label; a sheet of many cannot be said in it."""

    status = 422
    sentence = N_("%(layout)s is a sheet with %(count)s labels. ZPL is for rolls: choose a layout with one label a page, or print the PDF.")


def render(
    labels: Sequence[Label], layout: Layout, *, language: str = "zh", font_path: str | None = None, shift: tuple[float, float] = (0.0, 0.0), per_inch: int = 203
) -> str:
    """Return the labels as ZPL II for a printer of so many dots an inch; raise NoLabels, NotARoll.

    Each label is one `^GFA` picture in ZPL's own short writing, with its tag as a comment; `^CI28` says that the text is UTF-8.
    """
    if not labels:
        raise NoLabels()
    if layout.per_page != 1:
        raise NotARoll(layout=layout.name, count=layout.per_page)
    pictures = printed("assetpool.labels.drawing:dots", labels, layout, language, font_path, shift, per_inch)
    return "".join(_label(label.tag, *picture) for label, picture in zip(labels, pictures, strict=True))


def _label(tag: str, wide: int, high: int, bits: bytes) -> str:
    a_row = -(-wide // 8)
    rows = [bits[start : start + a_row].hex().upper() for start in range(0, len(bits), a_row)]
    return f"^XA\n^CI28\n^FX {tag}\n^PW{wide}\n^LL{high}\n^LH0,0\n^FO0,0^GFA,{len(bits)},{len(bits)},{a_row},{_short(rows)}^FS\n^XZ\n"


def _short(rows: Sequence[str]) -> str:
    """Write rows of hexadecimal digits shortly: `:` repeats the row above, `,` and `!` fill a row with 0 and F, letters count what repeats."""
    written, above = [], ""
    for row in rows:
        written.append(":" if row == above else _row(row))
        above = row
    return "".join(written)


def _row(row: str) -> str:
    for fill, sign in (("0", ","), ("F", "!")):
        kept = row.rstrip(fill)
        if len(row) - len(kept) > 1:
            return _runs(kept) + sign
    return _runs(row)


def _runs(digits: str) -> str:
    parts, place = [], 0
    while place < len(digits):
        end = place
        while end < len(digits) and digits[end] == digits[place]:
            end += 1
        parts.append(_times(end - place) + digits[place])
        place = end
    return "".join(parts)


def _times(count: int) -> str:
    """Write how often the next digit stands: z 400, g … y 20 … 380 in steps of 20, G … Y 1 … 19; nothing for once."""
    if count == 1:
        return ""
    many, few = divmod(count, _ROOM)
    letters = "z" * (many // _ROOM)
    if many % _ROOM:
        letters += chr(ord("g") + many % _ROOM - 1)
    return letters + (chr(ord("G") + few - 1) if few else "")
