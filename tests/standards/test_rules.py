"""What a wish breaks of the standard, clause by clause, and which clause holds."""

from __future__ import annotations

from datetime import date

import pytest

from assetpool.standards.rules import Clause, Wish, broken, fitting, posts_for

TODAY = date(2026, 11, 23)
DESKTOP = Clause("标准", "台式计算机", class_code="A02010105", price_cap=500_000, min_years=6, pieces=1, of_posts=1)
COPIER = Clause("标准", "复印机", class_code="A02020100", pieces=1, of_posts=20, up_to_posts=100, further_of_posts=30)


def rules(clause: Clause | None, wish: Wish, posts: int | None = 1_000) -> list[tuple[str, bool]]:
    return [(one.rule, one.binding) for one in broken(clause, wish, posts, TODAY)]


@pytest.mark.parametrize(
    ("wish", "posts", "found"),
    [
        (Wish(3, budget=500_000), 10, []),
        (Wish(3, budget=500_001), 10, ["price"]),
        (Wish(3, replaces=True, since=date(2020, 11, 23)), 10, []),
        (Wish(3, replaces=True, since=date(2020, 11, 24)), 10, ["too_young"]),
        (Wish(3, replaces=True), 10, ["age_unknown"]),
        (Wish(3, since=date(2026, 1, 1)), 10, []),
        (Wish(3, held=7), 10, []),
        (Wish(4, held=7), 10, ["number"]),
        (Wish(4, held=10, replaces=True, since=date(2010, 1, 1)), 10, []),
        (Wish(4, held=11, replaces=True, since=date(2010, 1, 1)), 10, ["number"]),
        (Wish(1), None, ["posts_unknown"]),
        (Wish(1, energy=2), 10, []),
        (Wish(1, energy=3), 10, ["energy"]),
        (Wish(20, budget=600_000, energy=4, replaces=True), 10, ["price", "age_unknown", "number", "energy"]),
    ],
)
def test_a_wish_breaks_what_it_breaks(wish: Wish, posts: int | None, found: list[str]) -> None:
    assert [one.rule for one in broken(DESKTOP, wish, posts, TODAY)] == found


def test_what_was_recalled_advises_and_energy_binds_without_a_clause() -> None:
    recalled = Clause("标准", "投影仪", price_cap=1_000_000, min_years=6, pieces=1, of_posts=20, binding=False)
    assert rules(recalled, Wish(9, budget=2_000_000, replaces=True), 20) == [("price", False), ("age_unknown", False), ("number", False)]
    assert rules(None, Wish(1, budget=10**9, energy=5)) == [("energy", True)]
    assert rules(DESKTOP, Wish(1), None) == [("posts_unknown", False)]


@pytest.mark.parametrize(("posts", "most"), [(0, 0), (1, 1), (20, 1), (21, 2), (100, 5), (101, 6), (130, 6), (131, 7)])
def test_a_part_of_a_piece_counts_as_a_whole_one(posts: int, most: int) -> None:
    assert COPIER.most(posts) == most


def test_a_cap_per_square_metre_is_not_held_against_a_piece() -> None:
    assert rules(Clause("标准", "会议桌", measure="平方米", price_cap=100_000), Wish(1, budget=900_000)) == []


def test_the_nearest_class_then_the_words_then_the_grade_decide() -> None:
    high, low = Clause("标准", "办公桌", "司局级", "A05010201", price_cap=450_000), Clause("标准", "办公桌", "处级及以下", "A05010201", price_cap=300_000)
    tea, plain = Clause("标准", "茶几桌", "", "A05010201", price_cap=80_000), Clause("标准", "家具", "", "A05010000", price_cap=10_000)
    classless = Clause("标准", "三人沙发", price_cap=300_000)
    known = [plain, high, low, tea, classless]
    below = ("A05000000", "A05010000", "A05010201")
    assert fitting(known, below, "办公桌 1400", "") is low
    assert fitting(known, below, "办公桌 1400", "司局级") is high
    assert fitting(known, below, "茶几桌", "司局级") is tea
    assert fitting(known, below, "写字台", "") is low
    assert fitting(known, below[:2], "凳子", "") is plain
    assert fitting(known, ("A02000000",), "布艺三人沙发", "") is classless
    assert fitting(known, ("A02000000",), "凳子", "") is None


def test_posts_go_by_grade_where_they_are_told_apart() -> None:
    assert posts_for({}, "") is None
    assert posts_for({"": 40, "司局级": 3}, "司局级") == 3
    assert posts_for({"": 40, "司局级": 3}, "") == 40
    assert posts_for({"处级": 40, "司局级": 3}, "") == 43
