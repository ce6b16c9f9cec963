"""红字冲销: the opposite of entries, posted on the units that carry them now; counters and days are given back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.core import clock
from assetpool.core.errors import N_, DomainError, FieldInvalid, Word
from assetpool.core.models import Pool
from assetpool.custody.models import Tranche
from assetpool.custody.service import lock_assets
from assetpool.org.models import Organization, Role
from assetpool.org.queries import root_of
from assetpool.org.service import demand
from assetpool.records.models import Document
from assetpool.records.service import lock_ids
from assetpool.savings import bought, posting
from assetpool.savings.lineage import Lines, ancestry, carries, descent
from assetpool.savings.models import SavingAct, SavingEntry, SavingShare

CLAIMS = ("claim", "accrual")


class NothingToReverse(DomainError):
    """Every entry of the act has been reversed, or it has none."""

    sentence = N_("%(number)s, line %(line)d: nothing is left to reverse. Reload the page to see its entries.")


class StillUnsealed(DomainError):
    """The entries were written in the same act and cannot be reversed in it."""

    sentence = N_("These entries were written a moment ago in the same step. Finish it first, then reverse them.")


def reverse_act(session: Session, act_id: int, reason: str, by: int) -> None:
    """Post the opposite of every entry of an act, with a reason; raise NothingToReverse. Guarded by the role of finance."""
    act = session.get_one(SavingAct, act_id)
    root = root_of(session, act.pool_id)
    demand(session, by, (Role.FINANCE, Role.ADMINISTRATOR), root.id if isinstance(root, Organization) else act.receiver_id)
    if not reason.strip():
        raise FieldInvalid(field=Word(N_("Reason")), problem=Word(N_("say why this is reversed.")))
    reverse_entries(session, [act], reason.strip(), by)
    act.reviewed = "reversed"
    session.flush()


def reverse_entries(session: Session, acts: Iterable[SavingAct], reason: str, by: int) -> None:
    """Post the opposite of every entry of acts on today's day; their documents and things are locked first."""
    acts = list(acts)
    lock_ids(session, [act.document_id for act in acts])
    today = clock.today(session.get_one(Pool, acts[0].pool_id).time_zone)
    shared = select(Tranche.asset_id).join(SavingShare, SavingShare.tranche_id == Tranche.id).where(SavingShare.act_id.in_([act.id for act in acts]))
    lock_assets(session, session.scalars(shared.distinct()))
    for act in acts:
        if not give_back(session, act, None, today, reason, by):
            number = session.get_one(Document, act.document_id).number
            raise NothingToReverse(number=number, line=act.line_no)
    session.flush()


def give_back(session: Session, act: SavingAct, tranche_ids: list[int] | None, day: date, reason: str, by: int) -> int:
    """Post the opposite of an act's entries on the tranches named (None: all of them, costs and opening figures too); return how many."""
    entries, undone = entries_of(session, act)
    queued = {fact["tranche_id"] for fact in posting.pending(session) if fact["act_id"] == act.id}
    if queued and (tranche_ids is None or queued & ancestry(session, tranche_ids).keys()):
        raise StillUnsealed
    posted_on = {entry.tranche_id for entry in entries if entry.tranche_id is not None}
    lines = descent(session, posted_on) if posted_on else {}
    wanted = set(lines) if tranche_ids is None else set(tranche_ids) & set(lines)
    holders = list(session.scalars(select(Tranche).where(Tranche.id.in_(wanted), Tranche.count > 0).order_by(Tranche.id)))
    written = 0
    for entry in entries:
        back = undone.get(entry.id, [])
        by_unit = entry.entry in CLAIMS or bought.is_consumed_price(entry.entry, entry.cost_kind, entry.tranche_id)
        if by_unit and entry.tranche_id is not None:
            for tranche in holders:
                if is_left_on(lines, tranche, entry, back):
                    _oppose(session, act, entry, day, reason, by, tranche)
                    written += 1
        elif tranche_ids is None and not back:
            _oppose(session, act, entry, day, reason, by, None)
            written += 1
    _forget(session, act, holders, lines, tranche_ids is None)
    return written


def is_left_on(lines: Lines, tranche: Tranche, entry: SavingEntry, back: Iterable[SavingEntry]) -> bool:
    """Say whether a tranche carries what an entry posted per unit and none of its reversals `back` has given that back on these units."""

    def is_on(row: SavingEntry) -> bool:
        return row.tranche_id is not None and carries(lines, tranche.id, row.tranche_id, row.height)

    return is_on(entry) and not any(is_on(row) for row in back)


def entries_of(session: Session, act: SavingAct) -> tuple[list[SavingEntry], dict[int, list[SavingEntry]]]:
    """Return the act's entries, oldest first, and the reversals of each by its id."""
    rows = list(session.scalars(select(SavingEntry).where(SavingEntry.act_id == act.id).order_by(SavingEntry.height)))
    undone: dict[int, list[SavingEntry]] = {}
    for row in rows:
        if row.reverses_id is not None:
            undone.setdefault(row.reverses_id, []).append(row)
    return [row for row in rows if row.entry != "reversal"], undone


def _oppose(session: Session, act: SavingAct, entry: SavingEntry, day: date, reason: str, by: int, tranche: Tranche | None) -> None:
    def minus(amount: int | None) -> int | None:
        return None if amount is None else -amount

    opposite = {series: minus(getattr(entry, series)) for series in posting.SERIES}
    cost = entry.cost if tranche is None or entry.cost is None else entry.cost // entry.count * tranche.count
    posting.append(
        session, act, entry="reversal", business_day=day, document_id=entry.document_id, tranche_id=tranche.id if tranche else entry.tranche_id,
        count=tranche.count if tranche else entry.count, days=-entry.days, stand_in=entry.stand_in, cost=minus(cost), cost_kind=entry.cost_kind,
        cost_id=entry.cost_id, lower_bound=minus(entry.lower_bound), corrects_period=entry.corrects_period or entry.period,
        reverses_id=entry.id, reason=reason, person_id=by, cap=entry.cap, **opposite,
    )  # fmt: skip
    if tranche is None:
        return
    for series in posting.SERIES:
        setattr(tranche, f"claimed_{series}", getattr(tranche, f"claimed_{series}") + (opposite[series] or 0))
    tranche.claimed_days -= entry.days


def _forget(session: Session, act: SavingAct, holders: list[Tranche], lines: Lines, everything: bool) -> None:
    """Let the days of these units be free again and their unclaimed caps fall away; the act's shares say that nothing is posted."""
    shares = {share.tranche_id: share for share in session.scalars(select(SavingShare).where(SavingShare.act_id == act.id))}
    for tranche in holders:
        here: int | None = tranche.id
        while here is not None and here not in shares:
            here = lines.get(here, (None, 0))[0]
        share = shares[here] if here is not None else None
        if share is not None and share.posted_days and tranche.last_claimed_day == posting.claimed_until(share, act, share.posted_days):
            tranche.last_claimed_day = share.prior_last_day
        if not any(getattr(tranche, f"claimed_{series}") for series in posting.SERIES):
            tranche.cap = None
    given_back = {tranche.id for tranche in holders}
    for share in shares.values():
        if everything or share.tranche_id in given_back:
            share.posted_days = share.posted_purchase = share.posted_rental = share.posted_consumption = share.posted_adopted = 0
