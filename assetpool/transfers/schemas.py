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


class PaymentBody(Body):
    """What was paid for a transfer: to the giver, by the giver into the treasury, or straight into the treasury."""

    way: Literal["to_giver", "paid_in", "direct"]
    amount_fen: Annotated[int, Field(ge=1, le=10**15, description="integer fen (分), above 0")]
    paid_on: Day
    receipt: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
    file_id: Id | None = None


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


class PaymentAnswer(TypedDict):
    """A payment; one taken back counts nothing."""

    id: int
    way: str
    amount_fen: int
    paid_on: date
    receipt: str
    file_id: int | None
    taken_back: bool


class PriceAnswer(TypedDict):
    """Where the agreed price stands: what the receiver has paid, and what has reached the treasury."""

    agreed_fen: int
    paid_fen: int
    in_treasury_fen: int
    payments: list[PaymentAnswer]


class CardAnswer(TypedDict):
    """A label (or part of a lot) that was accepted, for both books; amounts of all its units together, null where unknown."""

    line: int
    slip: str
    tag: str
    external_no: str
    class_code_set: str
    class_code: str
    name: str
    spec: str
    brand: str
    serial: str
    measure: str
    quantity: int
    condition: str
    acquired_on: date | None
    service_life_months: int | None
    accepted_on: date
    original_value_fen: int | None
    accumulated_depreciation_fen: int | None
    carrying_amount_fen: int | None
    entered_at_fen: int | None
    depreciation_taken_over_fen: int | None


class EntryAnswer(TypedDict):
    """One line of a voucher; of debit and credit one is null."""

    side: str
    ledger: str
    voucher: int
    day: date
    summary: str
    line: int | None
    account: str
    account_name: str
    debit_fen: int | None
    credit_fen: int | None
    receipt: str


class BooksAnswer(DocumentAnswer):
    """Cards and vouchers of both sides; `unvalued` units stand in no voucher, because their value is unknown."""

    giver_code: str
    receiver_code: str
    cards: list[CardAnswer]
    vouchers: list[EntryAnswer]
    unvalued: int


class TransferAnswer(TransferRow):
    """A transfer with its lines and slips, and where its agreed price stands (null: gratuitous)."""

    revision: int
    giver_booked: bool
    receiver_booked: bool
    lines: list[TransferLineAnswer]
    slips: list[DocumentAnswer]
    price: PriceAnswer | None


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
