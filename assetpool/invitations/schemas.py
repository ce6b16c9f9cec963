"""What machines say of an organizer's link and of event packs, and the shapes they get."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from assetpool.records.schemas import Body, Day, Id, Query, Text

Helper = Literal["pool", "organizer", "agreed"]


class InviteBody(Body):
    """Until when a link is open, who hauls and who sets up, and terms beside the usual ones."""

    expires_on: Day
    hauls: Helper = "agreed"
    sets_up: Helper = "agreed"
    terms: Text = ""


class Opens(TypedDict):
    """What opens the event, readable this once: the link, and the code to be told by another way."""

    link: str
    code: str


class InvitationAnswer(TypedDict):
    """The newest link of an event; `devices`: browsers it was opened in, `waiting`: lines of the list not handed in yet."""

    event_id: int
    invited_at: datetime
    expires_on: date
    hauls: str
    sets_up: str
    terms: str
    devices: int
    waiting: int
    over: bool


class MadeInvitationAnswer(InvitationAnswer):
    """A link just made; when the same key is sent again, what opens it is null."""

    opens: Opens | None


class PackQuery(Query):
    """For how many people the units of a pack are worked out."""

    people: Annotated[int, Field(ge=1, le=1_000_000)] | None = None


class PackLineBody(Body):
    """So many of a kind for every hundred people, in hundredths of a unit (10500: 105 for every hundred)."""

    kind_id: Id
    per_hundred_people_x100: Annotated[int, Field(ge=1, le=10**9)]


class PackBody(Body):
    """An event pack; with `id` the pack that is written anew."""

    name: Annotated[str, Field(min_length=1, max_length=120)]
    name_en: Annotated[str, Field(max_length=120)] = ""
    note: Annotated[str, Field(max_length=300)] = ""
    lines: Annotated[list[PackLineBody], Field(min_length=1, max_length=100)]
    id: Id | None = None


class PackLineAnswer(TypedDict):
    """A kind of a pack; `units` for the people asked about, rounded up (null where nobody asked, or the kind is offered no longer)."""

    kind_id: int
    name: str
    per_hundred_people_x100: int
    units: int | None


class PackAnswer(TypedDict):
    """An event pack with its lines."""

    id: int
    name: str
    name_en: str
    note: str
    withdrawn: bool
    changed_at: datetime
    lines: list[PackLineAnswer]


class PackRow(TypedDict):
    """An event pack in the list."""

    id: int
    name: str
    name_en: str
    note: str
    kinds: int


class PackPage(TypedDict):
    """The packs on offer, by name."""

    items: list[PackRow]
    next: str | None
    total: int | None
