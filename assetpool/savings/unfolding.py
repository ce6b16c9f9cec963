"""One act unfolded down to its papers: terms, entries, costs, evidence, reviews, slip, movements, request, approval, price."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assetpool.approvals.models import Approval
from assetpool.catalog.models import Kind, Price, Rent, Store
from assetpool.core.errors import N_, NotFound
from assetpool.custody.models import Asset, Movement, Tranche
from assetpool.events.models import Event
from assetpool.org.models import Organization, Person
from assetpool.org.queries import Access, names, people
from assetpool.records.models import Document, File
from assetpool.records.queries import visible_numbers
from assetpool.savings import flags, queries
from assetpool.savings.cost_models import SavingFlag
from assetpool.savings.evidence import MISSING_SENTENCES, Missing
from assetpool.savings.models import Cost, SavingAct, SavingEntry, SavingReview, SavingShare, ValuationPolicy, Voucher
from assetpool.savings.standing import visible

SHOWN_MOVEMENTS = 60


@dataclass(frozen=True)
class Proof:
    """One thing an A needs: whether it is there, what is missing (sentences), what it rests on (words, file), or that it is not asked for."""

    name: str
    missing: tuple[str, ...]
    detail: str = ""
    day: date | None = None
    file: File | None = None


@dataclass(frozen=True)
class Unfolded:
    """Everything behind one act. `numbers` holds only documents that the person may read."""

    act: SavingAct
    slip: Document
    policy: ValuationPolicy
    kinds: dict[int, Kind]
    price: Price | None
    rent: Rent | None
    store: Store | None
    event: Event | None
    organizations: dict[int, Organization]
    people: dict[int, Person]
    shares: list[SavingShare]
    entries: list[SavingEntry]
    reviews: list[SavingReview]
    costs: list[tuple[Cost, Voucher | None]]
    approvals: list[Approval]
    movements: list[Movement]
    moved: int
    tags: dict[int, str]
    numbers: dict[int, str]
    files: dict[int, File]
    proofs: list[Proof]
    flags: list[SavingFlag]

    @property
    def amounts(self) -> dict[str, int | None]:
        """Return what the entries add up to, per series and for costs; None = not valued."""
        found: dict[str, int | None] = {}
        for series in ("purchase", "rental", "consumption", "adopted"):
            known = [getattr(e, series) * e.count for e in self.entries if getattr(e, series) is not None]
            found[series] = sum(known) if known else None
        for name in ("cost", "lower_bound"):
            known = [getattr(e, name) for e in self.entries if getattr(e, name) is not None]
            found[name] = sum(known) if known else None
        return found


def visible_act(session: Session, access: Access, act_id: int) -> SavingAct:
    """Return an act that a person may see; raise NotFound."""
    act = session.scalar(select(SavingAct).where(SavingAct.id == act_id, SavingAct.pool_id == access.pool_id, visible(session, access)))
    if act is None:
        raise NotFound(what=str(act_id))
    return act


def unfold(session: Session, access: Access, act_id: int) -> Unfolded:
    """Return everything behind an act; raise NotFound for one that does not exist or may not be seen. The queries are fixed in number."""
    act = visible_act(session, access, act_id)
    slip = session.get_one(Document, act.document_id)
    shares, entries, reviews = queries.shares_of(session, act.id), queries.entries_of(session, act.id), queries.reviews_of(session, act.id)
    tranche_ids = [share.tranche_id for share in shares]
    movements, moved = _movements(session, act, tranche_ids)
    costs = _costs(session, entries)
    price = session.get(Price, act.price_id) if act.price_id else None
    rent = session.get(Rent, act.rent_id) if act.rent_id else None
    asked = select(Approval).where(Approval.document_id.in_({act.request_id, act.document_id})).order_by(Approval.height)
    approvals = list(session.scalars(asked))
    files = _files(
        session,
        [
            act.need_file_id,
            act.budget_file_id,
            price.evidence_file_id if price else None,
            rent.evidence_file_id if rent else None,
            *[voucher.file_id for _, voucher in costs if voucher],
        ],
    )
    concerned = {act.document_id, act.request_id, *[e.document_id for e in entries], *[m.document_id for m in movements]}
    raised = flags.flags_of(session, act.id)
    asking = [i for flag in raised for i in (flag.opened_by, flag.closed_by)]
    acting = [*asking, slip.created_by, *[e.person_id for e in entries], *[r.person_id for r in reviews], *[a.person_id for a in approvals]]
    return Unfolded(
        act=act,
        slip=slip,
        policy=session.get_one(ValuationPolicy, act.policy_id),
        kinds={row.id: row for row in session.scalars(select(Kind).where(Kind.id.in_({act.kind_id, act.asked_kind_id})))},
        price=price,
        rent=rent,
        store=session.get(Store, act.store_id) if act.store_id else None,
        event=session.get(Event, act.event_id) if act.event_id else None,
        organizations=names(session, [act.receiver_id, act.giver_id]),
        people=people(session, [*acting, *[m.person_id for m in movements]]),
        shares=shares,
        entries=entries,
        reviews=reviews,
        costs=costs,
        approvals=approvals,
        movements=movements,
        moved=moved,
        tags=_tags(session, tranche_ids, movements, entries),
        numbers=visible_numbers(session, access, concerned),
        files=files,
        proofs=proofs(act, price, rent, costs, files),
        flags=raised,
    )


def visible_entry(session: Session, access: Access, entry_id: int) -> SavingEntry:
    """Return an entry whose act a person may see; raise NotFound."""
    statement = select(SavingEntry).join(SavingAct, SavingAct.id == SavingEntry.act_id)
    entry = session.scalar(statement.where(SavingEntry.id == entry_id, SavingEntry.pool_id == access.pool_id, visible(session, access)))
    if entry is None:
        raise NotFound(what=str(entry_id))
    return entry


def entries(session: Session, access: Access, narrowed: list[Any], before: int | None, limit: int) -> list[tuple[SavingEntry, SavingAct, str]]:
    """Return entries that a person may see with act and slip number, the newest first, from below a height on."""
    statement = (
        select(SavingEntry, SavingAct, Document.number)
        .join(SavingAct, SavingAct.id == SavingEntry.act_id)
        .join(Document, Document.id == SavingEntry.document_id)
        .where(SavingEntry.pool_id == access.pool_id, visible(session, access), *narrowed)
        .order_by(SavingEntry.height.desc())
        .limit(limit)
    )
    rows = session.execute(statement if before is None else statement.where(SavingEntry.height < before))
    return [(row[0], row[1], row[2]) for row in rows]


def file_of(session: Session, access: Access, act_id: int, file_id: int) -> File:
    """Return a file that proves something about an act a person may see; raise NotFound."""
    found = unfold(session, access, act_id).files.get(file_id)
    if found is None:
        raise NotFound(what=str(file_id))
    return found


def proofs(act: SavingAct, price: Price | None, rent: Rent | None, costs: list[tuple[Cost, Voucher | None]], files: dict[int, File]) -> list[Proof]:
    """Return what an A needs, in the order of the method, each with what is missing of it."""
    lacking = {Missing(code) for code in act.missing.split()}

    def proof(name: str, *codes: Missing, detail: str = "", day: date | None = None, file_id: int | None = None) -> Proof:
        return Proof(name, tuple(MISSING_SENTENCES[code] for code in codes if code in lacking), detail, day, files.get(file_id or 0))

    if act.opening:
        return [proof(N_("Source of the opening statement"), Missing.OPENING, detail=act.opening_source)]
    papers = len({voucher.id for _, voucher in costs if voucher})
    found = [
        proof(N_("Need line, dated before the request"), Missing.NEED_LINE, Missing.NEED_LATE, day=act.need_dated_on, file_id=act.need_file_id),
        proof(N_("Paper that the budget was cut or left unspent"), Missing.BUDGET_PAPER, file_id=act.budget_file_id),
        proof(
            N_("Framework price or three quotes, fresh"),
            Missing.NOT_VALUED,
            Missing.PRICE_UNSOURCED,
            Missing.PRICE_WEAK,
            Missing.PRICE_STALE,
            detail=price.source if price else "",
            day=price.dated_on if price else None,
            file_id=price.evidence_file_id if price else None,
        ),
    ]
    if rent is not None or lacking & {Missing.STAND_IN, Missing.RENT_UNSOURCED, Missing.RENT_STALE}:
        found.append(
            proof(
                N_("Rent tariff with source"),
                Missing.STAND_IN,
                Missing.RENT_UNSOURCED,
                Missing.RENT_STALE,
                detail=rent.source if rent else "",
                day=rent.valid_from if rent else None,
                file_id=rent.evidence_file_id if rent else None,
            )
        )
    return [
        *found,
        proof(N_("Slips signed"), Missing.SIGNATURE),
        proof(N_("Cost vouchers"), Missing.COSTS, detail=str(papers) if papers else ""),
        proof(N_("Inspection of what came back"), Missing.INSPECTION),
        proof(N_("No open flag"), Missing.OPEN_FLAG),
    ]


def _costs(session: Session, entries: list[SavingEntry]) -> list[tuple[Cost, Voucher | None]]:
    ids = {entry.cost_id for entry in entries if entry.cost_id is not None}
    statement = select(Cost, Voucher).outerjoin(Voucher, Voucher.id == Cost.voucher_id).where(Cost.id.in_(ids)).order_by(Cost.id)
    return [(row[0], row[1]) for row in session.execute(statement)]


def _files(session: Session, ids: Iterable[int | None]) -> dict[int, File]:
    return {row.id: row for row in session.scalars(select(File).where(File.id.in_({i for i in ids if i is not None})))}


def _movements(session: Session, act: SavingAct, tranche_ids: list[int]) -> tuple[list[Movement], int]:
    """Return the newest movements of the act's units from its slip on, and how many there are."""
    begun = select(func.min(Movement.height)).where(Movement.document_id == act.document_id).scalar_subquery()
    wanted = (Movement.tranche_id.in_(tranche_ids), Movement.height >= begun)
    total = session.scalar(select(func.count()).select_from(Movement).where(*wanted)) or 0
    return list(session.scalars(select(Movement).where(*wanted).order_by(Movement.height.desc()).limit(SHOWN_MOVEMENTS))), total


def _tags(session: Session, tranche_ids: list[int], movements: list[Movement], entries: list[SavingEntry]) -> dict[int, str]:
    wanted = {*tranche_ids, *[m.tranche_id for m in movements], *[e.tranche_id for e in entries if e.tranche_id is not None]}
    statement = select(Tranche.id, Asset.tag).join(Asset, Asset.id == Tranche.asset_id).where(Tranche.id.in_(wanted))
    return {row.id: row.tag for row in session.execute(statement)}


def store_organizations(session: Session, store_ids: Iterable[int | None]) -> dict[int, int]:
    """Return the organization that runs each store."""
    return {row.id: row.organization_id for row in session.scalars(select(Store).where(Store.id.in_({i for i in store_ids if i is not None})))}
