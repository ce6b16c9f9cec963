"""What moves read and answer over REST."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from assetpool.records.schemas import Body, Code, DocumentAnswer, Moment, Units


class MoveLineBody(Body):
    """A tag, and of a lot how many units (default: all)."""

    tag: Annotated[str, Field(min_length=1, max_length=400)]
    count: Units | None = None


class MoveBody(Body):
    """Things to carry to a place of a store."""

    lines: Annotated[list[MoveLineBody], Field(min_length=1, max_length=5000)]
    store_code: Code
    place: Annotated[str, Field(max_length=80)] = ""
    occurred_at: Moment | None = None


class MoveRow(TypedDict):
    """A move in a list."""

    number: str
    state: str
    store: str
    place: str
    moved_at: datetime


class MovePage(TypedDict):
    """A page of moves."""

    items: list[MoveRow]
    next: str | None
    total: int | None


class MovedThing(TypedDict):
    """One tag that was carried."""

    tag: str
    kind: str
    count: int


class MoveAnswer(MoveRow):
    """A move with what was carried."""

    lines: list[MovedThing]


class SinglesBody(Body):
    """A lot by its tag, and how many of its units become single things (default: all that can)."""

    tag: Annotated[str, Field(min_length=1, max_length=400)]
    count: Units | None = None
    occurred_at: Moment | None = None


class SinglesAnswer(DocumentAnswer):
    """The document, and the tags that were made."""

    tags: list[str]
