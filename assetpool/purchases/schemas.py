"""What machines tell and ask of later purchases."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from assetpool.records.schemas import Body, Code, Day, Fen, Id, Line, ListQuery, Name, Text, Units


class PurchaseBody(Body):
    """What an organization bought, by which record; `source_no` is its number there, counted once."""

    organization_code: Code
    class_code: Annotated[str, Field(min_length=1, max_length=20)]
    class_code_set: Annotated[str, Field(min_length=1, max_length=20)] = "GPC-2022"
    name: Line = ""
    quantity: Units
    amount_fen: Fen | None = None
    bought_on: Day
    source: Name
    source_no: Annotated[str, Field(min_length=1, max_length=100)]
    file_id: Id | None = None


class MatchQuery(ListQuery):
    """What purchases put in doubt, by state."""

    state: Literal["proposed", "accepted", "dismissed"] = "proposed"


class DecisionBody(Body):
    """Why."""

    reason: Text = ""


class MatchAnswer(TypedDict):
    """An act that a purchase puts in doubt: for so many units, as the receiver's or the giver's purchase."""

    id: int
    purchase_id: int
    act_id: int
    slip: str
    side: str
    units: int
    state: str
    reason: str


class PurchaseAnswer(TypedDict):
    """A recorded purchase with what it put in doubt."""

    id: int
    organization_code: str
    class_code_set: str
    class_code: str
    name: str
    quantity: int
    amount_fen: int | None
    bought_on: date
    source: str
    source_no: str
    doubts: int


class PurchasePage(TypedDict):
    """A page of purchases, the newest first."""

    items: list[PurchaseAnswer]
    next: str | None
    total: int | None


class MatchPage(TypedDict):
    """A page of acts in doubt, the newest first."""

    items: list[MatchAnswer]
    next: str | None
    total: int | None


class DecidedAnswer(TypedDict):
    """A proposal after the decision."""

    id: int
    act_id: int
    units: int
    state: str
