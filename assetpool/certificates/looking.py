"""What the pool has of what somebody means to buy: by class, by words, and what was declared to stand in; a fixed number of queries a line."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Kind, Store
from assetpool.catalog.queries import class_names, in_class, kinds, stores, with_words
from assetpool.certificates.standard_rule import checked
from assetpool.org.models import Organization
from assetpool.org.queries import names
from assetpool.reservations import queries as stock
from assetpool.reservations import substitutes, together
from assetpool.reservations.availability import Ledger

MOST_LINES = 20
SHOWN = 40
"""Kinds named one by one, those with most free units first; the counts of a line are over all of them."""
RANK = {"fits": 0, "class": 1, "substitute": 2}


@dataclass(frozen=True)
class Wanted:
    """One thing somebody means to buy: words and a class, spec, how many, budget per unit in fen.

    For the allocation standard: the grade of the posts it is for, class of energy, how many the organization has already, and of what it replaces the tag
    or card number and since when that is in use.
    """

    words: str
    class_code: str
    quantity: int
    spec: str = ""
    budget: int | None = None
    class_code_set: str = "GPC-2022"
    grade: str = ""
    energy: int | None = None
    held: int | None = None
    replaces: str = ""
    since: date | None = None


@dataclass(frozen=True)
class Days:
    """The days of the need; `last` None: for good."""

    first: date
    last: date | None

    @property
    def length(self) -> int | None:
        """Return how many days; None for good."""
        return None if self.last is None else (self.last - self.first).days + 1


def look(session: Session, pool_id: int, lines: Sequence[Wanted], days: Days, today: date) -> list[dict[str, Any]]:
    """Return for each line, as JSON values, what the pool owns and has free; a unit counts for the first line only that could take it.

    The class counts whatever the spec says, so a spec that nothing fits hides nothing.
    """
    looked = [_concerned(session, pool_id, line) for line in lines]
    known = kinds(session, [kind_id for one in looked for kind_id in one])
    books: dict[int, dict[int, Ledger]] = defaultdict(dict)
    for (kind_id, store_id), book in stock.ledgers(session, stock.keys_of(session, known), today).items():
        books[kind_id][store_id] = book
    places = stores(session, {store_id for of_kind in books.values() for store_id in of_kind})
    owners = names(session, {place.organization_id for place in places.values()})
    called = class_names(session, [(line.class_code_set, line.class_code) for line in lines])
    taken: dict[int, int] = defaultdict(int)
    found = []
    for number, (line, one) in enumerate(zip(lines, looked, strict=True), start=1):
        rows = [_row(known[kind_id], why, books[kind_id], (places, owners), line.quantity, days) for kind_id, why in one.items()]
        rows.sort(key=lambda row: (RANK[row["why"]], -row["free"], row["kind_id"]))
        left = sum(row["free"] - taken[row["kind_id"]] for row in rows)
        _take(taken, rows, line.quantity)
        named = called.get((line.class_code_set, line.class_code))
        found.append(
            {"line_no": number, "words": line.words, "spec": line.spec, "class_code_set": line.class_code_set, "class_code": line.class_code,
             "class_name": named.name if named else "", "class_name_en": named.name_en if named else "", "quantity": line.quantity,
             "budget_fen": line.budget, "looked_at": len(rows), "owned": sum(row["owned"] for row in rows), "free": left,
             "covers": max(0, line.quantity - left), "standard": checked(_standing_for(one, known), line.budget), "allowed": None,
             "asked": {"grade": line.grade, "energy": line.energy, "held": line.held, "replaces": line.replaces,
                       "since": line.since.isoformat() if line.since else None},
             "kinds": sorted(rows, key=lambda row: (-row["free"], RANK[row["why"]], row["kind_id"]))[:SHOWN]}
        )  # fmt: skip
    return found


def _row(
    kind: Kind, why: str, books: Mapping[int, Ledger], where: tuple[Mapping[int, Store], Mapping[int, Organization]], quantity: int, days: Days
) -> dict[str, Any]:
    """Return a kind with its stores: owned, free on the days, and from when all that is wanted (or all there is) is free."""
    places, owners = where
    held: list[dict[str, Any]] = [
        {
            "code": places[store_id].code,
            "name": places[store_id].name,
            "virtual": places[store_id].type == "virtual",
            "organization": owners[places[store_id].organization_id].name,
            "owned": book.owned,
            "free": book.free(days.first, days.last, kind.turn_round_days),
        }
        for store_id, book in books.items()
        if book.owned
    ]
    owned, free, start = sum(place["owned"] for place in held), sum(place["free"] for place in held), None
    if owned and free < quantity:
        start = together.free_from(list(books.values()), days.first, days.length, kind.turn_round_days, min(quantity, owned))
    return {
        "kind_id": kind.id,
        "name": kind.name,
        "name_en": kind.name_en,
        "spec": kind.spec,
        "measure": kind.measure,
        "class_code": kind.class_code,
        "why": why,
        "owned": owned,
        "free": free,
        "from": start.isoformat() if start is not None else None,
        "stores": sorted(held, key=lambda place: (-place["free"], place["code"])),
    }


def _standing_for(looked: Mapping[int, str], known: Mapping[int, Kind]) -> list[Kind]:
    """Return the kinds whose standard holds for a line: those that fit its words, else those of its class."""
    of = {why: [known[kind_id] for kind_id, found in looked.items() if found == why] for why in ("fits", "class")}
    return of["fits"] or of["class"]


def _take(taken: dict[int, int], rows: Sequence[dict[str, Any]], quantity: int) -> None:
    """Count units as taken by a line, so that the next one does not count them again."""
    for row in rows:
        units = min(quantity, row["free"] - taken[row["kind_id"]])
        taken[row["kind_id"]] += units
        quantity -= units


def _concerned(session: Session, pool_id: int, line: Wanted) -> dict[int, str]:
    """Return {kind id: why it was looked at}: its words and spec fit, it is of the class, or it may stand in for one of these.

    All the words must fit: what only resembles them (a monitor, where cameras are to be bought) is no stock to be taken instead.
    """
    offered = (Kind.pool_id == pool_id, Kind.withdrawn_at.is_(None), Kind.register == "ordinary")
    of_class = set(session.scalars(select(Kind.id).where(*offered, in_class(line.class_code))))
    said = with_words(line.words)
    worded = set(session.scalars(select(Kind.id).where(*offered, said))) if said is not None else set()
    fitting = worded
    if line.spec.strip() and worded:
        fitting = set(session.scalars(select(Kind.id).where(Kind.id.in_(worded), Kind.spec.contains(line.spec.strip(), autoescape=True))))
    found = dict.fromkeys(sorted(of_class | worded), "class") | dict.fromkeys(sorted(fitting), "fits")
    for others in substitutes.of_kinds(session, found).values():
        for kind_id in others:
            found.setdefault(kind_id, "substitute")
    return found


def wanted(content: Mapping[str, Any]) -> list[Wanted]:
    """Return what a kept search asked for."""
    return [
        Wanted(line["words"], line["class_code"], line["quantity"], line["spec"], line["budget_fen"], line["class_code_set"], **_asked(line.get("asked") or {}))
        for line in content["lines"]
    ]


def _asked(kept: Mapping[str, Any]) -> dict[str, Any]:
    return {**kept, "since": date.fromisoformat(kept["since"])} if kept.get("since") else dict(kept)


def canonical(values: Mapping[str, Any]) -> str:
    """Return a search as the text that is frozen."""
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(text: str) -> str:
    """Return the digest of a frozen search."""
    return sha256(text.encode()).hexdigest()
