"""Unit-days taken back from what stands now, against counting day by day."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from assetpool.outcomes.use import Change, Key, unit_days

FIRST, LAST = date(2026, 1, 1), date(2026, 1, 30)
DESKS: Key = (1, 1)


def test_ten_desks_of_which_four_were_out_for_five_days() -> None:
    changes = [Change(DESKS, date(2026, 1, 10), 0, 4), Change(DESKS, date(2026, 1, 15), 0, -4)]
    assert unit_days(FIRST, LAST, {DESKS: 10}, {}, changes) == {DESKS: (300, 20)}


def test_what_is_out_since_before_the_period_is_out_all_the_time() -> None:
    assert unit_days(FIRST, LAST, {DESKS: 10}, {DESKS: 10}, [Change(DESKS, date(2025, 6, 1), 0, 10)]) == {DESKS: (300, 300)}


def test_what_came_or_went_counts_from_that_day_or_up_to_it() -> None:
    came = [Change(DESKS, date(2026, 1, 21), 10, 0)]
    assert unit_days(FIRST, LAST, {DESKS: 10}, {}, came) == {DESKS: (100, 0)}
    assert unit_days(FIRST, LAST, {}, {}, [Change(DESKS, date(2026, 1, 21), -10, -10)]) == {DESKS: (200, 200)}


def test_days_that_have_not_come_yet_hold_nothing() -> None:
    assert unit_days(date(2026, 2, 1), date(2026, 1, 30), {DESKS: 10}, {DESKS: 3}, []) == {DESKS: (0, 0)}


moves = st.lists(st.tuples(st.sampled_from([(1, 1), (1, 2)]), st.integers(-20, 50), st.integers(0, 5), st.integers(0, 5)), max_size=10)


@given(moves)
def test_the_same_as_counting_every_day(several: list[tuple[Key, int, int, int]]) -> None:
    changes = [Change(key, FIRST + timedelta(days=day), owned + out, out) for key, day, owned, out in several]
    owned: dict[Key, int] = defaultdict(int)
    out: dict[Key, int] = defaultdict(int)
    expected: dict[Key, list[int]] = defaultdict(lambda: [0, 0])
    for change in changes:
        owned[change.key] += change.owned
        out[change.key] += change.out
    for n in range((LAST - FIRST).days + 1):
        for change in changes:
            if change.day <= FIRST + timedelta(days=n):
                expected[change.key][0] += change.owned
                expected[change.key][1] += change.out
    found = unit_days(FIRST, LAST, owned, out, changes)
    assert {key: list(days) for key, days in found.items()} == {key: expected[key] for key in found}
