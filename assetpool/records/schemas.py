"""The types that bodies, queries and answers of the REST interface are made of.

Bodies are read strictly (a number is a number, a day is `YYYY-MM-DD`); unknown members are let pass. Answers are TypedDicts:
checked by the type checker and described in the OpenAPI document, at no cost when they are sent.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints
from typing_extensions import TypedDict

LARGEST_ID = 2**63 - 1
MOST = 200


Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]
Fen = Annotated[int, Field(ge=0, le=10**15, description="integer fen (分)")]
Units = Annotated[int, Field(ge=1, le=10_000_000)]
Count = Annotated[int, Field(ge=0, le=10_000_000)]
Days = Annotated[int, Field(ge=0, le=3660)]
Day = Annotated[date, Field(ge=date(1900, 1, 1), le=date(9000, 1, 1), description="inclusive, in the pool's time zone")]
Moment = Annotated[AwareDatetime, Field(description="RFC 3339, with its time zone")]
Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=5000)]


class Body(BaseModel):
    """A JSON body; derive from it."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True, defer_build=True)


class Query(BaseModel):
    """What may stand after the question mark; derive from it. Empty values count as not given."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True, defer_build=True)


class ListQuery(Query):
    """A list's page: how many (at most 200), and the cursor that the page before gave as `next`."""

    limit: Annotated[int, Field(ge=1, le=MOST)] = 50
    cursor: Annotated[str, StringConstraints(max_length=400)] | None = None


class NoBody(Body):
    """An act that needs no words; an empty body or {} will do."""


class Words(Body):
    """An act with a reason or a remark."""

    reason: Text = ""
    occurred_at: Moment | None = None


class DeclineBody(Words):
    """A refusal needs a reason."""

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=5000)]


class DocumentAnswer(TypedDict):
    """The document an act made or moved, and the state it reached."""

    number: str
    state: str


class Problem(TypedDict):
    """RFC 9457: a refusal with its sentence, its stable code, and its figures beside them."""

    type: str
    title: str
    status: int
    detail: str
    code: str


class FileAnswer(TypedDict):
    """A kept file; its id goes where a `file_id` is asked for."""

    id: int
    name: str
    media_type: str
    size: int
    digest: str
