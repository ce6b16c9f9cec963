"""Wishes: tell me when such a thing enters. Matched at the end of the very act that brings it in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Kind, Store
from assetpool.catalog.queries import in_class, with_words
from assetpool.core import clock
from assetpool.core.db import LOCKED
from assetpool.core.errors import N_, DomainError, FieldInvalid, NotAllowed, NotFound, Word
from assetpool.custody.models import Stock
from assetpool.org.models import Role
from assetpool.org.queries import access_of
from assetpool.org.service import ROLE_WORDS
from assetpool.records import outbox
from assetpool.reservations.queries import Key
from assetpool.shortages.models import Wish, WishMatch

MAY_WISH = (Role.ORGANIZER, Role.CLERK, Role.HEAD)
MOST_WISHES = 50


class TooManyWishes(DomainError):
    """Nobody follows fifty wishes."""

    status = 422
    sentence = N_("You follow %(count)d wishes already. End one to make another.")


def make(session: Session, *, by: int, class_code: str = "", words: str = "") -> Wish:
    """Wish for things of a class, with certain words, or both; raise FieldInvalid, NotAllowed, TooManyWishes."""
    access = access_of(session, by)
    if not access.has(*MAY_WISH):
        raise NotAllowed(role=Word(ROLE_WORDS[Role.ORGANIZER]))
    class_code, words = class_code.strip()[:20], " ".join(words.replace("\0", "").split())[:100]
    if not class_code and with_words(words) is None:
        raise FieldInvalid(field=Word(N_("Words")), problem=Word(N_("write what you look for, or choose a class.")))
    follows = len(session.scalars(select(Wish.id).where(Wish.person_id == by, Wish.ended_at.is_(None))).all())
    if follows >= MOST_WISHES:
        raise TooManyWishes(count=follows)
    wish = Wish(pool_id=access.pool_id, person_id=by, class_code=class_code, words=words, made_at=clock.now())
    session.add(wish)
    session.flush()
    return wish


def end(session: Session, wish_id: int, *, by: int) -> None:
    """End a wish of one's own."""
    wish = session.get(Wish, wish_id)
    if wish is None or wish.person_id != by:
        raise NotFound(what=str(wish_id))
    wish.ended_at = wish.ended_at or clock.now()
    session.flush()


def entered(session: Session, keys: Collection[Key]) -> dict[Key, int]:
    """Return how many units more each store owns than when the act locked its row, of kinds that did not only change stores; one query."""
    before: Mapping[Key, int] = session.info.get(LOCKED, {})
    session.flush()
    columns = (Stock.kind_id, Stock.store_id, Stock.owned)
    statement = select(*columns).where(Stock.kind_id.in_({kind for kind, _ in keys}), Stock.store_id.in_({store for _, store in keys}))
    now = {(row.kind_id, row.store_id): int(row.owned) for row in session.execute(statement)}
    more = {key: now[key] - before.get(key, 0) for key in keys if key in now}
    net: dict[int, int] = defaultdict(int)
    for (kind_id, _), units in more.items():
        net[kind_id] += units
    return {key: units for key, units in more.items() if units > 0 and net[key[0]] > 0}


def match(session: Session, keys: Collection[Key], pool_id: int) -> int:
    """Tell everybody whose wish something fits that the open act brings in; return how many were told."""
    wishes = list(session.scalars(select(Wish).where(Wish.pool_id == pool_id, Wish.ended_at.is_(None)).order_by(Wish.id)))
    if not wishes:
        return 0
    came = entered(session, keys)
    if not came:
        return 0
    kinds = {kind.id: kind for kind in session.scalars(select(Kind).where(Kind.id.in_({kind for kind, _ in came}), Kind.register == "ordinary"))}
    stores = {store.id: store for store in session.scalars(select(Store).where(Store.id.in_({store for _, store in came})))}
    told = 0
    for wish in wishes:
        fitting = _fitting(session, wish, kinds)
        for (kind_id, store_id), units in sorted(came.items()):
            if kind_id not in fitting:
                continue
            session.add(WishMatch(wish_id=wish.id, kind_id=kind_id, store_id=store_id, units=units, matched_at=clock.now()))
            facts: dict[str, str | int] = {"kind": kinds[kind_id].name, "store": stores[store_id].name, "units": units}
            outbox.tell(session, "wish_matched", pool_id=pool_id, people=[wish.person_id], facts=facts)
            told += 1
    session.flush()
    return told


def _fitting(session: Session, wish: Wish, kinds: Collection[int]) -> set[int]:
    statement = select(Kind.id).where(Kind.id.in_(set(kinds)), Kind.withdrawn_at.is_(None))
    if wish.class_code:
        statement = statement.where(in_class(wish.class_code))
    words = with_words(wish.words) if wish.words else None
    if words is not None:
        statement = statement.where(words)
    return set(session.scalars(statement))


def mine(session: Session, person_id: int) -> list[tuple[Wish, list[WishMatch]]]:
    """Return a person's open wishes, newest first, each with its latest matches; two queries."""
    wishes = list(session.scalars(select(Wish).where(Wish.person_id == person_id, Wish.ended_at.is_(None)).order_by(Wish.id.desc())))
    matches: dict[int, list[WishMatch]] = {wish.id: [] for wish in wishes}
    for found in session.scalars(select(WishMatch).where(WishMatch.wish_id.in_(matches)).order_by(WishMatch.id.desc()).limit(300)):
        if len(matches[found.wish_id]) < 5:
            matches[found.wish_id].append(found)
    return [(wish, matches[wish.id]) for wish in wishes]
