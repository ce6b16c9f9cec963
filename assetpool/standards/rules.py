"""The allocation standard as a pure rule: which of its clauses a wish breaks; knows neither database nor clock."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

ENERGY_WORST = 2
"""The worst class of energy efficiency that may be bought (1 is the best)."""
PER_AREA = "平方米"


@dataclass(frozen=True)
class Terms:
    """What a row of a standard says: cap in fen, years of service, `pieces` for every `of_posts` posts (see `StandardRow`)."""

    standard: str
    category: str
    grade: str = ""
    class_code: str = ""
    counted_class: str = ""
    measure: str = ""
    price_cap: int | None = None
    min_years: int | None = None
    pieces: int | None = None
    of_posts: int | None = None
    up_to_posts: int | None = None
    further_of_posts: int | None = None


@dataclass(frozen=True)
class Clause(Terms):
    """The terms of a row that holds; they only advise where `binding` is False."""

    binding: bool = True

    @property
    def named(self) -> str:
        """Return what the clause is called on pages and papers."""
        return " ".join(part for part in (self.standard, self.category, self.grade) if part)

    @property
    def cap_per_piece(self) -> int | None:
        """Return the cap where it is one per piece: a cap per square metre of room cannot be held against the price of a thing."""
        return None if self.measure == PER_AREA else self.price_cap

    def most(self, posts: int) -> int | None:
        """Return how many pieces so many posts may have; a part of a piece counts as a whole one, so that only what is certainly too much is refused."""
        if self.pieces is None or self.of_posts is None:
            return None
        first = posts if self.up_to_posts is None else min(posts, self.up_to_posts)
        further = 0 if self.further_of_posts is None else -(-(posts - first) // self.further_of_posts)
        return -(-first * self.pieces // self.of_posts) + further


@dataclass(frozen=True)
class Wish:
    """What somebody wants: how many, budget per unit in fen, class of energy, how many there are already; `since`: when what it replaces was acquired."""

    quantity: int
    budget: int | None = None
    energy: int | None = None
    held: int = 0
    replaces: bool = False
    since: date | None = None


@dataclass(frozen=True)
class Broken:
    """A clause that a wish breaks, with its figures as JSON values; one that does not bind only advises."""

    rule: str
    binding: bool
    figures: Mapping[str, Any]

    def values(self) -> dict[str, Any]:
        """Return it as it is kept with a search."""
        return {"rule": self.rule, "binding": self.binding, **self.figures}


def fitting(clauses: Iterable[Clause], classes: Sequence[str], words: str, grade: str) -> Clause | None:
    """Return the clause that holds for a thing of these classes (the root first) and words, for a post of a grade.

    The class nearest to the thing decides, among its categories the one whose name the words hold, else the dearest. Without a grade the
    cheapest one holds. A category without a class is found by its name alone.
    """
    known = list(clauses)
    worded = [one for one in known if one.category in words]
    found: list[Clause] = []
    for code in reversed(classes):
        found = [one for one in known if one.class_code == code]
        if found:
            break
    found = found or [one for one in worded if not one.class_code]
    found = [one for one in found if one in worded] or found
    by_category: dict[str, list[Clause]] = {}
    for one in found:
        by_category.setdefault(one.category, []).append(one)
    graded = [_of_grade(several, grade) for several in by_category.values()]
    return max(graded, key=lambda one: (one.price_cap or 0, one.category), default=None)


def _of_grade(several: Sequence[Clause], grade: str) -> Clause:
    exact = [one for one in several if one.grade == grade] if grade else []
    return min(exact or several, key=lambda one: (one.price_cap is None, one.price_cap or 0))


def posts_for(posts: Mapping[str, int], grade: str) -> int | None:
    """Return how many posts of a grade there are; all of them where none is counted by grade; None where nothing is on file."""
    if not posts:
        return None
    return posts[grade] if grade in posts else sum(posts.values())


def broken(clause: Clause | None, wish: Wish, posts: int | None, today: date) -> list[Broken]:
    """Return what a wish breaks: cap, service life of what it replaces, number per post, class of energy."""
    found = []
    if clause is not None:
        found += [*_price(clause, wish), *_age(clause, wish, today), *_number(clause, wish, posts)]
    if wish.energy is not None and wish.energy > ENERGY_WORST:
        found.append(Broken("energy", True, {"energy": wish.energy, "worst": ENERGY_WORST}))
    return found


def _price(clause: Clause, wish: Wish) -> list[Broken]:
    cap = clause.cap_per_piece
    if cap is None or wish.budget is None or wish.budget <= cap:
        return []
    return [Broken("price", clause.binding, {"source": clause.named, "cap_fen": cap, "budget_fen": wish.budget})]


def _age(clause: Clause, wish: Wish, today: date) -> list[Broken]:
    if clause.min_years is None or not wish.replaces:
        return []
    figures = {"source": clause.named, "years": clause.min_years}
    if wish.since is None:
        return [Broken("age_unknown", clause.binding, figures)]
    until = _years_after(wish.since, clause.min_years)
    return [] if until <= today else [Broken("too_young", clause.binding, {**figures, "since": wish.since.isoformat(), "until": until.isoformat()})]


def _years_after(day: date, years: int) -> date:
    return date(day.year + years, day.month, min(day.day, 28) if day.month == 2 else day.day)


def _number(clause: Clause, wish: Wish, posts: int | None) -> list[Broken]:
    if clause.pieces is None:
        return []
    figures: dict[str, Any] = {"source": clause.named, "held": wish.held, "quantity": wish.quantity}
    if posts is None:
        return [Broken("posts_unknown", False, figures)]
    most = clause.most(posts)
    after = wish.held + wish.quantity - (min(wish.held, wish.quantity) if wish.replaces else 0)
    return [] if most is None or after <= most else [Broken("number", clause.binding, {**figures, "most": most, "posts": posts})]


def unallowed(found: Iterable[Mapping[str, Any]], allowed: Collection[str]) -> list[Mapping[str, Any]]:
    """Return what binds and nobody allowed."""
    return [one for one in found if one["binding"] and one["rule"] not in allowed]
