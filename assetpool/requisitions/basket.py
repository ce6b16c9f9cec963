"""The basket: what somebody gathered in the catalogue before asking; kept in the session, so it costs nothing to drop."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

MOST_KINDS = 60
MOST_UNITS = 1_000_000
KEY = "basket"


def contents(kept: MutableMapping[str, Any]) -> dict[int, int]:
    """Return {kind id: units} in the order they were put in."""
    stored = kept.get(KEY)
    pairs = stored if isinstance(stored, list) else []
    return {int(pair[0]): int(pair[1]) for pair in pairs if isinstance(pair, list) and len(pair) == 2}


def put(kept: MutableMapping[str, Any], kind_id: int, units: int) -> bool:
    """Set how many units of a kind are wanted (0 takes it out); say whether there was room."""
    inside = contents(kept)
    if units <= 0:
        inside.pop(kind_id, None)
    elif kind_id in inside or len(inside) < MOST_KINDS:
        inside[kind_id] = min(units, MOST_UNITS)
    else:
        return False
    kept[KEY] = [[kind, count] for kind, count in inside.items()]
    return True


def empty(kept: MutableMapping[str, Any]) -> None:
    """Empty the basket."""
    kept.pop(KEY, None)
