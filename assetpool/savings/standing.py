"""Where an act stands in the headline: accepted grade A, or apart from it; and who may see it. Conditions for queries, each in one place."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, bindparam, case, func, or_, select, true
from sqlalchemy.orm import Session

from assetpool.catalog.models import Store
from assetpool.core.errors import N_
from assetpool.core.prepared import Prepared
from assetpool.events.models import Event
from assetpool.org.models import Organization
from assetpool.org.queries import Access
from assetpool.savings.models import SavingAct, SavingReview

HEADLINE = "A"
STANDINGS: dict[str, str] = {
    HEADLINE: N_("Accepted, grade A"),
    "same_system": N_("Same system"),
    "B": N_("Accepted, grade B"),
    "C": N_("Grade C"),
    "proposed": N_("Waiting for review"),
}
"""Where an act can stand: the headline first, then what is shown apart."""

REVIEWED_WORDS: dict[str, str] = {
    "proposed": N_("To review"),
    "accepted": N_("Accepted on review"),
    "rejected": N_("Rejected on review"),
    "reversed": N_("Reversed"),
}
REVIEWED_LOOKS: dict[str, str] = {"proposed": "wait", "accepted": "done", "rejected": "bad", "reversed": "off"}


def standing() -> ColumnElement[str]:
    """Return where an act stands, a key of STANDINGS; the first that fits of C (opening statement), proposed, B, C, same_system, A.

    A reversed act stays where its last review had put it, so that its entries and their opposites meet in one place. An opening statement is a
    lower bound for ever and stands under C whether reviewed or not.
    """
    last = (
        select(SavingReview.decision)
        .where(SavingReview.act_id == SavingAct.id)
        .order_by(SavingReview.height.desc())
        .limit(1)
        .correlate(SavingAct)
        .scalar_subquery()
    )
    accepted = or_(SavingAct.reviewed == "accepted", and_(SavingAct.reviewed == "reversed", func.coalesce(last, "") == "accepted"))
    return case(
        (SavingAct.opening, "C"),
        (~accepted, "proposed"),
        (SavingAct.grade != "A", SavingAct.grade),
        (SavingAct.same_system, "same_system"),
        else_=HEADLINE,
    )


def counted() -> ColumnElement[bool]:
    """Return the condition that an act was not rejected; what was rejected adds up to nothing and stands nowhere but in the list of acts."""
    return SavingAct.reviewed != "rejected"


_ROOTS = Prepared(select(Organization.path).where(Organization.pool_id == bindparam("pool"), Organization.parent_id.is_(None)))


def visible(session: Session, access: Access) -> ColumnElement[bool]:
    """Return the condition that an act concerns an organization where the person holds a role, or one below it: receiver, giver, store's or event's."""
    if access.sees_everything:
        return true()
    roots = {row.path for row in _ROOTS.rows(session, pool=access.pool_id)} if access.grants else set()
    if any(grant.path in roots for grant in access.grants):
        return true()
    mine = access.organizations()
    return or_(
        SavingAct.receiver_id.in_(mine),
        SavingAct.giver_id.in_(mine),
        SavingAct.store_id.in_(select(Store.id).where(Store.organization_id.in_(mine))),
        SavingAct.event_id.in_(select(Event.id).where(Event.organization_id.in_(mine))),
    )
