"""What closings read and answer over REST."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import StringConstraints
from typing_extensions import TypedDict

from assetpool.records.schemas import Body

Name = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^\d{4}(-(0[1-9]|1[0-2]|Q[1-4]))?$")]


class ClosingBody(Body):
    """The period to draft: YYYY-MM, YYYY-Qn or YYYY."""

    period: Name


class SignBody(Body):
    """The digest of the sheet as it was read: exactly this sheet is signed."""

    digest: Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True, pattern=r"^[0-9a-fA-F]{64}$")]


class ClosingRow(TypedDict):
    """A sheet in the list."""

    number: str
    period: str
    state: str
    digest: str


class ClosingPage(TypedDict):
    """A page of sheets, newest first."""

    items: list[ClosingRow]
    next: str | None
    total: int | None


class Anchor(TypedDict):
    """Height and digest to note elsewhere, as `audit verify --anchor HEIGHT:DIGEST` takes them."""

    height: int
    digest: str


class Signature(TypedDict):
    """Who signed as what, when."""

    person: str
    role: str
    signed_at: datetime


class ClosingAnswer(TypedDict):
    """One sheet: frozen totals per kind of saving, standing and basis (fen), its digest, signatures and anchor."""

    number: str
    period: str
    state: str
    digest: str
    sheet: dict[str, Any]
    signatures: list[Signature]
    closed_at: datetime | None
    anchor: Anchor
