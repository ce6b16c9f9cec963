"""What trips, passes and the gate read and answer over REST."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from assetpool.handovers.schemas import CostsBody
from assetpool.records.schemas import Body, Code, Count, Day, DocumentAnswer, Fen, Id, Line, ListQuery, Moment, Query, Text, Units

Plate = Annotated[str, Field(min_length=1, max_length=20)]


class PartBody(Body):
    """Units of a slip's line; without line and units all that travels on no other trip."""

    slip: Code
    line: Id | None = None
    units: Units | None = None


class TripBody(Body):
    """A trip from a store: vehicle, driver, who loads for how long (`hours` in hundredths, all together), draft fees, and its loads."""

    store_code: Code
    plate: Plate
    day: Day | None = None
    carrier: Line = ""
    driver: Annotated[str, Field(max_length=120)] = ""
    telephone: Annotated[str, Field(max_length=60)] = ""
    loaders: Annotated[int, Field(ge=0, le=1000)] = 0
    hours: Annotated[int, Field(ge=0, le=10_000_000, description="hundredths of an hour")] = 0
    haulage_fen: Fen | None = None
    loading_fen: Fen | None = None
    note: Text = ""
    loads: Annotated[list[PartBody], Field(max_length=2000)] = []


class LoadsBody(Body):
    """What a planned trip carries, said anew."""

    loads: Annotated[list[PartBody], Field(max_length=2000)]


class TripQuery(ListQuery):
    """A page of trips, narrowed to a state or a day."""

    state: Annotated[str, Field(max_length=30)] = ""
    day: Day | None = None


class TripCostsBody(CostsBody):
    """What a departed trip cost, or why it cost nothing."""


class GateBody(Body):
    """A word at the gate: what is not right, and when it happened."""

    reason: Text = ""
    occurred_at: Moment | None = None


class LeftBody(Body):
    """A truck that left a store without a pass."""

    store_code: Code
    plate: Plate
    reason: Text = ""


class PickQuery(Query):
    """What to fetch: for a request, or all that goes out until a day (default: today); of one store."""

    request: Annotated[str, Field(max_length=20)] = ""
    day: Day | None = None
    store: Annotated[str, Field(max_length=40)] = ""


class TripRow(TypedDict):
    """A trip in a list."""

    number: str
    state: str
    store: str
    day: date
    plate: str
    units: int


class TripPage(TypedDict):
    """A page of trips, newest first."""

    items: list[TripRow]
    next: str | None
    total: int | None


class TripLoadAnswer(TypedDict):
    """Units of a slip's line on a trip."""

    slip: str
    state: str
    line: int
    kind: str
    units: int


class PassAnswer(TypedDict):
    """A gate pass of a trip."""

    number: str
    state: str
    units: int


class WordAnswer(TypedDict):
    """What was said at the gate: let_go, not_right, entered, again, no_pass or unseen."""

    said: str
    reason: str
    occurred_at: datetime


class TripAnswer(TripRow):
    """A trip with its work, draft fees, loads, passes and what the gate said."""

    carrier: str
    loaders: int
    hours: int
    haulage_fen: int | None
    loading_fen: int | None
    departed_at: datetime | None
    entered_at: datetime | None
    loads: list[TripLoadAnswer]
    passes: list[PassAnswer]
    words: list[WordAnswer]


class PassedAnswer(DocumentAnswer):
    """The trip, and the pass that was issued for it."""

    gate_pass: str


class GateAnswer(TypedDict):
    """What was said at a gate, and the state of the pass then."""

    number: str | None
    state: str
    said: str
    plate: str


class PickAnswerLine(TypedDict):
    """Fetch so many units from a shelf."""

    store: str
    area: str
    shelf: str
    kind: str
    units: int
    tags: list[str]
    pinned: bool
    request: str
    drop: str


class PickMissing(TypedDict):
    """Units promised that do not stand in the store now."""

    store: str
    kind: str
    units: Count
    request: str


class PickAnswer(TypedDict):
    """A pick list in walking order."""

    units: int
    lines: list[PickAnswerLine]
    missing: list[PickMissing]
