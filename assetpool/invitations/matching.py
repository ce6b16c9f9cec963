"""From the words of a list to kinds of the catalogue, all lines at once: a fixed number of queries however long the list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Kind
from assetpool.catalog.queries import with_words, with_words_loosely
from assetpool.catalog.words import bridged, fallback_terms, normalize, terms
from assetpool.custody.models import Stock

MOST_READ = 4000
MOST_CANDIDATES = 12


@dataclass(frozen=True)
class Candidate:
    """A kind that a line may mean, with how many the stores own."""

    kind_id: int
    name: str
    name_en: str
    spec: str
    words: str
    owned: int


@dataclass(frozen=True)
class Match:
    """What a line's words mean: the best kind first; `sure` when only one can be meant."""

    candidates: tuple[Candidate, ...]
    sure: bool


def match(session: Session, pool_id: int, texts: Iterable[str]) -> dict[str, Match]:
    """Return per text the kinds it may mean. Kinds that stores hold come first, looser readings second, kinds nobody holds last; three queries at most."""
    wanted = {text: text for text in texts if terms(text)}
    found: dict[str, Match] = {}
    for stocked, loose in ((True, False), (True, True), (False, False)):
        missing = [text for text in wanted if text not in found]
        if not missing:
            break
        conditions = [condition for text in missing if (condition := with_words_loosely(text) if loose else with_words(text)) is not None]
        kinds = _read(session, pool_id, conditions, stocked)
        for text in missing:
            fitting = [kind for kind in kinds if _fits(kind.words, text, loose) and (not loose or _names_it(kind.words, text))]
            if fitting:
                found[text] = _ranked(text, fitting, loose)
    return found


def _read(session: Session, pool_id: int, conditions: Sequence[ColumnElement[bool]], stocked: bool) -> list[Candidate]:
    owned = select(Stock.kind_id, func.sum(Stock.owned).label("units")).group_by(Stock.kind_id).having(func.sum(Stock.owned) > 0).subquery()
    units = func.coalesce(owned.c.units, 0)
    statement = select(Kind.id, Kind.name, Kind.name_en, Kind.spec, Kind.search_text, units).join(owned, owned.c.kind_id == Kind.id, isouter=not stocked)
    statement = statement.where(Kind.pool_id == pool_id, Kind.withdrawn_at.is_(None), Kind.register == "ordinary", or_(*conditions))
    rows = session.execute(statement.order_by(units.desc(), Kind.id).limit(MOST_READ))
    return [Candidate(row[0], row[1], row[2], row[3], row[4], int(row[5])) for row in rows]


def _fits(words: str, text: str, loose: bool) -> bool:
    if not loose:
        return all(needle in words for needle in terms(text))
    return all(any(needle in words for needle in group) for group in fallback_terms(text))


def _names_it(words: str, text: str) -> bool:
    """Say whether a looser reading still meets the thing itself, which a Chinese name says last, or its word in the other language.

    移动厕所 is no 移动支架; 台式电脑 is a 台式计算机, since both are a computer.
    """
    thing = terms(text)[-1]
    return thing.isascii() or (len(thing) > 2 and thing[-2:] in words) or any(word in words.split() for word in bridged(thing))


def _ranked(text: str, fitting: Sequence[Candidate], loose: bool) -> Match:
    """Put the kind of that very name first, then the one whose name begins or ends so, then what the stores hold most of."""
    plain = normalize(text)

    def place(kind: Candidate) -> tuple[int, int, int, int]:
        names = (normalize(kind.name), normalize(kind.name_en), normalize(f"{kind.name}{kind.spec}"), normalize(f"{kind.name_en}{kind.spec}"))
        nearness = 0 if plain in names else 1 if any(name and (name.startswith(plain) or name.endswith(plain)) for name in names) else 2
        met = sum(needle in kind.words for group in fallback_terms(text) for needle in group) if loose else 0
        return nearness, -met, -kind.owned, kind.kind_id

    ordered = sorted(fitting, key=place)
    exact = [kind for kind in ordered if place(kind)[0] == 0]
    return Match(tuple(ordered[:MOST_CANDIDATES]), len(exact) == 1 or (len(ordered) == 1 and not loose))


def of_kinds(session: Session, pool_id: int, kind_ids: Iterable[int]) -> Mapping[int, Kind]:
    """Return those of some kinds that the pool offers, in one query."""
    offered = (Kind.pool_id == pool_id, Kind.withdrawn_at.is_(None), Kind.register == "ordinary")
    return {kind.id: kind for kind in session.scalars(select(Kind).where(Kind.id.in_(set(kind_ids)), *offered))}
