"""What repairs read and answer over REST."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from assetpool.records.schemas import Body, Count, Day, Text, Units
from assetpool.savings.cost_schemas import Amount, ReceiptBody


class ReportBody(Body):
    """Units that stand in a store and are broken."""

    tag: Annotated[str, Field(min_length=1, max_length=400)]
    count: Units = 1
    fault: Annotated[str, Field(min_length=1, max_length=300)]


class BeginBody(Body):
    """Who mends it, and until when."""

    workshop: Annotated[str, Field(min_length=1, max_length=200)]
    expected_on: Day | None = None


class RepairCostBody(Body):
    """An amount with its voucher."""

    amount_fen: Amount
    voucher: ReceiptBody | None = None
    reason: Text = ""


class FinishBody(Body):
    """How it ended, by count, and what it cost or why nothing."""

    mended: Count
    beyond: Count = 0
    condition: Literal["new", "good", "fair", "poor", "scrap"] | None = None
    costs: Annotated[list[RepairCostBody], Field(max_length=50)] = []
    no_cost_reason: Text = ""


class RepairAnswer(TypedDict):
    """A repair: of which label, how many, what was broken, who mends it until when, and how it ended."""

    number: str
    state: str
    tag: str
    kind: str
    store: str
    count: int
    fault: str
    workshop: str
    expected_on: date | None
    mended: int
    beyond: int
    opened_at: datetime
    done_at: datetime | None


class RepairPage(TypedDict):
    """A page of repairs."""

    items: list[RepairAnswer]
    next: str | None
    total: int | None
