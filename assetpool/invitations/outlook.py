"""What an organizer's list meets: each line with the kinds it may mean, what is free and short on its days, what could stand in, what damage costs.

A fixed number of queries however many lines. Lines are served from top to bottom, so that two lines never count on the same units.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Kind
from assetpool.catalog.queries import kinds as kinds_of
from assetpool.catalog.queries import prices_on
from assetpool.core.money import rhu
from assetpool.custody.models import OWNED, Stock, Tranche
from assetpool.events.models import Event, EventVenue
from assetpool.events.queries import venues_of
from assetpool.invitations.matching import Candidate, match
from assetpool.invitations.models import ListLine
from assetpool.requisitions.estimate import Counted, Estimate, estimate_of
from assetpool.reservations import queries as stock
from assetpool.reservations import substitutes, together
from assetpool.reservations.availability import Ledger, Promise
from assetpool.savings.life import life_days, newness
from assetpool.savings.policies import policy_on
from assetpool.savings.policy import ActKind
from assetpool.savings.tariffs import bounds_on

MOST_SUBSTITUTES = 3
MOST_OTHERS = 80


@dataclass(frozen=True)
class Damage:
    """What breaking or losing one costs, in fen: the oldest and the newest of what the stores hold (None: nothing is on file)."""

    least: int | None = None
    most: int | None = None


@dataclass(frozen=True)
class LineView:
    """One line with what it meets. `problems`: quantity (none that can be read), kind (none found), guess (several fit), days (could not be read)."""

    line: ListLine
    venue: EventVenue | None
    kind: Kind | None
    candidates: tuple[Candidate, ...]
    free: int = 0
    free_from: date | None = None
    substitutes: tuple[tuple[Kind, int], ...] = ()
    damage: Damage = Damage()
    problems: tuple[str, ...] = ()

    @property
    def short(self) -> int:
        """Return how many units are missing."""
        return 0 if self.kind is None or self.line.quantity is None else max(0, self.line.quantity - self.free)


@dataclass(frozen=True)
class ListView:
    """The open lines of a list, by venue in order, with their sums and what lending instead of buying would spare."""

    lines: tuple[LineView, ...]
    venues: tuple[EventVenue, ...]
    estimate: Estimate | None

    @property
    def groups(self) -> list[tuple[EventVenue | None, list[LineView]]]:
        """Return the lines by venue, in the order of venues; those without one first."""
        found: dict[int, list[LineView]] = defaultdict(list)
        for view in self.lines:
            found[view.venue.id if view.venue else 0].append(view)
        named = {venue.id: venue for venue in self.venues}
        return [(named.get(key), found[key]) for key in sorted(found, key=lambda key: (key in named, named[key].position if key in named else 0))]

    @property
    def short(self) -> list[LineView]:
        """Return the lines that are short."""
        return [view for view in self.lines if view.short]

    @property
    def wishes(self) -> list[LineView]:
        """Return the lines that nothing in the catalogue fits."""
        return [view for view in self.lines if view.kind is None]

    @property
    def to_check(self) -> list[LineView]:
        """Return the lines whose kind was guessed."""
        return [view for view in self.lines if "guess" in view.problems]

    @property
    def blocked(self) -> list[LineView]:
        """Return the lines that cannot be handed in as they stand: no quantity."""
        return [view for view in self.lines if "quantity" in view.problems]

    @property
    def to_look_at(self) -> list[LineView]:
        """Return the lines with a problem or a shortage, in order."""
        return [view for view in self.lines if view.problems or view.short]

    @property
    def units(self) -> int:
        """Return how many units are asked for of kinds that were found."""
        return sum(view.line.quantity or 0 for view in self.lines if view.kind is not None)


def look(session: Session, event: Event, lines: Sequence[ListLine], today: date) -> ListView:
    """Look up the open lines of an event's list."""
    venues = {venue.id: venue for venue in venues_of(session, event.id)}
    matches = match(session, event.pool_id, [line.thing for line in lines])
    known = kinds_of(session, [line.kind_id for line in lines])
    shelf = _Shelf(session, known, today)
    asked = [line for line in lines if line.kind_id in known and line.quantity]
    free = {line.id: shelf.take(known[line.kind_id or 0], line) for line in asked}
    short = [line for line in asked if free[line.id] < (line.quantity or 0)]
    others = _substitutes(session, event.pool_id, [(line, known[line.kind_id or 0]) for line in short], today)
    damages = damages_of(session, event.pool_id, event.organization_id, known, today)
    missing = {line.id for line in short}
    views = []
    for line in lines:
        kind = known.get(line.kind_id or 0)
        found = matches.get(line.thing)
        views.append(
            LineView(
                line=line,
                venue=venues.get(line.venue_id or 0),
                kind=kind,
                candidates=found.candidates if found else (),
                free=free.get(line.id, shelf.free(kind, line) if kind else 0),
                free_from=shelf.free_from(kind, line) if kind is not None and line.id in missing else None,
                substitutes=others.get(line.id, ()),
                damage=damages.get(kind.id, Damage()) if kind else Damage(),
                problems=_problems(line, kind),
            )
        )
    counted = [Counted(line.kind_id or 0, line.quantity or 0, line.first_day, line.last_day) for line in asked]
    spared = estimate_of(session, event.pool_id, event.organization_id, ActKind.LOAN, counted, today) if counted else None
    return ListView(tuple(views), tuple(venues.values()), spared)


def _problems(line: ListLine, kind: Kind | None) -> tuple[str, ...]:
    found = ["quantity"] if line.quantity is None else []
    found += ["kind"] if kind is None else [] if line.sure else ["guess"]
    return (*found, "days") if line.said and line.quantity is not None else tuple(found)


@dataclass
class _Shelf:
    """The ledgers of some kinds, from which lines take in turn."""

    session: Session
    kinds: Mapping[int, Kind]
    today: date
    books: dict[stock.Key, Ledger] = field(init=False)
    untouched: dict[stock.Key, Ledger] = field(init=False)

    def __post_init__(self) -> None:
        """Read the ledgers."""
        self.books = stock.ledgers(self.session, stock.keys_of(self.session, self.kinds), self.today)
        self.untouched = dict(self.books)

    def _rooms(self, kind: Kind, line: ListLine) -> dict[stock.Key, int]:
        return {key: book.free(line.first_day, line.last_day, kind.turn_round_days) for key, book in self.books.items() if key[0] == kind.id}

    def free(self, kind: Kind, line: ListLine) -> int:
        """Return how many units are free on the line's days."""
        return sum(self._rooms(kind, line).values())

    def take(self, kind: Kind, line: ListLine) -> int:
        """Return how many are free for a line, and take what it asks out of what later lines see, from as few stores as possible."""
        rooms = self._rooms(kind, line)
        left = line.quantity or 0
        for key in sorted(rooms, key=lambda key: (-rooms[key], key)):
            count = min(left, rooms[key])
            if count:
                book = self.books[key]
                taken = Promise(-line.id, line.id, count, line.first_day, line.last_day, kind.turn_round_days)
                self.books[key] = Ledger(book.owned, book.facts, [*book.promises, taken], self.today)
            left -= count
        return sum(rooms.values())

    def free_from(self, kind: Kind, line: ListLine) -> date | None:
        """Return the first day from which all units of a line are free for as long, other lines aside."""
        several = [book for key, book in self.untouched.items() if key[0] == kind.id]
        length = (line.last_day - line.first_day).days + 1
        return together.free_from(several, line.first_day, length, kind.turn_round_days, line.quantity or 1) if several else None


def _substitutes(session: Session, pool_id: int, short: Sequence[tuple[ListLine, Kind]], today: date) -> dict[int, tuple[tuple[Kind, int], ...]]:
    """Return per line that is short what may stand in and is free on its days: kinds declared so first, then others of its class, most free first."""
    if not short:
        return {}
    declared = substitutes.of_kinds(session, {kind.id for _line, kind in short})
    named = {other for others in declared.values() for other in others}
    classes = {kind.class_code for _line, kind in short if kind.class_code}
    alike = and_(Kind.class_code.in_(classes), Kind.id.in_(select(Stock.kind_id).where(Stock.owned > 0)))
    statement = select(Kind).where(Kind.pool_id == pool_id, Kind.withdrawn_at.is_(None), Kind.register == "ordinary", or_(Kind.id.in_(named), alike))
    others = {kind.id: kind for kind in session.scalars(statement.order_by(Kind.id.in_(named).desc(), Kind.id).limit(MOST_OTHERS))}
    shelf = _Shelf(session, others, today)
    found = {}
    for line, kind in short:
        first = declared.get(kind.id, ())
        own = (kind.class_code_set, kind.class_code)
        fitting = [other for other in others.values() if other.id != kind.id and (other.id in first or (other.class_code_set, other.class_code) == own)]
        free = {other.id: shelf.free(other, line) for other in fitting}
        ranked = sorted((other for other in fitting if free[other.id]), key=lambda other: (other.id not in first, -free[other.id]))
        found[line.id] = tuple((other, free[other.id]) for other in ranked[:MOST_SUBSTITUTES])
    return found


def damages_of(session: Session, pool_id: int, organization_id: int, kinds: Mapping[int, Kind], today: date) -> dict[int, Damage]:
    """Return what damage or loss of one unit of each kind costs an organization at least and at most, by the age of what the stores hold.

    See SAVINGS.md, Costs.
    """
    if not kinds:
        return {}
    prices = prices_on(session, kinds, today)
    statement = select(Tranche.kind_id, func.min(Tranche.acquired_on), func.max(Tranche.acquired_on)).where(
        Tranche.kind_id.in_(set(kinds)), Tranche.state.in_(OWNED), Tranche.count > 0
    )
    ages = {row[0]: (row[1], row[2]) for row in session.execute(statement.group_by(Tranche.kind_id))}
    policy = policy_on(session, pool_id, today)
    bounds = bounds_on(session, pool_id, organization_id, kinds, today)
    found = {}
    for kind_id, bound in bounds.items():
        price = prices.get(kind_id)
        if price is not None:
            amount = price.amount if bound.cap is None else min(price.amount, bound.cap)
            oldest, newest = ages.get(kind_id, (None, None))
            scaled = [_of_age(amount, bound.life_months, day, today, policy.floor if policy.age_scales else None) for day in (oldest, newest)]
            found[kind_id] = Damage(min(scaled), max(scaled))
    return found


def _of_age(price: int, life_months: int | None, acquired_on: date | None, today: date, floor: Fraction | None) -> int:
    if acquired_on is None or life_months is None or floor is None:
        return price
    life = life_days(acquired_on, life_months)
    return rhu(price * newness(life, (today - acquired_on).days, floor))


def grouped_by_days(lines: Iterable[ListLine]) -> dict[tuple[date, date], list[ListLine]]:
    """Return lines by their days, the earliest first: a request has one period."""
    found: dict[tuple[date, date], list[ListLine]] = defaultdict(list)
    for line in lines:
        found[(line.first_day, line.last_day)].append(line)
    return dict(sorted(found.items()))
