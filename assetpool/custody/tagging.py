"""The next running tags."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from assetpool.core.tags import make_tags
from assetpool.custody.models import TagCounter


def next_tags(session: Session, count: int) -> list[str]:
    """Take the next running tags under the counter's lock."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    session.execute(dialect.insert(TagCounter).values(id=1, last=0).on_conflict_do_nothing())
    counter = session.scalars(select(TagCounter).where(TagCounter.id == 1).with_for_update().execution_options(populate_existing=True)).one()
    first = counter.last
    counter.last += count
    session.flush()
    return make_tags(first, count)
