"""Reversing an act for some of its units: the ones that claimed most go first, a tranche is parted where need be, costs stay."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.core import clock
from assetpool.core.errors import N_, DomainError
from assetpool.core.models import Pool
from assetpool.custody import service as custody
from assetpool.custody.models import Tranche
from assetpool.records.models import Document
from assetpool.records.service import lock_ids
from assetpool.savings import posting, reversal, running
from assetpool.savings.lineage import descent
from assetpool.savings.models import SavingAct, SavingShare
from assetpool.savings.zero import Zero


class FewerUnitsClaim(DomainError):
    """The act claims for fewer units than are to be reversed."""

    sentence = N_("%(number)s, line %(line)d: %(asked)d units to be reversed, but only %(found)d still claim something.")


def claiming(session: Session, act: SavingAct) -> list[Tranche]:
    """Return the tranches whose units carry claims of an act that were not given back and are worth something, the most claimed first."""
    entries, undone = reversal.entries_of(session, act)
    claims = [row for row in entries if row.entry in reversal.CLAIMS]
    if not claims:
        return []
    lines = descent(session, {row.tranche_id for row in claims if row.tranche_id is not None})
    found: list[tuple[int, Tranche]] = []
    holders = select(Tranche).where(Tranche.id.in_(lines), Tranche.count > 0).order_by(Tranche.id).execution_options(populate_existing=True)
    for tranche in session.scalars(holders):
        left = [row for row in claims if reversal.is_left_on(lines, tranche, row, undone.get(row.id, ()))]
        worth = sum(max(0, getattr(row, series) or 0) for row in left for series in posting.SERIES)
        if worth:
            found.append((sum(row.adopted or 0 for row in left), tranche))
    return [tranche for _, tranche in sorted(found, key=lambda pair: (-pair[0], pair[1].id))]


def give_back_units(session: Session, act_id: int, units: int, reason: str, by: int) -> None:
    """Post the opposite of what `units` units of an act claimed, on today's day; what they cost stays, and a running loan claims nothing more for them.

    Raise FewerUnitsClaim. The caller guards who may.
    """
    act = session.get_one(SavingAct, act_id)
    lock_ids(session, [act.document_id])
    shared = select(Tranche.asset_id).join(SavingShare, SavingShare.tranche_id == Tranche.id).where(SavingShare.act_id == act_id)
    custody.lock_assets(session, session.scalars(shared.distinct()))
    tranches = claiming(session, act)
    found = sum(tranche.count for tranche in tranches)
    if not 0 < units <= found:
        raise FewerUnitsClaim(number=session.get_one(Document, act.document_id).number, line=act.line_no, asked=units, found=found)
    taken: list[int] = []
    for tranche in tranches:
        if not units:
            break
        part = _part(session, tranche, min(units, tranche.count), by)
        units -= part.count
        taken.append(part.id)
    for share in session.scalars(select(SavingShare).where(SavingShare.act_id == act_id, SavingShare.tranche_id.in_(taken))):
        if share.zero_reason in ("", Zero.NEED_CLAIMED):  # A need used up takes away the purchase alone, so its loan would run on.
            share.zero_reason = Zero.BOUGHT_ANYWAY
    reversal.give_back(session, act, taken, clock.today(session.get_one(Pool, act.pool_id).time_zone), reason, by)
    session.flush()


def _part(session: Session, tranche: Tranche, count: int, by: int) -> Tranche:
    cause = custody.Cause(tranche.document_id, tranche.line_no, by, clock.now())
    part = custody.split(session, tranche, count, cause)
    if part is not tranche:
        running.follow(session, tranche, part)
        custody.restate(session, part)
    return part
