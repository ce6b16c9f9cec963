"""Bodies, queries and answers about organizations and tokens (they stand here, since `org` lies below the REST pattern)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from assetpool.org.models import OrganizationKind
from assetpool.records.schemas import Body, Code, Day, Line, ListQuery, Name


class OrganizationQuery(ListQuery):
    """Which organizations; the list goes by code within the tree, root first."""

    kind: OrganizationKind | None = None


class NewOrganizationBody(Body):
    """An organization to add; without a parent it stands under the caller's root."""

    code: Code
    name: Name
    kind: OrganizationKind = OrganizationKind.DEPARTMENT
    parent_code: Code | None = None
    name_en: Line = ""
    telephone: Annotated[str, Field(max_length=60)] = ""
    budget_organization: bool = True
    ends_on: Day | None = None


class OrganizationAnswer(TypedDict):
    """A node of the tree."""

    id: int
    code: str
    name: str
    name_en: str
    kind: str
    parent_code: str | None
    budget_organization: bool
    telephone: str
    ends_on: date | None


class OrganizationPage(TypedDict):
    """A page of organizations."""

    items: list[OrganizationAnswer]
    next: str | None
    total: int | None


class NewTokenBody(Body):
    """A token for oneself; no scopes mean all of one's rights."""

    name: Annotated[str, Field(max_length=120)] = ""
    scopes: Annotated[list[Annotated[str, Field(pattern=r"^[a-z-]+(:(read|write))?$", max_length=40)]], Field(max_length=9)] = []


class MadeTokenAnswer(TypedDict):
    """The token, readable this once (an answer given again holds null)."""

    token: str | None
    user: str
    scopes: list[str]


class TokenAnswer(TypedDict):
    """A token as it is kept: without its secret."""

    id: int
    name: str
    scopes: list[str]
    created_at: datetime
    revoked_at: datetime | None


class TokenPage(TypedDict):
    """One's tokens."""

    items: list[TokenAnswer]
    next: str | None
    total: int | None
