"""What machines ask of the savings report, and the shapes they get (INTERFACE.md)."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints
from typing_extensions import TypedDict

from assetpool.records.schemas import Day, Query

Word = Annotated[str, StringConstraints(strip_whitespace=True, max_length=20)]


class ReportQuery(Query):
    """Days (both included; without them from the first entry to today), breakdown and basis."""

    from_: Annotated[Day | None, Field(alias="from")] = None
    to: Day | None = None
    by: Word = "kind"
    basis: Word = "adopted"


class Rate(TypedDict):
    """An exact ratio, lowest terms."""

    numerator: int
    denominator: int


class Bases(TypedDict):
    """Avoided cost per basis in fen; null where nothing is valued."""

    purchase: int | None
    rental: int | None
    consumption: int | None


class Coverage(TypedDict):
    """How many of the item loans are valued, and how many have complete costs."""

    valued: int
    costed: int


class Apart(TypedDict):
    """Figures outside the headline; `provisional_fen` is what running loans are worth today beyond what is posted (part of `avoided_fen`)."""

    acts: int
    items: int
    item_loans: int
    avoided_fen: int | None
    cost_fen: int | None
    saving_fen: int | None
    bases: Bases
    provisional_fen: int | None


class ApartAnswer(TypedDict):
    """What stands apart: waiting for review, grades B and C (opening statements with C), the same system."""

    proposed: Apart
    B: Apart
    C: Apart
    same_system: Apart


class RowAnswer(TypedDict):
    """One row or total: accepted grade A, of one kind of saving, on the basis asked for; null is n/a or not valued."""

    key: str
    label: str
    kind: str
    basis: str
    acts: int
    items: int
    item_loans: int
    avoided_fen: int | None
    cost_fen: int | None
    saving_fen: int | None
    rate: Rate | None
    bases: Bases
    coverage: Coverage
    apart: ApartAnswer
    lower_bound: int | None


class ChainAnswer(TypedDict):
    """Height and head of the chain that the report rests on."""

    height: int
    head: str


class BridgeSums(TypedDict):
    """Avoided cost, reuse cost and net saving of the headline, in fen."""

    avoided_fen: int
    cost_fen: int
    saving_fen: int


class BridgeAnswer(TypedDict):
    """From what closed sheets held to what is known today, for one kind of saving; null while a month of the period is open."""

    kind: str
    as_closed: BridgeSums | None
    decided_since: BridgeSums | None
    posted: BridgeSums
    late_facts_of_other_periods: BridgeSums
    late_facts_since: BridgeSums
    known_today: BridgeSums


ReportAnswer = TypedDict(
    "ReportAnswer",
    {
        "from": date,
        "to": date,
        "by": str,
        "basis": str,
        "policies": list[str],
        "chain": ChainAnswer,
        "counted_by": str,
        "bridges": list[BridgeAnswer],
        "rows": list[RowAnswer],
        "totals": list[RowAnswer],
    },
)
"""The report of a period: rows of one breakdown, one total per kind of saving, never added."""
