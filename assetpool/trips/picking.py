"""From which shelves to fetch what is promised: pinned things where they stand, the rest with as few walks as possible. Knows neither database nor clock."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

_PARTS = re.compile(r"\s*[-—/·\s]\s*")


@dataclass(frozen=True)
class Want:
    """So many units of a kind promised from a store to a line of a request; of one tag where it is pinned."""

    document_id: int
    line_no: int
    kind_id: int
    store_id: int
    units: int
    asset_id: int | None = None


@dataclass(frozen=True)
class Standing:
    """So many usable units under one tag at a place of a store."""

    asset_id: int
    tag: str
    kind_id: int
    store_id: int
    place: str
    units: int


@dataclass(frozen=True)
class Fetch:
    """Fetch so many units from a place for a want; `tags` are the labels that are meant, all of them or as a suggestion."""

    want: Want
    place: str
    units: int
    tags: tuple[str, ...]


@dataclass(frozen=True)
class Lack:
    """Units of a want that stand nowhere in its store now."""

    want: Want
    units: int


def area_and_shelf(place: str) -> tuple[str, str]:
    """Return area and shelf of a place as its sign says it: `A-01` is shelf 01 of area A; a place of one word is an area."""
    parts = _PARTS.split(place.strip(), maxsplit=1)
    return parts[0], parts[1] if len(parts) > 1 else ""


def pick(wants: Sequence[Want], standing: Sequence[Standing], pinned: Collection[int] = ()) -> tuple[list[Fetch], list[Lack]]:
    """Share what stands in the stores over the wants, in their order; nothing is fetched twice, and what is `pinned` serves its own promise only.

    A place that holds all that is wanted comes before several; else the fullest places first.
    """
    left = {one: one.units for one in standing}
    at: dict[tuple[int, int], list[Standing]] = defaultdict(list)
    by_asset: dict[int, list[Standing]] = defaultdict(list)
    for one in standing:
        by_asset[one.asset_id].append(one)
        if one.asset_id not in pinned:
            at[(one.kind_id, one.store_id)].append(one)
    fetches: list[Fetch] = []
    lacks: list[Lack] = []
    for want in sorted(wants, key=lambda want: want.asset_id is None):
        choice = at[(want.kind_id, want.store_id)] if want.asset_id is None else [one for one in by_asset[want.asset_id] if one.store_id == want.store_id]
        missing = want.units
        for place in _places(choice, left, want.units):
            if not missing:
                break
            taken, tags = 0, []
            for one in sorted((one for one in choice if one.place == place and left[one]), key=lambda one: (-left[one], one.tag)):
                part = min(left[one], missing - taken)
                if not part:
                    break
                left[one] -= part
                taken += part
                tags.append(one.tag)
            missing -= taken
            fetches.append(Fetch(want, place, taken, tuple(tags)))
        if missing:
            lacks.append(Lack(want, missing))
    return fetches, lacks


def _places(choice: Sequence[Standing], left: dict[Standing, int], units: int) -> list[str]:
    """Return the places to go to, best first: the smallest that holds everything, else the fullest."""
    held: dict[str, int] = defaultdict(int)
    for one in choice:
        held[one.place] += left[one]
    enough = sorted((count, place) for place, count in held.items() if count >= units)
    if enough:
        return [enough[0][1]]
    return [place for place, count in sorted(held.items(), key=lambda row: (-row[1], row[0])) if count]
