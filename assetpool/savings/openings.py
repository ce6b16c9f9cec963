"""Opening statements: what was saved before this ledger began, taken over as a lower bound with its source (SAVINGS.md, Costs and G2)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.core import clock
from assetpool.core.errors import N_, DomainError, FieldInvalid, Word
from assetpool.core.models import Pool
from assetpool.org.models import Role
from assetpool.org.service import demand
from assetpool.records.models import Document
from assetpool.records.service import create
from assetpool.savings import policies, posting
from assetpool.savings.evidence import Missing
from assetpool.savings.models import SavingAct
from assetpool.savings.running import STOPPED


class StatementKnown(DomainError):
    """The same figure of the same paper stands in the ledger."""

    sentence = N_("%(number)s took this statement over already: the same organization, kind, day and source. A figure is taken over once.")


def opening_statement(session: Session, pool_id: int, organization_id: int, kind: str, units: int, avoided: int, source: str, day: date, by: int) -> SavingAct:
    """Take over `units` things reused before, that spared at least `avoided` fen in all; a document of kind OS, one act, grade C.

    It has no cost, so no net saving and no rate, and it stands outside the headline. `kind`: loan or transfer. Raise FieldInvalid, StatementKnown.
    """
    demand(session, by, (Role.FINANCE, Role.ADMINISTRATOR), organization_id)
    if not source.strip():
        raise FieldInvalid(field=Word(N_("Source")), problem=Word(N_("name the paper this figure was taken from.")))
    if units < 1 or avoided < 0:
        raise FieldInvalid(field=Word(N_("Opening statement")), problem=Word(N_("give at least one item and an amount that is not negative.")))
    if kind not in ("loan", "transfer"):
        raise FieldInvalid(field=Word(N_("Kind of saving")), problem=Word(N_("choose loan or transfer.")))
    if day > clock.today(session.get_one(Pool, pool_id).time_zone):
        raise FieldInvalid(field=Word(N_("As of")), problem=Word(N_("it lies in the future.")))
    same = (SavingAct.pool_id == pool_id, SavingAct.opening, SavingAct.receiver_id == organization_id, SavingAct.kind == kind, SavingAct.accepted_on == day)
    known = select(Document.number).join(SavingAct, SavingAct.document_id == Document.id)
    number = session.scalar(known.where(*same, SavingAct.opening_source == source.strip(), SavingAct.reviewed.not_in(STOPPED)).limit(1))
    if number is not None:
        raise StatementKnown(number=number)
    document = create(session, pool_id, "OS", organization_id, "done", by, note=source.strip())
    act = SavingAct(
        pool_id=pool_id,
        document_id=document.id,
        line_no=1,
        kind=kind,
        policy_id=policies.row_on(session, pool_id, day).id,
        receiver_id=organization_id,
        units=units,
        accepted_on=day,
        opening=True,
        opening_source=source.strip(),
        same_system=False,
        costed=False,
        grade="C",
        missing=Missing.OPENING.value,
        reviewed="proposed",
        created_at=clock.now(),
    )
    session.add(act)
    session.flush()
    posting.append(session, act, entry="opening", business_day=day, lower_bound=avoided, reason=source.strip(), person_id=by)
    return act


def openings_of(session: Session, pool_id: int) -> list[SavingAct]:
    """Return a pool's opening statements, newest first."""
    return list(session.scalars(select(SavingAct).where(SavingAct.pool_id == pool_id, SavingAct.opening).order_by(SavingAct.id.desc())))
