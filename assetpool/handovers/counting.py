"""From counts per line, as a volunteer gives them, to counts per tag: named tags first, then the last ones of the list."""

from __future__ import annotations

from collections.abc import Mapping

from assetpool.handovers.acceptance import Counted
from assetpool.handovers.queries import LineView, SlipView
from assetpool.handovers.typed import number_in

WORDS = ("short", "damaged", "refused")


def counted(view: SlipView, form: Mapping[str, str]) -> list[Counted]:
    """Return the four counts per tag; raise FieldInvalid for what is no count. Fields: `<word>-<line>`, and `tag-<tag>` naming a word."""
    sums: dict[str, dict[str, int]] = {}
    for line in view.lines:
        _line(line, form, sums)
    return [Counted(tag, None, counts["short"], counts["damaged"], counts["refused"]) for tag, counts in sums.items()]


def _line(line: LineView, form: Mapping[str, str], sums: dict[str, dict[str, int]]) -> None:
    rest: dict[str, int] = {}
    named = dict.fromkeys(WORDS, 0)
    for one in line.items:
        counts = sums.setdefault(one.asset.tag, dict.fromkeys(WORDS, 0))
        said = form.get(f"tag-{one.asset.tag}", "")
        if said in WORDS and one.asset.form == "unit":
            counts[said] += 1
            named[said] += 1
        else:
            rest[one.asset.tag] = one.item.loaded
    for word in WORDS:
        left = max(0, number_in(form.get(f"{word}-{line.line.line_no}")) - named[word])
        for tag in reversed(rest):
            part = min(left, rest[tag])
            rest[tag] -= part
            left -= part
            sums[tag][word] += part
        if left and rest:
            # More than was loaded: leave it on the last tag, so that the act refuses it with the figures.
            sums[next(reversed(rest))][word] += left
        elif left:
            sums[line.items[-1].asset.tag][word] += left
