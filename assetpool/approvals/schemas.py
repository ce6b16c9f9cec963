"""Queries and answers about decisions that wait, and about who would sign."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from assetpool.records.schemas import Code, Fen, Query


class PreviewQuery(Query):
    """What somebody would ask for; without `days` it is for good, without `value_fen` its value is not known."""

    kind: Literal["loan", "reallocation", "intake", "transfer", "change", "extension", "override"] = "loan"
    organization: Annotated[Code, Field(description="code of the organization that asks")]
    giver: Annotated[Code | None, Field(description="code of the organization that gives, or of the store's; the whole pool unless said")] = None
    value_fen: Fen | None = None
    units: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    class_code: Annotated[str, Field(max_length=20, alias="class")] = ""
    days: Annotated[int | None, Field(ge=1, le=3660)] = None


class WaitingAnswer(TypedDict):
    """A document that waits for the caller."""

    number: str
    kind: str
    state: str
    organization_code: str
    role: str
    about: str
    since: datetime | None
    due_at: datetime | None
    barred: bool


class InboxAnswer(TypedDict):
    """What waits for the caller, longest waiting first."""

    items: list[WaitingAnswer]
    next: str | None
    total: int


class CandidateAnswer(TypedDict):
    """Somebody who could take a step; `barred` says why not, `stands_in_for` whose place it is."""

    user: str
    name: str
    organization_code: str
    stands_in_for: str | None
    barred: str | None


class StepAnswer(TypedDict):
    """One yes that would be needed; steps of one `stage` are asked at once, of those with `any_of` one is enough."""

    stage: int
    role: str
    organization_code: str
    any_of: bool
    within_days: int | None
    working_days: bool
    rule: str
    people: list[CandidateAnswer]


class PreviewAnswer(TypedDict):
    """Who would sign, by which organization's rules (null: the usual steps)."""

    rules_of: str | None
    on_paper: bool
    steps: list[StepAnswer]
