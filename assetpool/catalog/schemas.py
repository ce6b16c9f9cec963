"""Bodies, queries and answers about kinds and stores."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from assetpool.records.schemas import Body, Code, Line, ListQuery, Name


class StoreQuery(ListQuery):
    """Which stores."""

    organization: Annotated[str, Field(max_length=40, description="code of an organization")] = ""


class NewStoreBody(Body):
    """A store to open."""

    code: Code
    name: Name
    organization_code: Code
    type: Literal["physical", "virtual"] = "physical"
    name_en: Line = ""
    address: Annotated[str, Field(max_length=300)] = ""
    telephone: Annotated[str, Field(max_length=60)] = ""
    parent_code: Code | None = None


class StoreAnswer(TypedDict):
    """A store of the pool."""

    id: int
    code: str
    name: str
    name_en: str
    type: str
    organization_code: str
    parent_code: str | None
    address: str
    telephone: str


class StorePage(TypedDict):
    """A page of stores."""

    items: list[StoreAnswer]
    next: str | None
    total: int | None


KindClass = Annotated[str, Field(max_length=20, description="a class code; kinds of classes below it are found too")]


class KindQuery(ListQuery):
    """Words and class to look for."""

    q: Annotated[str, Field(max_length=200, description="words in Chinese or English")] = ""
    class_code: Annotated[KindClass, Field(alias="class")] = ""


class KindAnswer(TypedDict):
    """A kind with the price and rent that hold today."""

    id: int
    class_code: str
    class_code_set: str
    class_confirmed: bool
    class_name: str | None
    name: str
    name_en: str
    spec: str
    measure: str
    volume_litres: int | None
    service_life_months: int | None
    service_life_source: str
    standard_cap_fen: int | None
    standard_cap_source: str
    turn_round_days: int
    label_policy: str
    register: str
    computer: bool
    withdrawn: bool
    reference_price_fen: int | None
    price_dated_on: date | None
    price_source: str | None
    rent_fen_per_day: int | None
    rent_fen_per_7_days: int | None
    rent_fen_per_30_days: int | None


class KindPage(TypedDict):
    """A page of kinds."""

    items: list[KindAnswer]
    next: str | None
    total: int | None
