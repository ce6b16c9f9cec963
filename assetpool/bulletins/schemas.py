"""What machines ask of bulletins, and the shapes they get."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field
from typing_extensions import TypedDict

from assetpool.records.schemas import Body, Day, Id, Line, ListQuery


class NewBulletinBody(Body):
    """What a bulletin is about; without titles it gets the usual ones."""

    from_: Annotated[Day, Field(alias="from")]
    to: Day
    basis: Literal["adopted", "purchase", "rental", "consumption"] = "adopted"
    event_id: Id | None = None
    organization_code: Line = ""
    title: Line = ""
    title_en: Line = ""


class BulletinQuery(ListQuery):
    """A page of issued bulletins."""


class Sentences(TypedDict):
    """The sentences, one per kind of saving, in both languages."""

    zh: list[str]
    en: list[str]


class ChainPart(TypedDict):
    """Height and head of the chain that the figures rest on."""

    height: int
    head: str


BulletinAnswer = TypedDict(
    "BulletinAnswer",
    {
        "number": str,
        "state": str,
        "title": str,
        "title_en": str,
        "from": date,
        "to": date,
        "basis": str,
        "event_id": int | None,
        "sentences": Sentences,
        "kinds": list[dict[str, Any]],
        "policies": list[str],
        "chain": ChainPart,
        "digest": str,
        "issued_at": datetime,
        "check": str,
    },
)
"""An issued bulletin as its figures were frozen."""


class BulletinPage(TypedDict):
    """A page of issued bulletins, the newest first."""

    items: list[BulletinAnswer]
    next: str | None
    total: int | None
