"""What every document shares: number, state, parties, trail, files; and what was answered to whom before."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assetpool.core import chain
from assetpool.core.db import Base, Key


class Document(Base):
    """A numbered paper with a state; each feature's document shares this row's id."""

    __tablename__ = "document"
    __table_args__ = (
        UniqueConstraint("pool_id", "number"),
        CheckConstraint("length(number) = 14", name="number_is_whole"),
        Index("ix_document_kind_state", "kind", "state"),
        Index("ix_document_organization_kind", "organization_id", "kind"),
    )

    id: Mapped[Key]
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    kind: Mapped[str] = mapped_column(String(2))
    number: Mapped[str] = mapped_column(String(14))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    state: Mapped[str] = mapped_column(String(30))
    revision: Mapped[int] = mapped_column(default=0)
    created_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class NumberRow(Base):
    """The last number given per pool, kind and year; its lock keeps numbers without gaps."""

    __tablename__ = "number_row"

    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(2), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int] = mapped_column(default=0)


class Party(Base):
    """An organization that a document concerns; it and those above it may read the document."""

    __tablename__ = "party"

    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), primary_key=True, index=True)


class Trail(Base):
    """Who did what to a document, when, with which words."""

    __tablename__ = "trail"

    id: Mapped[Key]
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    act: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(30))
    note: Mapped[str] = mapped_column(Text, default="")
    occurred_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class File(Base):
    """A stored file, found by its digest under the data folder."""

    __tablename__ = "file"
    __table_args__ = (UniqueConstraint("pool_id", "digest", "name"),)

    id: Mapped[Key]
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    digest: Mapped[str] = mapped_column(String(64), index=True)
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    uploaded_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    uploaded_at: Mapped[datetime]


class Attachment(Base):
    """A file attached to a document, with what it proves (need, budget, slip, voucher, photo, paper)."""

    __tablename__ = "attachment"
    __table_args__ = (UniqueConstraint("document_id", "file_id", "purpose"),)

    id: Mapped[Key]
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    file_id: Mapped[int] = mapped_column(ForeignKey("file.id"))
    purpose: Mapped[str] = mapped_column(String(30))
    line_no: Mapped[int | None]


class PaperSeal(Base):
    """The digest of all columns of a kept file or an attachment, taken when it was made; append-only, chained.

    Files and attachments stand outside the chain; their seals bind them to it, so that a paper put in, taken away or changed behind the
    product's back is found. `subject` is file or attachment.
    """

    __tablename__ = "paper_seal"
    __table_args__ = (
        UniqueConstraint("pool_id", "height"),
        CheckConstraint("subject IN ('file','attachment')", name="sealed_subject_known"),
        Index("ix_paper_seal_subject", "subject", "subject_id"),
    )

    id: Mapped[Key]
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    height: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(10))
    subject_id: Mapped[int]
    content_digest: Mapped[str] = mapped_column(String(64))
    recorded_at: Mapped[datetime]


class PersonalFact(Base):
    """A name, telephone or signature outside the chain; the chain holds only its salted digest, so it can be erased."""

    __tablename__ = "personal_fact"

    id: Mapped[Key]
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"), index=True)
    role: Mapped[str] = mapped_column(String(30))
    name: Mapped[str] = mapped_column(String(120), default="")
    telephone: Mapped[str] = mapped_column(String(60), default="")
    signature_method: Mapped[str] = mapped_column(String(20), default="")
    signature: Mapped[str] = mapped_column(Text, default="")
    salt: Mapped[str] = mapped_column(String(32))
    digest: Mapped[str] = mapped_column(String(64))
    recorded_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]


class Idempotency(Base):
    """The answer once given to a person's key, kept in the act's own transaction."""

    __tablename__ = "idempotency"
    __table_args__ = (UniqueConstraint("person_id", "key"),)

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    key: Mapped[str] = mapped_column(String(200))
    request_digest: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]


assert isinstance(PaperSeal.__table__, Table)
chain.append_only(PaperSeal.__table__)
