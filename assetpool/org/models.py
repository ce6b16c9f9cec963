"""Organizations as a tree, people, their roles, their sign-ins and their tokens."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assetpool.core.db import Base, Key


class OrganizationKind(StrEnum):
    """The levels of the tree."""

    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    DEPARTMENT = "department"
    TEMPORARY = "temporary"


class Role(StrEnum):
    """What a person may do for an organization and everything below it."""

    CLERK = "clerk"
    HEAD = "head"
    ORGANIZER = "organizer"
    APPROVER = "approver"
    KEEPER = "keeper"
    GATE = "gate"
    VALUER = "valuer"
    FINANCE = "finance"
    REVIEWER = "reviewer"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Organization(Base):
    """A department or institution with its own budget, or a level above; `path` holds its ancestors' ids and its own."""

    __tablename__ = "organization"
    __table_args__ = (
        UniqueConstraint("pool_id", "code"),
        CheckConstraint("kind IN ('province','city','county','department','temporary')", name="organization_kind_known"),
        Index("ix_organization_path", "path"),
    )

    id: Mapped[Key]
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"), index=True)
    path: Mapped[str] = mapped_column(String(400), default="/")
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200), default="")
    kind: Mapped[str] = mapped_column(String(20))
    budget_organization: Mapped[bool] = mapped_column(default=True)
    telephone: Mapped[str] = mapped_column(String(60), default="")
    ends_on: Mapped[date | None]
    created_at: Mapped[datetime]


class Person(Base):
    """Somebody who can sign in; name, telephone and mail are personal data and stay out of the chain."""

    __tablename__ = "person"

    id: Mapped[Key]
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    username: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    telephone: Mapped[str] = mapped_column(String(60), default="")
    email: Mapped[str] = mapped_column(String(200), default="")
    password_hash: Mapped[str | None] = mapped_column(String(200))
    language: Mapped[str | None] = mapped_column(String(2))
    active: Mapped[bool] = mapped_column(default=True)
    session_epoch: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]


class Membership(Base):
    """One role of one person for one organization (and what lies below it)."""

    __tablename__ = "membership"
    __table_args__ = (
        UniqueConstraint("person_id", "organization_id", "role"),
        CheckConstraint(
            "role IN ('clerk','head','organizer','approver','keeper','gate','valuer','finance','reviewer','auditor','administrator')",
            name="role_known",
        ),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))


class SignIn(Base):
    """One attempt to sign in, kept for the throttle and for the record."""

    __tablename__ = "sign_in"
    __table_args__ = (Index("ix_sign_in_username_at", "username", "at"), Index("ix_sign_in_address_at", "address", "at"))

    id: Mapped[Key]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    username: Mapped[str] = mapped_column(String(80))
    address: Mapped[str] = mapped_column(String(60))
    succeeded: Mapped[bool]
    at: Mapped[datetime]


class ApiToken(Base):
    """A bearer token, kept only as a digest; empty scopes mean all of the person's rights."""

    __tablename__ = "api_token"

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(120), default="")
    scopes: Mapped[str] = mapped_column(String(400), default="")
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
