"""The bridge between what was posted in a period and what is known of it today, per kind of saving: the headline, on one basis, in fen.

As closed (on the signed sheets) + decided since (reviews, grades) = posted in the period as it stands now; less late facts of other periods that
are posted here, plus late facts of this period posted elsewhere = known today.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Sums:
    """Avoided cost and reuse cost of entries of the headline."""

    avoided: int = 0
    cost: int = 0

    @property
    def saving(self) -> int:
        """Return avoided less cost."""
        return self.avoided - self.cost

    def __add__(self, other: Sums) -> Sums:
        return Sums(self.avoided + other.avoided, self.cost + other.cost)

    def __sub__(self, other: Sums) -> Sums:
        return Sums(self.avoided - other.avoided, self.cost - other.cost)

    def __bool__(self) -> bool:
        return bool(self.avoided or self.cost)

    def data(self) -> dict[str, int]:
        """Return the sums as machines read them."""
        return {"avoided_fen": self.avoided, "cost_fen": self.cost, "saving_fen": self.saving}


@dataclass(frozen=True)
class Bridge:
    """The way from closed to known for one kind of saving; `closed` is None while a month of the period is open."""

    kind: str
    closed: Sums | None
    posted: Sums
    earlier: Sums
    later: Sums

    @property
    def decided(self) -> Sums | None:
        """Return what reviews and grades changed since the period was closed."""
        return None if self.closed is None else self.posted - self.closed

    @property
    def known(self) -> Sums:
        """Return what is known of the period today, by the period that each entry concerns."""
        return self.posted - self.earlier + self.later

    @property
    def is_needed(self) -> bool:
        """Say whether there is anything to bridge."""
        return self.closed is not None or bool(self.earlier or self.later)

    def data(self) -> dict[str, Any]:
        """Return the bridge as machines read it."""
        return {
            "kind": self.kind,
            "as_closed": None if self.closed is None else self.closed.data(),
            "decided_since": None if self.decided is None else self.decided.data(),
            "posted": self.posted.data(),
            "late_facts_of_other_periods": self.earlier.data(),
            "late_facts_since": self.later.data(),
            "known_today": self.known.data(),
        }
