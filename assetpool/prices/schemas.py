"""Bodies, queries and answers about prices, rents, and kinds entered with both."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from assetpool.catalog.classes import DEFAULT_CODE_SET
from assetpool.records.schemas import Body, Day, Days, Fen, Id, Line, ListQuery, Name

SourceKind = Literal["framework", "quotes", "market", "catalogue", "book", "invoice", "other"]
Source = Annotated[str, Field(max_length=300)]


class QuoteBody(Body):
    """What one supplier asked for one unit."""

    supplier: Name
    amount_fen: Fen
    dated_on: Day | None = None
    file_id: Id | None = None


Quotes = Annotated[list[QuoteBody], Field(max_length=20)]


class NewKindBody(Body):
    """A kind to enter, with its first price and rent if they are known. `price_quotes` only says how many there were: quotes prove when recorded."""

    name: Name
    class_code: Annotated[str, Field(max_length=20)] = ""
    class_code_set: Annotated[str, Field(min_length=1, max_length=20)] = DEFAULT_CODE_SET
    spec: Line = ""
    measure: Annotated[str, Field(max_length=20)] = ""
    name_en: Line = ""
    volume_litres: Annotated[int, Field(ge=1, le=10_000_000)] | None = None
    service_life_months: Annotated[int, Field(ge=1, le=1200)] | None = None
    service_life_source: Line = ""
    standard_cap_fen: Fen | None = None
    standard_cap_source: Line = ""
    turn_round_days: Days = 0
    label_policy: Literal["unit", "lot"] = "unit"
    register_: Annotated[Literal["ordinary", "emergency", "confiscated"], Field(alias="register")] = "ordinary"
    computer: bool = False
    reference_price_fen: Fen | None = None
    price_dated_on: Day | None = None
    price_valid_from: Day | None = None
    price_source: Source = ""
    price_source_kind: SourceKind = "other"
    price_quotes: Annotated[int, Field(ge=0, le=99)] = 0
    price_quotes_recorded: Quotes = []
    price_file_id: Id | None = None
    rent_fen_per_day: Fen | None = None
    rent_fen_per_7_days: Fen | None = None
    rent_fen_per_30_days: Fen | None = None
    rent_valid_from: Day | None = None
    rent_dated_on: Day | None = None
    rent_source: Source = ""
    rent_source_kind: SourceKind = "other"
    rent_file_id: Id | None = None


class VersionQuery(ListQuery):
    """Which versions: of one kind, or those that hold on a day."""

    kind_id: Id | None = None
    on: Day | None = None


class VersionBody(Body):
    """A version of a price or a rent of a kind: from when until when it holds, and what it rests on."""

    kind_id: Id
    valid_from: Day | None = None
    valid_until: Day | None = None
    dated_on: Day | None = None
    source: Source = ""
    source_kind: SourceKind = "other"
    tax_included: bool = True
    transport_included: bool = True
    evidence_file_id: Id | None = None


class NewPriceBody(VersionBody):
    """A version of a reference price per unit; with quotes the lowest is taken and no amount is needed."""

    amount_fen: Fen | None = None
    quotes: Quotes = []


class NewRentBody(VersionBody):
    """A version of a rent tariff per unit."""

    per_day_fen: Fen
    per_7_days_fen: Fen | None = None
    per_30_days_fen: Fen | None = None


class QuoteAnswer(TypedDict):
    """A recorded quote."""

    supplier: str
    amount_fen: int
    dated_on: date
    file_id: int | None


class VersionAnswer(TypedDict):
    """What versions of prices and rents have in common; `void`: nothing is on file from its first day on."""

    id: int
    kind_id: int
    valid_from: date
    valid_until: date | None
    void: bool
    dated_on: date | None
    source: str
    source_kind: str
    tax_included: bool
    transport_included: bool
    evidence_file_id: int | None
    set_at: datetime


class PriceAnswer(VersionAnswer):
    """A version of a reference price."""

    amount_fen: int
    quotes: list[QuoteAnswer]


class PricePage(TypedDict):
    """A page of versions of prices."""

    items: list[PriceAnswer]
    next: str | None
    total: int | None


class RentAnswer(VersionAnswer):
    """A version of a rent tariff."""

    per_day_fen: int
    per_7_days_fen: int | None
    per_30_days_fen: int | None


class RentPage(TypedDict):
    """A page of versions of rent tariffs."""

    items: list[RentAnswer]
    next: str | None
    total: int | None
