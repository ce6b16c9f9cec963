"""Bodies, queries and answers about requests."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, model_validator
from typing_extensions import TypedDict

from assetpool.core.errors import N_
from assetpool.records.schemas import Body, Code, Count, Day, Fen, Id, Line, ListQuery, Moment, Text, Units

Tag = Annotated[str, Field(min_length=1, max_length=40, description="a label's tag, as printed or scanned")]


class ReceiverBody(Body):
    """Somebody who may receive the things."""

    name: Annotated[str, Field(min_length=1, max_length=120)]
    phone: Annotated[str, Field(max_length=60)] = ""


class RequisitionLineBody(Body):
    """A kind, or one label, in a quantity (of a label: all of its units unless said)."""

    kind_id: Id | None = None
    tag: Tag | None = None
    quantity: Units | None = None
    store_code: Code | None = None
    drop: Line = ""
    budget_price_fen: Fen | None = None
    need_dated_on: Day | None = None
    need_file_id: Id | None = None
    budget_file_id: Id | None = None

    @model_validator(mode="after")
    def _names_a_thing(self) -> RequisitionLineBody:
        if (self.kind_id is None) == (self.tag is None):
            raise ValueError(N_("give either kind_id or tag."))
        if self.kind_id is not None and self.quantity is None:
            raise ValueError(N_("give the quantity."))
        return self


class RequisitionBody(Body):
    """A request to write; without organization_code it is for the only organization the caller may ask for, a transfer without first_day for today."""

    kind: Literal["loan", "transfer"] = "loan"
    organization_code: Code | None = None
    event_id: Id | None = None
    first_day: Day | None = None
    last_day: Day | None = None
    purpose: Text = ""
    budget_line: Annotated[str, Field(max_length=120)] = ""
    receivers: Annotated[list[ReceiverBody], Field(max_length=50)] = []
    lines: Annotated[list[RequisitionLineBody], Field(min_length=1, max_length=2500)]


class CutBody(Body):
    """How many units of a line are granted."""

    line: Annotated[int, Field(ge=1, le=2500)]
    approved: Count


class ApproveBody(Body):
    """An approval; lines that are named are granted in part, `until` ends a loan earlier; either needs a reason."""

    reason: Text = ""
    lines: Annotated[list[CutBody], Field(max_length=2500)] = []
    until: Day | None = None
    occurred_at: Moment | None = None


class RequisitionQuery(ListQuery):
    """Which requests, newest first."""

    state: Annotated[str, Field(max_length=30)] = ""
    kind: Literal["", "loan", "transfer"] = ""
    q: Annotated[str, Field(max_length=100, description="number, organization, event or purpose")] = ""
    organization: Annotated[str, Field(max_length=40, description="code of the organization that asks")] = ""
    event_id: Id | None = None


class RequisitionLineAnswer(TypedDict):
    """A line as it stands."""

    line: int
    kind_id: int
    kind: str
    tag: str | None
    store_code: str | None
    quantity: int
    approved: int
    issued: int
    drop: str
    budget_price_fen: int | None
    need_dated_on: date | None


class RequisitionHead(TypedDict):
    """A request in a list."""

    number: str
    state: str
    kind: str
    organization_code: str
    event_id: int | None
    first_day: date
    last_day: date | None
    purpose: str
    created_at: datetime


class ReservationAnswer(TypedDict):
    """A promise of stock."""

    line: int
    store_code: str
    promised: int
    issued: int
    first_day: date
    last_day: date | None


class RequisitionAnswer(RequisitionHead):
    """A request with its lines and what is promised to it."""

    budget_line: str
    revision: int
    lines: list[RequisitionLineAnswer]
    reservations: list[ReservationAnswer]


class RequisitionPage(TypedDict):
    """A page of requests."""

    items: list[RequisitionHead]
    next: str | None
    total: int | None
