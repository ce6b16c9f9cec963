"""What the scan desk reads and answers over REST."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from assetpool.floor.codes import Code
from assetpool.handovers.schemas import MOST_LINES, Tag
from assetpool.records.schemas import Body, Line, Query, Units


class WorkQuery(Query):
    """How many days ahead are prepared, and a request or slip that is wanted whatever its day."""

    days: Annotated[int, Field(ge=0, le=60)] = 3
    document: Line = ""


class LookLineBody(Body):
    """A tag as scanned or typed, and how many units of it."""

    tag: Tag
    count: Units | None = None


class LookBody(Body):
    """A list to be judged: in which mode, for which request or store and place."""

    mode: Annotated[str, Field(pattern="^[a-z]{1,20}$")]
    target: Line = ""
    lines: Annotated[list[LookLineBody], Field(max_length=MOST_LINES)] = []


class PersonAnswer(TypedDict):
    """Who asks."""

    id: int
    name: str


class StoreWork(TypedDict):
    """A store where the person keeps."""

    code: str
    name: str


class KindWork(TypedDict):
    """A kind that the work concerns."""

    id: int
    name: str
    spec: str
    measure: str


class OutLine(TypedDict):
    """What one line may still get; `tag` where it is promised by its tag."""

    line: int
    kind_id: int
    tag: str | None
    units: int


class ContactWork(TypedDict):
    """Who was named to receive."""

    name: str
    phone: str


class OutWork(TypedDict):
    """A request of which something may go out of a store."""

    number: str
    receiver: str
    store: str
    first_day: date
    last_day: date | None
    units: int
    lines: list[OutLine]
    contacts: list[ContactWork]


class BackLine(TypedDict):
    """What is still out on one line of a slip."""

    line: int
    kind_id: int
    units: int


class BackWork(TypedDict):
    """A slip from which something is expected back."""

    number: str
    receiver: str
    store: str
    due_on: date | None
    overdue: bool
    units: int
    lines: list[BackLine]


class ThingOut(TypedDict):
    """Units of a label that are out."""

    slip: str
    line: int
    units: int


class ThingWork(TypedDict):
    """A label that the work may concern: where it is, how many units stand there, what is out of it, whom it is promised to by its tag."""

    tag: str
    kind_id: int
    form: str
    store: str
    place: str
    state: str
    standing: int
    out: list[ThingOut]
    promised_to: str | None


class PhotoAnswer(TypedDict):
    """A photo kept with a document."""

    id: int


class WorkAnswer(TypedDict):
    """The day's work; `complete` is false where there are more tags than are carried along: ask for those one by one."""

    made_at: datetime
    person: PersonAnswer
    stores: list[StoreWork]
    out: list[OutWork]
    back: list[BackWork]
    kinds: list[KindWork]
    things: list[ThingWork]
    codes: list[Code]
    complete: bool


class ReasonAnswer(TypedDict):
    """What stands against a thing: its stable code and the sentence in the caller's language."""

    code: str
    sentence: str


class CureAnswer(TypedDict):
    """What one tap does about it: `drop`, `count` (to `count`) or `open` (`url`)."""

    act: str
    label: str
    count: int | None
    url: str


class LookRow(TypedDict):
    """One thing of a list, judged."""

    tag: str
    kind_id: int | None
    kind: str
    form: str
    count: int
    standing: int
    state: str
    place: str
    store: str
    slip: str
    reason: ReasonAnswer | None
    cure: CureAnswer | None
    remark: ReasonAnswer | None
    code: Code | None


class LookLine(TypedDict):
    """One line of a request with its running total."""

    line: int
    kind_id: int
    kind: str
    spec: str
    tag: str
    drop: str
    picked: int
    promised: int


class LookAnswer(TypedDict):
    """A list, judged; figures in units."""

    rows: list[LookRow]
    lines: list[LookLine]
    picked: int
    promised: int
