"""Acts on the allocation standard: put a row on file, take one out of force, load the shipped table, count posts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.core import clock
from assetpool.core.errors import N_, DomainError, FieldInvalid, NotFound, Word
from assetpool.core.models import Pool
from assetpool.org.models import Organization, Role
from assetpool.org.queries import root_of
from assetpool.org.service import demand
from assetpool.standards.models import PostCount, StandardRow
from assetpool.standards.queries import row_of, versions
from assetpool.standards.rules import Terms

MAY_SET = (Role.ADMINISTRATOR, Role.FINANCE)
SHIPPED = "《中央行政单位通用办公设备家具配置标准》（财资〔2016〕27号）"
IN_FORCE = date(2016, 7, 1)


class LaterVersion(DomainError):
    """A version that begins later is on file already."""

    sentence = N_("A version that begins on %(day)s is on file already. Let the new one begin on that day or later.")


@dataclass(frozen=True)
class NewRow(Terms):
    """A version of a row as it is put on file; one with the `evidence` "recalled" was not compared with the published text and never refuses."""

    quantity_rule: str = ""
    evidence: str = "checked"
    source: str = ""
    organization_id: int | None = None
    valid_from: date | None = None
    void: bool = False


def today_of(session: Session, pool_id: int) -> date:
    """Return the calendar day in the pool's time zone."""
    return clock.today(session.get_one(Pool, pool_id).time_zone)


def _scope(session: Session, pool_id: int, organization_id: int | None) -> int:
    """Return the organization whose administrator or finance sets a row: the one it is for, the root for a row of the whole pool."""
    owner = root_of(session, pool_id) if organization_id is None else session.get(Organization, organization_id)
    if owner is None or owner.pool_id != pool_id:
        raise NotFound(what=str(organization_id))
    return owner.id


def put(session: Session, pool_id: int, new: NewRow, *, by: int | None) -> StandardRow:
    """Put a version of a row on file; earlier ones stay. `by` None: the installation itself. Raise NotAllowed, FieldInvalid, LaterVersion."""
    scope = _scope(session, pool_id, new.organization_id)
    if by is not None:
        demand(session, by, MAY_SET, scope)
    _check(new)
    said = {name: value.strip() if isinstance(value, str) else value for name, value in vars(new).items()}
    said["valid_from"] = new.valid_from or today_of(session, pool_id)
    row = StandardRow(**said, pool_id=pool_id, set_by=by, set_at=clock.now())
    known = versions(session, row)
    if known and known[0].valid_from > row.valid_from:
        raise LaterVersion(day=known[0].valid_from)
    session.add(row)
    session.flush()
    return row


def _check(new: NewRow) -> None:
    for label, text in ((N_("Standard"), new.standard), (N_("Category"), new.category), (N_("Evidence"), new.evidence)):
        if not text.strip():
            raise FieldInvalid(field=Word(label), problem=Word(N_("say what it is.")))
    if (new.pieces is None) != (new.of_posts is None):
        raise FieldInvalid(field=Word(N_("Pieces")), problem=Word(N_("give both: how many pieces, and for how many posts.")))
    if (new.up_to_posts is None) != (new.further_of_posts is None):
        raise FieldInvalid(field=Word(N_("Posts beyond")), problem=Word(N_("give both: up to how many posts, and one for every how many beyond.")))


def end(session: Session, pool_id: int, row_id: int, first_day: date | None, *, by: int) -> StandardRow:
    """Say that a row no longer holds from a day on (None: from today); raise as `put` does."""
    row = row_of(session, pool_id, row_id)
    kept = {name: getattr(row, name) for name in NewRow.__dataclass_fields__ if name not in ("valid_from", "void")}
    return put(session, pool_id, NewRow(**kept, valid_from=first_day, void=True), by=by)


def load(session: Session, pool_id: int, rows: Iterable[Mapping[str, str]], *, standard: str = SHIPPED, by: int | None = None) -> int:
    """Put the rows of one standard of a table on file for the whole pool; categories on file already stay as they are. Return how many were put."""
    statement = select(StandardRow.category, StandardRow.grade).where(StandardRow.pool_id == pool_id, StandardRow.organization_id.is_(None))
    known = {(row.category, row.grade) for row in session.execute(statement)}
    wanted = [row for row in rows if row["standard"] == standard and (row["category"], row["grade"]) not in known]
    for row in wanted:
        put(session, pool_id, _shipped(row), by=by)
    return len(wanted)


def _shipped(row: Mapping[str, str]) -> NewRow:
    def whole(name: str) -> int | None:
        return int(row[name]) if row[name] else None

    cap = whole("price_cap_yuan")
    return NewRow(
        row["standard"], row["category"], row["grade"], row["class_code"], row["counted_class"], row["unit"], None if cap is None else cap * 100,
        whole("min_service_years"), whole("pieces"), whole("of_posts"), whole("up_to_posts"), whole("further_of_posts"),
        row["quantity_rule"], row["evidence"], row["source"], valid_from=IN_FORCE,
    )  # fmt: skip


def count_posts(
    session: Session, organization_id: int, grade: str, posts: int, *, by: int | None, source: str = "", valid_from: date | None = None
) -> PostCount:
    """Say how many posts of a grade an organization has from a day on; the same day said again replaces it. Raise NotAllowed, FieldInvalid."""
    owner = session.get(Organization, organization_id)
    if owner is None:
        raise NotFound(what=str(organization_id))
    if by is not None:
        demand(session, by, MAY_SET, organization_id)
    if not 0 <= posts <= 10_000_000:
        raise FieldInvalid(field=Word(N_("Posts")), problem=Word(N_("enter a whole number from 0 on.")))
    day = valid_from or today_of(session, owner.pool_id)
    same = (PostCount.organization_id == organization_id, PostCount.grade == grade.strip(), PostCount.valid_from == day)
    row = session.scalar(select(PostCount).where(*same))
    if row is None:
        row = PostCount(pool_id=owner.pool_id, organization_id=organization_id, grade=grade.strip(), valid_from=day)
        session.add(row)
    row.posts, row.source, row.set_by, row.set_at = posts, source.strip(), by, clock.now()
    session.flush()
    return row
