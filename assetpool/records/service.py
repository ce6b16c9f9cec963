"""Acts every document shares: make it with its number, lock it, step it along its table, attach papers, keep personal facts."""

from __future__ import annotations

import base64
import hmac
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from sqlalchemy import insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from assetpool.core import bulk, chain, clock
from assetpool.core.errors import N_, DomainError, FieldInvalid, NotFound, Word, WrongState
from assetpool.core.models import Pool
from assetpool.records.erasing_models import FileErasure
from assetpool.records.models import Attachment, Document, File, NumberRow, PaperSeal, Party, PersonalFact, Trail
from assetpool.records.states import STATE_WORDS

Steps = Mapping[str, frozenset[str]]
LARGEST_FILE = 20 * 1024 * 1024
MEDIA = {
    b"%PDF-": "application/pdf",
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"PK\x03\x04": "application/zip",
    b"RIFF": "image/webp",
}


class FileRefused(DomainError):
    """The upload is empty, too large or of a type that is not kept."""

    status = 422
    sentence = N_("%(name)s cannot be kept: %(problem)s")


class ChangedMeanwhile(DomainError):
    """Somebody else acted on the document after the page was shown."""

    sentence = N_("%(number)s was changed meanwhile and is now “%(state)s”. Look at it again before you decide.")


def unchanged(document: Document, revision: int | None) -> None:
    """Raise ChangedMeanwhile if the page showed an older revision of a locked document."""
    if revision is not None and revision != document.revision:
        raise ChangedMeanwhile(number=document.number, state=Word(STATE_WORDS[document.state]))


def create(
    session: Session, pool_id: int, kind: str, organization_id: int, state: str, by: int, parties: Iterable[int | None] = (), note: str = ""
) -> Document:
    """Make a document with the next number of its kind and year; the number row stays locked until the act ends."""
    now = clock.now()
    zone = session.scalar(select(Pool.time_zone).where(Pool.id == pool_id)) or "UTC"
    year = clock.day_of(now, zone).year
    key = {"pool_id": pool_id, "kind": kind, "year": year}
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    session.execute(dialect.insert(NumberRow).values(**key, last=0).on_conflict_do_nothing())
    row = session.scalars(select(NumberRow).filter_by(**key).with_for_update().execution_options(populate_existing=True)).one()
    row.last += 1
    document = Document(
        pool_id=pool_id,
        kind=kind,
        number=f"{kind}-{year}-{row.last:06d}",
        organization_id=organization_id,
        state=state,
        created_by=by,
        created_at=now,
        changed_at=now,
    )
    session.add(document)
    session.flush()
    concern(session, document.id, [organization_id, *parties])
    session.add(_trail(document, by, "create", note, now))
    session.flush()
    return document


def concern(session: Session, document_id: int, organizations: Iterable[int | None]) -> None:
    """Let these organizations (and those above them) read the document."""
    known = set(session.scalars(select(Party.organization_id).where(Party.document_id == document_id)))
    new = sorted({o for o in organizations if o is not None} - known)
    if new:
        session.execute(insert(Party), [{"document_id": document_id, "organization_id": o} for o in new])


def lock(session: Session, number: str, kind: str | None = None) -> Document:
    """Read a document again under its lock; raise NotFound if there is none of that number and kind."""
    statement = select(Document).where(Document.number == number.strip().upper()).with_for_update().execution_options(populate_existing=True)
    document = session.scalar(statement)
    if document is None or (kind is not None and document.kind != kind):
        raise NotFound(what=number)
    return document


def lock_ids(session: Session, ids: Iterable[int]) -> dict[int, Document]:
    """Read several documents again under their locks, in the order of their ids."""
    statement = select(Document).where(Document.id.in_(set(ids))).order_by(Document.id).with_for_update().execution_options(populate_existing=True)
    return {document.id: document for document in session.scalars(statement)}


def lock_numbers(session: Session, numbers: Iterable[str], kind: str) -> list[Document]:
    """Read several documents of a kind again under their locks, in the order of their ids; numbers that are none are left out."""
    called = {number.strip().upper() for number in numbers}
    statement = select(Document).where(Document.number.in_(called), Document.kind == kind).order_by(Document.id).with_for_update()
    return list(session.scalars(statement.execution_options(populate_existing=True)))


@dataclass(frozen=True)
class Move:
    """What the trail of a locked document tells next: who did what when, with which words; `to`: the state it steps to, if it does."""

    document: Document
    by: int | None
    act: str
    note: str = ""
    occurred_at: datetime | None = None
    to: str | None = None


def demand_step(document: Document, to: str, steps: Steps) -> None:
    """Raise WrongState if its table of steps does not let a document go to a state now."""
    if to not in steps.get(document.state, frozenset()):
        raise WrongState(number=document.number, state=Word(STATE_WORDS.get(document.state, document.state)))


def move_all(session: Session, moves: Sequence[Move], steps: Steps) -> None:
    """Move locked documents, each named once, and write their trails in this order; raise WrongState before anything is written."""
    for move in moves:
        if move.to is not None:
            demand_step(move.document, move.to, steps)
    trails = []
    for move in moves:
        document, now = move.document, clock.now()
        document.state = move.to or document.state
        document.changed_at = now
        document.revision += 1
        trails.append(_trail(document, move.by, move.act, move.note, move.occurred_at or now))
    if len(moves) > 1:
        bulk.alike([move.document for move in moves], "state", "revision", "changed_at")
    bulk.add_numbered(session, trails)
    session.flush()


def step(session: Session, document: Document, to: str, by: int | None, act: str, steps: Steps, note: str = "", occurred_at: datetime | None = None) -> None:
    """Move a locked document to another state if its table of steps allows it, and write its trail; else raise WrongState."""
    move_all(session, [Move(document, by, act, note, occurred_at, to)], steps)


def remark(session: Session, document: Document, by: int | None, act: str, note: str = "", occurred_at: datetime | None = None) -> None:
    """Write a line into a document's trail without changing its state."""
    move_all(session, [Move(document, by, act, note, occurred_at)], {})


def _trail(document: Document, by: int | None, act: str, note: str, occurred_at: datetime) -> Trail:
    return Trail(document_id=document.id, person_id=by, act=act, state=document.state, note=note, occurred_at=occurred_at, recorded_at=clock.now())


def keep_file(session: Session, pool_id: int, data_dir: str, name: str, content: bytes, by: int | None) -> File:
    """Keep an upload under its digest; a person's same bytes under the same name are kept once. Types are told by their first bytes.

    Where the bytes and the name are somebody else's already, the file is kept under a name of this person's own: nobody reaches other people's
    files through an upload, and nobody is refused the paper just sent.
    """
    if not content:
        raise FileRefused(name=name or "-", problem=Word(N_("it is empty. Choose another file.")))
    if len(content) > LARGEST_FILE:
        raise FileRefused(name=name, problem=Word(N_("it is larger than 20 MB. Choose a smaller file.")))
    media = next((kind for head, kind in MEDIA.items() if content.startswith(head)), None)
    if media is None:
        raise FileRefused(name=name, problem=Word(N_("only PDF, JPEG, PNG, WebP and office files are kept. Save it as one of these.")))
    digest = sha256(content).hexdigest()
    for called in (name[:200], f"{by or 0}-{name}"[:200], f"{secrets.token_hex(4)}-{name}"[:200]):
        known = session.scalar(select(File).where(File.pool_id == pool_id, File.digest == digest, File.name == called))
        if known is None or (known.uploaded_by == by and session.get(FileErasure, known.id) is None):
            break
    if known is not None:
        return known
    path = file_path(data_dir, digest)
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        partial = path.with_suffix(f".{secrets.token_hex(4)}")
        partial.write_bytes(content)
        partial.replace(path)
    row = File(pool_id=pool_id, digest=digest, name=called, media_type=media, size=len(content), uploaded_by=by, uploaded_at=clock.now())
    session.add(row)
    session.flush()
    seal(session, pool_id, row)
    return row


def seal(session: Session, pool_id: int, row: File | Attachment) -> None:
    """Bind a kept file or an attachment to the chain by the digest of all its columns."""
    chain.append(session, PaperSeal, pool_id=pool_id, subject=row.__tablename__, subject_id=row.id, content_digest=seal_digest(row), recorded_at=clock.now())


def seal_digest(row: File | Attachment) -> str:
    """Return the digest of all columns of a kept file or an attachment, as both engines store them."""
    values = [chain.raw(getattr(row, column.key)) for column in row.__table__.columns]
    return chain.digest_of(row.__tablename__, values, "")


def file_path(data_dir: str, digest: str) -> Path:
    """Return where the bytes of a digest lie."""
    return Path(data_dir) / digest[:2] / digest


def attach(session: Session, document_id: int, file_id: int, purpose: str, line_no: int | None = None) -> None:
    """Attach a kept file to a document, with what it proves; attaching it twice changes nothing."""
    kept = session.get(File, file_id)
    if kept is None:
        raise FieldInvalid(field=Word(N_("File")), problem=Word(N_("this file was not uploaded. Upload it first.")))
    known = select(Attachment.id).where(Attachment.document_id == document_id, Attachment.file_id == file_id, Attachment.purpose == purpose)
    if session.scalar(known) is None:
        row = Attachment(document_id=document_id, file_id=file_id, purpose=purpose, line_no=line_no)
        session.add(row)
        session.flush()
        seal(session, kept.pool_id, row)


def keep_personal(
    session: Session, pool_id: int, document_id: int | None, role: str, name: str, telephone: str = "", method: str = "", signature: str = ""
) -> PersonalFact:
    """Keep a name, telephone and signature outside the chain; `digest` (salted) is what the chain may hold."""
    salt = secrets.token_hex(16)
    content = json.dumps([salt, name, telephone, method, signature], ensure_ascii=False)
    fact = PersonalFact(
        pool_id=pool_id,
        document_id=document_id,
        role=role,
        name=name,
        telephone=telephone,
        signature_method=method,
        signature=signature,
        salt=salt,
        digest=sha256(content.encode()).hexdigest(),
        recorded_at=clock.now(),
    )
    session.add(fact)
    session.flush()
    return fact


def check_of(secret: str, number: str) -> str:
    """Return the eight characters printed with a number, which only this installation can make."""
    made = hmac.new(secret.encode(), f"paper:{number}".encode(), sha256).digest()
    return base64.b32encode(made).decode()[:8]


def occurrence(session: Session, occurred_at: datetime | None, not_before: datetime | None = None) -> datetime:
    """Return when an act happened (default: now); it may lie neither in the future nor before what it builds upon."""
    now = clock.now()
    if occurred_at is None:
        return now
    if occurred_at.tzinfo is None:
        raise FieldInvalid(field=Word(N_("Time of the act")), problem=Word(N_("give the time zone too, for example 2026-11-22T10:42:00Z.")))
    if occurred_at > now:
        raise FieldInvalid(field=Word(N_("Time of the act")), problem=Word(N_("it lies in the future. Check the date and the time.")))
    if not_before is not None and occurred_at < not_before:
        raise FieldInvalid(
            field=Word(N_("Time of the act")), problem=Word(N_("it lies before the last thing that happened here. Check the date and the time."))
        )
    return occurred_at
