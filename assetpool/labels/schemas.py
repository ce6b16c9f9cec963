"""What the REST interface takes for labels."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from assetpool.records.schemas import Body, Query


class LabelsBody(Body):
    """Tags, or the number of an intake, or the code of a store; the layout; the first free place."""

    tags: Annotated[list[str], Field(max_length=20_000)] = []
    intake: str = ""
    store_code: str = ""
    layout: str = "a4-24"
    start: Annotated[int, Field(ge=1, le=400)] = 1


class LabelsQuery(Query):
    """The same as a GET; several tags are separated by commas."""

    tags: str = ""
    intake: str = ""
    store: str = ""
    layout: str = "a4-24"
    start: Annotated[int, Field(ge=1, le=400)] = 1
