"""Who is told of hand-overs and returns: the receiver of what comes, requester and keeper of what was accepted, the bringer of what was inspected."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assetpool.handovers.models import ReturnLine, Slip, SlipItem
from assetpool.org.models import Membership, Person, Role
from assetpool.org.queries import holders
from assetpool.records import outbox
from assetpool.records.models import Document


def receiving(session: Session, organizations: Iterable[int]) -> set[int]:
    """Return the people who receive for these organizations themselves (not for those above them)."""
    statement = select(Membership.person_id).join(Person, Person.id == Membership.person_id)
    wanted = (Membership.organization_id.in_(set(organizations)), Membership.role.in_((Role.CLERK, Role.ORGANIZER)), Person.active)
    return set(session.scalars(statement.where(*wanted)))


def loaded(session: Session, document: Document, slip: Slip, by: int) -> None:
    """Tell the receiver that things are on their way."""
    units = session.scalar(select(func.sum(SlipItem.loaded)).where(SlipItem.slip_id == slip.id)) or 0
    people = receiving(session, [slip.receiver_id]) | requesters(session, [slip.id])
    outbox.tell(session, "slip_loaded", pool_id=document.pool_id, people=people - {by}, document_id=document.id, facts={"units": int(units)})


def delivered(session: Session, document: Document, slip: Slip, by: int) -> None:
    """Tell the receiver that things arrived and wait to be counted; nobody needs it who said so for the receiver."""
    people = receiving(session, [slip.receiver_id]) | requesters(session, [slip.id])
    outbox.tell(session, "slip_delivered", pool_id=document.pool_id, people=people - {by}, document_id=document.id)


def accepted(session: Session, document: Document, slip: Slip, differs: bool, by: int | None) -> None:
    """Tell requester and keeper in one telling that things were accepted; with differences the keeper has something to settle."""
    people = {slip.keeper_id} | requesters(session, [slip.id])
    topic = "slip_differs" if differs else "slip_accepted"
    outbox.tell(session, topic, pool_id=document.pool_id, people=people - {by or 0}, document_id=document.id)


def returned(session: Session, document: Document, store_organization: int, by: int) -> None:
    """Tell of a receipt: those who borrowed, and while something waits for inspection the keepers too."""
    lines = select(ReturnLine.slip_id, func.sum(ReturnLine.arrived).label("units")).where(ReturnLine.return_id == document.id).group_by(ReturnLine.slip_id)
    rows = session.execute(lines).all()
    slips = [row.slip_id for row in rows]
    people = receiving(session, session.scalars(select(Slip.receiver_id).where(Slip.id.in_(slips)))) | requesters(session, slips)
    done = document.state != "received"
    keepers = set(holders(session, Role.KEEPER, store_organization)) if not done else set()
    facts = {"units": sum(int(row.units) for row in rows)}
    topic = "return_inspected" if done else "return_received"
    outbox.tell(session, topic, pool_id=document.pool_id, people=(people | keepers) - {by}, document_id=document.id, facts=facts)


def requesters(session: Session, slip_ids: Iterable[int]) -> set[int]:
    """Return the people who asked for what left on these slips."""
    request = select(Document.created_by).join(Slip, Slip.request_id == Document.id).where(Slip.id.in_(list(slip_ids)), Document.kind == "RQ")
    return set(session.scalars(request))
