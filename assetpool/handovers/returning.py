"""Taking things back: any person, any store, several slips in one batch; each line finds its own slip."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Store
from assetpool.core import clock
from assetpool.core.errors import N_, FieldInvalid, NotFound, Word
from assetpool.core.models import Pool
from assetpool.custody import service as custody
from assetpool.custody.models import Tranche
from assetpool.custody.service import Cause
from assetpool.handovers import checklists, finishing, mending, telling
from assetpool.handovers.finding import COUNTS, Back, MoreThanOut, check, find_out
from assetpool.handovers.loading import Costs, not_before
from assetpool.handovers.models import Return, ReturnLine, Slip, SlipItem
from assetpool.handovers.placing import ENDS, Batch, part_off, put_away
from assetpool.handovers.steps import RETURN_STEPS
from assetpool.org.models import Role
from assetpool.org.service import demand
from assetpool.records import service as records
from assetpool.records.models import Document
from assetpool.reservations import service as reservations
from assetpool.savings import queries as ledger
from assetpool.savings import service as savings
from assetpool.savings.models import ValuationPolicy


@dataclass(frozen=True)
class Share:
    """Units of one tranche that share one fate: `how` is one of COUNTS or 'arrived'; `index` is the place of their line in the batch."""

    index: int
    tranche: Tranche
    slip_id: int
    slip_line_no: int
    count: int
    how: str


def take_back(
    session: Session,
    store_id: int,
    lines: Sequence[Back],
    *,
    by: int,
    returned_by: str = "",
    telephone: str = "",
    costs: Costs,
    occurred_at: datetime | None = None,
) -> Document:
    """Receive a batch of things with a receipt; what is in no count is still out. Return the receipt's document.

    Raise SlipAmbiguous, NotOut, NotAccepted, MoreThanOut, CostMissing, NotAllowed. Where and when it arrives is a fact and never refused.
    """
    store = session.get(Store, store_id)
    if store is None:
        raise NotFound(what=str(store_id))
    access = demand(session, by, Role.KEEPER, store.organization_id)
    if not lines:
        raise FieldInvalid(field=Word(N_("Lines")), problem=Word(N_("name at least one thing that came back.")))
    for line in lines:
        check(line)
    # What is locked is held until the act ends: rows nobody holds are forgotten by the session and asked for again, one by one.
    held = _lock(session, [part for parts in find_out(session, access.pool_id, lines) for part in parts], store_id)
    shares = _share_out(lines, find_out(session, access.pool_id, lines))
    when = records.occurrence(session, occurred_at)
    if occurred_at is not None:
        not_before(session, [share.tranche.id for share in shares], when)
    day = clock.day_of(when, session.get_one(Pool, access.pool_id).time_zone)
    batch = _receipt(session, access.pool_id, store, shares, (returned_by.strip(), telephone.strip()), by, when, day, costs.reason.strip())
    savings.record_costs(session, batch.document, list(costs.lines), costs.reason, by, day)
    _write(session, batch, lines, shares)
    _count_on_slips(session, shares)
    _post_costs(session, batch.document, shares, by)
    if any(share.how == "repair" for share in shares):
        mending.open_repairs(session, batch)
    step_when_inspected(session, batch.document, by, when)
    finishing.after_change(session, {share.slip_id for share in shares}, by, anything_back=True)
    telling.returned(session, batch.document, batch.store.organization_id, by)
    held.clear()
    return batch.document


def _lock(session: Session, parts: Sequence[Tranche], store_id: int) -> list[object]:
    """Lock slips and requests, then the stock rows left and entered, then the labels; return the rows."""
    slip_ids = {part.document_id for part in parts if part.document_id is not None}
    slips = list(session.scalars(select(Slip).where(Slip.id.in_(slip_ids))))
    documents = records.lock_ids(session, slip_ids | {slip.request_id for slip in slips})
    keys = {(part.kind_id, place) for part in parts for place in (part.store_id, store_id)}
    reservations.lock(session, keys)
    assets = custody.lock_assets(session, {part.asset_id for part in parts})
    acts = [act for slip in slips for act in ledger.acts_of(session, slip.id)]
    policies = session.scalars(select(ValuationPolicy).where(ValuationPolicy.id.in_({act.policy_id for act in acts})))
    return [*slips, *documents.values(), *assets.values(), *acts, *policies]


def _share_out(lines: Sequence[Back], found: Sequence[Sequence[Tranche]]) -> list[Share]:
    """Give the counts of each line to its tranches in the order they left; raise MoreThanOut."""
    rest = {part.id: part.count for parts in found for part in parts}
    shares: list[Share] = []
    for index, (line, parts) in enumerate(zip(lines, found, strict=True)):
        out = sum(rest[part.id] for part in parts)
        arrived = 0 if line.counted else out if line.arrived is None else line.arrived
        if max(line.counted, arrived) > out or out == 0:
            raise MoreThanOut(tag=line.tag or f"{line.slip} · {line.line_no}", counted=max(line.counted, arrived, 1), out=out)
        for how, wanted in [*((name, getattr(line, name)) for name in COUNTS), ("arrived", arrived)]:
            for part in parts:
                count = min(wanted, rest[part.id])
                if count:
                    rest[part.id] -= count
                    wanted -= count
                    shares.append(Share(index, part, part.document_id or 0, part.line_no or 0, count, how))
    return shares


def _receipt(
    session: Session, pool_id: int, store: Store, shares: Sequence[Share], person: tuple[str, str], by: int, when: datetime, day: date, reason: str
) -> Batch:
    """Make the receipt's document and keep who brought the things."""
    slips = session.execute(
        select(Slip.receiver_id, Store.organization_id).join(Store, Store.id == Slip.store_id).where(Slip.id.in_({s.slip_id for s in shares}))
    )
    concerned = sorted({organization for row in slips for organization in row})
    document = records.create(session, pool_id, "RT", store.organization_id, "received", by, concerned)
    fact = records.keep_personal(session, pool_id, document.id, "returner", *person) if person[0] else None
    row = Return(
        id=document.id,
        store_id=store.id,
        keeper_id=by,
        returner_fact_id=fact.id if fact else None,
        no_cost_reason=reason,
        arrived_at=when,
        inspected_at=None,
    )
    session.add(row)
    session.flush()
    return Batch(document, store, by, when, day, fact.digest if fact else None)


def _write(session: Session, batch: Batch, lines: Sequence[Back], shares: Sequence[Share]) -> None:
    """Write the receipt's lines, part the tranches and end their claims; only then move them, which asks nothing more of the database."""
    rows: dict[tuple[int, int, int, int], dict[str, Any]] = {}
    parts: list[tuple[Tranche, Share, Cause]] = []
    for share in shares:
        key = (share.index, share.slip_id, share.slip_line_no, share.tranche.asset_id)
        row = rows.get(key)
        if row is None:
            row = rows[key] = _new_line(batch, lines[share.index], key, len(rows) + 1)
        if share.how != "lost":
            row["arrived"] += share.count
        if share.how == "arrived":
            row["inspected"] = False
        else:
            row[share.how] += share.count
        cause = Cause(batch.document.id, row["line_no"], batch.by, batch.when, batch.digest)
        parts.append((part_off(session, share.tranche, share.count, cause), share, cause))
    session.execute(insert(ReturnLine), list(rows.values()))
    _note_checks(session, batch, lines, rows)
    savings.end_all(session, [(tranche, ENDS[share.how]) for tranche, share, _ in parts], batch.day, batch.by)
    for tranche, share, cause in parts:
        put_away(session, batch, tranche, share.how, lines[share.index].condition, cause, "return")
    session.flush()


def _note_checks(session: Session, batch: Batch, lines: Sequence[Back], rows: dict[tuple[int, int, int, int], dict[str, Any]]) -> None:
    """Keep what was looked at with the first line of the receipt that a line of the batch became."""
    first: dict[int, int] = {}
    arrived: dict[int, int] = {}
    for (index, *_), row in rows.items():
        number = first.setdefault(index, row["line_no"])
        arrived[number] = arrived.get(number, 0) + row["arrived"]
    checklists.note(session, batch.document.id, arrived, {number: lines[index].checks for index, number in first.items()})


def _new_line(batch: Batch, line: Back, key: tuple[int, int, int, int], number: int) -> dict[str, Any]:
    _, slip_id, slip_line_no, asset_id = key
    texts = {"accessories": line.accessories.strip(), "note": line.note.strip()}
    place = {"slip_id": slip_id, "slip_line_no": slip_line_no, "asset_id": asset_id}
    return {"return_id": batch.document.id, "line_no": number, "inspected": True, "arrived": 0, **dict.fromkeys(COUNTS, 0), **place, **texts}


def _count_on_slips(session: Session, shares: Sequence[Share]) -> None:
    statement = select(SlipItem).where(SlipItem.slip_id.in_({share.slip_id for share in shares}))
    items = {(item.slip_id, item.line_no, item.asset_id): item for item in session.scalars(statement.execution_options(populate_existing=True))}
    for share in shares:
        item = items[(share.slip_id, share.slip_line_no, share.tranche.asset_id)]
        if share.how == "lost":
            item.lost += share.count
        else:
            item.returned += share.count
    session.flush()


def _post_costs(session: Session, document: Document, shares: Sequence[Share], by: int) -> None:
    """Share the return's costs over the acts whose things came back; repair over the things repaired."""
    acts = {(act.document_id, act.line_no): act.id for slip_id in sorted({s.slip_id for s in shares}) for act in ledger.acts_of(session, slip_id)}
    units: dict[int, int] = defaultdict(int)
    repaired: dict[int, int] = defaultdict(int)
    for share in shares:
        act_id = acts.get((share.slip_id, share.slip_line_no))
        if act_id is not None:
            units[act_id] += share.count
            if share.how == "repair":
                repaired[act_id] += share.count
    if units:
        savings.post_costs(session, document, dict(units), by, dict(repaired) or None)


def step_when_inspected(session: Session, document: Document, by: int, when: datetime) -> None:
    """Close a receipt once every line of it is inspected."""
    session.flush()
    waiting = select(ReturnLine.id).where(ReturnLine.return_id == document.id, ReturnLine.inspected.is_(False)).limit(1)
    if session.scalar(waiting) is None:
        session.get_one(Return, document.id).inspected_at = when
        records.step(session, document, "inspected", by, "inspect", RETURN_STEPS, occurred_at=when)
        records.step(session, document, "closed", by, "close", RETURN_STEPS, occurred_at=when)
