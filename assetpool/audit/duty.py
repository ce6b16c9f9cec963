"""Who is an auditor: the role is global, wherever in the tree it was granted."""

from __future__ import annotations

from sqlalchemy.orm import Session

from assetpool.core.errors import NotAllowed, Word
from assetpool.org.models import Role
from assetpool.org.queries import access_of
from assetpool.org.service import ROLE_WORDS


def demand_auditor(session: Session, by: int) -> None:
    """Raise NotAllowed unless the person is an auditor."""
    if not access_of(session, by).has(Role.AUDITOR):
        raise NotAllowed(role=Word(ROLE_WORDS[Role.AUDITOR]))
