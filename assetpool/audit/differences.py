"""The first place where what is stored and what should be there part ways, raised to end a check."""

from __future__ import annotations

from assetpool.core.chain import Difference


class Differs(Exception):
    """Ends a check at its first difference."""

    def __init__(self, what: str, row_id: int | None, expected: object, found: object) -> None:
        self.difference = Difference(what, row_id, str(expected), str(found))
        super().__init__(f"{what} {row_id}: expected {expected}, found {found}")


def same(what: str, row_id: int | None, expected: object, found: object) -> None:
    """Raise Differs unless both are the same."""
    if expected != found:
        raise Differs(what, row_id, expected, found)
