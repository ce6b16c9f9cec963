"""Who people are, what they may do and what they may see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, false, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from assetpool.core.errors import NotFound
from assetpool.core.models import Pool
from assetpool.org.models import Membership, Organization, Person, Role


@dataclass(frozen=True)
class Grant:
    """One role for an organization and all below it."""

    role: str
    organization_id: int
    path: str


@dataclass(frozen=True)
class Access:
    """What one person may do and see; loaded once per request or act."""

    person_id: int
    pool_id: int
    grants: tuple[Grant, ...]

    @property
    def roles(self) -> frozenset[str]:
        """Return the names of all roles held anywhere."""
        return frozenset(grant.role for grant in self.grants)

    @property
    def sees_everything(self) -> bool:
        """Say whether this person is a global auditor."""
        return Role.AUDITOR in self.roles

    def has(self, *roles: str) -> bool:
        """Say whether any of the roles is held anywhere."""
        return not self.roles.isdisjoint(roles)

    def may(self, roles: str | Iterable[str], path: str) -> bool:
        """Say whether one of the roles is held for the organization with that path or one above it."""
        wanted = {roles} if isinstance(roles, str) else set(roles)
        return any(grant.role in wanted and path.startswith(grant.path) for grant in self.grants)

    def organizations(self, *roles: str) -> Select[int]:
        """Return a select of the ids of organizations where one of the roles (any role, if none is named) is held."""
        paths = sorted({grant.path for grant in self.grants if not roles or grant.role in roles})
        condition: ColumnElement[bool] = or_(*(Organization.path.startswith(path) for path in paths)) if paths else false()
        return select(Organization.id).where(Organization.pool_id == self.pool_id, condition)

    def sees(self, organization: InstrumentedAttribute[int] | InstrumentedAttribute[int | None]) -> ColumnElement[bool]:
        """Return the condition that a row's organization lies where this person holds any role."""
        return true() if self.sees_everything else organization.in_(self.organizations())


_GRANTS = (
    select(Person.pool_id, Membership.role, Membership.organization_id, Organization.path)
    .outerjoin(Membership, Membership.person_id == Person.id)
    .outerjoin(Organization, Organization.id == Membership.organization_id)
    .where(Person.id == bindparam("person"))
    .order_by(Membership.id)
)


def access_of(session: Session, person_id: int) -> Access:
    """Load what a person may do; a person without roles may do nothing."""
    rows = session.execute(_GRANTS, {"person": person_id}).all()
    return Access(person_id, rows[0].pool_id if rows else 0, granted(rows))


def granted(rows: Iterable[Row[*tuple[Any, ...]]]) -> tuple[Grant, ...]:
    """Return the roles in rows of a person with role, organization and path; a row without a role grants nothing."""
    return tuple(Grant(row.role, row.organization_id, row.path) for row in rows if row.role is not None)


def path_of(session: Session, organization_id: int) -> str:
    """Return the path of an organization ('' if there is none)."""
    return session.scalar(select(Organization.path).where(Organization.id == organization_id)) or ""


def holders(session: Session, role: str, organization_id: int, exactly: bool = False) -> list[int]:
    """Return the ids of active people who hold a role for an organization (itself or above; `exactly`: itself only)."""
    path = path_of(session, organization_id)
    ancestors = [int(part) for part in path.split("/") if part]
    statement = (
        select(Membership.person_id)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.role == role, Person.active, Membership.organization_id.in_([organization_id] if exactly else ancestors))
        .order_by(Membership.person_id)
    )
    return list(dict.fromkeys(session.scalars(statement)))


def the_pool(session: Session) -> Pool | None:
    """Return the pool of this installation, if one was made."""
    return session.scalar(select(Pool).order_by(Pool.id).limit(1))


def root_of(session: Session, pool_id: int) -> Organization | None:
    """Return the organization at the top of a pool's tree."""
    return session.scalar(select(Organization).where(Organization.pool_id == pool_id, Organization.parent_id.is_(None)).order_by(Organization.id).limit(1))


def organizations(session: Session, pool_id: int) -> list[Organization]:
    """Return the tree in reading order: root first, children after their parent, by code."""
    rows = list(session.scalars(select(Organization).where(Organization.pool_id == pool_id).order_by(Organization.code)))
    children: dict[int | None, list[Organization]] = {}
    for row in rows:
        children.setdefault(row.parent_id, []).append(row)
    ordered: list[Organization] = []
    stack = list(reversed(children.get(None, [])))
    while stack:
        row = stack.pop()
        ordered.append(row)
        stack.extend(reversed(children.get(row.id, [])))
    return ordered


def organization_by_code(session: Session, pool_id: int, code: str) -> Organization:
    """Return the organization of a code; raise NotFound."""
    found = session.scalar(select(Organization).where(Organization.pool_id == pool_id, Organization.code == code.strip()))
    if found is None:
        raise NotFound(what=code)
    return found


def person_by_username(session: Session, username: str) -> Person:
    """Return the active person of a user name; raise NotFound."""
    found = session.scalar(select(Person).where(Person.username == username.strip(), Person.active))
    if found is None:
        raise NotFound(what=username)
    return found


def names(session: Session, ids: Iterable[int | None]) -> dict[int, Organization]:
    """Return organizations by id, in one query."""
    wanted = {i for i in ids if i is not None}
    return {row.id: row for row in session.scalars(select(Organization).where(Organization.id.in_(wanted)))} if wanted else {}


def people(session: Session, ids: Iterable[int | None]) -> dict[int, Person]:
    """Return people by id, in one query."""
    wanted = {i for i in ids if i is not None}
    return {row.id: row for row in session.scalars(select(Person).where(Person.id.in_(wanted)))} if wanted else {}
