"""Anchors: height and digest of the chain, written down where nobody who can change the book can change them too."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.audit.models import Anchor, Run
from assetpool.audit.verification import Report
from assetpool.core import clock
from assetpool.core.errors import N_, DomainError, FieldInvalid, Word
from assetpool.core.models import ChainHead, Pool

PATTERN = re.compile(r"(?<![0-9])(\d{1,18}):([0-9a-f]{64})(?![0-9a-f])")


class NoAnchor(DomainError):
    """The text or file holds no anchor."""

    status = 422
    sentence = N_("An anchor reads HEIGHT:DIGEST with 64 hexadecimal digits, as printed under a report.")


@dataclass(frozen=True)
class Mark:
    """Height and digest of a pool's chain at a moment."""

    pool: str
    name: str
    height: int
    digest: str
    at: datetime

    @property
    def line(self) -> str:
        """Return the line to write down: HEIGHT:DIGEST."""
        return f"{self.height}:{self.digest}"

    def as_json(self) -> dict[str, Any]:
        """Return the shape of an exported anchor."""
        return {"kind": "assetpool-anchor", "version": 1, "pool": self.pool, "name": self.name, "height": self.height, "digest": self.digest,
                "anchor": self.line, "at": self.at.isoformat()}  # fmt: skip


def mark(session: Session, pool_id: int) -> Mark:
    """Return the present head of a pool's chain."""
    pool, head = session.get_one(Pool, pool_id), session.get_one(ChainHead, pool_id, populate_existing=True)
    return Mark(pool.code, pool.name, head.height, head.digest, clock.now())


def read(text: str) -> tuple[int, str]:
    """Find the anchor in a typed line, a printed footer or an exported file; raise NoAnchor."""
    found = PATTERN.search(text.strip().lower())
    if found is not None:
        return int(found[1]), found[2]
    try:
        given = json.loads(text)
        height, digest = int(given["height"]), str(given["digest"]).lower()
    except (ValueError, TypeError, KeyError) as error:
        raise NoAnchor from error
    if height < 0 or re.fullmatch(r"[0-9a-f]{64}", digest) is None:
        raise NoAnchor
    return height, digest


def note(session: Session, pool_id: int, kept_where: str, by: int | None) -> Anchor:
    """Note that the present head is kept somewhere outside. Raise FieldInvalid without a place."""
    if not kept_where.strip():
        raise FieldInvalid(field=Word(N_("Where it is kept")), problem=Word(N_("say where: a sealed letter, another office, a published report.")))
    now = mark(session, pool_id)
    row = Anchor(pool_id=pool_id, height=now.height, digest=now.digest, kept_where=kept_where.strip()[:300], noted_by=by, noted_at=now.at)
    session.add(row)
    session.flush()
    return row


def noted(session: Session, pool_id: int, limit: int = 20) -> list[Anchor]:
    """Return the anchors noted, newest first."""
    return list(session.scalars(select(Anchor).where(Anchor.pool_id == pool_id).order_by(Anchor.id.desc()).limit(limit)))


def record(session: Session, pool_id: int, report: Report, by: int | None, anchor: tuple[int, str] | None = None) -> Run:
    """Keep how a verification ended."""
    first = report.first_difference
    row = Run(
        pool_id=pool_id, ok=report.ok, height=report.height, digest=report.head, anchor=f"{anchor[0]}:{anchor[1]}" if anchor else "",
        difference=f"{first.what} {first.id if first.id is not None else ''}".strip() if first else "", run_by=by, run_at=clock.now(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def last_run(session: Session, pool_id: int) -> Run | None:
    """Return the newest verification that was kept."""
    return session.scalar(select(Run).where(Run.pool_id == pool_id).order_by(Run.id.desc()).limit(1))
