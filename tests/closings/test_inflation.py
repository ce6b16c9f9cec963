"""Ways to make a closed figure larger than it was, each tried, each stopped or found: cut-off, edits after the fact, a cut-off tail."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Connection, text

from assetpool.audit.verification import verify
from assetpool.closings import sheet
from assetpool.core.db import db
from assetpool.core.errors import DomainError
from assetpool.reports.queries import report
from assetpool.savings import service as savings
from assetpool.savings.models import SavingAct
from tests.closings.months import MARCH, close, desks, draft, entries, lend, on, record_cost, sheet_of, sign, verified
from tests.closings.test_bridge import accepted
from tests.savings import ledger
from tests.world import World

APRIL = date(2025, 4, 2)
JANUARY = date(2026, 1, 8)
DESK = 160_000
TABLES = ("movement", "approval", "saving_entry", "saving_review")


def year(world: World, of: int) -> Any:
    """Return the loans of a year as they are reported."""
    db.session().rollback()
    found = report(db.session(), sheet.everything(world.pool), date(of, 1, 1), date(of, 12, 31))
    return next((row.headline for row in found.totals if row.kind == "loan"), None)


def test_cut_off_a_hand_over_told_for_a_closed_year_adds_nothing_to_it(world: World) -> None:
    tag = desks(world)
    accepted(world, lend(world, tag, 10, MARCH, date(2025, 3, 20)), date(2025, 7, 1))
    number = close(world, "2025", JANUARY)
    with on(date(2026, 1, 12)) as session:  # Pushed back into the good year.
        made = ledger.hand_over(session, world, tag, 50, date(2025, 12, 30), date(2025, 12, 31))
        record_cost(session, world, made, 50, date(2025, 12, 30), 100, "LATE")
    accepted(world, made, date(2026, 1, 13))
    assert year(world, 2025).series["purchase"] == 10 * DESK
    assert {(row.period, row.corrects_period) for row in entries() if row.act_id == made.act} == {("2026-01", "2025-12")}
    assert sheet.kinds_on(sheet_of(number)["figures"]["totals"])["loan"]["A"]["bases"]["purchase"] == 10 * DESK
    assert verified(world).ok


def test_cut_off_a_loan_over_the_year_end_counts_each_day_in_its_own_year(world: World) -> None:
    tag = desks(world)
    lend(world, tag, 1, date(2025, 12, 22), date(2026, 1, 20))
    close(world, "2025", JANUARY)
    with on(date(2026, 1, 21)) as session:
        (tranche,) = ledger.share_tranches(session)
        ledger.take_back(session, world, tranche, date(2026, 1, 21))
    days = {period[:4]: sum(row.days for row in entries() if row.period[:4] == period[:4]) for period in ("2025", "2026")}
    assert days == {"2025": 10, "2026": 20}


def test_a_cost_held_back_until_the_year_is_closed_burdens_the_next_and_the_bridge_tells(world: World) -> None:
    tag = desks(world)
    made = lend(world, tag, 10, MARCH, date(2025, 3, 20))
    accepted(world, made, date(2025, 7, 1))
    close(world, "2025", JANUARY)
    with on(date(2026, 2, 2)) as session:
        record_cost(session, world, made, 10, date(2026, 2, 2), 500_000, "HELD-BACK")
        savings.regrade(session, [made.act])
    db.session().rollback()
    (bridge,) = report(db.session(), sheet.everything(world.pool), date(2025, 1, 1), date(2025, 12, 31)).bridges
    assert bridge.closed is not None
    assert bridge.known.saving == bridge.closed.saving - 500_000
    assert year(world, 2026).cost == 500_000


def test_an_act_accepted_after_the_close_never_enters_the_closed_headline(world: World) -> None:
    made = lend(world, desks(world), 10, MARCH, date(2025, 3, 20))
    number = close(world, "2025", JANUARY)
    accepted(world, made, date(2026, 1, 9))
    assert "A" not in sheet.kinds_on(sheet_of(number)["figures"]["totals"])["loan"]
    (bridge,) = report(db.session(), sheet.everything(world.pool), date(2025, 1, 1), date(2025, 12, 31)).bridges
    assert bridge.closed is not None and bridge.decided is not None
    assert (bridge.closed.avoided, bridge.decided.avoided) == (0, 10 * DESK)


def test_what_was_counted_and_then_rejected_is_taken_back_on_the_next_sheet(world: World) -> None:
    made = lend(world, desks(world), 10, MARCH, date(2025, 3, 20))
    accepted(world, made, date(2025, 7, 1))
    close(world, "2025", JANUARY)
    with on(date(2026, 1, 20)) as session:
        session.get_one(SavingAct, made.act).budget_file_id = None
        savings.regrade(session, [made.act])
        savings.review(session, [made.act], "rejected", "预算未核减", world.reviewer)
    second = close(world, "2026-01", date(2026, 2, 3))
    (back,) = sheet_of(second)["figures"]["taken_back"]
    assert (back["stands"], back["purchase"], back["cost"]) == ("A", -10 * DESK, -10_000)
    assert verified(world).ok


BEHIND: dict[str, str] = {
    "the figures on the sheet": """UPDATE closing SET sheet = replace(sheet, '"cost":10000', '"cost":1')""",
    "figures and digest": "UPDATE closing SET sheet = replace(sheet, 'proposed', 'A'), digest = 'x'",
    "the period of the sheet": "UPDATE closing SET period = '2025-02'",
    "the lock of a month": "DELETE FROM closed_period",
    "the sheet behind a lock": "UPDATE closed_period SET document_id = 1",
    "where an act stood": "UPDATE closed_act SET stands = 'A'",
    "an act left out": "DELETE FROM closed_act",
    "the state of the sheet": "UPDATE document SET state = 'signed' WHERE kind = 'PC'",
    "the sheet itself": "DELETE FROM closing",
}


@pytest.mark.parametrize("statement", BEHIND.values(), ids=[name.replace(" ", "-") for name in BEHIND])
def test_a_closed_sheet_changed_behind_its_back_is_found(world: World, statement: str) -> None:
    lend(world, desks(world), 10, MARCH, date(2025, 3, 20))
    close(world, "2025-03", APRIL)
    assert verified(world).ok
    with on(APRIL) as session:
        session.connection().exec_driver_sql(statement)
    found = verified(world)
    assert found.first_difference is not None, "nobody noticed"
    assert found.first_difference.what.startswith(("closing", "closed_period"))


def test_a_month_opened_behind_the_lock_and_posted_into_is_found(world: World) -> None:
    tag = desks(world)
    lend(world, tag, 10, MARCH, date(2025, 3, 20))
    close(world, "2025-03", APRIL)
    with on(APRIL) as session:
        kept = session.execute(text("SELECT pool_id, period, document_id, closed_at FROM closed_period")).one()
        session.execute(text("DELETE FROM closed_period"))
    lend(world, tag, 50, date(2025, 3, 9), date(2025, 3, 20), number="SLIPPED-IN")
    with on(APRIL) as session:
        insert = "INSERT INTO closed_period (pool_id, period, document_id, closed_at) VALUES (:pool_id, :period, :document_id, :closed_at)"
        session.execute(text(insert), dict(kept._mapping))
    found = verified(world)
    assert found.first_difference is not None
    assert found.first_difference.what == "saving_entry.period"
    assert (found.first_difference.expected, found.first_difference.found) == ("2025-04", "2025-03")


def behind(engine_name: str, deed: Callable[[Connection], None]) -> None:
    """Do something to the chained tables with their triggers gone."""
    db.session().rollback()
    with db.engine.connect() as bare:
        if engine_name == "sqlite":
            bare.exec_driver_sql("COMMIT")
            bare.exec_driver_sql("PRAGMA foreign_keys = OFF")
            bare.exec_driver_sql("BEGIN")
            for (name,) in bare.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").all():
                bare.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            bare.exec_driver_sql("SET session_replication_role = replica")
            for table in TABLES:
                for name in ("no_change", "no_truncate"):
                    bare.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_{name} ON {table}")
        deed(bare)
        bare.commit()


def test_a_tail_cut_off_is_found_by_the_anchor_on_the_sheet(world: World, engine_name: str) -> None:
    tag = desks(world)
    lend(world, tag, 10, MARCH, date(2025, 3, 20))
    close(world, "2025-03", APRIL)
    session = db.session()
    session.rollback()
    height, digest = session.execute(text("SELECT height, digest FROM approval WHERE step = 'close'")).one()
    session.rollback()
    assert verify(session, world.pool, (height, digest)).ok

    def cut(bare: Connection) -> None:
        for table in TABLES:
            bare.exec_driver_sql(f"DELETE FROM {table} WHERE height >= {height - 1}")
        newest = " UNION ".join(f"SELECT height, digest FROM {table}" for table in TABLES)
        row = bare.exec_driver_sql(f"SELECT height, digest FROM ({newest}) AS every ORDER BY height DESC LIMIT 1").one()
        bare.exec_driver_sql(f"UPDATE chain_head SET height = {row.height}, digest = '{row.digest}'")

    behind(engine_name, cut)
    session.rollback()
    found = verify(session, world.pool, (height, digest))
    assert found.first_difference is not None
    assert found.first_difference.what == "anchor"


def test_an_entry_of_a_closed_month_changed_after_the_fact_is_found(world: World, engine_name: str) -> None:
    lend(world, desks(world), 10, MARCH, date(2025, 3, 20))
    close(world, "2025-03", APRIL)
    behind(engine_name, lambda bare: bare.exec_driver_sql("UPDATE saving_entry SET cost = 1 WHERE cost IS NOT NULL") and None)
    found = verified(world)
    assert found.first_difference is not None
    assert found.first_difference.what == "saving_entry"


def test_one_person_cannot_sign_as_two(world: World) -> None:
    lend(world, desks(world), 10, MARCH, date(2025, 3, 20))
    number = draft(world, "2025-03", APRIL)
    sign(number, APRIL, world.reviewer)
    with pytest.raises(DomainError):
        sign(number, APRIL, world.reviewer)
    with pytest.raises(DomainError):
        sign(number, APRIL, world.head_a)
    assert verified(world).ok
