"""What extensions and change orders read and answer over REST."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from assetpool.records.schemas import Body, Code, Day, Fen, Id, Units


class ExtensionLineBody(Body):
    """A line of the slip, or one tag on it, and how many units (default: all that are out)."""

    line_no: Annotated[int, Field(ge=1, le=2000)]
    tag: Annotated[str, Field(max_length=400)] = ""
    units: Units | None = None


class ExtensionBody(Body):
    """Until when things of a slip are to stay out; without lines everything that is out and due before."""

    until: Day
    lines: Annotated[list[ExtensionLineBody], Field(max_length=2000)] = []
    reason: Annotated[str, Field(max_length=2000)] = ""


class ExtensionLineAnswer(TypedDict):
    """One tag that stays longer."""

    line_no: int
    tag: str
    kind: str
    units: int
    due_before: date


class ExtensionAnswer(TypedDict):
    """An extension with what stays longer."""

    number: str
    state: str
    revision: int
    slip: str
    until: date
    reason: str
    lines: list[ExtensionLineAnswer]


class KeptBody(Body):
    """A line of the request with its new number of units and drop point (default: as before); more units are a new line."""

    line_no: Annotated[int, Field(ge=1, le=5000)]
    units: Annotated[int, Field(ge=0, le=10_000_000)] | None = None
    drop: Annotated[str, Field(max_length=200)] | None = None


class AddedBody(Body):
    """A new line: more (`add`), another kind for what has not gone out of `of_line` (`swap`), good ones for broken ones that did (`exchange`)."""

    what: Literal["add", "swap", "exchange"] = "add"
    kind_id: Id | None = None
    units: Units
    of_line: Annotated[int, Field(ge=1, le=5000)] | None = None
    store_code: Code | None = None
    drop: Annotated[str, Field(max_length=200)] = ""
    budget_price_fen: Fen | None = None


class ChangeBody(Body):
    """What is to become of an approved request; without days they stay."""

    first_day: Day | None = None
    last_day: Day | None = None
    keep: Annotated[list[KeptBody], Field(max_length=2000)] = []
    add: Annotated[list[AddedBody], Field(max_length=2000)] = []
    reason: Annotated[str, Field(max_length=2000)] = ""


class ChangeLineAnswer(TypedDict):
    """One line before and after."""

    what: str
    line_no: int | None
    of_line: int | None
    kind_id: int
    kind: str
    units_before: int
    units_after: int
    drop_before: str
    drop: str


class ChangeAnswer(TypedDict):
    """A change order, before and after."""

    number: str
    state: str
    revision: int
    request: str
    first_before: date
    last_before: date
    first_day: date
    last_day: date
    reason: str
    lines: list[ChangeLineAnswer]
