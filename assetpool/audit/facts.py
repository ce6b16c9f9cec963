"""What the exceptions look at: every act with its sums, terms, people and things, as plain values; `gathering` reads them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from assetpool.org.models import Organization


@dataclass(frozen=True)
class Share:
    """The frozen terms of like units in an act, and which thing they are (its first card)."""

    thing: int
    tag: str
    lot: bool
    count: int
    owner_id: int
    price: int | None
    price_source: str
    life_days: int | None
    used_days: int | None
    zero_reason: str
    ended_on: date | None
    ended_by: str
    rental: int
    claimed: int


@dataclass(frozen=True)
class Act:
    """One act of the ledger with what its entries add up to in fen (None = not valued).

    `cost_gone`: what was spent on it and reversed since; `cap`: what a unit could be valued at most on the day of acceptance.
    """

    id: int
    number: str
    line_no: int
    kind: str
    kind_id: int | None
    asked_kind_id: int | None
    name: str
    name_en: str
    class_code: str
    receiver_id: int
    giver_id: int | None
    event_id: int | None
    units: int
    accepted_on: date
    due_on: date | None
    opening: bool
    same_system: bool
    costed: bool
    grade: str
    missing: tuple[str, ...]
    reviewed: str
    created_on: date
    budget_price: int | None
    avoided: int | None
    rental: int | None
    cost: int | None
    late: bool
    reversed_after_review: bool
    shares: tuple[Share, ...] = ()
    roles: dict[int, frozenset[str]] = field(default_factory=dict)
    cost_gone: int = 0
    cap: int | None = None

    @property
    def saving(self) -> int | None:
        """Return avoided less cost, None while either is unknown."""
        return None if self.opening or self.avoided is None or not self.costed else self.avoided - (self.cost or 0)

    @property
    def counts(self) -> bool:
        """Say whether the act still stands in the ledger with a figure."""
        return not self.opening and self.reviewed not in ("rejected", "reversed")


@dataclass(frozen=True)
class Twin:
    """Cards that may be one thing: why they look alike, their tags, and the value of one of them."""

    why: str
    what: str
    tags: tuple[str, ...]
    value: int


@dataclass(frozen=True)
class Bought:
    """A later purchase that puts so many units of an act in doubt, not decided on yet."""

    act_id: int
    units: int
    name: str
    bought_on: date
    by_giver: bool


@dataclass(frozen=True)
class WithoutPapers:
    """An emergency issue whose papers did not come until the day they were due (`late`: they came afterwards)."""

    number: str
    organization_id: int
    due_on: date
    late: bool


@dataclass(frozen=True)
class Declined:
    """A line of a certificate although so many units of the class were free, with the reason why they did not serve."""

    number: str
    organization_id: int
    class_code: str
    wanted: int
    free: int
    reason: str


@dataclass(frozen=True)
class Uncertified:
    """A recorded purchase, and how many of its units no certificate covers; `searched`: its organization had looked for the class before at all."""

    record: str
    name: str
    organization_id: int
    bought_on: date
    quantity: int
    uncovered: int
    amount: int | None
    searched: bool


@dataclass(frozen=True)
class Facts:
    """All that the rules may ask. `prices` is the newest reference price per kind, `caps` what the standard allows in the pool as a whole."""

    today: date
    acts: tuple[Act, ...]
    organizations: dict[int, Organization]
    people: dict[int, str]
    prices: dict[int, int]
    caps: dict[int, tuple[str, int]]
    twins: tuple[Twin, ...]
    bought: tuple[Bought, ...] = ()
    without_papers: tuple[WithoutPapers, ...] = ()
    declined: tuple[Declined, ...] = ()
    uncertified: tuple[Uncertified, ...] = ()
