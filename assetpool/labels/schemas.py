"""What the REST interface takes and answers for labels."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from assetpool.records.schemas import Body, Code, Query


class LabelsBody(Body):
    """Tags, or the number of an intake, or the code of a store; the layout; the first free place."""

    tags: Annotated[list[str], Field(max_length=20_000)] = []
    intake: str = ""
    store_code: str = ""
    layout: str = "a4-24"
    start: Annotated[int, Field(ge=1, le=400)] = 1


class LabelsQuery(Query):
    """The same as a GET; several tags are separated by commas."""

    tags: str = ""
    intake: str = ""
    store: str = ""
    layout: str = "a4-24"
    start: Annotated[int, Field(ge=1, le=400)] = 1


class BlanksBody(Body):
    """So many blank codes for a store."""

    store_code: Code
    count: Annotated[int, Field(ge=1, le=5000)]


class BlanksAnswer(TypedDict):
    """The batch and its tags, in the order of the sheet."""

    batch: int
    tags: list[str]


class ClaimLine(Body):
    """A blank code, and the thing that gets it: its tag, serial number or number in the books."""

    blank: Annotated[str, Field(min_length=1, max_length=400)]
    thing: Annotated[str, Field(min_length=1, max_length=400)]


class ClaimsBody(Body):
    """Blank codes and the things that they were stuck on, all or nothing."""

    lines: Annotated[list[ClaimLine], Field(min_length=1, max_length=2000)]


class Renamed(TypedDict):
    """What a thing was called and what it is called now."""

    former: str
    tag: str


class ClaimsAnswer(TypedDict):
    """Every thing that got a label."""

    items: list[Renamed]


class CodeAnswer(TypedDict):
    """What a code stands for: `purpose` asset, blank, shelf, cage or box; the tag of the thing or lot behind it, and how many units one scan counts."""

    tag: str
    purpose: str
    asset: str | None
    count: int
    store_code: str | None
    name: str
