"""What hand-overs and returns read and answer over REST."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field, model_validator
from typing_extensions import TypedDict

from assetpool.core.errors import N_
from assetpool.records.schemas import Body, Code, Count, Fen, Id, Line, ListQuery, Moment, Name, Text, Units

Tag = Annotated[str, Field(min_length=1, max_length=400, description="bare tag or the address a label opens")]
MOST_LINES = 5000


class CostKind(StrEnum):
    """What a cost was for."""

    HAULAGE = "haulage"
    LOADING = "loading"
    REPAIR = "repair"
    CLEANING = "cleaning"
    INSTALLATION = "installation"
    STORAGE = "storage"
    LABOUR = "labour"
    PURCHASE = "purchase"
    OTHER = "other"


class SignatureMethod(StrEnum):
    """How somebody signed."""

    DRAWN = "drawn"
    TYPED_PIN = "typed_pin"
    PAPER_PHOTO = "paper_photo"


class Grade(StrEnum):
    """Condition, best first."""

    NEW = "new"
    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"
    SCRAP = "scrap"


class VoucherBody(Body):
    """The paper somebody was paid by; issuer and number are entered once in all pools.

    `total_fen`: the paper's own amount where the cost is a part of it; `share`: the paper was entered before, this takes of what is left.
    """

    issuer: Name
    number: Annotated[str, Field(min_length=1, max_length=100)]
    file_id: Id | None = None
    total_fen: Fen | None = None
    share: bool = False


class OwnRateBody(Body):
    """Own trucks or staff: a rate of the policy, and how much of its measure, in hundredths."""

    rate_id: Id
    hundredths: Annotated[int, Field(ge=1, le=10**9)]


class CostBody(Body):
    """One amount of a kind, with its voucher or the reason why there is none; or own trucks and staff, whose kind and amount follow from the rate."""

    kind: Annotated[CostKind, Field(strict=False)] = CostKind.OTHER
    amount_fen: Fen | None = None
    voucher: VoucherBody | None = None
    own: OwnRateBody | None = None
    reason: Text = ""

    @model_validator(mode="after")
    def _has_an_amount(self) -> CostBody:
        """Ask for kind and amount where no rate gives them."""
        if self.own is None and (self.amount_fen is None or "kind" not in self.model_fields_set):
            raise ValueError(N_("a cost needs its kind and its amount."))
        return self


class SignatureBody(Body):
    """A signature: the drawing as data URL, the PIN as typed, or a kept file of the signed paper."""

    method: Annotated[SignatureMethod, Field(strict=False)]
    data: Annotated[str, Field(max_length=400_000)] = ""
    file_id: Id | None = None


class ReceiverBody(Body):
    """Who receives."""

    name: Name
    phone: Line = ""


class IssueLineBody(Body):
    """A tag, and of a counted lot how many (default: all that is promised of it)."""

    tag: Tag
    count: Units | None = None


class IssueBody(Body):
    """Things to hand over for a request; with `received_by` and `signature` they are accepted in the same act (counter pick-up)."""

    lines: Annotated[list[IssueLineBody], Field(min_length=1, max_length=MOST_LINES)]
    costs: Annotated[list[CostBody], Field(max_length=200)] = []
    no_cost_reason: Text = ""
    received_by: Name | ReceiverBody | None = None
    phone: Line = ""
    signature: SignatureBody | None = None
    store_code: Code | None = None
    destination: Text = ""
    occurred_at: Moment | None = None


class AcceptLineBody(Body):
    """What came off the truck of one tag; without `accepted`, all that is not short, damaged or refused."""

    tag: Tag
    accepted: Count | None = None
    short: Count = 0
    damaged: Count = 0
    refused: Count = 0


class AcceptBody(Body):
    """The receiver's word; without `lines`, everything came as loaded."""

    lines: Annotated[list[AcceptLineBody], Field(max_length=MOST_LINES)] | None = None
    name: Name
    phone: Line = ""
    signature: SignatureBody | None = None
    occurred_at: Moment | None = None


class SettleLineBody(Body):
    """How units that were short, damaged or refused on a slip ended."""

    tag: Tag
    difference: Annotated[str, Field(pattern="^(short|damaged|refused)$")]
    in_store: Count = 0
    repair: Count = 0
    damaged: Count = 0
    lost: Count = 0


class DeliverBody(Body):
    """That a slip arrived on site, and when (default: now)."""

    occurred_at: Moment | None = None


class SettleBody(Body):
    """Differences of a slip, settled."""

    lines: Annotated[list[SettleLineBody], Field(min_length=1, max_length=MOST_LINES)]
    note: Text = ""
    occurred_at: Moment | None = None


class CostsBody(Body):
    """Late vouchers of a slip."""

    costs: Annotated[list[CostBody], Field(max_length=200)] = []
    no_cost_reason: Text = ""


class SlipQuery(ListQuery):
    """Which slips: state, request, or only those with something still out (`out`) or late (`overdue`)."""

    state: Line = ""
    request: Line = ""
    show: Annotated[str, Field(pattern="^(|all|loaded|out|overdue)$")] = ""


class IssuedAnswer(TypedDict):
    """The slip that was made; `link` opens the receiver's page once and is given only here (null after a counter pick-up)."""

    number: str
    state: str
    slip: str
    request: str
    link: str | None


class SlipItemAnswer(TypedDict):
    """One tag on a slip, with its counts."""

    line: int
    request_line: int
    kind_id: int
    kind: str
    tag: str
    loaded: int
    accepted: int
    short: int
    damaged: int
    refused: int
    returned: int
    lost: int
    out: int


class SlipRow(TypedDict):
    """A slip in a list."""

    number: str
    state: str
    request: str
    purpose: str
    store: str
    receiver: str
    due_on: date | None
    loaded_at: datetime
    accepted_at: datetime | None


class SlipPage(TypedDict):
    """A page of slips."""

    items: list[SlipRow]
    next: str | None
    total: int | None


class CostAnswer(TypedDict):
    """A recorded cost."""

    kind: str
    amount_fen: int
    issuer: str | None
    voucher: str | None
    reason: str


class SlipAnswer(SlipRow):
    """A slip with what is on it; `overdue` is computed."""

    destination: str
    overdue: bool
    lines: list[SlipItemAnswer]
    costs: list[CostAnswer]
