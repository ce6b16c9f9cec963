"""The whole book is recomputed, and whatever is changed behind its back is named."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Boolean, Column, Table, select, update

from assetpool.approvals.models import Approval
from assetpool.audit.verification import Report, verify
from assetpool.catalog.models import Price
from assetpool.core import chain, clock
from assetpool.core.db import Moment, atomic, db
from assetpool.custody import service as custody
from assetpool.custody.models import Asset, Movement, State, Stock, Tranche
from assetpool.savings.models import Cost, SavingAct, SavingEntry, SavingReview, SavingShare, Voucher
from tests.audit.book import day
from tests.guards import past_the_guards
from tests.world import World


def report(world: World, anchor: tuple[int, str] | None = None) -> Report:
    """Verify the whole book anew."""
    db.session().rollback()
    return verify(db.session(), world.pool, anchor)


def test_an_untouched_book_is_in_order(world: World) -> None:
    found = report(world)
    assert found.first_difference is None
    assert found.ok
    always = {
        "movement", "approval", "saving_entry", "saving_review", "tranche", "stock", "asset", "saving_share", "saving_act", "cost", "saving_sum",
    }  # fmt: skip
    assert {name for name in always if not found.checked[name]} == set()
    assert found.as_json()["chain"] == {"height": found.height, "head": found.head}
    entries = set(db.session().scalars(select(SavingEntry.entry)))
    assert entries == {"claim", "accrual", "cost", "reversal", "opening"}


CHAINED = [(model.__table__, column) for model in (Movement, Approval, SavingEntry, SavingReview) for column in model.__table__.columns]


ALLOWED = {"decision": ("accepted", "no"), "entry": ("claim", "accrual")}
"""Words that the tables themselves allow, for columns that take no others."""


def other(column: Column[object], value: object) -> str:
    """Return SQL for a value that differs from what a column holds."""
    if column.name in ALLOWED:
        words = [word for word in ALLOWED[column.name] if word != value]
        return f"'{words[0] if column.table.name != 'approval' else words[-1]}'"
    if isinstance(column.type, Boolean):
        return f"NOT {column.name}"
    if column.name in ("business_day", "due_on", "acquired_on", "paper_day"):
        return "'2031-01-01'"
    if isinstance(column.type, Moment):
        return "'2031-01-01T00:00:00.000000Z'"
    if column.name in ("id", "height", "person_id", "document_id", "act_id", "tranche_id") or isinstance(value, int):
        return f"{column.name} + 1000000"
    if column.type.python_type is int:
        return "7"
    return "'x'"


@pytest.mark.parametrize(("table", "column"), CHAINED, ids=[f"{table.name}.{column.name}" for table, column in CHAINED])
def test_a_changed_column_of_the_ledger_is_found(world: World, engine_name: str, table: Table, column: Column[object]) -> None:
    last = db.session().execute(select(table).order_by(table.c.height.desc()).limit(1)).one()
    db.session().rollback()
    changed = other(column, last._mapping[column.name])
    with db.engine.connect() as bare:
        if engine_name == "sqlite":
            bare.connection.dbapi_connection.execute("PRAGMA foreign_keys = OFF")  # type: ignore[union-attr]
            bare.connection.dbapi_connection.execute("PRAGMA ignore_check_constraints = ON")  # type: ignore[union-attr]
            for (name,) in bare.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").all():
                bare.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            bare.exec_driver_sql("SET session_replication_role = replica")
            for name in ("no_change", "no_truncate"):
                bare.exec_driver_sql(f"DROP TRIGGER {table.name}_{name} ON {table.name}")
        bare.exec_driver_sql(f'UPDATE {table.name} SET "{column.name}" = {changed} WHERE id = {last.id}')
        bare.commit()
    found = report(world)
    assert not found.ok
    assert found.first_difference is not None
    if column.name not in ("pool_id", "height"):  # A row taken out of its place is missed at the row after it.
        assert found.first_difference.what == table.name
        assert found.first_difference.id == (last.id + 1000000 if column.name == "id" else last.id)


STATE = [
    (update(Tranche).where(Tranche.state == State.IN_STORE).values(place="elsewhere"), "tranche.place"),
    (update(Tranche).where(Tranche.claimed_rental > 0).values(claimed_rental=1), "tranche.claimed_rental"),
    (update(Tranche).where(Tranche.cap.is_not(None)).values(cap=Tranche.cap + 1), "tranche.cap"),
    (update(Tranche).where(Tranche.claimed_days > 0).values(claimed_days=0), "tranche.claimed_days"),
    (update(Tranche).where(Tranche.last_claimed_day.is_not(None)).values(last_claimed_day=None), "tranche.last_claimed_day"),
    (update(Tranche).where(Tranche.count > 1).values(count=Tranche.count + 1), "tranche.count"),
    (update(Tranche).where(Tranche.parent_id.is_not(None)).values(parent_id=None), "tranche.parent_id"),
    (update(Tranche).values(owner_id=1), "tranche.owner_id"),
    (update(Stock).values(owned=Stock.owned + 1), "stock.owned"),
    (update(Stock).where(Stock.present > 0).values(present=Stock.present - 1), "stock.present"),
    (update(Asset).where(Asset.form == "lot").values(units=Asset.units + 1), "asset.units"),
    (update(Asset).values(place="elsewhere"), "asset.place"),
    (update(SavingShare).values(price=SavingShare.price + 1), "saving_entry.purchase"),
    (update(SavingShare).where(SavingShare.rent_day.is_not(None)).values(rent_day=SavingShare.rent_day + 1), "saving_entry.rental"),
    (update(SavingShare).values(life_months=SavingShare.life_months + 1), "saving_share.life_days"),
    (update(SavingShare).values(n_numerator=SavingShare.n_numerator + 1), "saving_share.n"),
    (update(SavingShare).values(posted_purchase=SavingShare.posted_purchase + 1), "saving_share.posted_purchase"),
    (update(SavingShare).values(prior_claimed_days=3), "saving_share.prior_claimed_days"),
    (update(SavingShare).values(zero_reason="own_thing"), "saving_share.zero_reason"),
    (update(SavingShare).values(count=SavingShare.count + 1), "saving_act.units"),
    (update(SavingAct).values(units=SavingAct.units + 1), "saving_act.units"),
    (update(SavingAct).where(~SavingAct.opening).values(accepted_on=date(2025, 3, 4)), "saving_entry.business_day"),
    (update(SavingAct).where(SavingAct.reviewed == "proposed").values(reviewed="accepted"), "saving_act.reviewed"),
    (update(SavingAct).where(SavingAct.reviewed == "rejected").values(reviewed="accepted"), "saving_act.reviewed"),
    (update(SavingAct).where(SavingAct.reviewed == "accepted").values(grade="A"), "saving_act.reviewed"),
    (update(SavingAct).values(costed=True), "saving_act.costed"),
    (update(Cost).where(Cost.kind == "haulage").values(amount=Cost.amount - 1), "cost.amount"),
    (update(Cost).where(Cost.kind == "haulage").values(shared=False), "cost.shared"),
    (update(Voucher).values(amount=Voucher.amount - 1), "voucher.amount"),
]


@pytest.mark.parametrize(("change", "what"), STATE, ids=[f"{what}-{number}" for number, (_, what) in enumerate(STATE)])
def test_a_change_of_the_books_of_the_moment_is_found(world: World, change: object, what: str) -> None:
    with atomic() as session:
        session.execute(change)  # type: ignore[call-overload]
    found = report(world)
    assert found.first_difference is not None
    assert found.first_difference.what.split(" ")[0] == what


def test_prices_may_change_later_without_touching_what_was_frozen(world: World) -> None:
    with atomic() as session:
        past_the_guards(session, update(Price).values(amount=1))
    assert report(world).ok


def test_an_entry_that_no_act_explains_is_found(world: World) -> None:
    with atomic() as session:
        running = select(SavingAct, Tranche).join(SavingShare, SavingShare.act_id == SavingAct.id).join(Tranche, Tranche.id == SavingShare.tranche_id)
        act, tranche = session.execute(running.where(SavingShare.ended_on.is_(None)).limit(1)).one()
        chain.append(
            session, SavingEntry, pool_id=world.pool, act_id=act.id, document_id=act.document_id, entry="accrual", kind=act.kind, tranche_id=tranche.id,
            count=tranche.count, days=0, purchase=0, rental=None, consumption=100, adopted=0, stand_in=False, cap=tranche.cap, policy_id=act.policy_id,
            business_day=day(401), period="2026-04", reason="", recorded_at=clock.now(),
        )  # fmt: skip
    found = report(world)
    assert found.first_difference is not None
    assert found.first_difference.what.startswith("saving_entry.")


def test_a_movement_without_its_effect_is_found(world: World) -> None:
    with atomic() as session:
        tranche = session.scalars(select(Tranche).where(Tranche.state == State.IN_STORE)).first()
        assert tranche is not None
        custody.lock_stock(session, [(tranche.kind_id, tranche.store_id)])
        custody.move(session, tranche, "move", custody.Cause(None, None, world.keeper, clock.now()), place="B-02")
        session.flush()
        session.execute(update(Tranche).where(Tranche.id == tranche.id).values(place="A-01").execution_options(synchronize_session=False))
    found = report(world)
    assert found.first_difference is not None
    assert found.first_difference.what == "tranche.place"


def test_a_cut_off_tail_is_found_by_an_anchor(world: World) -> None:
    before = report(world)
    db.session().rollback()
    with db.engine.connect() as bare:
        if db.engine.dialect.name == "sqlite":
            for (name,) in bare.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").all():
                bare.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            bare.exec_driver_sql("DROP TRIGGER approval_no_change ON approval")
        bare.exec_driver_sql(f"DELETE FROM approval WHERE height = {before.height}")
        digest = None
        for table in chain.tables():
            row = bare.exec_driver_sql(f"SELECT digest FROM {table.name} WHERE height = {before.height - 1}").first()
            digest = row[0] if row else digest
        bare.exec_driver_sql(f"UPDATE chain_head SET height = {before.height - 1}, digest = '{digest}'")
        bare.commit()
    assert report(world).ok
    found = report(world, (before.height, before.head))
    assert found.first_difference is not None
    assert found.first_difference.what == "anchor"
