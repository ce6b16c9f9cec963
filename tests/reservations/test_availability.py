"""Availability by example: the sentences of its definition, each with days and counts."""

from __future__ import annotations

from datetime import date

import pytest

from assetpool.reservations.availability import Fact, Ledger, Promise, busy_until

TODAY = date(2026, 3, 1)


def day(number: int) -> date:
    """Day 1 is today."""
    return date.fromordinal(TODAY.toordinal() + number - 1)


def promise(number: int, count: int, first: int, last: int | None, turn_round: int = 0, asset: tuple[int, int] | None = None) -> Promise:
    pinned = {} if asset is None else {"asset_id": asset[0], "asset_units": asset[1]}
    return Promise(number, number, count, day(first), None if last is None else day(last), turn_round, **pinned)


def ledger(owned: int, *parts: Fact | Promise) -> Ledger:
    return Ledger(owned, [part for part in parts if isinstance(part, Fact)], [part for part in parts if isinstance(part, Promise)], TODAY)


def test_bookings_that_follow_one_another_are_all_granted_and_the_next_start_is_told() -> None:
    periods = [(1, 10), (11, 20), (21, 30)]
    granted: list[Promise] = []
    for number, (first, last) in enumerate(periods, 1):
        wanted = promise(number, 60, first, last)
        assert ledger(60, *granted).room_for(wanted) == 60
        granted.append(wanted)
    book = ledger(60, *granted)
    assert book.free(day(5), day(15)) == 0
    assert book.free_from(day(5), 11, quantity=30) == day(31)
    assert book.at_risk() == {}
    assert book.peak_promised(day(5), day(15)) == 60


def test_what_is_free_is_the_least_of_every_day_with_the_turn_round_of_both() -> None:
    book = ledger(10, promise(1, 4, 5, 8, turn_round=2), promise(2, 3, 10, 12))
    assert book.free(day(1), day(4)) == 10
    assert book.free(day(1), day(4), turn_round=1) == 6
    assert book.free(day(9), day(10)) == 3
    assert book.free(day(11), day(11)) == 7
    assert book.free(day(13), None) == 10
    assert [book.busy(day(number)) for number in (4, 5, 8, 9, 10, 11, 12, 13)] == [0, 4, 4, 4, 7, 3, 3, 0]


def test_days_before_today_are_not_asked() -> None:
    book = ledger(3, promise(1, 3, -5, 2))
    assert book.free(day(-9), day(3)) == 0
    assert book.free(day(3), day(4)) == 3
    assert book.free(day(-9), day(-2)) == 0
    assert book.free(day(-9), day(-1), turn_round=1) == 0
    assert ledger(3, promise(1, 3, -9, -2)).free(day(1), day(9)) == 3
    with pytest.raises(ValueError, match="before today"):
        book.busy(day(0))


def test_facts_make_units_busy_through_their_last_day() -> None:
    assert busy_until("out", day(7), 2, TODAY) == day(9)
    assert busy_until("out", day(1), 2, TODAY) == day(3)
    assert busy_until("loaded", day(-20), 2, TODAY) == day(3)
    assert busy_until("held", None, 2, TODAY) is None
    assert busy_until("repair", day(-4), 2, TODAY) == TODAY
    assert busy_until("held", day(6), 2, TODAY) == day(6)
    assert busy_until("arrived", day(0), 3, TODAY) == day(3)
    assert busy_until("arrived", day(-9), 3, TODAY) == TODAY
    book = ledger(9, Fact(2, day(9), 1), Fact(1, None, 2), Fact(1, TODAY, 3), Fact(1, day(0), 4))
    assert [book.busy(day(number)) for number in (1, 2, 9, 10)] == [4, 3, 3, 1]
    assert book.busy(date.max) == 1


def test_a_transfer_needs_its_units_on_all_days_from_its_first_on() -> None:
    book = ledger(5, promise(1, 2, 20, None), promise(2, 2, 40, 41))
    assert book.room_for(promise(3, 1, 1, None)) == 1
    assert book.room_for(promise(3, 1, 42, None)) == 3
    assert book.room_for(promise(3, 1, 1, 19)) == 5
    assert book.free(day(20), date.max) == 1
    assert book.free_from(day(1), None, quantity=3) == day(42)
    assert book.free_from(day(1), None, quantity=4) is None


def test_a_unit_promised_by_tag_is_out_of_the_count_from_today_to_its_last_day() -> None:
    book = ledger(2, promise(1, 1, 10, 12, turn_round=1, asset=(7, 1)))
    assert [book.busy(day(number)) for number in (1, 9, 13, 14)] == [1, 1, 1, 0]
    assert book.free(day(2), day(3)) == 1
    assert book.room_for(promise(2, 1, 2, 3, asset=(7, 1))) == 1
    assert book.room_for(promise(2, 1, 9, 10, asset=(7, 1))) == 0
    assert book.room_for(promise(2, 1, 7, 9, turn_round=1, asset=(7, 1))) == 0
    assert book.room_for(promise(2, 1, 2, 3, asset=(8, 1))) == 1


def test_a_pin_needs_a_unit_left_on_every_day_it_newly_makes_busy() -> None:
    taken = promise(1, 2, 5, 6)
    assert ledger(2, taken).room_for(promise(2, 1, 10, 12, asset=(7, 1))) == 0
    assert ledger(2, taken).room_for(promise(2, 1, 10, 12)) == 2
    # Already kept for days 10 to 12, the same unit may be pinned earlier: it takes nothing from anybody.
    oversold = ledger(2, taken, promise(2, 1, 10, 12, asset=(7, 1)))
    assert oversold.room_for(promise(3, 1, 2, 3, asset=(7, 1))) == 1
    assert oversold.room_for(promise(3, 1, 20, 21, asset=(7, 1))) == 1
    # To keep it through day 21 takes it from days 13 to 21, and there somebody else has both.
    taken_later = ledger(2, promise(1, 2, 15, 16), promise(2, 1, 10, 12, asset=(7, 1)))
    assert taken_later.room_for(promise(3, 1, 20, 21, asset=(7, 1))) == 0


def test_a_unit_that_is_out_and_promised_by_tag_counts_once() -> None:
    book = ledger(3, Fact(1, day(5), 7), promise(1, 1, 10, 12, asset=(7, 1)))
    assert [book.busy(day(number)) for number in (1, 5, 6, 12, 13)] == [1, 1, 1, 1, 0]
    assert book.at_risk() == {}
    assert book.room_for(promise(2, 1, 4, 5, asset=(7, 1))) == 0
    assert book.room_for(promise(2, 1, 6, 7, asset=(7, 1))) == 1


def test_a_lot_keeps_back_the_most_it_will_need_at_once() -> None:
    lot = (7, 10)
    book = ledger(12, promise(1, 3, 10, 12, asset=lot), promise(2, 5, 20, 22, asset=lot), promise(3, 2, 21, 30, asset=lot))
    assert [book.busy(day(number)) for number in (1, 10, 20, 21, 22, 23, 30, 31)] == [7, 7, 7, 7, 7, 2, 2, 0]
    assert book.room_for(promise(4, 1, 10, 12, asset=lot)) == 7
    assert book.room_for(promise(4, 1, 21, 22, asset=lot)) == 3
    assert book.room_for(promise(4, 1, 31, None, asset=lot)) == 10


def test_units_of_a_lot_that_come_back_in_time_serve_its_pins_and_others_do_not() -> None:
    lot = (7, 10)
    assert ledger(10, Fact(6, day(5), 7), promise(1, 6, 6, 9, asset=lot)).busy(day(1)) == 6
    # Six are out through day 5 and four others must be there on day 5, so from today on nothing is left.
    book = ledger(10, Fact(6, day(5), 7), promise(1, 4, 5, 9, asset=lot))
    assert [book.busy(day(number)) for number in (1, 5, 6, 9, 10)] == [10, 10, 4, 4, 0]
    assert book.room_for(promise(2, 1, 5, 5, asset=lot)) == 0
    assert book.room_for(promise(2, 1, 6, 6, asset=lot)) == 6


def test_units_kept_for_one_pin_are_not_lent_between_to_someone_who_must_keep_them() -> None:
    # Lot of one is out through day 20 with pins of the other unit before and after: a single second asset cannot serve both loans.
    lot = (7, 2)
    book = ledger(3, Fact(1, day(20), 7), promise(1, 1, 8, 9, asset=lot), promise(2, 1, 14, 15, asset=lot), promise(3, 1, 9, 11))
    assert book.free(day(11), day(14)) == 0
    assert book.free(day(12), day(14)) == 1


def test_promises_are_served_in_order_of_approval_and_the_rest_is_at_risk() -> None:
    late, early = Promise(1, 2, 4, day(5), day(9)), Promise(2, 1, 4, day(8), day(12))
    assert ledger(6, late, early).at_risk() == {1: 2}
    assert ledger(8, late, early).at_risk() == {}
    assert ledger(8, late, early, Fact(1, day(5), 1)).at_risk() == {}
    assert ledger(8, late, early, Fact(5, None, 1)).at_risk() == {2: 1, 1: 4}
    assert ledger(8, late, early, Fact(5, day(5), 1)).at_risk() == {1: 1}
    assert ledger(8, late, early, Fact(5, day(5), 1), promise(3, 3, 5, 5)).at_risk() == {1: 1, 3: 3}


def test_a_pinned_promise_is_at_risk_when_its_own_asset_is_late_though_others_are_free() -> None:
    book = ledger(50, Fact(1, day(6), 7), promise(1, 1, 5, 8, asset=(7, 1)))
    assert book.at_risk() == {1: 1}
    assert ledger(50, Fact(4, day(6), 7), promise(1, 8, 5, 8, asset=(7, 10))).at_risk() == {1: 2}
    # What a pin cannot get it does not keep from others either.
    assert ledger(1, Fact(1, day(6), 7), promise(1, 1, 5, 8, asset=(7, 1)), promise(2, 1, 7, 9)).at_risk() == {1: 1}


def test_a_promise_by_tag_is_at_risk_where_its_unit_stands_but_an_earlier_approval_needs_it() -> None:
    assert ledger(1, promise(1, 1, 5, 6), promise(2, 1, 9, 9, asset=(7, 1))).at_risk() == {2: 1}
    assert ledger(1, promise(2, 1, 5, 6), promise(1, 1, 9, 9, asset=(7, 1))).at_risk() == {2: 1}


def test_promises_wholly_in_the_past_are_neither_busy_nor_at_risk() -> None:
    book = ledger(1, Fact(1, None, 1), promise(1, 1, -9, -2), promise(2, 1, -9, -2, asset=(1, 1)))
    assert book.at_risk() == {}
    assert book.room_for(promise(3, 1, -9, -2, asset=(1, 1))) == 0


def test_what_may_leave_the_store_is_what_no_day_needs() -> None:
    book = ledger(10, Fact(2, day(3), 1), promise(1, 4, 10, 12), promise(2, 3, 11, 20, asset=(7, 5)))
    assert book.room_to_leave() == 3
    assert book.room_to_leave(7, 5) == 2
    assert book.room_to_leave(8, 9) == 3


def test_the_first_start_keeps_the_whole_length_and_turn_round_free() -> None:
    book = ledger(5, promise(1, 3, 5, 6), promise(2, 5, 10, 11), promise(3, 1, 20, None))
    assert book.free_from(day(-9), 4, quantity=3) == day(1)
    assert book.free_from(day(1), 5, quantity=3) == day(12)
    assert book.free_from(day(1), 4, turn_round=1, quantity=3) == day(12)
    assert book.free_from(day(4), 2, quantity=2) == day(4)
    assert book.free_from(day(4), 8, quantity=5) == day(12)
    assert book.free_from(day(4), 9, quantity=5) is None
    assert book.free_from(day(4), 9, quantity=6) is None


def test_the_calendar_tells_each_change_once() -> None:
    book = ledger(5, promise(1, 3, 5, 6), promise(2, 3, 7, 8), promise(3, 9, 10, 11))
    assert book.calendar(day(-3), day(10)) == [(day(1), 5), (day(5), 2), (day(9), 5), (day(10), 0)]
    assert book.calendar(day(6), day(8)) == [(day(6), 2)]
    assert book.calendar(day(-6), day(-3)) == []


def test_the_peak_of_promises_leaves_facts_out_and_counts_what_pins_keep() -> None:
    book = ledger(20, Fact(4, None, 7), promise(1, 3, 5, 6), promise(2, 2, 6, 8), promise(3, 1, 30, 31, asset=(7, 9)))
    assert book.peak_promised() == 6
    assert book.peak_promised(day(1), day(4)) == 1
    assert book.peak_promised(day(1), day(4), turn_round=1) == 4
    assert book.peak_promised(day(32)) == 0
