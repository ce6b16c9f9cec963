"""Documents as a person may see them, their trails, attachments and personal facts."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, exists, or_, select, true
from sqlalchemy.orm import Session

from assetpool.core.errors import NotFound
from assetpool.org.queries import Access
from assetpool.records.models import Attachment, Document, File, Party, PersonalFact, Trail


def visible(access: Access) -> ColumnElement[bool]:
    """Return the condition that a document concerns an organization where the person holds a role, or one below it."""
    if access.sees_everything:
        return true()
    return exists().where(Party.document_id == Document.id, Party.organization_id.in_(access.organizations()))


def by_number(session: Session, access: Access, number: str, kind: str | None = None) -> Document:
    """Return a visible document; raise NotFound for one that does not exist and for one that may not be seen."""
    document = session.scalar(select(Document).where(Document.number == number.strip().upper(), visible(access)))
    if document is None or (kind is not None and document.kind != kind):
        raise NotFound(what=number)
    return document


def numbers(session: Session, ids: Iterable[int | None]) -> dict[int, Document]:
    """Return documents by id, in one query."""
    wanted = {i for i in ids if i is not None}
    return {row.id: row for row in session.scalars(select(Document).where(Document.id.in_(wanted)))} if wanted else {}


def visible_numbers(session: Session, access: Access, ids: Iterable[int | None]) -> dict[int, str]:
    """Return the numbers of those documents that the person may read, by id, in one query."""
    wanted = {i for i in ids if i is not None}
    if not wanted:
        return {}
    rows = session.execute(select(Document.id, Document.number).where(Document.id.in_(wanted), visible(access)))
    return {row.id: row.number for row in rows}


def trail_of(session: Session, document_id: int) -> list[Trail]:
    """Return a document's trail, oldest first."""
    return list(session.scalars(select(Trail).where(Trail.document_id == document_id).order_by(Trail.id)))


def attachments_of(session: Session, document_id: int) -> list[tuple[Attachment, File]]:
    """Return what is attached to a document, with the files."""
    statement = select(Attachment, File).join(File, File.id == Attachment.file_id).where(Attachment.document_id == document_id).order_by(Attachment.id)
    return [(row[0], row[1]) for row in session.execute(statement)]


def personal_facts_of(session: Session, document_id: int) -> list[PersonalFact]:
    """Return the names and signatures kept with a document."""
    return list(session.scalars(select(PersonalFact).where(PersonalFact.document_id == document_id).order_by(PersonalFact.id)))


def file_for(session: Session, access: Access, file_id: int) -> File:
    """Return a file to who uploaded it or may read a document it is attached to; else raise NotFound."""
    attached = exists().where(Attachment.file_id == File.id, Attachment.document_id == Document.id, visible(access)).correlate(File)
    mine = or_(File.uploaded_by == access.person_id, true() if access.sees_everything else attached)
    file = session.scalar(select(File).where(File.id == file_id, File.pool_id == access.pool_id, mine))
    if file is None:
        raise NotFound(what=str(file_id))
    return file
