"""Ledgers reckoned before and still true: kept in this process by (kind, store) with the version of the stock row they were read under.

Every act that changes what a ledger rests on locks the row and draws it a new version, so a ledger of the same version and day is the
same ledger. Acts themselves reckon anew: what they read is theirs alone until it is committed.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from datetime import date

from assetpool.reservations.availability import Ledger

Key = tuple[int, int]
MOST_WEIGHT = 60_000
"""How many facts and promises all kept ledgers may hold together; about 20 MB."""
BARE_WEIGHT = 8
"""What a ledger without facts and promises weighs beside one of them."""


class Kept:
    """The ledgers last asked for; the longest unasked go first when there are too many."""

    def __init__(self, most: int = MOST_WEIGHT) -> None:
        self._most = most
        self._weight = 0
        self._books: OrderedDict[Key, tuple[int, date, Ledger]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Key, version: int, today: date) -> Ledger | None:
        """Return the ledger of a key if it is of this version and day; version 0 is never kept."""
        with self._lock:
            found = self._books.get(key)
            if found is None or found[0] != version or found[1] != today or version == 0:
                return None
            self._books.move_to_end(key)
            return found[2]

    def put(self, key: Key, version: int, book: Ledger) -> None:
        """Keep a ledger that was read under a version, in place of an older one of its key."""
        if version == 0:
            return
        with self._lock:
            self._drop(key)
            self._books[key] = (version, book.today, book)
            self._weight += _weight(book)
            while self._weight > self._most and self._books:
                self._drop(next(iter(self._books)))

    def _drop(self, key: Key) -> None:
        found = self._books.pop(key, None)
        if found is not None:
            self._weight -= _weight(found[2])


def _weight(book: Ledger) -> int:
    return BARE_WEIGHT + len(book.facts) + len(book.promises)


books = Kept()
