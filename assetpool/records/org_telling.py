"""What becomes of an account is told to those who administer it; it stands here since `org` lies below the outbox."""

from __future__ import annotations

from sqlalchemy.orm import Session

from assetpool.org.accounts import Change
from assetpool.org.models import Person, Role
from assetpool.org.queries import access_of, root_of
from assetpool.records.outbox import tell


def tell_account(session: Session, change: Change) -> None:
    """Tell the administrators of a person's organizations that the account was deactivated, and why, or reactivated."""
    person = change.person
    places = {grant.organization_id for grant in access_of(session, person.id).grants}
    root = root_of(session, person.pool_id)
    if root is not None:
        places.add(root.id)
    facts = {"name": person.name, "username": person.username, "who": session.get_one(Person, change.by).name, "reason": change.reason}
    topic = "account_reactivated" if change.active else "account_deactivated"
    tell(session, topic, pool_id=person.pool_id, roles=[(Role.ADMINISTRATOR, place) for place in places], facts=facts)
