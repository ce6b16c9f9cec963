"""The words in which stores answer a wish: what is asked, what each line meets, and what is read for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from assetpool.catalog.models import Kind, Store
from assetpool.reservations import queries as stock
from assetpool.reservations.availability import Ledger

Books = Mapping[stock.Key, Ledger]


@dataclass(frozen=True)
class Asked:
    """One line as far as the stores care."""

    line_no: int
    kind_id: int
    quantity: int
    asset_id: int | None = None
    store_id: int | None = None


@dataclass(frozen=True)
class Standing:
    """What a line meets: units free for its days after the lines above it took theirs, and the ways out when they do not suffice.

    `free_from` and `earlier` are the nearest later and earlier first day with all of it free for as many days. Of the `substitutes` those
    `declared` are the pool's own word; the others are of the same class. `standing_in`: what whoever decides already chose to give instead.
    """

    asked: Asked
    kind: Kind
    tag: str = ""
    store: str = ""
    free: int = 0
    free_from: date | None = None
    earlier: date | None = None
    elsewhere: tuple[tuple[str, int], ...] = ()
    substitutes: tuple[tuple[Kind, int], ...] = ()
    declared: frozenset[int] = frozenset()
    standing_in: tuple[tuple[Kind, int], ...] = ()

    @property
    def left(self) -> int:
        """Return what stays free after granting the line (0 if it does not suffice)."""
        return max(0, self.free - self.asked.quantity)

    @property
    def grantable(self) -> int:
        """Return how many units can be granted now: what is free and what stands in, at most what is asked."""
        return self.asked.quantity - self.short

    @property
    def short(self) -> int:
        """Return how many units are missing."""
        return max(0, self.asked.quantity - self.free - sum(units for _kind, units in self.standing_in))


@dataclass(frozen=True)
class Outlook:
    """All lines of a wish, and the nearest later and earlier first day with all of them free (None: none within sight, or nothing is short)."""

    lines: tuple[Standing, ...]
    all_free_from: date | None
    all_free_earlier: date | None = None

    @property
    def short(self) -> tuple[Standing, ...]:
        """Return the lines that are short."""
        return tuple(line for line in self.lines if line.short)


@dataclass(frozen=True)
class Shelf:
    """What the stores hold of some kinds today, read once for any number of lines and wishes."""

    kinds: Mapping[int, Kind]
    books: Books
    stores: Mapping[int, Store]
    tags: Mapping[int, str]
    units: Mapping[tuple[int, int], int]
    today: date
