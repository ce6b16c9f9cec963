"""What intakes look like in JSON."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator
from typing_extensions import TypedDict

from assetpool.core.errors import N_
from assetpool.custody.models import Condition
from assetpool.records.schemas import Body, Code, Count, Day, DocumentAnswer, Fen, Id, Line, ListQuery, Moment, Text, Units

Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)]


class IntakeLineBody(Body):
    """So many of a kind: an existing one by `kind_id`, or one by class, name and spec, which is made if it is new. Values are per unit.

    `lot`: counted under one label (default: as the kind is usually labelled).
    """

    kind_id: Id | None = None
    class_code: Annotated[str, StringConstraints(strip_whitespace=True, max_length=20)] = ""
    class_code_set: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20)] = "GPC-2022"
    name: Line = ""
    spec: Line = ""
    measure: Annotated[str, StringConstraints(strip_whitespace=True, max_length=20)] = ""
    quantity: Units
    lot: bool | None = None
    original_value_fen: Fen | None = None
    accumulated_depreciation_fen: Fen | None = None
    acquired_on: Day | None = None
    condition: Literal["new", "good", "fair", "poor", "scrap"] = "good"
    brand: Short = ""
    serial: Short = ""
    external_no: Short = ""
    place: Annotated[str, StringConstraints(strip_whitespace=True, max_length=80)] = ""
    note: Text = ""

    @model_validator(mode="after")
    def _says_what(self) -> IntakeLineBody:
        if self.kind_id is None and not self.name:
            raise ValueError(N_("name a kind by its kind_id, or by class_code, name and spec."))
        return self


class IntakeBody(Body):
    """An organization's things for a store; in `custody` the books stay with it, by `transfer` they move to the store's organization."""

    organization_code: Code
    store_code: Code
    reason: Text = ""
    mode: Literal["custody", "transfer"] = "custody"
    event_id: Id | None = None
    lines: Annotated[list[IntakeLineBody], Field(min_length=1, max_length=2000)]


class ReceivedBody(Body):
    """What came for a line: how many (default: all still expected), in which condition, to which place; `done`: nothing more will come."""

    line: Annotated[int, Field(ge=1, le=20_000)]
    count: Count | None = None
    condition: Literal["new", "good", "fair", "poor", "scrap"] | None = None
    place: Annotated[str, StringConstraints(strip_whitespace=True, max_length=80)] | None = None
    done: bool = False


class ReceiveBody(Body):
    """What came; an empty body means everything as announced."""

    lines: Annotated[list[ReceivedBody], Field(max_length=20_000)] = []
    occurred_at: Moment | None = None


class IntakeQuery(ListQuery):
    """Narrow the list by state, words or organization."""

    state: Annotated[str, StringConstraints(max_length=30)] | None = None
    q: Annotated[str, StringConstraints(max_length=200)] | None = None


class IntakeLineAnswer(TypedDict):
    """One line with what came of it."""

    line: int
    kind_id: int
    name: str
    spec: str
    measure: str
    class_code: str
    class_code_set: str
    lot: bool
    quantity: int
    received: int
    closed: bool
    original_value_fen: int | None
    accumulated_depreciation_fen: int | None
    acquired_on: date | None
    condition: Condition
    brand: str
    serial: str
    external_no: str
    place: str
    note: str
    tags: list[str]


class DuplicateAnswer(TypedDict):
    """A line that may be in the pool, or on this intake, already."""

    line: int
    field: str
    value: str
    tag: str | None
    other_line: int | None


class IntakeRow(DocumentAnswer):
    """One intake of a list."""

    organization_code: str
    store_code: str
    mode: str
    reason: str
    units: int
    created_at: datetime


class IntakeAnswer(IntakeRow):
    """An intake with its lines, and what seems to be in the pool already."""

    revision: int
    lines: list[IntakeLineAnswer]
    duplicates: list[DuplicateAnswer]


class IntakePage(TypedDict):
    """A page of intakes, newest first."""

    items: list[IntakeRow]
    next: str | None
    total: int | None


class ReceivedAnswer(DocumentAnswer):
    """What receiving made: the tags of the new labels, in the order of the lines."""

    tags: list[str]
