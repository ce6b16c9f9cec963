"""Which kinds may stand in for which, as the pool declared it: one way or both."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assetpool.catalog.models import Kind
from assetpool.core import clock
from assetpool.core.errors import N_, DomainError, FieldInvalid, NotFound, Word
from assetpool.org.models import Role
from assetpool.org.queries import root_of
from assetpool.org.service import demand
from assetpool.reservations.models import Substitute

MAY_DECLARE = (Role.APPROVER, Role.VALUER, Role.ADMINISTRATOR)


class DeclaredAlready(DomainError):
    """The two kinds were declared equivalent before."""

    status = 409
    sentence = N_("%(other)s may stand in for %(kind)s already. Withdraw that first to declare it otherwise.")


def of_kinds(session: Session, kind_ids: Collection[int]) -> dict[int, tuple[int, ...]]:
    """Return per kind the kinds that may stand in for it and are still offered, in the order they were declared; one query."""
    wanted = set(kind_ids)
    if not wanted:
        return {}
    offered = select(Kind.id).where(Kind.withdrawn_at.is_(None), Kind.register == "ordinary")
    concerned = or_(Substitute.kind_id.in_(wanted), Substitute.mutual & Substitute.other_id.in_(wanted))
    found: dict[int, list[int]] = defaultdict(list)
    statement = select(Substitute).where(concerned, Substitute.kind_id.in_(offered), Substitute.other_id.in_(offered)).order_by(Substitute.id)
    for row in session.scalars(statement):
        if row.kind_id in wanted:
            found[row.kind_id].append(row.other_id)
        if row.mutual and row.other_id in wanted:
            found[row.other_id].append(row.kind_id)
    return {kind_id: tuple(dict.fromkeys(ids)) for kind_id, ids in found.items()}


def declared(session: Session, pool_id: int) -> list[Substitute]:
    """Return what was declared, the newest first."""
    return list(session.scalars(select(Substitute).where(Substitute.pool_id == pool_id).order_by(Substitute.id.desc())))


def declare(session: Session, kind_id: int, other_id: int, mutual: bool, *, by: int) -> Substitute:
    """Declare that `other` may stand in for a kind (`mutual`: each for the other); raise DeclaredAlready, FieldInvalid, NotAllowed, NotFound."""
    kind, other = session.get(Kind, kind_id), session.get(Kind, other_id)
    if kind is None or other is None or kind.pool_id != other.pool_id:
        raise NotFound(what=str(kind_id if kind is None else other_id))
    _demand(session, by, kind.pool_id)
    if kind_id == other_id:
        raise FieldInvalid(field=Word(N_("Stands in")), problem=Word(N_("a kind cannot stand in for itself. Choose another.")))
    if kind.measure != other.measure:
        raise FieldInvalid(field=Word(N_("Stands in")), problem=Word(N_("the two are counted in different measures. Choose one that is counted alike.")))
    if other_id in of_kinds(session, [kind_id]).get(kind_id, ()):
        raise DeclaredAlready(kind=kind.name, other=other.name)
    row = Substitute(pool_id=kind.pool_id, kind_id=kind_id, other_id=other_id, mutual=mutual, declared_by=by, declared_at=clock.now())
    session.add(row)
    try:
        session.flush()
    except IntegrityError as clash:
        raise DeclaredAlready(kind=kind.name, other=other.name) from clash
    return row


def withdraw(session: Session, substitute_id: int, *, by: int) -> None:
    """Take a declaration back; what was promised under it stays."""
    row = session.get(Substitute, substitute_id)
    if row is None:
        raise NotFound(what=str(substitute_id))
    _demand(session, by, row.pool_id)
    session.delete(row)
    session.flush()


def _demand(session: Session, by: int, pool_id: int) -> None:
    root = root_of(session, pool_id)
    if root is None or demand(session, by, MAY_DECLARE, root.id).pool_id != pool_id:
        raise NotFound(what=str(pool_id))
