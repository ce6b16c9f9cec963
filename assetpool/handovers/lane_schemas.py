"""What machines say of the small lanes, and the shapes they get."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from assetpool.handovers.schemas import SignatureBody
from assetpool.records.schemas import Body, Code, Day, Id, Line, Name, Units


class LaneItemBody(Body):
    """A tag, and of a lot how many."""

    tag: Name
    count: Units | None = None


class LaneBody(Body):
    """Things handed over at once: for whom, who asks at the counter and signs (`username`), until when and what for."""

    lane: Literal["iou", "emergency"]
    organization_code: Code
    username: Name
    last_day: Day
    reason: Annotated[str, Field(min_length=1, max_length=2000)]
    lines: Annotated[list[LaneItemBody], Field(min_length=1, max_length=200)]
    phone: Line = ""
    signature: SignatureBody | None = None


class PapersBody(Body):
    """The kept file of the signed approval that followed an emergency issue."""

    file_id: Id


class LaneAnswer(TypedDict):
    """An issue through a small lane: its request and its slip; `papers_due_at` of an emergency."""

    number: str
    state: str
    lane: str
    slip: str | None
    organization_code: str
    issued_at: datetime
    papers_due_at: datetime | None
    papers_at: datetime | None


class LanePage(TypedDict):
    """Issues through the small lanes, the newest first."""

    items: list[LaneAnswer]
    next: str | None
    total: int | None
