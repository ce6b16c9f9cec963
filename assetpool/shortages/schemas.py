"""Questions and answers of shortages."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from assetpool.records.schemas import Body, Day, Id, Line, Query, Units


class ProposalsQuery(Query):
    """So many of a kind on some days; without `to` for good. `store` names the store that was asked."""

    from_: Annotated[Day, Field(alias="from")]
    to: Day | None = None
    quantity: Units = 1
    store: Annotated[str, Field(max_length=40, description="code of a store")] = ""


class ElsewhereAnswer(TypedDict):
    """Another store with units free on these days."""

    store: str
    free: int


class SubstituteOffer(TypedDict):
    """A kind that could stand in; `declared`: the pool says so, else it is of the same class."""

    kind_id: int
    kind: str
    free: int
    declared: bool


class ProposalsAnswer(TypedDict):
    """What such a wish meets: free on all days, short, and the ways out; `later` and `earlier` are the nearest days on which all of it begins to be free."""

    free: int
    short: int
    later: date | None
    earlier: date | None
    stores: list[ElsewhereAnswer]
    substitutes: list[SubstituteOffer]


class SubstituteBody(Body):
    """A kind and what may stand in for it; `mutual`: each for the other."""

    kind_id: Id
    other_id: Id
    mutual: bool = False


class SubstituteAnswer(TypedDict):
    """A declaration."""

    id: int
    kind_id: int
    other_id: int
    mutual: bool


class SubstituteList(TypedDict):
    """All declarations."""

    items: list[SubstituteAnswer]


class StandInBody(Body):
    """The kind to give instead."""

    kind_id: Id


class WaitBody(Body):
    """The line to queue for; `quantity` defaults to what it lacks."""

    line: Units
    quantity: Units | None = None


class WaitingAnswer(TypedDict):
    """A place in the queue; an offer is kept until `keep_until`."""

    id: int
    number: str
    line: int
    kind_id: int
    quantity: int
    first_day: date
    last_day: date | None
    state: str
    keep_until: datetime | None


class WaitingList(TypedDict):
    """The open queue in its order."""

    items: list[WaitingAnswer]


class RebookBody(Body):
    """Which way out, and for store and substitute where to and what."""

    way: Literal["store", "substitute", "later", "part"]
    kind_id: Id | None = None
    store: Annotated[str, Field(max_length=40)] = ""


class WayAnswer(TypedDict):
    """A way out for what no longer fits."""

    way: str
    quantity: int
    kind_id: int
    kind: str
    store: str
    first_day: date


class RiskAnswer(TypedDict):
    """A promise of which `lacking` units no longer fit."""

    id: int
    number: str
    line: int
    kind_id: int
    store: str
    lacking: int
    ways: list[WayAnswer]


class RiskList(TypedDict):
    """Promises at risk, in the order of approval."""

    items: list[RiskAnswer]


class WishBody(Body):
    """Words, a class, or both."""

    words: Line = ""
    class_code: Annotated[str, Field(max_length=20)] = ""


class WishAnswer(TypedDict):
    """A wish."""

    id: int
    words: str
    class_code: str


class WishList(TypedDict):
    """One's own wishes."""

    items: list[WishAnswer]
