"""What machines ask of the ledger of acts, and the shapes they get."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints
from typing_extensions import TypedDict

from assetpool.records.schemas import Body, Code, Day, Id, Line, ListQuery, Text

Word = Annotated[str, StringConstraints(strip_whitespace=True, max_length=20)]


class EntryQuery(ListQuery):
    """Entries by business day, kind of saving, where their act stands, and what the rows of a report are called."""

    from_: Annotated[Day | None, Field(alias="from")] = None
    to: Day | None = None
    kind: Literal["loan", "transfer", "premises"] | None = None
    standing: Literal["A", "same_system", "B", "C", "proposed", "rejected"] | None = None
    act: Id | None = None
    event: Id | None = None
    organization: Code | None = None
    class_code: Annotated[Line | None, Field(alias="class")] = None
    store: Code | None = None
    document: Code | None = None


class EntryAnswer(TypedDict):
    """One entry as it stands in the chain; amounts per unit in fen, `cost_fen` and `lower_bound_fen` for the whole line; null is not valued."""

    id: int
    height: int
    digest: str
    act_id: int
    document: str | None
    entry: str
    kind: str
    count: int
    days: int
    purchase_fen: int | None
    rental_fen: int | None
    consumption_fen: int | None
    adopted_fen: int | None
    cost_fen: int | None
    cost_kind: str | None
    lower_bound_fen: int | None
    stand_in: bool
    business_day: date
    period: str
    corrects_period: str | None
    reverses_id: int | None
    reason: str
    recorded_at: datetime
    grade: str
    reviewed: str


class EntryPage(TypedDict):
    """A page of entries, the newest first."""

    items: list[EntryAnswer]
    next: str | None
    total: int | None


class TermsAnswer(TypedDict):
    """What froze for like units on the day of acceptance, and what was posted on each of them; the steps are sentences to recompute it by."""

    tag: str
    units: int
    acquired_on: date | None
    price_fen: int | None
    price_source: str
    life_days: int | None
    used_days: int | None
    newness: dict[str, int]
    rent_day_fen: int | None
    rent_7_days_fen: int | None
    rent_30_days_fen: int | None
    zero_reason: str
    claimed_days: int
    ended_on: date | None
    ended_by: str
    posted_purchase_fen: int
    posted_rental_fen: int
    posted_consumption_fen: int
    posted_adopted_fen: int
    steps: list[str]


class CostAnswer(TypedDict):
    """A cost of a document with its voucher, and the share of it that fell on this act."""

    id: int
    kind: str
    amount_fen: int
    share_fen: int
    document: str | None
    issuer: str | None
    voucher: str | None
    file_id: int | None
    reason: str


class ProofAnswer(TypedDict):
    """Something an A needs: there, or what is missing of it."""

    what: str
    there: bool
    missing: list[str]
    detail: str
    day: date | None
    file_id: int | None


class ReviewAnswer(TypedDict):
    """A decision on the act."""

    decision: str
    grade: str
    missing: list[str]
    reason: str
    by: str
    recorded_at: datetime


class MovementAnswer(TypedDict):
    """A movement of the act's units."""

    id: int
    tag: str
    act: str
    state: str
    count: int
    document: str | None
    occurred_at: datetime


class ActAnswer(TypedDict):
    """An act: what went where, and where it stands. `missing` holds the codes of what keeps it from an A."""

    id: int
    slip: str | None
    line_no: int
    request: str | None
    kind: str
    units: int
    valued_units: int
    accepted_on: date
    due_on: date | None
    receiver_code: str
    event_id: int | None
    policy: str
    opening: bool
    opening_source: str
    same_system: bool
    costed: bool
    grade: str
    missing: list[str]
    reviewed: str


class EvidenceAnswer(TypedDict):
    """Everything that proves an entry."""

    entry: EntryAnswer
    act: ActAnswer
    terms: list[TermsAnswer]
    costs: list[CostAnswer]
    proofs: list[ProofAnswer]
    reviews: list[ReviewAnswer]
    movements: list[MovementAnswer]


class ReviewBody(Body):
    """A decision over acts: all of them or none."""

    act_ids: Annotated[list[Id], Field(min_length=1, max_length=1000)]
    decision: Literal["accepted", "rejected"]
    reason: Text


class Reviewed(TypedDict):
    """An act after the decision."""

    act_id: int
    reviewed: str
    grade: str


class ReviewsAnswer(TypedDict):
    """The acts that were decided on."""

    acts: list[Reviewed]


class RatioAnswer(TypedDict):
    """An exact ratio."""

    numerator: int
    denominator: int


class PolicyAnswer(TypedDict):
    """A version of the valuation policy; ratios exact; `in_force`: it values what is handed over today."""

    version: str
    first_day: date
    state: str
    in_force: bool
    loan_basis: str
    transfer_basis: str
    age_scales: bool
    floor: RatioAnswer
    rho: RatioAnswer
    price_days: int
    computer_price_days: int
    note: str
    approved_at: datetime | None


class PoliciesAnswer(TypedDict):
    """Every version of the valuation policy, the earliest first."""

    items: list[PolicyAnswer]
    next: str | None
    total: int
