"""Photos of anything (a thing, a line of a slip, a trip, a count, a paper): made smaller, upright, and cleaned of all but the picture.

`chosen` makes what a form sent ready before the act begins, `keep_all` stores it in the act, each picture with its thumbnail; `of` returns what was
kept, for many subjects in one query; `shown` lets a person see one.
Pages take the field and the strip from `components/photos.html`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from assetpool.core import clock
from assetpool.core.db import Base, Key
from assetpool.core.errors import N_, DomainError, NotFound
from assetpool.core.models import Pool
from assetpool.core.printing import printed
from assetpool.org.models import Person, Role
from assetpool.org.queries import Access
from assetpool.records.models import Document
from assetpool.records.queries import visible
from assetpool.records.service import keep_file

LONGEST_SIDE = 1280
SMALL_SIDE = 240
MOST_OF_ONE = 40
OPEN_TO_ALL = ("asset",)
"""Subjects whose photos everybody of the pool may see, as they see the thing in the catalogue."""

readers: dict[str, Callable[[Session, Access, int], bool]] = {}
"""Subject that stands on no document → who may see the photos of which; the features that keep such photos say it."""


class PhotoRefused(DomainError):
    """The upload is no photo that can be shown."""

    status = 422
    sentence = N_("This photo cannot be used. Take a JPEG, PNG or WebP picture of at most 60 megapixels.")


class TooManyPhotos(DomainError):
    """One subject has as many photos as are kept of one."""

    status = 422
    sentence = N_("There are %(most)s photos already; more are not kept of one thing. Choose the ones that show most.")


class Photo(Base):
    """One picture and its thumbnail of a subject; `document_id` names the paper whose readers may see it."""

    __tablename__ = "photo"
    __table_args__ = (CheckConstraint("subject <> ''", name="photo_of_something"), Index("ix_photo_subject", "subject", "subject_id"))

    id: Mapped[Key]
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    subject: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[int]
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("file.id"))
    small_id: Mapped[int] = mapped_column(ForeignKey("file.id"))
    taken_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    kept_at: Mapped[datetime]


def prepared(content: bytes, longest: int = LONGEST_SIDE) -> bytes:
    """Return the picture as JPEG, upright, at most `longest` pixels long, without its metadata; raise PhotoRefused."""
    found: bytes | None = printed("assetpool.core.pictures:reduced", content, longest)
    if found is None:
        raise PhotoRefused
    return found


@dataclass(frozen=True)
class Picture:
    """A picture as it will be kept, and its thumbnail."""

    large: bytes
    small: bytes


def ready(content: bytes) -> Picture:
    """Make a sent picture ready to be kept, before the act: the press takes its time, and an act holds up every other one. Raise PhotoRefused."""
    large = prepared(content)
    return Picture(large, prepared(large, SMALL_SIDE))


def chosen(uploads: Sequence[Any]) -> list[Picture]:
    """Make the photos chosen in a form (`request.files.getlist("photos")`) ready; empty choices are passed over. Raise PhotoRefused, TooManyPhotos."""
    sent = [upload for upload in uploads if getattr(upload, "filename", "")]
    if len(sent) > MOST_OF_ONE:
        raise TooManyPhotos(most=MOST_OF_ONE)
    return [ready(upload.read()) for upload in sent]


def keep(session: Session, picture: Picture, *, of: str, of_id: int, by: int | None, document_id: int | None = None, pool_id: int | None = None) -> Photo:
    """Keep a photo of a subject; with `document_id`, or of a document itself, its readers may see it.

    What a stranger sends has no person; its pool is named. Raise TooManyPhotos where there are enough.
    """
    if (session.scalar(select(func.count()).select_from(Photo).where(Photo.subject == of, Photo.subject_id == of_id)) or 0) >= MOST_OF_ONE:
        raise TooManyPhotos(most=MOST_OF_ONE)
    paper = of_id if of == "document" else document_id
    pool_id = pool_id or _pool(session, paper, by)
    folder = current_app.config["DATA_DIR"]
    row = Photo(
        pool_id=pool_id,
        subject=of,
        subject_id=of_id,
        document_id=paper,
        file_id=keep_file(session, pool_id, folder, f"{of}-{of_id}.jpg", picture.large, by).id,
        small_id=keep_file(session, pool_id, folder, f"{of}-{of_id}-small.jpg", picture.small, by).id,
        taken_by=by,
        kept_at=clock.now(),
    )
    session.add(row)
    session.flush()
    return row


def keep_all(
    session: Session, pictures: Iterable[Picture], *, of: str, of_id: int, by: int | None, document_id: int | None = None, pool_id: int | None = None
) -> None:
    """Keep several photos of a subject."""
    for one in pictures:
        keep(session, one, of=of, of_id=of_id, by=by, document_id=document_id, pool_id=pool_id)


def _pool(session: Session, document_id: int | None, by: int | None) -> int:
    if document_id is not None:
        return session.get_one(Document, document_id).pool_id
    if by is not None:
        return session.get_one(Person, by).pool_id
    return session.scalars(select(Pool.id).order_by(Pool.id).limit(1)).one()


def of(session: Session, subject: str, ids: Iterable[int | None]) -> dict[int, list[Photo]]:
    """Return the photos of many subjects of one sort, oldest first, in one query; a subject without photos has an empty list."""
    wanted = {i for i in ids if i is not None}
    found: dict[int, list[Photo]] = defaultdict(list)
    if wanted:
        for row in session.scalars(select(Photo).where(Photo.subject == subject, Photo.subject_id.in_(wanted)).order_by(Photo.id)):
            found[row.subject_id].append(row)
    return found


def shown(session: Session, access: Access, photo_id: int) -> Photo:
    """Return a photo to who took it, to readers of its document, and of a thing to everybody of the pool; else raise NotFound.

    What stands on no document is shown as `readers` of its subject say, otherwise to keepers.
    """
    row = session.scalar(select(Photo).where(Photo.id == photo_id, Photo.pool_id == access.pool_id))
    if row is None or not (access.sees_everything or row.taken_by == access.person_id or row.subject in OPEN_TO_ALL or _reads(session, access, row)):
        raise NotFound(what=str(photo_id))
    return row


def _reads(session: Session, access: Access, row: Photo) -> bool:
    if row.document_id is not None:
        return session.scalar(select(Document.id).where(Document.id == row.document_id, visible(access))) is not None
    return readers[row.subject](session, access, row.subject_id) if row.subject in readers else access.has(Role.KEEPER)
