"""What machines say of the allocation standard and of posts, and the shapes they get."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from assetpool.records.schemas import Body, Code, Count, Day, Fen, Line, Name, Query, Text, Units


class StandardQuery(Query):
    """The rows that hold on a day; with an organization those that hold for it."""

    organization_code: str | None = None
    on: Day | None = None


class RowBody(Body):
    """A row of a standard from a day on (default: today); without `organization_code` for the whole pool. `pieces` for every `of_posts` posts."""

    standard: Name
    category: Annotated[str, Field(min_length=1, max_length=100)]
    grade: Annotated[str, Field(max_length=60)] = ""
    class_code: Annotated[str, Field(max_length=20)] = ""
    counted_class: Annotated[str, Field(max_length=20)] = ""
    measure: Annotated[str, Field(max_length=20)] = ""
    price_cap_fen: Fen | None = None
    min_years: Annotated[int, Field(ge=1, le=100)] | None = None
    pieces: Units | None = None
    of_posts: Units | None = None
    up_to_posts: Units | None = None
    further_of_posts: Units | None = None
    quantity_rule: Text = ""
    evidence: Literal["checked", "recalled"] = "checked"
    source: Annotated[str, Field(max_length=300)] = ""
    organization_code: Code | None = None
    valid_from: Day | None = None


class RowAnswer(TypedDict):
    """A row that holds; one that is not `binding` advises and never refuses."""

    id: int
    organization_code: str | None
    standard: str
    category: str
    grade: str
    class_code: str
    counted_class: str
    measure: str
    price_cap_fen: int | None
    min_years: int | None
    pieces: int | None
    of_posts: int | None
    up_to_posts: int | None
    further_of_posts: int | None
    quantity_rule: str
    binding: bool
    source: str
    valid_from: date
    set_at: datetime


class RowPage(TypedDict):
    """The rows of the standard."""

    items: list[RowAnswer]
    next: str | None
    total: int | None


class PostsBody(Body):
    """How many posts of a grade ('': not told apart) there are from a day on."""

    posts: Count
    grade: Annotated[str, Field(max_length=60)] = ""
    source: Line = ""
    valid_from: Day | None = None


class PostsAnswer(TypedDict):
    """The posts of an organization by grade, as they stand today."""

    organization_code: str
    posts: dict[str, int]
