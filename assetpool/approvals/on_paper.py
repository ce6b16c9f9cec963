"""A decision that was taken on paper (线下签批): recorded by a clerk who did not ask, with file number, signer, day and scan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from assetpool.approvals.registry import Act
from assetpool.approvals.service import PaperDecision
from assetpool.core import clock
from assetpool.core.errors import N_, FieldInvalid, Word
from assetpool.core.models import Pool
from assetpool.org.queries import access_of
from assetpool.records import service as records
from assetpool.records.models import Document
from assetpool.records.queries import file_for


@dataclass(frozen=True)
class SignedPaper:
    """What the paper says, and the kept scan of it."""

    number: str
    signer: str
    day: date | None
    file_id: int | None


def record(session: Session, number: str, kind: str, approve: Act, signed: SignedPaper, *, by: int, **more: Any) -> Document:
    """Record the approval that was signed on paper; the signer's name stays outside the chain. Raise FieldInvalid and what `approve` raises."""
    document = records.lock(session, number, kind)
    if not signed.number.strip():
        raise FieldInvalid(field=Word(N_("File number")), problem=Word(N_("give the number of the signed paper.")))
    if not signed.signer.strip():
        raise FieldInvalid(field=Word(N_("Decided by")), problem=Word(N_("say who signed it.")))
    if signed.day is None or signed.day > clock.today(session.get_one(Pool, document.pool_id).time_zone):
        raise FieldInvalid(field=Word(N_("Signed on")), problem=Word(N_("give the day of the signature, today at the latest.")))
    if signed.file_id is None:
        raise FieldInvalid(field=Word(N_("Scan")), problem=Word(N_("add a scan or photo of the signed paper.")))
    file_for(session, access_of(session, by), signed.file_id)
    fact = records.keep_personal(session, document.pool_id, document.id, "signer", signed.signer.strip())
    decision = PaperDecision(signed.number.strip()[:80], signed.day, fact.digest, signed.file_id)
    done = approve(session, document.number, by=by, paper=decision, **more)
    records.attach(session, document.id, signed.file_id, "paper")
    return done
