"""Acts on organizations, people, roles, passwords and tokens; and the guard `demand` that every act asks."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import date
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.core import clock
from assetpool.core.errors import N_, DomainError, FieldInvalid, NotAllowed, NotFound, Word
from assetpool.core.models import ChainHead, Pool
from assetpool.org.models import ApiToken, Membership, Organization, OrganizationKind, Person, Role
from assetpool.org.queries import Access, access_of, holders, path_of, root_of
from assetpool.org.signing_in import hashed

ROLE_WORDS = {
    Role.CLERK: N_("asset clerk"),
    Role.HEAD: N_("head"),
    Role.ORGANIZER: N_("organizer"),
    Role.APPROVER: N_("pool manager"),
    Role.KEEPER: N_("keeper"),
    Role.GATE: N_("gate"),
    Role.VALUER: N_("valuer"),
    Role.FINANCE: N_("finance"),
    Role.REVIEWER: N_("reviewer"),
    Role.AUDITOR: N_("auditor"),
    Role.ADMINISTRATOR: N_("administrator"),
}


class NameTaken(DomainError):
    """A code or user name exists already."""

    sentence = N_("%(name)s is already in use. Choose another.")


class AuditorSeesAll(DomainError):
    """An auditor reads the whole pool, so only whoever administers all of it appoints or looks after one."""

    status = 403
    sentence = N_("An auditor reads everything in the pool. Ask an administrator of the whole pool to give this role.")


class LastAdministrator(DomainError):
    """Without this role nobody could administer the whole pool any more."""

    sentence = N_("Nobody else administers the whole pool. Give this role to another person first.")


class WiderScopes(DomainError):
    """A token may not make one that can do more than itself."""

    status = 403
    sentence = N_("This token has only the scopes %(scopes)s, so it cannot make a token with others. Use a token of all your rights.")


def demand(session: Session, by: int, roles: str | Iterable[str], organization_id: int) -> Access:
    """Return the person's access if one of the roles is held for the organization or above; else raise NotAllowed."""
    access = access_of(session, by)
    allow(access, roles, path_of(session, organization_id) or "?")
    return access


def allow(access: Access, roles: str | Iterable[str], path: str) -> None:
    """Raise NotAllowed unless one of the roles is held for the organization with that path or above it."""
    wanted = [roles] if isinstance(roles, str) else list(roles)
    if not access.may(wanted, path):
        raise NotAllowed(role=Word(ROLE_WORDS[Role(wanted[0])]))


def found_pool(session: Session, code: str, name: str, time_zone: str, demonstration: bool = False) -> Pool:
    """Make a pool and the head of its chain."""
    pool = Pool(code=code, name=name, time_zone=time_zone, demonstration=demonstration, created_at=clock.now())
    session.add(pool)
    session.flush()
    session.add(ChainHead(pool_id=pool.id))
    session.flush()
    return pool


def add_organization(
    session: Session,
    pool_id: int,
    code: str,
    name: str,
    kind: str,
    parent_id: int | None,
    name_en: str = "",
    telephone: str = "",
    budget_organization: bool = True,
    ends_on: date | None = None,
) -> Organization:
    """Add an organization under its parent (None: the root); raise NameTaken if the code exists."""
    code = code.strip()
    if not code or not name.strip():
        raise FieldInvalid(field=Word(N_("Organization")), problem=Word(N_("give a code and a name.")))
    if kind not in set(OrganizationKind):
        raise FieldInvalid(field=Word(N_("Kind of organization")), problem=Word(N_("choose province, city, county, department or temporary.")))
    if session.scalar(select(Organization.id).where(Organization.pool_id == pool_id, Organization.code == code)):
        raise NameTaken(name=code)
    parent = session.get(Organization, parent_id) if parent_id is not None else None
    if parent is None and root_of(session, pool_id) is not None:
        raise NotFound(what=code)
    organization = Organization(
        pool_id=pool_id,
        parent_id=parent_id,
        code=code,
        name=name.strip(),
        name_en=name_en,
        kind=kind,
        telephone=telephone,
        budget_organization=budget_organization,
        ends_on=ends_on,
        created_at=clock.now(),
    )
    session.add(organization)
    session.flush()
    organization.path = f"{parent.path if parent else '/'}{organization.id}/"
    session.flush()
    return organization


def add_person(
    session: Session,
    pool_id: int,
    username: str,
    name: str,
    password: str | None = None,
    telephone: str = "",
    email: str = "",
    language: str | None = None,
) -> Person:
    """Add a person who can sign in (no password: not yet); raise NameTaken if the user name exists."""
    username = username.strip()
    if not username:
        raise FieldInvalid(field=Word(N_("User name")), problem=Word(N_("give a name to sign in with.")))
    if session.scalar(select(Person.id).where(Person.username == username)):
        raise NameTaken(name=username)
    person = Person(pool_id=pool_id, username=username, name=name or username, telephone=telephone, email=email, language=language, created_at=clock.now())
    session.add(person)
    if password is not None:
        set_password(session, person, hashed(password))
    session.flush()
    return person


def set_password(session: Session, person: Person, digest: str) -> None:
    """Let a new password hold, given as `hashed` returned it, and end the person's sessions."""
    person.password_hash = digest
    person.session_epoch = (person.session_epoch or 0) + 1
    session.flush()


def appoint(session: Session, person_id: int, organization_id: int, role: str, *, by: int) -> None:
    """Give a person a role as an administrator of the organization; raise NotAllowed, AuditorSeesAll."""
    access = demand(session, by, Role.ADMINISTRATOR, organization_id)
    if role == Role.AUDITOR and not administers_all(session, access):
        raise AuditorSeesAll
    grant(session, person_id, organization_id, role)


def administers_all(session: Session, access: Access) -> bool:
    """Say whether a person administers the whole pool."""
    root = root_of(session, access.pool_id)
    return root is not None and access.may(Role.ADMINISTRATOR, root.path)


def grant(session: Session, person_id: int, organization_id: int, role: str) -> None:
    """Give a person a role for an organization and all below it; giving it twice changes nothing."""
    if role not in set(Role):
        raise FieldInvalid(field=Word(N_("Role")), problem=Word(N_("choose one of the roles in the list.")))
    known = select(Membership.id).where(Membership.person_id == person_id, Membership.organization_id == organization_id, Membership.role == role)
    if session.scalar(known) is None:
        session.add(Membership(person_id=person_id, organization_id=organization_id, role=role))
        session.flush()


def withdraw(session: Session, person_id: int, organization_id: int, role: str) -> None:
    """Take a role back; raise LastAdministrator where nobody else administers the whole pool."""
    organization = session.get(Organization, organization_id, with_for_update=True)
    known = select(Membership).where(Membership.person_id == person_id, Membership.organization_id == organization_id, Membership.role == role)
    row = session.scalar(known)
    if organization is None or row is None:
        return
    if role == Role.ADMINISTRATOR and organization.parent_id is None:
        leave_an_administrator(session, organization_id, person_id)
    session.delete(row)
    session.flush()


def leave_an_administrator(session: Session, root_id: int, person_id: int) -> None:
    """Raise LastAdministrator unless somebody else administers the whole pool; the root's row is locked by whoever asks."""
    if set(holders(session, Role.ADMINISTRATOR, root_id)) <= {person_id}:
        raise LastAdministrator


def token_digest(token: str) -> str:
    """Return what is stored of a bearer token."""
    return sha256(token.encode()).hexdigest()


def issue_token(session: Session, person_id: int, name: str = "", scopes: Iterable[str] = ()) -> str:
    """Make a bearer token and return it, the only time it is readable; no scopes mean all of the person's rights."""
    token = f"ap_{secrets.token_urlsafe(32)}"
    session.add(ApiToken(person_id=person_id, digest=token_digest(token), name=name, scopes=" ".join(sorted(scopes)), created_at=clock.now()))
    session.flush()
    return token


def no_wider(own: frozenset[str] | None, asked: Iterable[str]) -> None:
    """Raise WiderScopes unless a token with `own` scopes (None: all rights) may make one with the scopes asked for."""
    wanted = set(asked)
    if own is not None and (not wanted or not wanted <= own):
        raise WiderScopes(scopes=" ".join(sorted(own)))


def revoke_token(session: Session, person_id: int, token_id: int) -> ApiToken:
    """End one of a person's tokens; ending it twice changes nothing."""
    row = session.get(ApiToken, token_id)
    if row is None or row.person_id != person_id:
        raise NotFound(what=str(token_id))
    row.revoked_at = row.revoked_at or clock.now()
    session.flush()
    return row
