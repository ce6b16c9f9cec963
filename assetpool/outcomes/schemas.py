"""What machines ask of the outcomes, and the shapes they get: weights in grams, shares as exact ratios, money in fen."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints
from typing_extensions import TypedDict

from assetpool.records.schemas import Day, Query

Word = Annotated[str, StringConstraints(strip_whitespace=True, max_length=20)]


class DaysQuery(Query):
    """Days, both included, and a breakdown."""

    from_: Annotated[Day | None, Field(alias="from")] = None
    to: Day | None = None
    by: Word = ""


class UseQuery(Query):
    """Days, both included; narrowed to a store by its code or to a kind."""

    from_: Annotated[Day | None, Field(alias="from")] = None
    to: Day | None = None
    store: Word = ""
    kind_id: int | None = None


class YearQuery(Query):
    """A calendar year; without it the present one."""

    year: Annotated[int | None, Field(ge=1900, le=2999)] = None


class Ratio(TypedDict):
    """An exact ratio, lowest terms."""

    numerator: int
    denominator: int


class WeightAnswer(TypedDict):
    """A weight in grams with low and high of the sources; null where nothing is estimated. `estimated` and `not_estimated` count units."""

    grams: int | None
    low: int | None
    high: int | None
    estimated: int
    not_estimated: int


class SumsAnswer(TypedDict):
    """What acts of one standing avoided: `spared` new things, gross and net carbon (kg CO2e, never added) and waste (kg), all in grams."""

    acts: int
    item_loans: int
    avoid_nothing: int
    spared: Ratio
    gross: WeightAnswer
    net: WeightAnswer
    waste: WeightAnswer


class CarbonRow(SumsAnswer):
    """A row or total of one kind of act: the headline (accepted grade A), and what stands apart by its standing."""

    key: str
    label: str
    kind: str
    apart: dict[str, SumsAnswer]


CarbonAnswer = TypedDict("CarbonAnswer", {"from": date, "to": date, "by": str, "rows": list[CarbonRow], "totals": list[CarbonRow]})
"""Carbon and waste avoided in a period; kinds of act are never added."""


class MeritAnswer(TypedDict):
    """An organization in a list, with its place; equal figures share a place. `saving_fen` is null while a cost is unknown."""

    place: int
    tied: bool
    organization_code: str
    organization: str
    items: int
    item_loans: int
    acts: int
    saving_fen: int | None
    reversed_acts: int
    lower_acts: int


class YearAnswer(TypedDict):
    """The three lists of one kind of saving, and the same system apart."""

    kind: str
    lists: dict[str, list[MeritAnswer]]
    same_system: dict[str, list[MeritAnswer]]


class RecognitionAnswer(TypedDict):
    """Who gave, took and saved most in a year, per kind of saving."""

    year: int
    kinds: list[YearAnswer]


class UseRow(TypedDict):
    """A kind in a store: unit-days owned and out, their ratio (null where nothing was owned), and what stands idle."""

    kind_id: int
    kind: str
    store_code: str
    owned: int
    out: int
    owned_days: int
    out_days: int
    share: Ratio | None
    never_borrowed: int
    standing_since: date | None


UseAnswer = TypedDict("UseAnswer", {"from": date, "to": date, "share": Ratio | None, "rows": list[UseRow]})
"""How much of their time things were out."""


class PeakAnswer(TypedDict):
    """The day on which most units were short at once."""

    day: date
    units: int


class DemandRow(TypedDict):
    """Units short for want of stock by what became of them, and units not granted for other reasons."""

    key: str
    label: str
    requests: int
    cut: int
    refused: int
    waiting: int
    other: int
    peak: PeakAnswer | None


class DemandLine(TypedDict):
    """A line of a request that the person may read."""

    number: str
    line: int
    kind_id: int
    first_day: date
    last_day: date | None
    quantity: int
    short: int
    other: int
    outcome: str
    failed_approvals: int


DemandAnswer = TypedDict("DemandAnswer", {"from": date, "to": date, "by": str, "rows": list[DemandRow], "total": DemandRow, "lines": list[DemandLine]})
"""What was asked for in vain."""
