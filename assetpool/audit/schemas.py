"""What machines ask of the audit, and the shapes they get (INTERFACE.md)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints
from typing_extensions import TypedDict

from assetpool.records.schemas import Body, Code, Day, DocumentAnswer, Id, Line, ListQuery, Name, Query


class VerifyQuery(Query):
    """`anchor`: a height and digest noted earlier, HEIGHT:DIGEST."""

    anchor: Annotated[str | None, StringConstraints(strip_whitespace=True, to_lower=True, pattern=r"^\d{1,18}:[0-9a-fA-F]{64}$")] = None


class ChainQuery(Query):
    """Rows above a height, at most 200 at a time."""

    since: Annotated[int, Field(ge=0, le=2**62)] = 0
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class HeadAnswer(TypedDict):
    """Height and head of the chain."""

    height: int
    head: str


class DifferenceAnswer(TypedDict):
    """The first place where what is stored and what should be there part ways."""

    what: str
    id: int | None
    expected: str
    found: str


class VerifyAnswer(TypedDict):
    """What was checked and what was found."""

    ok: bool
    checked: dict[str, int]
    chain: HeadAnswer
    first_difference: DifferenceAnswer | None


class ChainRowAnswer(TypedDict):
    """A fact: its digest covers the version, the table, `values` in their order and the digest before it."""

    height: int
    table: str
    id: int
    digest: str
    values: dict[str, int | str | None]


class ChainPage(TypedDict):
    """Rows of the chain in its order; `next` is the height to go on from (`since`)."""

    items: list[ChainRowAnswer]
    next: int | None
    total: int
    chain: HeadAnswer


class SampleBody(Body):
    """What to draw. `interval_fen` 0: the one that fits the size; without `height` the book as it stands now."""

    unit: Literal["act", "entry"] = "act"
    method: Literal["random", "monetary"] = "random"
    measure: Literal["saving", "avoided"] = "saving"
    size: Annotated[int, Field(ge=1, le=2000)] = 25
    seed: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
    interval_fen: Annotated[int, Field(ge=0, lt=10**15)] = 0
    stratified: bool = False
    first_day: Day | None = None
    last_day: Day | None = None
    purpose: Line = ""
    height: Annotated[int, Field(ge=0, le=2**62)] | None = None


class SampleQuery(Query):
    """`again`: draw the sample anew and compare."""

    again: bool = False


class SampleRow(TypedDict):
    """A sample: what was asked, of which population, at which place of the chain."""

    id: int
    purpose: str
    unit: str
    method: str
    measure: str
    size: int
    seed: str
    interval_fen: int
    stratified: bool
    first_day: date | None
    last_day: date | None
    chain: HeadAnswer
    population: int
    total_fen: int
    drawn_at: datetime


class SamplePage(TypedDict):
    """A page of samples, newest first."""

    items: list[SampleRow]
    next: str | None
    total: int | None


class DrawnAnswer(TypedDict):
    """One item in the order drawn; `entry_id` where entries were drawn, `hits` how often its value was hit, `certain` if it could not be missed."""

    position: int
    act_id: int
    entry_id: int | None
    slip: str
    line: int
    value_fen: int
    stratum: str
    hits: int
    certain: bool


class SampleAnswer(SampleRow):
    """A sample with its items; `reproduced`: whether the same draw gave the same again (null unless asked)."""

    items: list[DrawnAnswer]
    reproduced: bool | None


class ExceptionQuery(ListQuery):
    """Of which kind, over the acts accepted in which days."""

    kind: Annotated[str, StringConstraints(max_length=40)] | None = None
    from_: Annotated[Day | None, Field(alias="from")] = None
    to: Day | None = None


class RuleAnswer(TypedDict):
    """A kind of exception, why it is worth a look, and how many were found."""

    kind: str
    name: str
    why: str
    found: int


class ExceptionAnswer(TypedDict):
    """One exception: about which act or card, what was found, and how much money hangs on it."""

    kind: str
    subject: str
    act_id: int | None
    organization_code: str | None
    amount_fen: int | None
    text: str


class ExceptionPage(TypedDict):
    """A page of exceptions, kind by kind, the dearest of each first."""

    items: list[ExceptionAnswer]
    next: str | None
    total: int | None
    kinds: list[RuleAnswer]


Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=5000)]


class FindingBody(Body):
    """What is held against whom, and by when an answer is due; about an act or one of its entries, or about the organization as a whole."""

    organization_code: Code
    title: Name
    text: Said
    severity: Literal["low", "medium", "high"] = "medium"
    due_on: Day
    act_id: Id | None = None
    entry_id: Id | None = None
    exception: Annotated[str, StringConstraints(max_length=40)] = ""


class FindingQuery(ListQuery):
    """Only the open or only the settled ones."""

    show: Literal["open", "closed"] | None = None


class AnswerBody(Body):
    """What the organization says to a finding, with papers it has uploaded; `revision`: of the finding as it was read."""

    text: Said
    file_ids: Annotated[list[Id], Field(max_length=20)] = []
    revision: Annotated[int, Field(ge=0)] | None = None


class JudgeBody(Body):
    """What the auditor says to an answer."""

    text: Said
    revision: Annotated[int, Field(ge=0)] | None = None


class AskAgainBody(JudgeBody):
    """Why an answer does not settle a finding; a new day to answer by may be set."""

    due_on: Day | None = None


class FindingRow(DocumentAnswer):
    """A finding in the list."""

    organization_code: str
    title: str
    severity: str
    due_on: date
    act_id: int | None
    entry_id: int | None
    exception: str


class FindingPage(TypedDict):
    """A page of findings, newest first."""

    items: list[FindingRow]
    next: str | None
    total: int | None


class RemarkAnswer(TypedDict):
    """What was said about a finding."""

    act: str
    text: str
    person: str
    recorded_at: datetime


class FindingAnswer(FindingRow):
    """A finding with its slip, what was said, and the papers that came with it."""

    revision: int
    text: str
    auditor: str
    slip: str | None
    remarks: list[RemarkAnswer]
    file_ids: list[int]
