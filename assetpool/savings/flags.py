"""Open questions about an act: raised by findings, exceptions and the look-back, closed with an answer; an open one keeps it from grade A."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assetpool.core import clock
from assetpool.core.errors import N_, DomainError, FieldInvalid, NotFound, Word
from assetpool.records.service import lock_ids
from assetpool.savings.cost_models import SavingFlag
from assetpool.savings.grading import regrade
from assetpool.savings.models import SavingAct

FLAG_WORDS: dict[str, str] = {
    "bought_anyway": N_("Bought anyway"),
    "finding": N_("Finding of the audit"),
    "exception": N_("Exception"),
    "question": N_("Question"),
}
"""What the known codes are called; another code is shown as it is."""


class NoOpenFlag(DomainError):
    """Nothing open under that code."""

    sentence = N_("No such flag is open on this act any more. Reload the page to see its answer.")


def raise_flag(session: Session, act_id: int, code: str, text: str, by: int | None, reference: str = "", *, grade: bool = True) -> SavingFlag:
    """Open a flag on an act and grade it anew; one that is open under the same code, reference and text is returned as it is.

    `reference` tells flags of one code apart (number of a finding, say); with `grade` False the caller grades at once all that it flagged.
    The caller guards who may. Raise NotFound, FieldInvalid.
    """
    if not text.strip() or not code.strip():
        raise FieldInvalid(field=Word(N_("Flag")), problem=Word(N_("say what is doubtful about the act.")))
    act = _locked(session, act_id)
    known = select(SavingFlag).where(
        SavingFlag.act_id == act_id, SavingFlag.code == code, SavingFlag.reference == reference, SavingFlag.text == text.strip(), SavingFlag.closed_at.is_(None)
    )
    flag = session.scalar(known.limit(1))
    if flag is not None:
        return flag
    flag = SavingFlag(pool_id=act.pool_id, act_id=act_id, code=code, reference=reference, text=text.strip(), opened_by=by, opened_at=clock.now(), answer="")
    session.add(flag)
    if grade:
        regrade(session, [act_id])
    return flag


def close_flag(session: Session, act_id: int, code: str, text: str, by: int, reference: str | None = None) -> int:
    """Close the open flags of a code (and reference, if one is named) on an act with an answer, grade it anew; return how many.

    Raise NoOpenFlag, FieldInvalid without an answer. The caller guards who may.
    """
    if not text.strip():
        raise FieldInvalid(field=Word(N_("Answer")), problem=Word(N_("say how the question was settled.")))
    _locked(session, act_id)
    wanted = select(SavingFlag).where(SavingFlag.act_id == act_id, SavingFlag.code == code, SavingFlag.closed_at.is_(None))
    if reference is not None:
        wanted = wanted.where(SavingFlag.reference == reference)
    rows = list(session.scalars(wanted.order_by(SavingFlag.id)))
    if not rows:
        raise NoOpenFlag
    for flag in rows:
        flag.closed_by, flag.closed_at, flag.answer = by, clock.now(), text.strip()
    regrade(session, [act_id])
    return len(rows)


def flags_of(session: Session, act_id: int) -> list[SavingFlag]:
    """Return the flags of an act, open ones first, then the newest."""
    rows = session.scalars(select(SavingFlag).where(SavingFlag.act_id == act_id).order_by(SavingFlag.id.desc()))
    return sorted(rows, key=lambda flag: flag.closed_at is not None)


def open_flags(session: Session, act_ids: Iterable[int]) -> dict[int, int]:
    """Return how many flags are open on each act that has any."""
    statement = select(SavingFlag.act_id, func.count()).where(SavingFlag.act_id.in_(set(act_ids)), SavingFlag.closed_at.is_(None))
    return {row[0]: row[1] for row in session.execute(statement.group_by(SavingFlag.act_id))}


def _locked(session: Session, act_id: int) -> SavingAct:
    act = session.get(SavingAct, act_id)
    if act is None:
        raise NotFound(what=str(act_id))
    lock_ids(session, [act.document_id])
    session.refresh(act)
    return act
