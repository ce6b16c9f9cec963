"""What a report is made of: figures of one standing, rows, totals; the shapes of INTERFACE.md."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

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


@dataclass
class Figures:
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
    series: dict[str, int | None] = field(default_factory=lambda: dict.fromkeys(BASES))
    cost: int | None = None
    costed_avoided: int = 0
    costed_cost: int = 0
    lower_bound: int | None = None
    provisional: dict[str, int | None] = field(default_factory=lambda: dict.fromkeys(BASES))

    def add(self, other: Figures) -> None:
        """Add amounts and counts of other acts; things are not added, since one may stand in both."""
        self.acts += other.acts
        self.opening += other.opening
        self.item_loans += other.item_loans
        self.valued += other.valued
        self.costed += other.costed
        self.cost = plus(self.cost, other.cost)
        self.costed_avoided += other.costed_avoided
        self.costed_cost += other.costed_cost
        self.lower_bound = plus(self.lower_bound, other.lower_bound)
        for basis in BASES:
            self.series[basis] = plus(self.series[basis], other.series[basis])
            self.provisional[basis] = plus(self.provisional[basis], other.provisional[basis])

    def count_as(self, other: Figures) -> None:
        """Take over the counts of acts, units and things, where rows showed one of them several times."""
        self.acts, self.things, self.opening, self.item_loans = other.acts, other.things, other.opening, other.item_loans
        self.valued, self.costed = other.valued, other.costed

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


@dataclass
class Row:
    """One row, or a total: a key of the breakdown and a kind of saving, with what stands in the headline and what stands apart."""

    key: str
    kind: str
    standings: dict[str, Figures] = field(default_factory=lambda: {name: Figures() for name in STANDINGS})
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
        main, unknown = self.headline, self.is_opening_only
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
            "apart": {name: self._apart(name, basis) for name in APART},
            "lower_bound": self.lower_bound,
        }

    def _apart(self, name: str, basis: str) -> dict[str, Any]:
        figures = self.standings[name]
        return {
            "acts": figures.acts,
            "items": figures.items,
            "item_loans": figures.item_loans,
            "avoided_fen": figures.avoided(basis),
            "cost_fen": figures.known_cost,
            "saving_fen": figures.saving(basis),
            "bases": {each: plus(figures.series[each], figures.provisional[each]) for each in BASES[1:]},
            "provisional_fen": figures.provisional[basis],
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
