"""What transfers look like in JSON."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AliasChoices, Field, StringConstraints, model_validator
from typing_extensions import TypedDict

from assetpool.core.errors import N_
from assetpool.handovers.schemas import AcceptBody, IssueBody, Tag
from assetpool.records.schemas import Body, Code, Day, DocumentAnswer, Fen, Id, ListQuery, Text, Units


class TransferLineBody(Body):
    """So many units of a kind, or of one tag."""

    kind_id: Id | None = None
    tag: Tag | None = None
    quantity: Units = 1

    @model_validator(mode="after")
    def _says_what(self) -> TransferLineBody:
        if (self.kind_id is None) == (self.tag is None):
            raise ValueError(N_("name either a kind_id or a tag."))
        return self


class TransferBody(Body):
    """Who gives what to whom for good. Without a giver or a store, the owner and the store of the things named are taken."""

    receiver_code: Annotated[Code, Field(validation_alias=AliasChoices("receiver_code", "receiver_organization_code", "organization_code"))]
    giver_code: Annotated[Code | None, Field(validation_alias=AliasChoices("giver_code", "giver_organization_code"))] = None
    store_code: Code | None = None
    first_day: Day | None = None
    reason: Annotated[Text, Field(validation_alias=AliasChoices("reason", "purpose"))] = ""
    consideration_fen: Fen = 0
    lines: Annotated[list[TransferLineBody], Field(min_length=1, max_length=2000)]


class TransferAcceptBody(AcceptBody):
    """The receiver's word; `slip` names the slip where several are under way."""

    slip: Annotated[str, StringConstraints(strip_whitespace=True, max_length=20)] | None = None


class TransferHandOverBody(IssueBody):
    """Things to hand over for good; with `received_by` and `signature` they are accepted in the same act."""


class BookLineBody(Body):
    """What the giver's finance confirms of a line, for all its accepted units together."""

    line: Annotated[int, Field(ge=1, le=2000)]
    accumulated_depreciation_fen: Fen


class BookBody(Body):
    """Enter the transfer in one side's books (default: the side of the person that has not booked yet)."""

    side: Literal["giver", "receiver"] | None = None
    lines: Annotated[list[BookLineBody], Field(max_length=2000)] = []
    note: Text = ""


class TransferQuery(ListQuery):
    """Narrow the list by state or words."""

    state: Annotated[str, StringConstraints(max_length=30)] | None = None
    q: Annotated[str, StringConstraints(max_length=200)] | None = None


class TransferLineAnswer(TypedDict):
    """One line; the book figures are of all accepted units together, null until acceptance or where unknown."""

    line: int
    kind_id: int
    name: str
    spec: str
    measure: str
    tag: str | None
    quantity: int
    handed_over: int
    accepted: int
    original_value_fen: int | None
    accumulated_depreciation_fen: int | None
    carrying_amount_fen: int | None


class TransferRow(DocumentAnswer):
    """One transfer of a list."""

    giver_code: str
    receiver_code: str
    store_code: str
    request: str | None
    consideration_fen: int
    reason: str
    first_day: date
    created_at: datetime


class TransferAnswer(TransferRow):
    """A transfer with its lines and slips."""

    revision: int
    giver_booked: bool
    receiver_booked: bool
    lines: list[TransferLineAnswer]
    slips: list[DocumentAnswer]


class TransferPage(TypedDict):
    """A page of transfers, newest first."""

    items: list[TransferRow]
    next: str | None
    total: int | None


class HandedOverAnswer(DocumentAnswer):
    """The transfer and the slip made; `link` opens the receiver's page once (null after a one-step hand-over)."""

    slip: str
    slip_state: str
    link: str | None


class AcceptedAnswer(DocumentAnswer):
    """The transfer and the slip accepted."""

    slip: str
    slip_state: str
