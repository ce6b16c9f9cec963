"""Papers against their seals: every kept file and attachment as it was sealed into the chain, its bytes by their digest, names by their salted one.

A file or attachment older than the first seal (kept by a version that did not seal) is counted apart until it is sealed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from assetpool.audit.differences import Differs, same
from assetpool.core import chain
from assetpool.custody.models import Movement
from assetpool.records.erasing_models import FileErasure
from assetpool.records.models import Attachment, Document, File, PaperSeal, PersonalFact
from assetpool.records.service import file_path, seal

BATCH = 2000
BLOCK = 1 << 20
SUBJECTS: dict[str, Any] = {"attachment": Attachment, "file": File}


def check(session: Session, pool_id: int, data_dir: str | None = None) -> dict[str, int]:
    """Compare files, attachments and personal facts with what the chain says of them; return how many of each.

    With `data_dir` the bytes of every sealed file are read and digested too. Raise Differs at the first that is not what it was.
    """
    found = {"file": _check_sealed(session, pool_id, "file"), "attachment": _check_sealed(session, pool_id, "attachment")}
    found["personal_fact"] = _check_personal(session, pool_id)
    if data_dir is not None:
        found["file_content"] = _check_bytes(session, pool_id, data_dir)
    unsealed = sum(len(rows) for rows in unsealed_rows(session, pool_id).values())
    return {**found, "unsealed": unsealed} if unsealed else found


def seal_older(session: Session, pool_id: int) -> int:
    """Seal files and attachments that an earlier version kept without a seal; return how many."""
    rows = [row for some in unsealed_rows(session, pool_id).values() for row in some]
    for row in rows:
        seal(session, pool_id, row)
    return len(rows)


def unsealed_rows(session: Session, pool_id: int) -> dict[str, list[File | Attachment]]:
    """Return the files and attachments that carry no seal."""
    found: dict[str, list[File | Attachment]] = {}
    for subject, model in SUBJECTS.items():
        sealed = select(PaperSeal.subject_id).where(PaperSeal.pool_id == pool_id, PaperSeal.subject == subject)
        statement = _of_pool(select(model), model, pool_id).where(model.id.not_in(sealed)).order_by(model.id)
        found[subject] = list(session.scalars(statement))
    return found


def _of_pool(statement: Any, model: Any, pool_id: int) -> Any:
    if model is File:
        return statement.where(File.pool_id == pool_id)
    return statement.join(Document, Document.id == Attachment.document_id).where(Document.pool_id == pool_id)


def _stored(connection: Connection, subject: str) -> Iterator[list[Any]]:
    """Yield the raw values of all columns, in the order of the table, as the driver gives them."""
    names = [column.name for column in SUBJECTS[subject].__table__.columns]
    quoted = ", ".join(f'"{name}"' for name in names)
    streamed = {"stream_results": True, "yield_per": BATCH}
    for row in connection.exec_driver_sql(f'SELECT {quoted} FROM "{subject}" ORDER BY id', execution_options=streamed):
        yield list(row)


def _check_sealed(session: Session, pool_id: int, subject: str) -> int:
    statement = select(PaperSeal.subject_id, PaperSeal.content_digest, PaperSeal.pool_id).where(PaperSeal.subject == subject)
    sealed: dict[int, tuple[str, int]] = {row.subject_id: (row.content_digest, row.pool_id) for row in session.execute(statement)}
    first = min(sealed, default=None)
    found = 0
    for values in _stored(session.connection(), subject):
        mark = sealed.pop(values[0], None)
        if mark is None:
            if first is not None and values[0] > first:
                raise Differs(subject, values[0], "a seal in the chain", None)
            continue
        if mark[1] == pool_id:
            found += 1
        same(subject, values[0], mark[0], chain.digest_of(subject, [chain.raw(value) for value in values], ""))
    for row_id in sorted(sealed):
        raise Differs(subject, row_id, "a row, as its seal says", None)
    return found


def _check_bytes(session: Session, pool_id: int, data_dir: str) -> int:
    sealed = select(PaperSeal.subject_id).where(PaperSeal.pool_id == pool_id, PaperSeal.subject == "file")
    found = 0
    kept = select(File.id, File.digest).where(File.id.in_(sealed), File.id.not_in(select(FileErasure.file_id))).order_by(File.id)
    for row in session.execute(kept.execution_options(yield_per=BATCH)):
        same("file.content", row.id, row.digest, digest_of_file(file_path(data_dir, row.digest)))
        found += 1
    return found


def digest_of_file(path: Path) -> str | None:
    """Return the SHA-256 of a file read in blocks, None when there is no such file."""
    made = sha256()
    try:
        with path.open("rb") as content:
            while block := content.read(BLOCK):
                made.update(block)
    except FileNotFoundError:
        return None
    return made.hexdigest()


def _check_personal(session: Session, pool_id: int) -> int:
    """Compare names and signatures with the salted digests the chain holds; what was erased is empty and keeps its digest."""
    found = 0
    statement = select(PersonalFact).where(PersonalFact.pool_id == pool_id).order_by(PersonalFact.id)
    for fact in session.scalars(statement.execution_options(yield_per=BATCH)):
        found += 1
        if fact.erased_at is not None:
            same("personal_fact", fact.id, ("", "", ""), (fact.name, fact.telephone, fact.signature))
            continue
        content = json.dumps([fact.salt, fact.name, fact.telephone, fact.signature_method, fact.signature], ensure_ascii=False)
        same("personal_fact", fact.id, fact.digest, sha256(content.encode()).hexdigest())
    known = select(PersonalFact.digest).where(PersonalFact.pool_id == pool_id)
    statement_of_bare = select(func.min(Movement.id)).where(
        Movement.pool_id == pool_id, Movement.personal_digest.is_not(None), Movement.personal_digest.not_in(known)
    )
    bare = session.scalar(statement_of_bare)
    if bare is not None:
        raise Differs("movement.personal_digest", bare, "a name kept outside the chain", None)
    return found
