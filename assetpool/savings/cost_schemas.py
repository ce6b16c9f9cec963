"""What machines tell of compensation, rates, running costs and own purchases."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from assetpool.records.schemas import Body, Code, Day, Fen, Id, Line, Name, Query

Amount = Annotated[int, Field(ge=1, le=10**15, description="integer fen (分), above 0")]


class ReceiptBody(Body):
    """The receipt: entered once in all pools; `total_fen` where this is a part of it, `share` to take of one entered before."""

    issuer: Name
    number: Annotated[str, Field(min_length=1, max_length=100)]
    file_id: Id | None = None
    total_fen: Fen | None = None
    share: bool = False


class CompensationBody(Body):
    """What was paid in for the losses of a slip's line; only an outsider's money takes something off the loss."""

    line: Annotated[int, Field(ge=1, le=100_000)] = 1
    payer: Annotated[str, Field(min_length=1, max_length=120)]
    payer_kind: Literal["outside", "treasury"]
    amount_fen: Amount
    paid_on: Day
    voucher: ReceiptBody


class CompensationAnswer(TypedDict):
    """What was recorded, what it took off the loss, and what the loss still costs."""

    id: int
    act_id: int
    amount_fen: int
    credited_fen: int
    loss_fen: int


class RunningCostBody(Body):
    """What keeping a store cost in a year."""

    store_code: Code
    year: Annotated[int, Field(ge=2000, le=2999)]
    kind: Literal["rent", "wages", "power", "upkeep", "other"]
    amount_fen: Amount
    voucher: ReceiptBody
    note: Line = ""


class YearQuery(Query):
    """Which year."""

    year: Annotated[int, Field(ge=2000, le=2999)]


class StoreYearAnswer(TypedDict):
    """A store's year."""

    store: str
    cost_fen: int
    unshared_fen: int


class YearAnswer(TypedDict):
    """What keeping the stores cost in a year, what of it no act carries, and what repairs cost besides that no loan bears."""

    year: int
    cost_fen: int
    unshared_fen: int
    repairs_fen: int
    stores: list[StoreYearAnswer]


class RateBody(Body):
    """A rate of own trucks or staff, by the policy's version."""

    policy: Annotated[str, Field(min_length=1, max_length=20)]
    kind: Literal["haulage", "loading", "repair", "cleaning", "installation", "storage", "labour", "other"]
    name: Annotated[str, Field(min_length=1, max_length=80)]
    per: Literal["km", "hour", "day", "trip"]
    amount_fen: Amount
    source: Name
    file_id: Id | None = None


class RateAnswer(TypedDict):
    """A rate."""

    id: int
    policy: str
    kind: str
    name: str
    per: str
    amount_fen: int
    source: str


class RatesAnswer(TypedDict):
    """All rates, the newest policy first."""

    rates: list[RateAnswer]


class OwnPurchaseBody(Body):
    """What the pool itself paid for the things under a label."""

    tag: Annotated[str, Field(min_length=1, max_length=400)]
    price_fen: Amount
    bought_on: Day
    source: Name
    file_id: Id | None = None


class OwnPurchaseAnswer(TypedDict):
    """What the acts of these things carry from now on."""

    id: int
    tag: str
    price_fen: int
    bought_on: date
    life_days: int
