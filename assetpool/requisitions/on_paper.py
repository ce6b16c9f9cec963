"""An approval that was given on paper (线下签批): recorded by a clerk who did not ask, with file number, signer, day and scan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from assetpool.approvals.service import PaperDecision
from assetpool.core.errors import N_, FieldInvalid, Word
from assetpool.org.queries import access_of
from assetpool.records import service as records
from assetpool.records.models import Document
from assetpool.records.queries import file_for
from assetpool.requisitions import service
from assetpool.reservations.service import pool_today


@dataclass(frozen=True)
class SignedPaper:
    """What the paper says, and the kept scan of it."""

    number: str
    signer: str
    day: date | None
    file_id: int | None


def approve(
    session: Session, number: str, signed: SignedPaper, *, by: int, reason: str = "", cuts: Mapping[int, int] | None = None, revision: int | None = None
) -> Document:
    """Record the approval that was signed on paper; the signer's name stays outside the chain. Raise what `service.approve` raises."""
    document = records.lock(session, number, "RQ")
    if not signed.number.strip():
        raise FieldInvalid(field=Word(N_("File number")), problem=Word(N_("give the number of the signed paper.")))
    if not signed.signer.strip():
        raise FieldInvalid(field=Word(N_("Decided by")), problem=Word(N_("say who signed it.")))
    if signed.day is None or signed.day > pool_today(session, document.pool_id):
        raise FieldInvalid(field=Word(N_("Signed on")), problem=Word(N_("give the day of the signature, today at the latest.")))
    if signed.file_id is None:
        raise FieldInvalid(field=Word(N_("Scan")), problem=Word(N_("add a scan or photo of the signed paper.")))
    file_for(session, access_of(session, by), signed.file_id)
    fact = records.keep_personal(session, document.pool_id, document.id, "signer", signed.signer.strip())
    decision = PaperDecision(signed.number.strip()[:80], signed.day, fact.digest, signed.file_id)
    done = service.approve(session, document.number, by=by, reason=reason, cuts=cuts, revision=revision, paper=decision)
    records.attach(session, document.id, signed.file_id, "paper")
    return done
