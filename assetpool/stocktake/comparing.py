"""What differs between the book and a count, for one label: plain numbers in, differences out. Knows neither database nor clock.

Units counted at another place than the book has them are misplaced as far as as many are lacking elsewhere; what then is lacking is missing.
What then is over is explained in this order: the book has it in this store outside the scope of the count (misplaced, or right where it stands),
the book has it out, on the way or in repair (on_loan), the book has it in another store or gives it to others (elsewhere), else it is surplus.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

MISSING, MISPLACED, SURPLUS, ON_LOAN, ELSEWHERE, UNKNOWN = "missing", "misplaced", "surplus", "on_loan", "elsewhere", "unknown"
PROPOSED = frozenset({ON_LOAN, ELSEWHERE})
"""What the count may only propose: others hold the thing by the book."""


class Differs(NamedTuple):
    """So many units differ: where the book has them, and where they were found."""

    what: str
    units: int
    from_place: str = ""
    to_place: str = ""


@dataclass(frozen=True)
class Stand:
    """One label: units by place as the book had them in the scope when it was counted, and as they were counted.

    `beyond`: present in the same store outside the scope, by place. `away`: out, on the way or in repair. `others`: another store's or gone.
    """

    book: Mapping[str, int]
    counted: Mapping[str, int]
    beyond: Mapping[str, int] = field(default_factory=dict)
    away: int = 0
    others: int = 0


def compare(stand: Stand) -> list[Differs]:
    """Return what differs, by place; nothing when the book is right."""
    places = sorted({*stand.book, *stand.counted})
    lacking = {place: stand.book.get(place, 0) - stand.counted.get(place, 0) for place in places}
    over = {place: -units for place, units in lacking.items() if units < 0}
    lacking = {place: units for place, units in lacking.items() if units > 0}
    beyond = dict(stand.beyond)
    for place in over:
        right = min(over[place], beyond.get(place, 0))
        over[place] -= right
        beyond[place] = beyond.get(place, 0) - right
    found = [*_shifted(lacking, over), *_shifted(beyond, over)]
    found += [Differs(MISSING, units, place) for place, units in lacking.items() if units]
    away, others = stand.away, stand.others
    for place, units in over.items():
        out = min(units, away)
        away -= out
        theirs = min(units - out, others)
        others -= theirs
        parts = ((ON_LOAN, out), (ELSEWHERE, theirs), (SURPLUS, units - out - theirs))
        found += [Differs(what, part, "", place) for what, part in parts if part]
    return found


def _shifted(lacking: dict[str, int], over: dict[str, int]) -> list[Differs]:
    """Pair what is over with what is lacking, in the order of places; both are lowered by it."""
    found = []
    for to_place in over:
        for from_place in lacking:
            units = min(over[to_place], lacking[from_place])
            if units > 0:
                found.append(Differs(MISPLACED, units, from_place, to_place))
                over[to_place] -= units
                lacking[from_place] -= units
    return found
