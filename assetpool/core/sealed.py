"""Secrets that must be used again, kept so that a copy of the database alone does not tell them: sealed with a key that comes from SECRET_KEY."""

from __future__ import annotations

import base64
from hashlib import sha256
from pkgutil import resolve_name
from typing import Any

from assetpool.core.errors import N_, DomainError

MARK = "sealed:"


class SecretUnreadable(DomainError):
    """It was sealed under another SECRET_KEY."""

    sentence = N_("The secret was kept under another key of this server and cannot be read. Enter it again.")


def _cipher() -> Any:
    """Return the module that seals; it comes with the first secret, since seven megabytes would stand in every worker that never meets one."""
    return resolve_name("cryptography.fernet")


def _box(key: str) -> Any:
    return _cipher().Fernet(base64.urlsafe_b64encode(sha256(b"assetpool sealed secrets\0" + key.encode()).digest()))


def seal(key: str, text: str) -> str:
    """Return a secret as it is kept; an empty one stays empty, a sealed one as it is."""
    return text if not text or text.startswith(MARK) else f"{MARK}{_box(key).encrypt(text.encode()).decode()}"


def opened(key: str, kept: str) -> str:
    """Return a secret that was kept, sealed or (from before) in clear; raise SecretUnreadable."""
    if not kept.startswith(MARK):
        return kept
    try:
        return str(_box(key).decrypt(kept.removeprefix(MARK).encode()).decode())
    except _cipher().InvalidToken as error:
        raise SecretUnreadable from error
