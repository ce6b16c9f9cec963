"""On the way and on site: who speaks for a slip that waits for its receiver, and the word that it arrived, before anybody counts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Store
from assetpool.core.errors import N_, DomainError, NotAllowed, NotFound, Word, WrongState
from assetpool.handovers import telling
from assetpool.handovers.loading import token_digest
from assetpool.handovers.models import Slip
from assetpool.handovers.steps import AWAITING_RECEIVER, SLIP_STEPS
from assetpool.org.models import Role
from assetpool.org.queries import access_of, path_of
from assetpool.records import service as records
from assetpool.records.models import Document, Trail
from assetpool.records.states import STATE_WORDS


class LinkUsed(DomainError):
    """The receiver's link was used already."""

    status = 410
    sentence = N_("These things were accepted already, so the link is used up. Ask the keeper if something is still wrong.")


def deliver(session: Session, number: str, *, by: int, occurred_at: datetime | None = None, revision: int | None = None) -> Document:
    """Say that what was loaded arrived on site; it stays with the carrier until the receiver accepts it. Raise WrongState, NotAllowed."""
    document = records.lock(session, number, "HS")
    slip = session.get_one(Slip, document.id)
    demand_party(session, slip, document, by)
    records.unchanged(document, revision)
    when = records.occurrence(session, occurred_at, slip.loaded_at)
    records.step(session, document, "delivered", by, "deliver", SLIP_STEPS, occurred_at=when)
    telling.delivered(session, document, slip, by)
    return document


def demand_party(session: Session, slip: Slip, document: Document, by: int | None, token: str | None = None) -> None:
    """Let the holder of the link, somebody of the receiver, or a keeper of the store act on a slip that waits for its receiver; else raise."""
    if by is None:
        if token is None or slip.token_digest != token_digest(token):
            raise NotFound(what=document.number)
        if document.state not in AWAITING_RECEIVER:
            raise LinkUsed()
        return
    access = access_of(session, by)
    receiving = access.may((Role.CLERK, Role.ORGANIZER, Role.HEAD), path_of(session, slip.receiver_id))
    if not receiving and not access.may(Role.KEEPER, path_of(session, session.get_one(Store, slip.store_id).organization_id)):
        raise NotAllowed(role=Word(N_("keeper")))
    if document.state not in AWAITING_RECEIVER:
        raise WrongState(number=document.number, state=Word(STATE_WORDS[document.state]))


def unchanged_but_arrived(document: Document, revision: int | None) -> None:
    """Raise ChangedMeanwhile for an older page; that the things arrived since changes nothing of what their receiver counts."""
    arrived_since = document.state == "delivered" and revision == document.revision - 1
    records.unchanged(document, None if arrived_since else revision)


def earliest_acceptance(session: Session, slip: Slip) -> datetime:
    """Return when the things arrived, or were loaded if nobody said that they arrived; nobody accepts them before."""
    statement = select(Trail.occurred_at).where(Trail.document_id == slip.id, Trail.act == "deliver")
    return session.scalar(statement) or slip.loaded_at
