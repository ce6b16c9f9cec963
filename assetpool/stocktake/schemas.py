"""What stocktakes read and answer over REST."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from assetpool.records.schemas import Body, Code, Id, ListQuery, Moment, Text


class PlanBody(Body):
    """A stocktake of a store, or of a place, class or organization in it."""

    store_code: Code
    place: Annotated[str, Field(max_length=80)] = ""
    class_code: Annotated[str, Field(max_length=20)] = ""
    organization_code: Code | None = None
    way: Literal["full", "cyclic", "spot"] = "spot"
    blind: bool = True
    reason: Text = ""


class CountBody(Body):
    """One count. `key` is made by whoever counts and makes it count once; `undoes` names the key of an own count that is taken back."""

    key: Annotated[str, Field(min_length=1, max_length=100)]
    tag: Annotated[str, Field(max_length=400)] = ""
    words: Annotated[str, Field(max_length=200)] = ""
    kind_id: Id | None = None
    units: Annotated[int, Field(ge=0, le=1_000_000)] = 1
    place: Annotated[str, Field(max_length=80)] | None = None
    occurred_at: Moment | None = None
    undoes: Annotated[str, Field(max_length=100)] = ""


class CountsBody(Body):
    """Counts in the order they were made."""

    counts: Annotated[list[CountBody], Field(min_length=1, max_length=2000)]


class ResolveBody(Body):
    """What becomes of a difference."""

    resolution: Literal["lost", "held", "move", "number", "propose"]
    note: Annotated[str, Field(max_length=300)] = ""
    kind_id: Id | None = None


class LinesQuery(ListQuery):
    """Lines; `again` for those that are to be counted a second time."""

    again: bool = False


class StocktakeRow(TypedDict):
    """A stocktake in a list."""

    number: str
    state: str
    store: str
    way: str
    place: str
    class_code: str
    frozen_at: datetime | None
    created_at: datetime


class StocktakePage(TypedDict):
    """A page of stocktakes."""

    items: list[StocktakeRow]
    next: str | None
    total: int | None


class DifferenceAnswer(TypedDict):
    """One thing that is not as the book says, and what becomes of it."""

    position: int
    what: str
    tag: str | None
    kind: str | None
    words: str
    units: int
    from_place: str
    to_place: str
    worth_fen: int | None
    resolution: str
    note: str
    posted: int


class StocktakeAnswer(StocktakeRow):
    """A stocktake with its sums (null while they would tell a blind count what to expect) and its differences."""

    blind: bool
    round: int
    revision: int
    lines: int
    lines_counted: int
    lines_right: int | None
    units_expected: int | None
    differences: list[DifferenceAnswer]


class LineAnswer(TypedDict):
    """One label at one place; `expected` is null while the count is blind and not over."""

    line_no: int
    tag: str
    kind: str
    kind_en: str
    measure: str
    lot: bool
    place: str
    expected: int | None
    counted: int | None
    explained: int | None
    again: bool


class LinePage(TypedDict):
    """A page of lines."""

    items: list[LineAnswer]
    next: str | None
    total: int | None


class TakenAnswer(TypedDict):
    """What became of a count: counted, again, elsewhere, on_loan, unknown, undone; `kept`: it had come before, and is there once."""

    key: str
    outcome: str
    tag: str
    words: str
    kind: str
    kind_en: str
    place: str
    units: int
    lot: bool
    by: str
    at: datetime | None
    kept: bool


class CountsAnswer(TypedDict):
    """The stocktake and what became of each count."""

    number: str
    state: str
    counts: list[TakenAnswer]
