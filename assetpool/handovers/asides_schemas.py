"""What things kept aside and exchanges read and answer over REST."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from assetpool.handovers.schemas import CostBody, Grade, SignatureBody, Tag
from assetpool.records.schemas import Body, Code, Line, Moment, Text, Units

Number = Annotated[str, Field(max_length=20)]


class AsideBody(Body):
    """Something that came back and was not expected: what it is and looks like; its label, the slip it came with and its owner as far as known."""

    store_code: Code
    sort: Literal["no_label", "wrong", "foreign"]
    what: Annotated[str, Field(min_length=1, max_length=300)]
    count: Units = 1
    tag: Tag | None = None
    slip: Number = ""
    owner_code: Code | None = None
    owner_name: Line = ""
    place: Annotated[str, Field(max_length=80)] = ""
    returned_by: Line = ""
    phone: Line = ""
    occurred_at: Moment | None = None


class MatchBody(Body):
    """Which missing unit it is; without `fate` it is received and inspected later."""

    tag: Tag
    slip: Number
    fate: Literal["good", "repair", "damaged", "unused"] | None = None
    condition: Annotated[Grade, Field(strict=False)] | None = None
    costs: Annotated[list[CostBody], Field(max_length=200)] = []
    no_cost_reason: Text = ""


class PutBackBody(Body):
    """How it ended without a slip, and what was found out."""

    outcome: Literal["ours", "taken_in"]
    note: Annotated[str, Field(min_length=1, max_length=1000)]


class ProposeBody(Body):
    """The label that the slip it came with lacks, if it is known."""

    missing: Tag | None = None


class SignBody(Body):
    """Who signs, and how; without a signature the caller vouches for it."""

    name: Annotated[str, Field(min_length=1, max_length=120)]
    phone: Line = ""
    signature: SignatureBody | None = None


class SideBody(SignBody):
    """Who signs for which side: `first` is the slip the thing came with, `second` the one it is out on."""

    side: Literal["first", "second"]


class AsideRow(TypedDict):
    """A thing kept aside in a list."""

    number: str
    state: str
    store: str
    sort: str
    what: str
    count: int
    outcome: str
    kept_at: datetime


class AsidePage(TypedDict):
    """A page of things kept aside."""

    items: list[AsideRow]
    next: str | None
    total: int | None


class AsideAnswer(AsideRow):
    """A thing kept aside with its label, slip, owner, and the papers that ended it."""

    place: str
    tag: str
    slip: str
    owner: str
    receipt: str
    exchange: str


class SwappedAnswer(TypedDict):
    """A line of an exchange: which label, out on which slip, who had it; `aside` where it lies in the store."""

    tag: str
    count: int
    slip: str
    holder: str
    aside: str


class ExchangeAnswer(TypedDict):
    """An exchange: its two slips, which of them signed, and what was swapped."""

    number: str
    state: str
    first_slip: str
    second_slip: str
    signed: list[str]
    lines: list[SwappedAnswer]
    receipt: str
