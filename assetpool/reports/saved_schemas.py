"""What machines say of saved reports, and the shapes they get."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from assetpool.records.schemas import Body, Day, Id

Schedule = Literal["none", "monthly", "quarterly"]
DayOfMonth = Annotated[int, Field(ge=1, le=28)]


class SavedBody(Body):
    """A question kept under a name; without days over all days up to the one it is asked on. `day`: when, after a month or quarter, it is made."""

    name: Annotated[str, Field(min_length=1, max_length=120)]
    from_: Annotated[Day | None, Field(alias="from")] = None
    to: Day | None = None
    by: Annotated[str, Field(max_length=20)] = "kind"
    basis: Annotated[str, Field(max_length=12)] = "adopted"
    kind: Literal["", "loan", "transfer", "premises"] = ""
    event_id: Id | None = None
    organization_code: Annotated[str, Field(max_length=40)] = ""
    schedule: Schedule = "none"
    day: DayOfMonth = 1


class ScheduleBody(Body):
    """When a saved report is made by itself."""

    schedule: Schedule
    day: DayOfMonth = 1


SavedAnswer = TypedDict(
    "SavedAnswer",
    {
        "id": int,
        "name": str,
        "from": date | None,
        "to": date | None,
        "by": str,
        "basis": str,
        "kind": str,
        "event_id": int | None,
        "organization_code": str,
        "schedule": str,
        "day": int,
        "created_at": datetime,
    },
)
"""A report one keeps."""


class SavedPage(TypedDict):
    """The reports one keeps, by name."""

    items: list[SavedAnswer]
    next: str | None
    total: int | None


ReadyAnswer = TypedDict(
    "ReadyAnswer",
    {"id": int, "name": str, "from": date, "to": date, "height": int, "head": str, "workbook_file_id": int, "paper_file_id": int, "made_at": datetime},
)
"""A report as it was made by schedule, with the chain it rests on and the files that hold it."""


class ReadyPage(TypedDict):
    """What was made by schedule, the newest first."""

    items: list[ReadyAnswer]
    next: str | None
    total: int | None
