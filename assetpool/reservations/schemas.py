"""The question and the answer about what is free."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from assetpool.records.schemas import Day, Query, Units


class AvailabilityQuery(Query):
    """A period; without `to` for good, without `from` from today on. `quantity` is what `free_from` asks for."""

    from_: Annotated[Day | None, Field(alias="from")] = None
    to: Day | None = None
    store: Annotated[str, Field(max_length=40, description="code of a store")] = ""
    quantity: Units = 1


class AvailabilityAnswer(TypedDict):
    """What a requisition for exactly this period could get."""

    free: int
    owned: int
    peak_promised: int
    at_risk: int
    free_from: date | None
