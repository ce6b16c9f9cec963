"""What machines ask before buying, and the shapes they get."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field
from typing_extensions import TypedDict

from assetpool.records.schemas import Body, Day, Fen, Id, Line, ListQuery, Units


class WantedBody(Body):
    """One thing somebody means to buy; `budget_fen` is per unit.

    For the allocation standard: `grade` of the posts, `energy_class` (1 is best), `held` already, and of what it replaces the tag or card number
    (`replaces`) and the day it was acquired (`in_use_since`).
    """

    words: Annotated[str, Field(min_length=1, max_length=100)]
    class_code: Annotated[str, Field(min_length=1, max_length=20)]
    class_code_set: Annotated[str, Field(max_length=20)] = "GPC-2022"
    spec: Line = ""
    quantity: Units
    budget_fen: Fen | None = None
    grade: Annotated[str, Field(max_length=60)] = ""
    energy_class: Annotated[int, Field(ge=1, le=5)] | None = None
    held: Annotated[int, Field(ge=0, le=10_000_000)] | None = None
    replaces: Line = ""
    in_use_since: Day | None = None


class SearchBody(Body):
    """What an organization means to buy; without `to` for good. `replaces`: tag, or card number and age."""

    organization_code: Line
    from_: Annotated[Day, Field(alias="from")]
    to: Day | None = None
    reason: Literal["new", "replace"] = "new"
    replaces: Line = ""
    lines: Annotated[list[WantedBody], Field(min_length=1, max_length=20)]


class DeclinedBody(Body):
    """Why the free stock of a line does not serve."""

    line_no: Id
    reason: Annotated[str, Field(min_length=1, max_length=500)]


class IssueBody(Body):
    """What was declined, if anything."""

    declined: Annotated[list[DeclinedBody], Field(max_length=20)] = []


class AllowBody(Body):
    """Why a line may be bought beyond the allocation standard."""

    reason: Annotated[str, Field(min_length=1, max_length=500)]


SearchAnswer = TypedDict(
    "SearchAnswer",
    {
        "id": int,
        "organization_code": str,
        "searched_at": datetime,
        "from": date,
        "to": date | None,
        "reason": str,
        "replaces": str,
        "lines": list[dict[str, Any]],
        "certificate": str | None,
    },
)
"""A search with what the pool owns and has free by line, kind and store; `covers`: units that are short, `broken`: of the allocation standard."""


class SearchPage(TypedDict):
    """A page of searches, the newest first."""

    items: list[SearchAnswer]
    next: str | None
    total: int | None


class IssuedAnswer(TypedDict):
    """A certificate just issued, with what was frozen."""

    number: str
    check: str
    valid_from: date
    valid_until: date
    content: dict[str, Any]


class CertificateAnswer(TypedDict):
    """A certificate as it was frozen; `valid`: not run out and not replaced; `entered`: units free now beyond those of then, by line."""

    number: str
    check: str
    valid_from: date
    valid_until: date
    valid: bool
    superseded_by: str | None
    entered: dict[str, int]
    digest: str
    intact: bool
    content: dict[str, Any]


class SearchQuery(ListQuery):
    """A page of searches; `issued` narrows to those with a certificate or without one."""

    issued: bool | None = None
