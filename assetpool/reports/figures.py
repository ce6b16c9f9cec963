"""What a report is made of: figures of one standing, rows, totals; the shapes of INTERFACE.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import Any, NamedTuple

from assetpool.reports.bridge import Bridge
from assetpool.savings import valuation
from assetpool.savings.periods import whole_months
from assetpool.savings.standing import HEADLINE, STANDINGS

BYS = ("event", "organization", "class", "store", "month", "kind")
BASES = ("adopted", "purchase", "rental", "consumption")
APART = ("proposed", "B", "C", "same_system")


def plus(first: int | None, second: int | None) -> int | None:
    """Add two amounts of which either may be not valued; None only if both are."""
    return second if first is None else first if second is None else first + second


def summed(first: Mapping[str, int | None], second: Mapping[str, int | None]) -> dict[str, int | None]:
    """Add amounts basis by basis."""
    return {basis: plus(first[basis], second[basis]) for basis in BASES}


UNKNOWN: Mapping[str, int | None] = MappingProxyType(dict.fromkeys(BASES))
"""An amount per basis where nothing is valued."""


class Figures(NamedTuple):
    """Sums over acts of one kind of saving and one standing. Amounts in fen; None = not valued.

    `things`: distinct things in hand; `opening`: units of opening statements; `item_loans`, `valued`, `costed`: units of acts, all, valued, with
    complete costs. `series`: avoided cost per basis;
    `costed_avoided`, `costed_cost`: the same over acts with complete costs, on the basis asked for. `provisional`: what running loans would post today.
    """

    acts: int = 0
    things: int = 0
    opening: int = 0
    item_loans: int = 0
    valued: int = 0
    costed: int = 0
    series: Mapping[str, int | None] = UNKNOWN
    cost: int | None = None
    costed_avoided: int = 0
    costed_cost: int = 0
    lower_bound: int | None = None
    provisional: Mapping[str, int | None] = UNKNOWN

    def joined(self, other: Figures) -> Figures:
        """Return the figures with amounts and counts of other acts; things are not added, since one may stand in both."""
        return Figures(
            self.acts + other.acts, self.things, self.opening + other.opening, self.item_loans + other.item_loans, self.valued + other.valued,
            self.costed + other.costed, summed(self.series, other.series), plus(self.cost, other.cost), self.costed_avoided + other.costed_avoided,
            self.costed_cost + other.costed_cost, plus(self.lower_bound, other.lower_bound), summed(self.provisional, other.provisional),
        )  # fmt: skip

    @property
    def items(self) -> int:
        """Return how many distinct things stand here (件)."""
        return self.things + self.opening

    def avoided(self, basis: str) -> int | None:
        """Return the avoided cost on a basis; with a lower bound that was taken over and, apart, what running loans are worth."""
        known = plus(plus(self.series[basis], self.lower_bound), self.provisional[basis])
        return known if known is not None or self.item_loans else 0

    @property
    def known_cost(self) -> int | None:
        """Return the reuse cost; None when acts stand here and none of them has its costs."""
        return self.cost if self.cost is not None else None if self.item_loans and not self.costed else 0

    def saving(self, basis: str) -> int | None:
        """Return avoided less cost; None while either, or any act's cost, is unknown."""
        avoided, cost = self.avoided(basis), self.known_cost
        return None if avoided is None or cost is None or self.costed < self.item_loans else avoided - cost

    @property
    def rate(self) -> Fraction | None:
        """Return the saving rate over acts with complete costs; None without coverage of 90 %, cost or avoided cost (SAVINGS.md, Words and rule 11)."""
        if not valuation.is_covered(self.item_loans, self.valued, self.costed) or self.costed_avoided < 0:
            return None
        return valuation.rate(self.costed_avoided, self.costed_cost, True)

    def apart(self, basis: str) -> dict[str, Any]:
        """Return the figures as INTERFACE.md shows what stands outside the headline."""
        return {
            "acts": self.acts,
            "items": self.items,
            "item_loans": self.item_loans,
            "avoided_fen": self.avoided(basis),
            "cost_fen": self.known_cost,
            "saving_fen": self.saving(basis),
            "bases": {each: plus(self.series[each], self.provisional[each]) for each in BASES[1:]},
            "provisional_fen": self.provisional[basis],
        }


NOTHING = Figures()
_NOTHING_APART = NOTHING.apart(BASES[0])
"""The same on every basis."""


@dataclass
class Row:
    """One row, or a total: a key of the breakdown and a kind of saving, with what stands in the headline and what stands apart."""

    key: str
    kind: str
    standings: dict[str, Figures] = field(default_factory=lambda: dict.fromkeys(STANDINGS, NOTHING))
    label: str = ""
    label_en: str = ""

    @property
    def headline(self) -> Figures:
        """Return the accepted grade A figures."""
        return self.standings[HEADLINE]

    @property
    def lower_bound(self) -> int | None:
        """Return what opening statements took over at least; it stands outside the headline."""
        return self.standings["C"].lower_bound

    @property
    def is_opening_only(self) -> bool:
        """Say whether nothing but an opening statement stands here: then the headline is n/a rather than nothing."""
        return self.lower_bound is not None and not self.headline.acts

    def data(self, basis: str) -> dict[str, Any]:
        """Return the row as INTERFACE.md shows it."""
        standings = self.standings
        main, unknown = standings[HEADLINE], self.is_opening_only
        rate = main.rate
        return {
            "key": self.key,
            "label": self.label,
            "kind": self.kind,
            "basis": basis,
            "acts": main.acts,
            "items": main.items,
            "item_loans": main.item_loans,
            "avoided_fen": None if unknown else main.avoided(basis),
            "cost_fen": None if unknown else main.known_cost,
            "saving_fen": None if unknown else main.saving(basis),
            "rate": None if rate is None else {"numerator": rate.numerator, "denominator": rate.denominator},
            "bases": {name: main.series[name] for name in BASES[1:]},
            "coverage": {"valued": main.valued, "costed": main.costed},
            "apart": {name: _NOTHING_APART if standings[name] is NOTHING else standings[name].apart(basis) for name in APART},
            "lower_bound": self.lower_bound,
        }


@dataclass(frozen=True)
class Report:
    """A savings report of a period: rows of one breakdown, one total per kind of saving, and what it was found with."""

    first_day: date
    last_day: date
    by: str
    basis: str
    policies: tuple[str, ...]
    height: int
    head: str
    rows: tuple[Row, ...]
    totals: tuple[Row, ...]
    bridges: tuple[Bridge, ...] = ()

    @property
    def counted_by(self) -> str:
        """Say how entries belong to the report: `period` (whole months: where they are posted) or `business_day`."""
        return "business_day" if whole_months(self.first_day, self.last_day) is None else "period"

    def data(self) -> dict[str, Any]:
        """Return the report as INTERFACE.md shows it: days as dates, money in fen."""
        return {
            "from": self.first_day,
            "to": self.last_day,
            "by": self.by,
            "basis": self.basis,
            "policies": list(self.policies),
            "chain": {"height": self.height, "head": self.head},
            "counted_by": self.counted_by,
            "bridges": [bridge.data() for bridge in self.bridges],
            "rows": [row.data(self.basis) for row in self.rows],
            "totals": [row.data(self.basis) for row in self.totals],
        }
