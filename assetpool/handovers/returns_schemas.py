"""What returns read and answer over REST."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field, model_validator
from typing_extensions import TypedDict

from assetpool.core.errors import N_
from assetpool.handovers.schemas import MOST_LINES, CostBody, Grade, Tag
from assetpool.records.schemas import Body, Code, Count, Id, Line, Moment, Text, Units


class ReturnLineBody(Body):
    """A tag, or a slip and its line; with counts it is inspected at once, without it is only received (all that is out, or `count`)."""

    tag: Tag | None = None
    slip: Annotated[str, Field(max_length=20)] | None = None
    line: Id | None = None
    count: Units | None = None
    good: Count = 0
    repair: Count = 0
    damaged: Count = 0
    lost: Count = 0
    unused: Count = 0
    condition: Annotated[Grade, Field(strict=False)] | None = None
    accessories: Text | list[Line] = ""
    note: Text = ""

    @model_validator(mode="after")
    def _names_something(self) -> ReturnLineBody:
        if not self.tag and not (self.slip and self.line):
            raise ValueError(N_("each line names a tag, or a slip and its line."))
        return self


class ReturnBody(Body):
    """A batch of things brought back to a store."""

    store_code: Code | None = None
    returned_by: Line = ""
    phone: Line = ""
    occurred_at: Moment | None = None
    costs: Annotated[list[CostBody], Field(max_length=200)] = []
    no_cost_reason: Text = ""
    lines: Annotated[list[ReturnLineBody], Field(min_length=1, max_length=MOST_LINES)]


class InspectLineBody(Body):
    """The inspection of one line of a receipt: the counts add up to what arrived."""

    line: Id
    good: Count = 0
    repair: Count = 0
    damaged: Count = 0
    unused: Count = 0
    condition: Annotated[Grade, Field(strict=False)] | None = None
    accessories: Text | list[Line] = ""
    note: Text = ""


class InspectBody(Body):
    """Lines of a receipt, inspected."""

    lines: Annotated[list[InspectLineBody], Field(min_length=1, max_length=MOST_LINES)]
    occurred_at: Moment | None = None


class ReturnRow(TypedDict):
    """A receipt in a list."""

    number: str
    state: str
    store: str
    arrived_at: datetime
    inspected_at: datetime | None


class ReturnPage(TypedDict):
    """A page of receipts."""

    items: list[ReturnRow]
    next: str | None
    total: int | None


class ReturnLineAnswer(TypedDict):
    """One line of a receipt: which slip and tag, what arrived, how it was inspected."""

    line: int
    slip: str
    slip_line: int
    tag: str
    kind: str
    arrived: int
    good: int
    repair: int
    damaged: int
    unused: int
    lost: int
    inspected: bool
    accessories: str
    note: str


class ReturnAnswer(ReturnRow):
    """A receipt with its lines."""

    lines: list[ReturnLineAnswer]
