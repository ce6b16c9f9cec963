"""Hand-overs and returns as the ledger sees them, made straight from documents and movements, for tests of the ledger alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Kind, Price, Rent
from assetpool.core import clock
from assetpool.custody import service as custody
from assetpool.custody.models import Asset, State, Tranche
from assetpool.records import service as records
from assetpool.records.models import Document, File
from assetpool.savings import service as savings
from assetpool.savings.models import SavingAct, SavingShare
from tests.world import World, stock


def at_noon(day: date) -> datetime:
    """Return noon of a day in the pool's time zone."""
    return clock.moment_on(day, "Asia/Shanghai", 12)


def add_kind(session: Session, world: World, name: str, price: int | None, rent: int | None, months: int | None, day: date) -> int:
    """Put a kind with a well-founded price and rent on file and return its id."""
    now = clock.now()
    kind = Kind(
        pool_id=world.pool, class_code_set="GPC-2022", class_code="A05010000", name=name, service_life_months=months, label_policy="lot", created_at=now
    )
    session.add(kind)
    session.flush()
    if price is not None:
        session.add(Price(kind_id=kind.id, amount=price, valid_from=day, dated_on=day, source="框架协议", source_kind="framework", quotes=3, set_at=now))
    if rent is not None:
        session.add(Rent(kind_id=kind.id, per_day=rent, valid_from=day, source="租赁行情", set_at=now))
    session.flush()
    return kind.id


def bring(session: Session, world: World, kind_id: int, count: int, acquired_on: date | None, owner_id: int | None = None) -> str:
    """Bring a lot into the main store, without an original value, and return its tag."""
    return stock(session, kind_id, count, lot=True, acquired_on=acquired_on, value=None, owner_id=owner_id or world.elsewhere)[0]


def request(session: Session, world: World, by: int | None = None) -> Document:
    """Make an approved request of department B."""
    return records.create(session, world.pool, "RQ", world.department_b, "approved", by or world.organizer_b)


def paper(session: Session, world: World, name: str) -> int:
    """Keep the row of a file (its bytes are not needed here) and return its id."""
    row = File(
        pool_id=world.pool, digest=name.rjust(64, "0"), name=name, media_type="application/pdf", size=1, uploaded_by=world.keeper, uploaded_at=clock.now()
    )
    session.add(row)
    session.flush()
    return row.id


@dataclass(frozen=True)
class Handed:
    """What a hand-over made: its slip, act and tranches, by id."""

    slip: int
    act: int
    tranches: tuple[int, ...]


def hand_over(session: Session, world: World, tag: str, count: int, accepted: date, due: date | None, **more: object) -> Handed:
    """Let department B accept `count` units of a label on a day, on a slip of its own; `more` overrides parts of the delivery."""
    slip = records.create(session, world.pool, "HS", world.city, "accepted", world.keeper, [world.department_b])
    records.keep_personal(session, world.pool, slip.id, "receiver", "孙签收", "", "drawn", "M0 0")
    return hand_over_line(session, world, slip, 1, tag, count, accepted, due, **more)


def hand_over_line(
    session: Session, world: World, slip: Document, line_no: int, tag: str, count: int, accepted: date, due: date | None, **more: object
) -> Handed:
    """Let department B accept one line of a slip."""
    asset = session.scalars(select(Asset).where(Asset.tag == tag)).one()
    cause = custody.Cause(slip.id, line_no, world.keeper, at_noon(accepted))
    custody.lock_stock(session, [(asset.kind_id, asset.store_id)])
    taken = custody.take(session, tag, custody.standing(session, asset.id), count, cause)
    kind = str(more.get("kind", "loan"))
    owner = more.get("receiver_id", world.department_b)
    for tranche in taken:
        if kind == "loan":
            custody.move(session, tranche, "accept", cause, state=State.OUT, due_on=due, custodian_id=owner)
        else:
            custody.move(session, tranche, "accept", cause, state=State.TRANSFERRED, custodian_id=owner, owner_id=owner, book_id=owner)
    delivery = delivery_of(world, slip.id, line_no, asset, accepted, due)
    act = savings.recognise(session, replace(delivery, **more), taken)  # type: ignore[arg-type]
    return Handed(slip.id, act.id, tuple(tranche.id for tranche in taken))


def give(session: Session, world: World, tag: str, count: int, day: date, **more: object) -> Handed:
    """Let department B take over `count` units of a label for good: the claim asks who owned them, then they change hands."""
    slip = records.create(session, world.pool, "HS", world.city, "accepted", world.keeper, [world.department_b])
    records.keep_personal(session, world.pool, slip.id, "receiver", "孙签收", "", "drawn", "M0 0")
    asset = session.scalars(select(Asset).where(Asset.tag == tag)).one()
    cause = custody.Cause(slip.id, 1, world.keeper, at_noon(day))
    custody.lock_stock(session, [(asset.kind_id, asset.store_id)])
    taken = custody.take(session, tag, custody.standing(session, asset.id), count, cause)
    for tranche in taken:
        custody.move(session, tranche, "accept", cause, state=State.OUT, due_on=None, custodian_id=world.department_b)
    delivery = replace(delivery_of(world, slip.id, 1, asset, day, None), kind="transfer")
    act = savings.recognise(session, replace(delivery, **more), taken)  # type: ignore[arg-type]
    mine = {"owner_id": world.department_b, "book_id": world.department_b}
    for tranche in taken:
        custody.move(session, tranche, "accept", cause, state=State.TRANSFERRED, **mine)
    return Handed(slip.id, act.id, tuple(tranche.id for tranche in taken))


def hand_over_together(session: Session, world: World, slip: Document, tags: list[str], accepted: date, due: date) -> tuple[int, list[int]]:
    """Let department B accept several labels on one line of a slip; return the act and the tranches."""
    assets = list(session.scalars(select(Asset).where(Asset.tag.in_(tags)).order_by(Asset.id)))
    cause = custody.Cause(slip.id, 1, world.keeper, at_noon(accepted))
    custody.lock_stock(session, [(asset.kind_id, asset.store_id) for asset in assets])
    taken = [part for asset in assets for part in custody.take(session, asset.tag, custody.standing(session, asset.id), 1, cause)]
    for tranche in taken:
        custody.move(session, tranche, "accept", cause, state=State.OUT, due_on=due, custodian_id=world.department_b)
    act = savings.recognise(session, delivery_of(world, slip.id, 1, assets[0], accepted, due), taken)
    return act.id, [tranche.id for tranche in taken]


def delivery_of(world: World, slip_id: int, line_no: int, asset: Asset, accepted: date, due: date | None) -> savings.Delivery:
    """Return what department B accepts as a loan, without any paper."""
    return savings.Delivery(
        document_id=slip_id, line_no=line_no, pool_id=world.pool, kind="loan", kind_id=asset.kind_id, asked_kind_id=asset.kind_id,
        receiver_id=world.department_b, event_id=None, store_id=asset.store_id, request_id=None, accepted_on=accepted, due_on=due,
        budget_price=None, need_dated_on=None, need_file_id=None, budget_file_id=None, replaces=False, by=world.keeper,
    )  # fmt: skip


def take_back(session: Session, world: World, tranche_id: int, day: date, how: str = "returned", count: int | None = None) -> int:
    """End the loan of a tranche (or of `count` units parted from it) and put it back into its store; return the tranche that came back."""
    tranche = session.get_one(Tranche, tranche_id)
    cause = custody.Cause(tranche.document_id, tranche.line_no, world.keeper, at_noon(day))
    custody.lock_stock(session, [(tranche.kind_id, tranche.store_id)])
    part = custody.split(session, tranche, count or tranche.count, cause)
    if part is not tranche:
        savings.follow(session, tranche, part)
    savings.end(session, part, day, how, world.keeper)
    state = {"lost": State.LOST, "damaged": State.DAMAGED}.get(how, State.IN_STORE)
    custody.move(session, part, "return", cause, state=state, custodian_id=world.city, due_on=None)
    return part.id


def arrive(session: Session, world: World, tranche_id: int, day: date) -> None:
    """Let a tranche arrive in its store, to be inspected later."""
    tranche = session.get_one(Tranche, tranche_id)
    custody.lock_stock(session, [(tranche.kind_id, tranche.store_id)])
    savings.end(session, tranche, day, "returned", world.keeper)
    cause = custody.Cause(tranche.document_id, tranche.line_no, world.keeper, at_noon(day))
    custody.move(session, tranche, "return", cause, state=State.ARRIVED, custodian_id=world.city, due_on=day)


def share_of(session: Session, act_id: int, tranche_id: int) -> SavingShare:
    """Return the share of a tranche in an act."""
    return session.scalars(select(SavingShare).where(SavingShare.act_id == act_id, SavingShare.tranche_id == tranche_id)).one()


def act_of(session: Session, handed: Handed) -> SavingAct:
    """Return the act of a hand-over."""
    return session.get_one(SavingAct, handed.act)


def share_tranches(session: Session) -> list[int]:
    """Return the tranches that are out, by their shares."""
    return list(session.scalars(select(SavingShare.tranche_id).where(SavingShare.ended_on.is_(None)).order_by(SavingShare.id)))
