"""The steps of a closing sheet (kind PC): drafted, signed by one, signed by two, closed. A closed one is never opened again."""

from __future__ import annotations

from assetpool.org.models import Role

KIND = "PC"
STEPS: dict[str, frozenset[str]] = {
    "draft": frozenset({"half_signed", "cancelled"}),
    "half_signed": frozenset({"signed", "cancelled"}),
    "signed": frozenset({"closed", "cancelled"}),
}

SIGN, CLOSE = "sign", "close"
"""Names of the chained decisions on a sheet: each holds the digest of the sheet that was signed or closed."""

SIGNATURES = 2
DRAFTERS = (Role.FINANCE, Role.APPROVER, Role.ADMINISTRATOR)
SIGNERS: tuple[tuple[Role, ...], ...] = ((Role.FINANCE,), (Role.REVIEWER, Role.HEAD))
"""Whose signatures are needed: one person of each line, and never the same person."""
READERS = (Role.FINANCE, Role.APPROVER, Role.REVIEWER, Role.HEAD, Role.AUDITOR, Role.ADMINISTRATOR)
