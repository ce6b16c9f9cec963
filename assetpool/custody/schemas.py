"""Queries and answers about assets and their movements."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from assetpool.custody.models import Condition, State
from assetpool.records.schemas import Id, ListQuery, Query


class AssetFilter(Query):
    """What is looked for: words, tag, serial or external number; class, status, store, organization, condition."""

    q: Annotated[str, Field(max_length=200, description="words in Chinese or English; or a tag, serial or external number exactly")] = ""
    class_code: Annotated[str, Field(alias="class", max_length=20, description="a class code; classes below it are found too")] = ""
    status: State | None = None
    store: Annotated[str, Field(max_length=40, description="code of a store; stores below it are found too")] = ""
    organization: Annotated[str, Field(max_length=40, description="code of an organization that owns or keeps units")] = ""
    condition: Condition | None = None
    kind_id: Id | None = None


class AssetQuery(AssetFilter, ListQuery):
    """What is looked for, and how it is listed."""

    limit: Annotated[int, Field(ge=1, le=200)] = 25
    sort: Literal["kind", "newest", "oldest", "tag"] | None = None


class AssetAnswer(TypedDict):
    """What carries a label, as lists show it; of a lot the place and status of its largest part."""

    tag: str
    kind_id: int
    name: str
    name_en: str
    spec: str
    measure: str
    class_code: str
    class_code_set: str
    lot: bool
    units: int
    store: str
    store_name: str
    place: str
    status: str
    condition: str
    custodian: str
    custodian_name: str
    brand: str
    serial: str
    external_no: str


class AssetPage(TypedDict):
    """A page of assets; totals are counted up to a thousand."""

    items: list[AssetAnswer]
    next: str | None
    total: int | None
    total_capped: bool


class PartAnswer(TypedDict):
    """Like units of an asset that stand together; book figures are per unit, null for those who may not read them."""

    count: int
    status: str
    condition: str
    store: str
    place: str
    owner: str
    book_organization: str
    custodian: str
    acquired_on: date | None
    original_value_fen: int | None
    accumulated_depreciation_fen: int | None
    document: str | None
    line: int | None
    due_on: date | None


class AssetDetailAnswer(AssetAnswer):
    """An asset with its parts."""

    parts: list[PartAnswer]


class MovementAnswer(TypedDict):
    """One thing that happened to some of the units, and how they stood after."""

    id: int
    height: int
    digest: str
    act: str
    count: int
    status: str
    condition: str
    store: str
    place: str
    custodian: str
    owner: str
    book_organization: str
    document: str | None
    line: int | None
    due_on: date | None
    occurred_at: datetime
    recorded_at: datetime


class MovementPage(TypedDict):
    """What happened, newest first."""

    items: list[MovementAnswer]
    next: str | None
    total: int | None
