"""What a line lacks, and the worst day: tables, and the worst day against counting every day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetpool.outcomes.shortage import Outcome, Peak, Span, Unmet, Wanted, months, peak, unmet

FIRST, LAST = date(2026, 1, 1), date(2026, 3, 31)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        # granted in full, whatever was free when it was handed in
        (Wanted(10, 10, "approved", 4), None),
        (Wanted(10, 10, "closed", None), None),
        # cut to what was free
        (Wanted(10, 4, "approved", 4), Unmet(Outcome.CUT, 6, 0)),
        # cut below what was free: only a part is for want of stock
        (Wanted(10, 2, "issued", 4), Unmet(Outcome.CUT, 6, 2)),
        # cut although enough was free
        (Wanted(10, 4, "approved", 500), Unmet(Outcome.CUT, 0, 6)),
        # granted more than was free when somebody looked: things came back meanwhile
        (Wanted(10, 8, "approved", 4), Unmet(Outcome.CUT, 2, 0)),
        # rejected: what was not free was lacking
        (Wanted(10, 0, "rejected", 3), Unmet(Outcome.REFUSED, 7, 3)),
        (Wanted(10, 0, "rejected", 30), Unmet(Outcome.REFUSED, 0, 10)),
        (Wanted(10, 0, "withdrawn", 0), Unmet(Outcome.REFUSED, 10, 0)),
        (Wanted(10, 0, "sent_back", 9), Unmet(Outcome.REFUSED, 1, 9)),
        # still waiting: only the shortage is known
        (Wanted(10, 0, "stock_checked", 4), Unmet(Outcome.WAITING, 6, 0)),
        (Wanted(10, 0, "stock_checked", 40), None),
        # never handed in, or taken back after it was granted
        (Wanted(10, 0, "draft", None), None),
        (Wanted(10, 10, "cancelled", 0), None),
        # nobody looked
        (Wanted(10, 4, "approved", None), Unmet(Outcome.CUT, 0, 6)),
    ],
)  # fmt: skip
def test_a_line_lacks_what_was_not_free_and_never_more_than_it_did_not_get(line: Wanted, found: Unmet | None) -> None:
    assert unmet(line) == found


def test_the_worst_day_adds_what_was_short_at_once_and_not_what_followed() -> None:
    spans = [Span(date(2026, 1, 5), date(2026, 1, 9), 30), Span(date(2026, 1, 9), date(2026, 1, 12), 20), Span(date(2026, 1, 10), date(2026, 1, 20), 15)]
    assert peak(spans, FIRST, LAST) == Peak(date(2026, 1, 9), 50)
    assert peak([*spans, Span(date(2026, 1, 11), None, 40)], FIRST, LAST) == Peak(date(2026, 1, 11), 75)
    assert peak([Span(date(2025, 1, 1), date(2025, 12, 31), 9)], FIRST, LAST) is None
    assert peak([], FIRST, LAST) is None


days = st.integers(0, 120).map(lambda n: date(2025, 12, 10) + timedelta(days=n))
spans = st.builds(lambda a, b, n, good: Span(min(a, b), None if good else max(a, b), n), days, days, st.integers(1, 9), st.booleans())


@given(st.lists(spans, max_size=8))
def test_no_day_is_worse_than_the_worst_day(several: list[Span]) -> None:
    def on(day: date) -> int:
        return sum(span.units for span in several if span.first <= day and (span.last is None or day <= span.last))

    every = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
    worst = max(on(day) for day in every)
    found = peak(several, FIRST, LAST)
    assert (found.units if found else 0) == worst
    if found:
        assert found.day == next(day for day in every if on(day) == worst)


def test_a_span_touches_each_of_its_months_within_the_days_asked_about() -> None:
    assert months(Span(date(2025, 11, 3), date(2026, 2, 1), 1), FIRST, LAST) == ["2026-01", "2026-02"]
    assert months(Span(date(2026, 2, 10), None, 1), FIRST, LAST) == ["2026-02", "2026-03"]
    assert months(Span(date(2026, 5, 1), None, 1), FIRST, LAST) == []
