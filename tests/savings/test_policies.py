"""Valuation policies: for a coming year, one a year, approved by another person beforehand, then immutable; and the acts of a year both ways."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.core.errors import FieldInvalid, NotAllowed, SamePerson
from assetpool.savings import policies, policy_drafting, policy_preview
from assetpool.savings import service as savings
from assetpool.savings.models import SavingAct, ValuationPolicy
from assetpool.savings.policy import POLICY_2020_1
from assetpool.savings.policy_drafting import PolicyTerms
from assetpool.savings.queries import shares_of
from tests import world as worlds
from tests.savings import ledger
from tests.savings.golden import fen
from tests.world import World

YEAR = clock.today(worlds.ZONE).year
COMING = PolicyTerms(YEAR + 1, "consumption", "purchase", True, Fraction(1, 5), Fraction(3, 10), 300, 90, "行情变化")


def drafted(world: World, terms: PolicyTerms = COMING, by: int | None = None) -> str:
    with atomic() as session:
        return policy_drafting.draft(session, world.pool, terms, by or world.finance).version


def approved(world: World, terms: PolicyTerms = COMING) -> str:
    version = drafted(world, terms)
    with atomic() as session:
        policy_drafting.approve(session, world.pool, version, "", world.approver)
    return version


def test_a_draft_changes_nothing_until_another_person_approves_it(world: World) -> None:
    version = drafted(world)
    first = date(YEAR + 1, 1, 1)
    assert policies.row_on(db.session(), world.pool, first).version == "2026-1"
    db.session().rollback()
    with atomic() as session:
        policy_drafting.approve(session, world.pool, version, "", world.approver)
    session = db.session()
    assert [policies.row_on(session, world.pool, day).version for day in (first - timedelta(days=1), first)] == ["2026-1", f"{YEAR + 1}-1"]
    assert policies.price_days(session, world.pool, first) == (300, 90)
    assert policies.policy_on(session, world.pool, first).rho == Fraction(3, 10)


@pytest.mark.parametrize("year", [YEAR, YEAR - 1, 2020])
def test_no_policy_begins_in_a_year_that_has_begun(world: World, year: int) -> None:
    with pytest.raises(policy_drafting.NotComing):
        drafted(world, PolicyTerms(year, "rental", "purchase", True, Fraction(0), Fraction(0)))


def test_a_draft_whose_year_has_begun_is_approved_no_more(world: World) -> None:
    version = drafted(world)
    with clock.at(clock.moment_on(date(YEAR + 1, 1, 1), worlds.ZONE, 0)), atomic() as session, pytest.raises(policy_drafting.NotComing):
        policy_drafting.approve(session, world.pool, version, "", world.approver)
    with clock.at(clock.moment_on(date(YEAR, 12, 31), worlds.ZONE, 23)), atomic() as session:
        policy_drafting.approve(session, world.pool, version, "", world.approver)


def test_one_policy_a_year(world: World) -> None:
    drafted(world)
    with pytest.raises(policy_drafting.YearTaken):
        drafted(world)


def test_who_wrote_a_word_of_it_does_not_approve_it(world: World) -> None:
    with atomic() as session:
        worlds.org.grant(session, world.approver, world.city, worlds.Role.VALUER)
    version = drafted(world)
    with atomic() as session:
        policy_drafting.change(session, world.pool, version, COMING, world.approver)
    with atomic() as session:
        policy_drafting.change(session, world.pool, version, COMING, world.finance)
    with atomic() as session, pytest.raises(SamePerson):
        policy_drafting.approve(session, world.pool, version, "", world.approver)
    with atomic() as session:
        policy_drafting.approve(session, world.pool, version, "", world.approver2)


@pytest.mark.parametrize("who", ["finance", "reviewer", "keeper"])
def test_only_an_approver_of_the_whole_pool_approves(world: World, who: str) -> None:
    version = drafted(world)
    with atomic() as session, pytest.raises(NotAllowed):
        policy_drafting.approve(session, world.pool, version, "", getattr(world, who))


def test_an_approved_policy_is_changed_by_nobody(world: World) -> None:
    version = approved(world)
    with atomic() as session, pytest.raises(policy_drafting.PolicySettled):
        policy_drafting.change(session, world.pool, version, COMING, world.finance)
    with atomic() as session, pytest.raises(policy_drafting.PolicySettled):
        policy_drafting.reject(session, world.pool, version, "不妥", world.approver)


@pytest.mark.parametrize("deed", ["UPDATE valuation_policy SET rho_numerator = 0", "DELETE FROM valuation_policy"])
@pytest.mark.parametrize("version", ["2026-1", "coming"])
def test_raw_sql_cannot_change_an_approved_policy(world: World, deed: str, version: str) -> None:
    name = approved(world) if version == "coming" else version
    with pytest.raises(IntegrityError), db.engine.begin() as connection:
        connection.execute(text(f"{deed} WHERE version = '{name}'"))


def test_a_draft_can_be_rejected_with_a_reason_and_written_anew(world: World) -> None:
    version = drafted(world)
    with atomic() as session:
        with pytest.raises(FieldInvalid):
            policy_drafting.reject(session, world.pool, version, " ", world.approver)
        policy_drafting.reject(session, world.pool, version, "缺依据", world.approver)
    assert approved(world) == version
    acts = [step.act for step in policy_drafting.steps_of(db.session(), policy_drafting.by_version(db.session(), world.pool, version).id)]
    assert acts == ["draft", "reject", "draft", "approve"]


@pytest.mark.parametrize(
    "wrong",
    [
        PolicyTerms(YEAR + 1, "gift", "purchase", True, Fraction(0), Fraction(0)),
        PolicyTerms(YEAR + 1, "rental", "rental", True, Fraction(0), Fraction(0)),
        PolicyTerms(YEAR + 1, "rental", "purchase", True, Fraction(11, 10), Fraction(0)),
        PolicyTerms(YEAR + 1, "rental", "purchase", True, Fraction(0), Fraction(-1, 10)),
        PolicyTerms(YEAR + 1, "rental", "purchase", True, Fraction(0), Fraction(0), price_days=5000),
    ],
)
def test_terms_out_of_bounds_are_refused(world: World, wrong: PolicyTerms) -> None:
    with pytest.raises(FieldInvalid):
        drafted(world, wrong)


FIRST = date(2026, 2, 1)


def lent(world: World, price: str, rent: str | None, days: int, count: int = 10, acquired: date = FIRST) -> tuple[ledger.Handed, str]:
    """Lend a new lot and take all of it back after so many days."""
    with clock.at(ledger.at_noon(FIRST)), atomic() as session:
        kind = ledger.add_kind(session, world, f"桌 {price} {days}", fen(price), fen(rent) if rent else None, 180, FIRST)
        tag = ledger.bring(session, world, kind, count, acquired)
        handed = ledger.hand_over(session, world, tag, count, FIRST, FIRST + timedelta(days=days - 1))
    back = FIRST + timedelta(days=days)
    with clock.at(ledger.at_noon(back)), atomic() as session:
        for tranche in handed.tranches:
            ledger.take_back(session, world, tranche, back)
    return handed, tag


def ways(world: World) -> policy_preview.BothWays:
    found = policy_preview.both_ways(db.session(), world.pool, 2026)
    assert found is not None
    return found


def test_the_year_of_a_change_is_shown_both_ways(world: World) -> None:
    lent(world, "1600", "4", 10)
    found = ways(world)
    (loans,) = found.totals
    assert (found.own, found.other, loans.kind, loans.acts, loans.units) == (("2026-1",), "2020-1", "loan", 1, 10)
    assert (loans.own, loans.other) == (fen("400"), fen("16000"))
    assert policy_preview.both_ways(db.session(), world.pool, 2025) is None


def test_the_same_policy_gives_what_was_posted_to_the_fen(world: World) -> None:
    lent(world, "1600", "4", 10)
    lent(world, "900", None, 30, acquired=date(2020, 5, 31))
    _, tag = lent(world, "700", "2", 5)
    again = FIRST + timedelta(days=40)
    with clock.at(ledger.at_noon(again)), atomic() as session:
        ledger.give(session, world, tag, 4, again)
    own = policies.policy_on(db.session(), world.pool, FIRST)
    found = policy_preview.compare(db.session(), world.pool, FIRST, date(2026, 12, 31), own)
    assert [(line.act_id, line.other) for line in found.lines] == [(line.act_id, line.own) for line in found.lines]
    assert [line.own for line in found.lines] == [fen("400"), fen("49.30"), fen("100"), fen("2760")]


def test_what_an_earlier_act_of_the_year_claims_under_the_other_policy_is_gone_for_the_next(world: World) -> None:
    _, tag = lent(world, "1600", "4", 10)
    for week in range(1, 4):
        day = FIRST + timedelta(days=20 * week)
        with clock.at(ledger.at_noon(day)), atomic() as session:
            ledger.hand_over(session, world, tag, 10 - week, day, day + timedelta(days=9))
        with clock.at(ledger.at_noon(day + timedelta(days=10))), atomic() as session:
            act = session.scalars(select(SavingAct).order_by(SavingAct.id.desc())).first()
            assert act is not None
            for share in shares_of(session, act.id):
                ledger.take_back(session, world, share.tranche_id, day + timedelta(days=10))
    found = ways(world)
    assert [line.other for line in found.lines] == [fen("16000"), 0, 0, 0]
    assert [line.own for line in found.lines] == [fen("400"), fen("360"), fen("320"), fen("280")]


def test_what_came_back_unused_claims_nothing_either_way(world: World) -> None:
    with clock.at(ledger.at_noon(FIRST)), atomic() as session:
        kind = ledger.add_kind(session, world, "桌", fen("1600"), fen("4"), 180, FIRST)
        handed = ledger.hand_over(session, world, ledger.bring(session, world, kind, 2, FIRST), 2, FIRST, FIRST + timedelta(days=9))
    with clock.at(ledger.at_noon(FIRST)), atomic() as session:
        ledger.take_back(session, world, handed.tranches[0], FIRST, how="unused")
    assert [(total.own, total.other) for total in ways(world).totals] == [(0, 0)]


def test_no_act_and_no_event_can_name_a_policy(world: World) -> None:
    version = approved(world)
    assert not {name for name in savings.Delivery.__dataclass_fields__ if "policy" in name}
    handed, _ = lent(world, "1600", "4", 10)
    session = db.session()
    named = session.get_one(ValuationPolicy, ledger.act_of(session, handed).policy_id).version
    assert (named, version) == ("2026-1", f"{YEAR + 1}-1")
    assert policies.policy_on(session, world.pool, date(2025, 12, 31)).version == POLICY_2020_1.version
