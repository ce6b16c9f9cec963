"""Places in a list of praise: equal figures share a place, the next one counts all that stand before it (1, 2, 2, 4). Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Placed(Generic[Thing]):
    """Something with its place; `tied` when others share it."""

    place: int
    tied: bool
    thing: Thing


def placed(things: Iterable[Thing], figure: Callable[[Thing], int | None], name: Callable[[Thing], str]) -> list[Placed[Thing]]:
    """Return what has a figure above zero, the greatest first, equals by name; what has none gets no place and is left out."""
    known = [(found, thing) for thing in things if (found := figure(thing)) is not None and found > 0]
    known.sort(key=lambda pair: (-pair[0], name(pair[1])))
    above: dict[int, int] = {}
    for position, (found, _) in enumerate(known):
        above.setdefault(found, position)
    sharing = Counter(found for found, _ in known)
    return [Placed(above[found] + 1, sharing[found] > 1, thing) for found, thing in known]


def leaders(ranked: Iterable[Placed[Thing]]) -> list[Thing]:
    """Return all that share the first place."""
    return [each.thing for each in ranked if each.place == 1]
