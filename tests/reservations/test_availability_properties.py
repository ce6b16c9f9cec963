"""Availability against a model that walks day by day and against real units; AVAILABILITY_CASES sets how many timelines (300, in full 10,000)."""

from __future__ import annotations

import os
from dataclasses import replace

from hypothesis import HealthCheck, given, settings

from assetpool.reservations import availability, together
from tests.reservations.timelines import DAYS, NEVER, Away, Case, Model, cases, compare, ledger_of, number_of, stores

LIMIT = int(os.environ.get("AVAILABILITY_CASES", "300"))
QUIETLY = settings(max_examples=LIMIT, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@QUIETLY
@given(cases())
def test_every_question_is_answered_as_the_definition_says_day_by_day(case: Case) -> None:
    compare(availability, together, case)


@QUIETLY
@given(stores())
def test_what_was_granted_can_be_served_by_real_units(model: Model) -> None:
    granted = Model(model.sizes, model.away, [])
    for promise in model.promises:
        room = ledger_of(availability, granted).room_for(promise)
        if room:
            granted = Model(model.sizes, model.away, [*granted.promises, replace(promise, count=min(room, promise.count))])
    assert ledger_of(availability, granted).at_risk() == {}
    free_from: list[int] = []
    for asset, size in granted.sizes.items():
        free_from += units_after_their_own_pins(granted, asset, size)
    loans = sorted(spans(promise) for promise in granted.promises if not promise.asset_id for _ in range(promise.count))
    for first, end in loans:
        unit = next((unit for unit, free in enumerate(free_from) if free <= first), None)
        assert unit is not None, "a granted unit has no unit to serve it"
        free_from[unit] = end + 1


def spans(promise: availability.Promise) -> tuple[int, int]:
    end = number_of(promise.last) + (promise.turn_round if promise.last else 0)
    return max(0, number_of(promise.first)), end


def units_after_their_own_pins(model: Model, asset: int, size: int) -> list[int]:
    """Seat what is away and pins of one asset on its own units and return from when each unit is free for anyone."""
    kept = [model.kept(asset, on) for on in DAYS]
    free = [next((on for on in DAYS if kept[on] <= unit), NEVER + 1) for unit in range(size)]
    busy = [(-1, last_busy(part)) for part in model.away if part.asset_id == asset for _ in range(part.count)]
    busy += [spans(promise) for promise in model.promises if promise.asset_id == asset for _ in range(promise.count)]
    lent = [(first, 2 * NEVER) for first in free if first <= NEVER]
    units = [-2] * size
    for first, end in sorted(busy + lent):
        unit = next((unit for unit in range(size) if units[unit] < first), None)
        assert unit is not None, "a pinned unit has no unit of its own asset to serve it"
        units[unit] = end
    return free


def last_busy(part: Away) -> int:
    return NEVER if part.due is None else max((on for on in DAYS if part.busy(on)), default=-1)
