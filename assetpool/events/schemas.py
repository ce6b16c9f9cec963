"""Bodies, queries and answers about events."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from assetpool.records.schemas import Body, Code, Day, Fen, Line, ListQuery, Name


class EventQuery(ListQuery):
    """Which events, newest first."""

    organization: Annotated[str, Field(max_length=40, description="code of the organization that leads")] = ""


class NewEventBody(Body):
    """An event to enter."""

    name: Name
    organization_code: Code
    first_day: Day
    last_day: Day
    name_en: Line = ""
    budget_fen: Fen | None = None
    approval_no: Annotated[str, Field(max_length=120)] = ""
    funds: Annotated[str, Field(max_length=200)] = ""
    budget_line: Annotated[str, Field(max_length=120)] = ""
    member_codes: Annotated[list[Code], Field(max_length=200, description="organizations that take part beside the one that leads")] = []


class EventAnswer(TypedDict):
    """An event."""

    id: int
    name: str
    name_en: str
    organization_code: str
    first_day: date
    last_day: date
    budget_fen: int | None
    approval_no: str
    funds: str
    budget_line: str


class EventPage(TypedDict):
    """A page of events."""

    items: list[EventAnswer]
    next: str | None
    total: int | None
