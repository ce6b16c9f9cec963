"""The sealed letter of request: its scan is kept with the request it asks for."""

from __future__ import annotations

from sqlalchemy.orm import Session

from assetpool.core.errors import N_, DomainError, Word, WrongState
from assetpool.invitations.models import Invitation
from assetpool.invitations.status import LETTER
from assetpool.invitations.submitting import own_request
from assetpool.records import service as records
from assetpool.records.models import Document
from assetpool.records.states import STATE_WORDS

OVER = frozenset({"rejected", "withdrawn", "cancelled"})


class NoScan(DomainError):
    """Nothing was chosen."""

    status = 422
    sentence = N_("Choose the scan or photo of the sealed letter first.")


def attach(session: Session, invitation: Invitation, number: str, file_id: int) -> Document:
    """Keep the scan of the sealed letter with a request of the invitation's event; raise NotFound, WrongState."""
    document = records.lock(session, own_request(session, invitation, number).number, "RQ")
    if document.state in OVER:
        raise WrongState(number=document.number, state=Word(STATE_WORDS[document.state]))
    records.attach(session, document.id, file_id, LETTER)
    records.remark(session, document, invitation.person_id, "send_letter")
    return document
