"""What extensions read and answer over REST."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from assetpool.records.schemas import Body, Day, Units


class ExtensionLineBody(Body):
    """A line of the slip, or one tag on it, and how many units (default: all that are out)."""

    line_no: Annotated[int, Field(ge=1, le=2000)]
    tag: Annotated[str, Field(max_length=400)] = ""
    units: Units | None = None


class ExtensionBody(Body):
    """Until when things of a slip are to stay out; without lines everything that is out and due before."""

    until: Day
    lines: Annotated[list[ExtensionLineBody], Field(max_length=2000)] = []
    reason: Annotated[str, Field(max_length=2000)] = ""


class ExtensionLineAnswer(TypedDict):
    """One tag that stays longer."""

    line_no: int
    tag: str
    kind: str
    units: int
    due_before: date


class ExtensionAnswer(TypedDict):
    """An extension with what stays longer."""

    number: str
    state: str
    revision: int
    slip: str
    until: date
    reason: str
    lines: list[ExtensionLineAnswer]
