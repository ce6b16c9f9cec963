"""The rule of comparing, by a table and by properties."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetpool.stocktake.comparing import Differs, Stand, compare

PLACES = st.sampled_from(["", "A-01", "A-02", "B-01"])
UNITS = st.dictionaries(PLACES, st.integers(0, 9), max_size=4)


@pytest.mark.parametrize(
    ("stand", "found"),
    [
        (Stand({"A": 5}, {"A": 5}), []),
        (Stand({"A": 5}, {"A": 3}), [Differs("missing", 2, "A")]),
        (Stand({"A": 5}, {}), [Differs("missing", 5, "A")]),
        (Stand({"A": 5}, {"A": 3, "B": 2}), [Differs("misplaced", 2, "A", "B")]),
        (Stand({"A": 5}, {"A": 4, "B": 3}), [Differs("misplaced", 1, "A", "B"), Differs("surplus", 2, "", "B")]),
        (Stand({"A": 5}, {"A": 7}, away=1), [Differs("on_loan", 1, "", "A"), Differs("surplus", 1, "", "A")]),
        (Stand({}, {"A": 1}, others=1), [Differs("elsewhere", 1, "", "A")]),
        (Stand({}, {"A": 1}, beyond={"A": 1}), []),
        (Stand({}, {"A": 1}, beyond={"C": 1}), [Differs("misplaced", 1, "C", "A")]),
        (Stand({"A": 1}, {"B": 1}, beyond={"C": 1}), [Differs("misplaced", 1, "A", "B")]),
    ],
)
def test_what_differs(stand: Stand, found: list[Differs]) -> None:
    assert compare(stand) == found


@given(UNITS, UNITS, UNITS, st.integers(0, 5), st.integers(0, 5))
def test_the_differences_lead_from_the_book_to_the_count(book: dict[str, int], counted: dict[str, int], beyond: dict[str, int], away: int, others: int) -> None:
    stand = Stand(book, counted, beyond, away, others)
    found = compare(stand)
    after = {place: book.get(place, 0) + beyond.get(place, 0) for place in {*book, *counted, *beyond}}
    for one in found:
        if one.what in ("missing", "misplaced"):
            after[one.from_place] -= one.units
        if one.what != "missing":
            after[one.to_place] += one.units
    assert all(units >= 0 for units in after.values())
    for place, units in after.items():
        assert counted.get(place, 0) <= units <= counted.get(place, 0) + beyond.get(place, 0)
    assert sum(one.units for one in found if one.what == "on_loan") <= away
    assert sum(one.units for one in found if one.what == "elsewhere") <= others
    assert all(one.units > 0 for one in found)
    if book == counted and not beyond:
        assert found == []
