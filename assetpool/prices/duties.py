"""Duties kept apart around a price: who sets it may not request, approve or review what it prices (SAVINGS.md, rule 4)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Price, Rent
from assetpool.core.errors import N_, SamePerson, Word
from assetpool.core.models import Pool

PRICE_SETTER = N_("price setter")
Part = tuple[str, str]
"""The number of a document and what a person is in it (message id)."""
Parts = Callable[[Session, int, Collection[int]], Mapping[int, Part]]

taking_part: list[Parts] = []
"""Asked with session, person and kinds for {kind: part} of a person in open documents that a new price would value; features above register."""


def setters(session: Session, kind_ids: Iterable[int], day: date) -> dict[int, set[int]]:
    """Return per kind who set the price or rent that holds on a day, or one that will hold later, in two queries."""
    wanted = sorted(set(kind_ids))
    found: dict[int, set[int]] = {kind_id: set() for kind_id in wanted}
    for kind_id, versions in _versions(session, wanted):
        found[kind_id] |= {who for begun, who in versions if begun > day and who is not None} | _holder(versions, day)
    return found


def setters_on(session: Session, wanted: Collection[tuple[int, date]]) -> dict[tuple[int, date], set[int]]:
    """Return who set the price or rent of a kind that held on a day, for many kinds and days, in two queries."""
    found: dict[tuple[int, date], set[int]] = {pair: set() for pair in wanted}
    days: dict[int, set[date]] = {}
    for kind_id, day in wanted:
        days.setdefault(kind_id, set()).add(day)
    for kind_id, versions in _versions(session, sorted(days)):
        for day in days[kind_id]:
            found[kind_id, day] |= _holder(versions, day)
    return found


def _versions(session: Session, kind_ids: Collection[int]) -> Iterator[tuple[int, list[tuple[date, int | None]]]]:
    """Yield for each kind the first days and setters of its prices, then of its rents, in the order in which they hold."""
    for model in (Price, Rent):
        known: dict[int, list[tuple[date, int | None]]] = {}
        columns = select(model.kind_id, model.valid_from, model.set_by).where(model.kind_id.in_(kind_ids)).order_by(model.valid_from, model.id)
        for row in session.execute(columns):
            known.setdefault(row.kind_id, []).append((row.valid_from, row.set_by))
        yield from known.items()


def _holder(versions: Iterable[tuple[date, int | None]], day: date) -> set[int]:
    begun = [who for first_day, who in versions if first_day <= day]
    return {begun[-1]} if begun and begun[-1] is not None else set()


def pricing(session: Session, kind_ids: Iterable[int], day: date) -> dict[int, str]:
    """Return everybody who prices one of the kinds, as a price setter: nobody of them may decide on what is asked for."""
    return {person: PRICE_SETTER for some in setters(session, kind_ids, day).values() for person in some}


def demand_unpriced(session: Session, number: str, persons: Iterable[int], kind_ids: Iterable[int], day: date) -> None:
    """Raise SamePerson if one of the persons prices one of the kinds."""
    if set(persons) & set(pricing(session, kind_ids, day)):
        raise SamePerson(number=number, earlier=Word(PRICE_SETTER))


def parts(session: Session, person_id: int, kind_ids: Collection[int]) -> dict[int, Part]:
    """Return in which open document a person asked for or approved each of the kinds, and as what; kinds without such a part are left out."""
    found: dict[int, Part] = {}
    for ask in taking_part:
        found = {**ask(session, person_id, kind_ids), **found}
    return found


def zone_of(session: Session, pool_id: int) -> str:
    """Return the pool's time zone, by whose days prices hold."""
    return session.get_one(Pool, pool_id).time_zone
