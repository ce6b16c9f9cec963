"""Drawing a sample so that anybody can draw it again: chance from SHA-256 over a typed seed, whatever machine or version computes it.

Block number i of the chance is SHA-256 of the text `<seed>:<i>`, i = 0, 1, 2 …, read as a whole number below 2^256. A number below n is
the next block modulo n; blocks at or above the greatest multiple of n are skipped, so that no number is likelier than another.

*Random*: the population in the order of its ids; for k = 0, 1, 2 … the item at place k changes places with the one at place k + (a number
below the rest); the first `size` places are the sample. *Monetary unit*: the items in the order of their ids lie end to end, each as long as
its value in fen; from a start below the interval, every interval-th fen is met, and the item it lies in is drawn. An item as long as the
interval or longer is always met. *Stratified*: each stratum is drawn by itself with the seed `<seed>/<stratum>`; sizes by largest remainder.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from assetpool.core.money import share

SPACE = 1 << 256


class Chance:
    """Numbers that follow from a seed alone."""

    def __init__(self, seed: str) -> None:
        self.seed = seed
        self._next = 0

    def block(self) -> int:
        """Return the next whole number below 2^256."""
        made = sha256(f"{self.seed}:{self._next}".encode()).digest()
        self._next += 1
        return int.from_bytes(made, "big")

    def below(self, bound: int) -> int:
        """Return a number from 0 to bound − 1, each as likely as the other; raise ValueError for a bound below 1."""
        if bound < 1:
            raise ValueError(bound)
        fair = SPACE - SPACE % bound
        while (number := self.block()) >= fair:
            pass
        return number % bound


@dataclass(frozen=True)
class Item:
    """One act or entry of the population, with its value in fen (sign left out) and where it stands."""

    id: int
    act_id: int
    value: int
    stratum: str = ""


@dataclass(frozen=True)
class Drawn:
    """An item of the sample; `hits` says how often it was met, `certain` that it could not be missed."""

    item: Item
    hits: int = 1
    certain: bool = False


def random(population: Iterable[Item], size: int, seed: str) -> list[Drawn]:
    """Draw `size` items (all, if there are no more), each set of that size as likely as any other; in the order drawn."""
    items = sorted(population, key=lambda item: item.id)
    chance = Chance(seed)
    for place in range(min(size, len(items))):
        other = place + chance.below(len(items) - place)
        items[place], items[other] = items[other], items[place]
    return [Drawn(item) for item in items[:size]]


def interval_for(population: Iterable[Item], size: int) -> int:
    """Return the interval, in fen, that meets about `size` items: the whole value over the size, at least 1."""
    return max(1, sum(item.value for item in population) // max(1, size))


def monetary(population: Iterable[Item], interval: int, seed: str) -> list[Drawn]:
    """Draw every item that an interval-th fen lies in, from a start that follows from the seed; in the order of ids.

    An item of no value cannot be met; one as long as the interval or longer always is.
    """
    point = Chance(seed).below(interval)
    drawn, passed = [], 0
    for item in sorted(population, key=lambda one: one.id):
        passed += item.value
        hits = 0
        if point < passed:
            hits = (passed - 1 - point) // interval + 1
            point += hits * interval
        if hits:
            drawn.append(Drawn(item, hits, item.value >= interval))
    return drawn


def draw(population: Sequence[Item], method: str, size: int, seed: str, interval: int = 0, stratified: bool = False) -> list[Drawn]:
    """Draw by `random` or `monetary` (with an interval, or one that fits the size), over the whole or stratum by stratum."""
    if not stratified:
        return _draw(population, method, size, seed, interval)
    strata: dict[str, list[Item]] = defaultdict(list)
    for item in population:
        strata[item.stratum].append(item)
    names = sorted(strata)
    weights = [sum(item.value for item in strata[name]) if method == "monetary" else len(strata[name]) for name in names]
    sizes = dict(zip(names, share(size, weights), strict=True))
    return [one for name in names if sizes[name] for one in _draw(strata[name], method, sizes[name], f"{seed}/{name}", interval)]


def _draw(population: Sequence[Item], method: str, size: int, seed: str, interval: int) -> list[Drawn]:
    if method == "random":
        return random(population, size, seed)
    return monetary(population, interval or interval_for(population, size), seed)
