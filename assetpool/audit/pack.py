"""The evidence pack: everything behind some acts as one ZIP that is read without this system, written piece by piece so that memory stays small.

It holds a page that opens anywhere (index.html), tables, papers, signatures and, last, a manifest with the SHA-256 of every other file.
"""

from __future__ import annotations

import base64
import io
import json
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.audit import pack_page
from assetpool.audit.pack_tables import TABLES, rows_of
from assetpool.core import clock, spreadsheets
from assetpool.core.models import ChainHead, Pool
from assetpool.org.queries import Access
from assetpool.records.models import Attachment, Document, File, PersonalFact
from assetpool.records.service import file_path
from assetpool.savings import unfolding
from assetpool.savings.unfolding import Unfolded

BLOCK = 1 << 20
IN_MEMORY = 8 << 20
Print = Callable[[Document], bytes | None]


@dataclass
class Listed:
    """One file of the pack: its path, size and digest, and what it is."""

    path: str
    size: int
    sha256: str
    what: str


@dataclass
class Pack:
    """A ZIP being written, with the manifest of what is in it."""

    target: IO[bytes]
    listed: list[Listed] = field(default_factory=list)
    missing: list[dict[str, str]] = field(default_factory=list)
    zip: zipfile.ZipFile = field(init=False)

    def __enter__(self) -> Pack:
        """Begin the archive."""
        self.zip = zipfile.ZipFile(self.target, "w", zipfile.ZIP_DEFLATED, allowZip64=True)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """End the archive."""
        self.zip.close()

    def has(self, path: str) -> bool:
        """Say whether a path is in the pack already."""
        return any(one.path == path for one in self.listed)

    def add(self, path: str, content: bytes | IO[bytes], what: str) -> None:
        """Write a file, read in blocks, and list it with its digest."""
        made, size = sha256(), 0
        source = io.BytesIO(content) if isinstance(content, bytes) else content
        with self.zip.open(self._info(path), "w", force_zip64=True) as place:
            while block := source.read(BLOCK):
                made.update(block)
                size += len(block)
                place.write(block)
        self.listed.append(Listed(path, size, made.hexdigest(), what))

    def _info(self, path: str) -> zipfile.ZipInfo:
        info = zipfile.ZipInfo(path, clock.now().timetuple()[:6])
        info.compress_type = zipfile.ZIP_DEFLATED
        info.external_attr = 0o644 << 16
        return info


@dataclass(frozen=True)
class About:
    """What the pack is of: a title, how the sample was drawn (name and value), and who made it."""

    title: str
    facts: Sequence[tuple[str, str]]
    by: str


def write(session: Session, access: Access, act_ids: Sequence[int], about: About, target: IO[bytes], data_dir: str, printed: Print) -> list[Listed]:
    """Write the pack of some acts into `target` and return what it lists. `printed` makes the PDF of a document, None where there is none."""
    pool = session.get_one(Pool, access.pool_id)
    head = session.get_one(ChainHead, pool.id)
    with Pack(target) as pack, tempfile.SpooledTemporaryFile(IN_MEMORY) as page:
        tables = {name: _Table(heads) for name, heads in TABLES.items()}
        page.write(pack_page.head(pool.name, about.title, about.facts, about.by, clock.now(), pool.time_zone, head.height, head.digest).encode())
        for act_id in act_ids:
            it = unfolding.unfold(session, access, act_id)
            papers = _papers(session, pack, it, data_dir, printed)
            for name, some in rows_of(session, it).items():
                tables[name].write(some)
            page.write(pack_page.act(it, papers, pool.time_zone).encode())
            session.expunge_all()
        page.write(pack_page.foot().encode())
        for name, table in tables.items():
            pack.add(f"tables/{name}.csv", table.whole(), "table")
        page.seek(0)
        pack.add("index.html", page, "page")
        _manifest(pack, about, pool.name, head)
        return pack.listed


class _Table:
    """A CSV that grows on disk."""

    def __init__(self, heads: Sequence[str]) -> None:
        self._kept = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 -- it outlives this call and goes with the table
        self._kept.write(spreadsheets.csv_whole(heads, ()))

    def write(self, rows: Iterable[Sequence[Any]]) -> None:
        """Add rows."""
        self._kept.write(spreadsheets.csv_lines(rows))

    def whole(self) -> IO[bytes]:
        """Return everything from the beginning."""
        self._kept.seek(0)
        return self._kept


def _papers(session: Session, pack: Pack, it: Unfolded, data_dir: str, printed: Print) -> list[pack_page.Paper]:
    """Put slips, requests, returns, files and signatures of an act into the pack; return them with what became of them."""
    found: list[pack_page.Paper] = []
    documents = list(session.scalars(select(Document).where(Document.id.in_(it.numbers)).order_by(Document.id)))
    for document in documents:
        path = f"documents/{document.number}.pdf"
        if not pack.has(path):
            content = printed(document)
            if content is None:
                continue
            pack.add(path, content, "document")
        found.append(pack_page.Paper(path, document.number, document.kind))
    attached = select(Attachment.purpose, File).join(File, File.id == Attachment.file_id).where(Attachment.document_id.in_(it.numbers))
    purposes: dict[int, tuple[str, File]] = {file.id: ("evidence", file) for file in it.files.values()}
    purposes |= {row.File.id: (row.purpose, row.File) for row in session.execute(attached)}
    for purpose, file in purposes.values():
        found.append(_file(pack, purpose, file, data_dir))
    facts = select(PersonalFact).where(PersonalFact.document_id.in_(it.numbers)).order_by(PersonalFact.id)
    numbers = {document.id: document.number for document in documents}
    found += [_signature(pack, fact, numbers.get(fact.document_id or 0, "")) for fact in session.scalars(facts)]
    return found


def _file(pack: Pack, purpose: str, file: File, data_dir: str) -> pack_page.Paper:
    path = f"papers/{file.digest[:12]}-{safe(file.name)}"
    source: Path = file_path(data_dir, file.digest)
    if not pack.has(path):
        if not source.exists():
            pack.missing.append({"path": path, "name": file.name, "sha256": file.digest})
            return pack_page.Paper("", file.name, purpose, missing=True)
        with source.open("rb") as content:
            pack.add(path, content, purpose)
    changed = next(one.sha256 for one in pack.listed if one.path == path) != file.digest
    return pack_page.Paper(path, file.name, purpose, changed=changed)


def _signature(pack: Pack, fact: PersonalFact, number: str) -> pack_page.Paper:
    """Put a signature into the pack; what was erased stays erased and is said so. Telephone numbers are left out."""
    if fact.erased_at is not None:
        return pack_page.Paper("", f"{number} {fact.role}", "signature", erased_at=fact.erased_at, digest=fact.digest)
    drawn = _drawn(fact.signature) if fact.signature_method == "drawn" else None
    path = f"signatures/{number}-{fact.role}-{fact.id}.{'png' if drawn else 'txt'}"
    if not pack.has(path):
        said = f"{number}\n{fact.role}\n{fact.name}\n{fact.signature_method or '—'}\n{fact.digest}\n"
        pack.add(path, drawn or said.encode(), "signature")
    return pack_page.Paper(path, f"{number} {fact.role} {fact.name}".strip(), "signature", digest=fact.digest)


def _drawn(signature: str) -> bytes | None:
    try:
        return base64.b64decode(signature.split("base64,", 1)[1], validate=True) if "base64," in signature else None
    except ValueError:
        return None


def safe(name: str) -> str:
    """Return a file name that every archive program takes, its ending kept."""
    cleaned = re.sub(r'[\x00-\x1f<>:"/\\|?*]+', "_", name).strip(" .") or "file"
    stem, dot, ending = cleaned.rpartition(".")
    return f"{(stem or ending)[:80]}{dot}{ending[:10]}" if stem else cleaned[:80]


def _manifest(pack: Pack, about: About, pool: str, head: ChainHead) -> None:
    """List every file with its digest: once for machines, once for people and `sha256sum -c`."""
    files = sorted(pack.listed, key=lambda one: one.path)
    whole = {
        "kind": "assetpool-evidence-pack", "version": 1, "pool": pool, "title": about.title, "made_at": clock.now().isoformat(), "made_by": about.by,
        "chain": {"height": head.height, "head": head.digest}, "about": dict(about.facts),
        "files": [{"path": one.path, "size": one.size, "sha256": one.sha256, "what": one.what} for one in files], "missing": pack.missing,
    }  # fmt: skip
    lines = "".join(f"{one.sha256}  {one.path}\n" for one in files)
    pack.add("manifest.txt", lines.encode(), "manifest")
    pack.add("manifest.json", json.dumps(whole, ensure_ascii=False, indent=1).encode(), "manifest")
