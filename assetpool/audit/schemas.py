"""What machines ask of the audit, and the shapes they get (INTERFACE.md)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints
from typing_extensions import TypedDict

from assetpool.records.schemas import Query


class VerifyQuery(Query):
    """`anchor`: a height and digest noted earlier, HEIGHT:DIGEST."""

    anchor: Annotated[str | None, StringConstraints(strip_whitespace=True, to_lower=True, pattern=r"^\d{1,18}:[0-9a-fA-F]{64}$")] = None


class ChainQuery(Query):
    """Rows above a height, at most 200 at a time."""

    since: Annotated[int, Field(ge=0, le=2**62)] = 0
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class HeadAnswer(TypedDict):
    """Height and head of the chain."""

    height: int
    head: str


class DifferenceAnswer(TypedDict):
    """The first place where what is stored and what should be there part ways."""

    what: str
    id: int | None
    expected: str
    found: str


class VerifyAnswer(TypedDict):
    """What was checked and what was found."""

    ok: bool
    checked: dict[str, int]
    chain: HeadAnswer
    first_difference: DifferenceAnswer | None


class ChainRowAnswer(TypedDict):
    """A fact: its digest covers the version, the table, `values` in their order and the digest before it."""

    height: int
    table: str
    id: int
    digest: str
    values: dict[str, int | str | None]


class ChainPage(TypedDict):
    """Rows of the chain in its order; `next` is the height to go on from (`since`)."""

    items: list[ChainRowAnswer]
    next: int | None
    total: int
    chain: HeadAnswer
