"""Reading what the exceptions look at, in a fixed number of queries however many acts there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session, aliased

from assetpool.approvals.models import Approval
from assetpool.audit import buying
from assetpool.audit.facts import Act, Bought, Facts, Share, Twin, WithoutPapers
from assetpool.catalog.models import Kind, Price, Rent
from assetpool.core import clock
from assetpool.core.models import Pool
from assetpool.custody.models import Asset, Movement, State, Tranche
from assetpool.handovers.lanes import papers_missing
from assetpool.org.models import Organization
from assetpool.org.queries import people
from assetpool.purchases.models import LaterPurchase, PurchaseMatch
from assetpool.records.models import Document
from assetpool.savings.models import SavingAct, SavingEntry, SavingReview, SavingShare
from assetpool.savings.tariffs import bound_of
from assetpool.standards.queries import Versions

MOST_TWINS = 200
"""So many groups of cards that look alike are listed per way of being alike."""


def gather(
    session: Session, pool_id: int, first_day: date | None = None, last_day: date | None = None, with_cards: bool = True, newest: int | None = None
) -> Facts:
    """Read what the rules ask of the acts accepted in a period, or of the newest so many; the queries are fixed in number.

    `with_cards` compares all cards of the pool with each other too, which takes seconds where there are a million.
    """
    zone = session.get_one(Pool, pool_id).time_zone
    wanted = [SavingAct.pool_id == pool_id]
    wanted += [SavingAct.accepted_on >= first_day] if first_day else []
    wanted += [SavingAct.accepted_on <= last_day] if last_day else []
    if newest is not None:
        oldest = session.scalar(select(SavingAct.id).where(*wanted).order_by(SavingAct.id.desc()).offset(newest - 1).limit(1))
        wanted += [SavingAct.id >= oldest] if oldest else []
    ids = select(SavingAct.id).where(*wanted)
    shares, sums = _shares(session, ids), _sums(session, ids)
    roles, names = _roles(session, ids)
    slip, thing = aliased(Document), aliased(Kind)
    moved = (Movement.document_id == SavingAct.document_id, Movement.line_no == SavingAct.line_no, Movement.act == "extended")
    until = select(func.max(Movement.due_on)).where(*moved).correlate(SavingAct).scalar_subquery().label("extended_to")
    statement = select(SavingAct, slip.number, thing.name, thing.name_en, thing.class_code, until).join(slip, slip.id == SavingAct.document_id)
    rows = session.execute(statement.outerjoin(thing, thing.id == SavingAct.kind_id).where(*wanted).order_by(SavingAct.id)).all()
    organizations = {row.id: row for row in session.scalars(select(Organization).where(Organization.pool_id == pool_id))}
    caps = _Caps(session, pool_id, organizations)
    acts = tuple(_act(row, zone, shares, sums, roles, caps.of_act(row[0])) for row in rows)
    priced = select(Price.kind_id, Price.amount).join(Kind, Kind.id == Price.kind_id).where(Kind.pool_id == pool_id).order_by(Price.valid_from, Price.id)
    return Facts(
        today=clock.today(zone),
        acts=acts,
        organizations=organizations,
        people=names,
        prices={row.kind_id: row.amount for row in session.execute(priced)},
        caps=caps.of_kinds(clock.today(zone)),
        twins=tuple(_twins(session, pool_id)) if with_cards else (),
        bought=tuple(_bought(session, ids)),
        without_papers=tuple(
            WithoutPapers(document.number, document.organization_id, clock.day_of(row.papers_due_at, zone), row.papers_at is not None)
            for document, row in papers_missing(session, pool_id, clock.now())
            if row.papers_due_at is not None
        ),
        declined=tuple(buying.declined(session, pool_id, first_day, last_day)),
        uncertified=tuple(buying.uncertified(session, pool_id, first_day, last_day)),
    )


class _Caps:
    """What a thing of a kind may cost at most, as it bounds what is posted (`savings.tariffs`); two queries, whatever is asked."""

    def __init__(self, session: Session, pool_id: int, organizations: Mapping[int, Organization]) -> None:
        self._kinds = {row.id: row for row in session.scalars(select(Kind).where(Kind.pool_id == pool_id))}
        self._standard = Versions(session, pool_id)
        self._organizations = organizations

    def of_kinds(self, today: date) -> dict[int, tuple[str, int]]:
        """Return name and cap of each kind that has one in the pool as a whole."""
        found = ((kind, bound_of(kind, self._standard.bound("", kind, today)).cap) for kind in self._kinds.values())
        return {kind.id: (kind.name, cap) for kind, cap in found if cap is not None}

    def of_act(self, act: SavingAct) -> int | None:
        """Return the cap on an act's price: the lower one of the kinds asked for and delivered, in its receiver on the day of acceptance."""
        path = self._organizations[act.receiver_id].path if act.receiver_id in self._organizations else ""
        kinds = [self._kinds[kind_id] for kind_id in {act.kind_id, act.asked_kind_id} if kind_id in self._kinds]
        caps = [bound_of(kind, self._standard.bound(path, kind, act.accepted_on)).cap for kind in kinds]
        return min((cap for cap in caps if cap is not None), default=None)


def _act(row: Any, zone: str, shares: dict[int, list[Share]], sums: dict[int, Any], roles: dict[int, dict[int, frozenset[str]]], cap: int | None) -> Act:
    act: SavingAct = row[0]
    found = sums.get(act.id)

    def amount(name: str) -> int | None:
        value = getattr(found, name, None)
        return None if value is None else int(value)

    return Act(
        id=act.id, number=row.number, line_no=act.line_no, kind=act.kind, kind_id=act.kind_id, asked_kind_id=act.asked_kind_id, name=row.name or "",
        name_en=row.name_en or "", class_code=row.class_code or "", receiver_id=act.receiver_id, giver_id=act.giver_id, event_id=act.event_id,
        units=act.units, accepted_on=act.accepted_on, due_on=row.extended_to or act.due_on, opening=act.opening, same_system=act.same_system, costed=act.costed,
        grade=act.grade, missing=tuple(act.missing.split()), reviewed=act.reviewed, created_on=clock.day_of(act.created_at, zone),
        budget_price=act.budget_price, avoided=amount("adopted"), rental=amount("rental"), cost=amount("cost"),
        late=bool(amount("late")), reversed_after_review=act.reviewed == "reversed" and bool(amount("accepted")),
        shares=tuple(shares.get(act.id, ())), roles=roles.get(act.id, {}), cost_gone=-(amount("cost_back") or 0), cap=cap,
    )  # fmt: skip


def _sums(session: Session, ids: Any) -> dict[int, Any]:
    e = SavingEntry
    accepted = select(func.count()).where(SavingReview.act_id == e.act_id, SavingReview.decision == "accepted").scalar_subquery()
    statement = (
        select(
            e.act_id,
            func.sum(e.count * e.adopted).label("adopted"),
            func.sum(e.count * e.rental).label("rental"),
            func.sum(e.cost).label("cost"),
            func.sum(case((and_(e.entry == "reversal", e.cost_id.is_not(None)), e.cost))).label("cost_back"),
            func.max(case((e.corrects_period.is_not(None), 1), else_=0)).label("late"),
            accepted.label("accepted"),
        )
        .where(e.act_id.in_(ids))
        .group_by(e.act_id)
    )
    return {row.act_id: row for row in session.execute(statement)}


def _shares(session: Session, ids: Any) -> dict[int, list[Share]]:
    first = aliased(Asset)
    statement = (
        select(SavingShare, Tranche.owner_id, Tranche.state, Tranche.due_on, Asset.id.label("asset_id"), Asset.tag, Asset.form, first.id.label("first_id"))
        .join(Tranche, Tranche.id == SavingShare.tranche_id)
        .join(Asset, Asset.id == Tranche.asset_id)
        .outerjoin(first, first.id == Asset.predecessor_id)
        .where(SavingShare.act_id.in_(ids))
        .order_by(SavingShare.id)
    )
    found: dict[int, list[Share]] = defaultdict(list)
    for row in session.execute(statement):
        s: SavingShare = row[0]
        found[s.act_id].append(
            Share(
                row.first_id or row.asset_id, row.tag, row.form == "lot", s.count, row.owner_id, s.price, s.price_source, s.life_days, s.used_days,
                s.zero_reason, s.ended_on, s.ended_by or ("out" if row.state == State.OUT else ""), s.posted_rental, s.posted_adopted,
            )
        )  # fmt: skip
    return found


def _roles(session: Session, ids: Any) -> tuple[dict[int, dict[int, frozenset[str]]], dict[int, str]]:
    """Return per act who played which parts in it, and the names of these people."""
    slip, asked = aliased(Document), aliased(Document)
    parts: dict[int, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    taking_part = (
        select(SavingAct.id, slip.created_by.label("keeper"), asked.created_by.label("requester"), Price.set_by.label("price"), Rent.set_by.label("rent"))
        .join(slip, slip.id == SavingAct.document_id)
        .outerjoin(asked, asked.id == SavingAct.request_id)
        .outerjoin(Price, Price.id == SavingAct.price_id)
        .outerjoin(Rent, Rent.id == SavingAct.rent_id)
        .where(SavingAct.id.in_(ids), ~SavingAct.opening)
    )
    for row in session.execute(taking_part):
        for person_id, role in ((row.keeper, "keeper"), (row.requester, "requester"), (row.price, "valuer"), (row.rent, "valuer")):
            if person_id is not None:
                parts[row.id][person_id].add(role)
    approved = select(SavingAct.id, Approval.person_id).join(Approval, Approval.document_id.in_((SavingAct.request_id, SavingAct.document_id)))
    for given in session.execute(approved.where(SavingAct.id.in_(ids), Approval.step != "stock_checked")):
        parts[given.id][given.person_id].add("approver")
    for review in session.execute(select(SavingReview.act_id, SavingReview.person_id).where(SavingReview.act_id.in_(ids))):
        parts[review.act_id][review.person_id].add("reviewer")
    doubled = {act: {who: frozenset(roles) for who, roles in some.items() if len(roles) > 1} for act, some in parts.items()}
    names = _names(session, {who for some in doubled.values() for who in some})
    return {act: some for act, some in doubled.items() if some}, names


def _names(session: Session, ids: Iterable[int]) -> dict[int, str]:
    return {row.id: row.name for row in people(session, ids).values()}


def _bought(session: Session, ids: Any) -> Iterable[Bought]:
    statement = select(PurchaseMatch, LaterPurchase).join(LaterPurchase, LaterPurchase.id == PurchaseMatch.purchase_id)
    for row in session.execute(statement.where(PurchaseMatch.act_id.in_(ids), PurchaseMatch.state == "proposed").order_by(PurchaseMatch.id)):
        match, purchase = row
        yield Bought(match.act_id, match.units, purchase.name or purchase.class_code, purchase.bought_on, match.side == "giver")


def _twins(session: Session, pool_id: int) -> Iterable[Twin]:
    alike: tuple[tuple[str, tuple[Any, ...], tuple[Any, ...]], ...] = (
        ("serial", (Asset.serial, Asset.brand), (Asset.serial != "",)),
        ("external", (Asset.external_no, Tranche.owner_id), (Asset.external_no != "",)),
        ("origin", (Asset.kind_id, Tranche.original_value, Tranche.acquired_on), (Tranche.original_value > 0, Tranche.acquired_on.is_not(None))),
    )
    for why, columns, conditions in alike:
        several = func.count(Asset.id.distinct()) if why != "origin" else func.count(Tranche.origin_id.distinct())
        statement = (
            select(Kind.name, func.min(Asset.tag).label("first"), func.max(Asset.tag).label("last"), func.max(Tranche.original_value).label("value"), *columns)
            .join(Tranche, Tranche.asset_id == Asset.id)
            .join(Kind, Kind.id == Asset.kind_id)
            .where(Asset.pool_id == pool_id, Tranche.parent_id.is_(None), Asset.predecessor_id.is_(None), *conditions)
            .group_by(*columns, Kind.name)
            .having(several > 1)
            .order_by(func.max(Tranche.original_value).desc(), func.min(Asset.tag))
            .limit(MOST_TWINS)
        )
        for row in session.execute(statement):
            mark = str(row[4]) if why != "origin" else row.acquired_on.isoformat()
            yield Twin(why, f"{row.name} {mark}".strip(), (row.first, row.last), int(row.value or 0))
