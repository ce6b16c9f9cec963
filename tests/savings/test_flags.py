"""Flags: a doubt about an act keeps it from grade A, and out of the headline, until somebody answers it."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from assetpool.core.db import atomic, db
from assetpool.core.errors import FieldInvalid, NotFound
from assetpool.savings import flags
from assetpool.savings import service as savings
from assetpool.savings.models import SavingAct
from tests.savings.papers import Case, full_act
from tests.world import World, sign_in

DAY = date(2026, 3, 2)


@pytest.fixture
def case(world: World) -> Case:
    """Give a loan with everything an A needs."""
    return full_act(world, DAY)


def standing(case: Case) -> tuple[str, str, str]:
    """Return grade, what is missing and where the review stands."""
    act = db.session().get_one(SavingAct, case.act, populate_existing=True)
    return act.grade, act.missing, act.reviewed


def test_an_open_flag_keeps_an_act_from_grade_a_and_from_its_review(world: World, case: Case) -> None:
    with atomic() as session:
        savings.review(session, [case.act], "accepted", "材料齐全", world.reviewer)
    assert standing(case) == ("A", "", "accepted")
    with atomic() as session:
        flags.raise_flag(session, case.act, "finding", "价格存疑", world.auditor, "FD-1")
    assert standing(case) == ("C", "open_flag", "proposed")
    with atomic() as session:
        assert flags.close_flag(session, case.act, "finding", "已补三方询价", world.finance, "FD-1") == 1
    assert standing(case) == ("A", "", "accepted")


def test_the_same_flag_stands_once_and_is_closed_once(world: World, case: Case) -> None:
    with atomic() as session:
        one = flags.raise_flag(session, case.act, "exception", "高于上限", None).id
        assert flags.raise_flag(session, case.act, "exception", " 高于上限 ", None).id == one
        assert flags.raise_flag(session, case.act, "exception", "重复卡片", None).id != one
        assert flags.open_flags(session, [case.act]) == {case.act: 2}
        flags.close_flag(session, case.act, "exception", "核对无误", world.finance)
    with pytest.raises(flags.NoOpenFlag), atomic() as session:
        flags.close_flag(session, case.act, "exception", "再核", world.finance)


def test_a_flag_says_what_is_doubtful_and_its_answer_how_it_was_settled(world: World, case: Case) -> None:
    with pytest.raises(FieldInvalid), atomic() as session:
        flags.raise_flag(session, case.act, "finding", " ", None)
    with pytest.raises(NotFound), atomic() as session:
        flags.raise_flag(session, 999_999, "finding", "无此事项", None)
    with atomic() as session:
        flags.raise_flag(session, case.act, "finding", "存疑", None)
    with pytest.raises(FieldInvalid), atomic() as session:
        flags.close_flag(session, case.act, "finding", "", world.finance)


def test_the_page_of_the_act_shows_its_flags(app: Flask, world: World, case: Case) -> None:
    with atomic() as session:
        flags.raise_flag(session, case.act, "finding", "价格存疑待核", world.auditor)
    page = sign_in(app, "finance").get(f"/savings/acts/{case.act}?lang=en").text
    assert "价格存疑待核" in page
    assert "A flag on this act is still open." in page
