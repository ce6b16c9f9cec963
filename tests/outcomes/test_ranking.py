"""Places in a list of praise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetpool.outcomes.ranking import leaders, placed


@pytest.mark.parametrize(
    ("figures", "places"),
    [
        ({"A": 5, "B": 3, "C": 1}, [("A", 1, False), ("B", 2, False), ("C", 3, False)]),
        ({"B": 3, "A": 3, "C": 9, "D": 1}, [("C", 1, False), ("A", 2, True), ("B", 2, True), ("D", 4, False)]),
        ({"A": 0, "B": None, "C": -4, "D": 2}, [("D", 1, False)]),
        ({}, []),
    ],
)
def test_equals_share_a_place_and_nobody_is_praised_for_nothing(figures: dict[str, int | None], places: list[tuple[str, int, bool]]) -> None:
    assert [(each.thing, each.place, each.tied) for each in placed(figures, figures.get, str)] == places


def test_all_that_share_the_first_place_lead() -> None:
    figures = {"A": 2, "B": 7, "C": 7}
    assert leaders(placed(figures, figures.get, str)) == ["B", "C"]


@given(st.lists(st.integers(1, 5), max_size=12))
def test_a_place_is_one_more_than_how_many_stand_above(figures: list[int]) -> None:
    ranked = placed(range(len(figures)), lambda i: figures[i], lambda i: f"{i:03d}")
    for each in ranked:
        assert each.place == 1 + sum(1 for figure in figures if figure > figures[each.thing])
