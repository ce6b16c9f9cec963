"""The savings report: what the ledger says of a period, row by row and in total, never adding kinds of saving; it writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, bindparam, select
from sqlalchemy.orm import Session

from assetpool.core import clock
from assetpool.core.errors import N_, FieldInvalid, Word
from assetpool.core.models import ChainHead, Pool
from assetpool.core.prepared import Prepared
from assetpool.org.queries import Access
from assetpool.reports import kept, ledger
from assetpool.reports.bridging import bridges
from assetpool.reports.distinct import distinct_units
from assetpool.reports.figures import BASES, BYS, Figures, Report, Row
from assetpool.reports.kept import Found
from assetpool.reports.labels import Label, labels
from assetpool.reports.ledger import Place, Span
from assetpool.reports.running import provisional
from assetpool.savings.models import ValuationPolicy

KINDS = ("loan", "transfer", "premises")


def report(
    session: Session, access: Access, first_day: date, last_day: date, by: str = "kind", basis: str = "adopted", narrow: Sequence[ColumnElement[bool]] = ()
) -> Report:
    """Return the savings report of a period (both days included; the last may lie ahead) for what a person may see.

    `narrow`: further conditions on acts, for the report of one event or organization. Raise FieldInvalid for an unknown breakdown or basis,
    or days the wrong way round.
    """
    asked = ask(session, access, first_day, last_day, by, basis, narrow)
    height, head = chain_head(session, access.pool_id)
    found = _found(session, asked)
    policies = _POLICIES.rows(session, pool=access.pool_id)
    today = clock.today(policies[0].time_zone)
    rows = _rows(found.places, provisional(session, asked, min(last_day, today)))
    _name(session, by, rows)
    totals = _totals(asked, rows, found.kinds)
    versions = tuple(policy.version for policy in policies if policy.id in found.policies)
    return Report(first_day, last_day, by, basis, versions, height, head, tuple(_sorted(rows, by, basis)), totals, bridges(session, asked, totals))


def costs_by_kind(session: Session, asked: Span) -> dict[str, dict[str, int]]:
    """Return what the headline's costs were spent on, per kind of saving, in fen."""
    months = kept.months_of(session, asked)
    return ledger.costs_by_kind(session, asked) if months is None else kept.costs_by_kind(session, asked, months)


def ask(session: Session, access: Access, first_day: date, last_day: date, by: str, basis: str, narrow: Sequence[ColumnElement[bool]] = ()) -> Span:
    """Return the question a report answers; raise FieldInvalid for what cannot be asked."""
    if by not in BYS:
        raise FieldInvalid(field="by", problem=Word(N_("choose event, organization, class, store, month or kind.")))
    if basis not in BASES:
        raise FieldInvalid(field="basis", problem=Word(N_("choose adopted, purchase, rental or consumption.")))
    if first_day > last_day:
        raise FieldInvalid(field="from", problem=Word(N_("the first day must not come after the last.")))
    return ledger.span(session, access, first_day, last_day, by, basis, narrow)


def chain_head(session: Session, pool_id: int) -> tuple[int, str]:
    """Return height and digest of the newest chained row."""
    row = _HEAD.rows(session, pool=pool_id)[0]
    return row.height, row.digest


_HEAD = Prepared(select(ChainHead.height, ChainHead.digest).where(ChainHead.pool_id == bindparam("pool")))
_POLICIES = Prepared(
    select(Pool.time_zone, ValuationPolicy.id, ValuationPolicy.version)
    .outerjoin(ValuationPolicy, ValuationPolicy.pool_id == Pool.id)
    .where(Pool.id == bindparam("pool"))
    .order_by(ValuationPolicy.first_day)
)


def _found(session: Session, asked: Span) -> Found:
    """Return what the report is made of: from the sums of whole months where they answer it, else from the sums per act."""
    months = kept.months_of(session, asked)
    return by_act(session, asked) if months is None else kept.found(session, asked, months)


def by_act(session: Session, asked: Span) -> Found:
    """Return what the report is made of from the sums kept per act."""
    places, policies = ledger.amounts(session, asked)
    _count(session, asked, asked.by, places)
    kinds: dict[Place, Figures] = {}
    if asked.by == "month":
        # An act may stand in several months and counts once in the total.
        kinds, _ = ledger.amounts(session, replace(asked, by="kind"))
    else:
        for (_, kind, stands), figures in places.items():
            kinds.setdefault((kind, kind, stands), Figures()).add(figures)
    _count(session, asked, "kind", kinds)
    return Found(places, {(kind, stands): figures for (_, kind, stands), figures in kinds.items()}, policies)


def _count(session: Session, asked: Span, by: str, places: dict[Place, Figures]) -> None:
    """Write how many distinct things stand at each place of a breakdown."""
    found, lots_again = ledger.things(session, asked, by)
    for place, count in found.items():
        places[place].things = count
    if lots_again:
        for place, count in distinct_units(session, ledger.reused_lots(session, asked, by)).items():
            places[place].things += count


def _rows(found: dict[Place, Figures], ahead: dict[Place, dict[str, int | None]]) -> dict[tuple[Any, str], Row]:
    rows: dict[tuple[Any, str], Row] = {}
    for place, figures in found.items():
        rows.setdefault(place[:2], Row("", place[1])).standings[place[2]] = figures
    for place, amounts in ahead.items():
        rows.setdefault(place[:2], Row("", place[1])).standings[place[2]].provisional = dict(amounts)
    return rows


def _name(session: Session, by: str, rows: dict[tuple[Any, str], Row]) -> None:
    names = labels(session, by, [key for key, _ in rows])
    for (key, _), row in rows.items():
        label = names.get(key, Label())
        row.key, row.label, row.label_en = label.key, label.name, label.name_en or label.name


def _sorted(rows: dict[tuple[Any, str], Row], by: str, basis: str) -> list[Row]:
    """Months in their order, kinds of saving in theirs; else what spared most first, the nameless last."""

    def place(row: Row) -> tuple[Any, ...]:
        order = KINDS.index(row.kind)
        if by in ("month", "kind"):
            return (row.key, order)
        return (row.key == "", -(row.headline.avoided(basis) or 0), order, row.key)

    return sorted(rows.values(), key=place)


def _totals(asked: Span, rows: dict[tuple[Any, str], Row], kinds: dict[tuple[str, str], Figures]) -> tuple[Row, ...]:
    """Add the rows' amounts per kind of saving; distinct things, and acts that stand in several months, are counted anew."""
    if asked.by == "kind":
        return tuple(sorted(rows.values(), key=lambda row: KINDS.index(row.kind)))
    totals: dict[str, Row] = {}
    for row in rows.values():
        total = totals.setdefault(row.kind, Row(row.kind, row.kind, label=row.kind, label_en=row.kind))
        for stands, figures in row.standings.items():
            total.standings[stands].add(figures)
    for (kind, stands), figures in kinds.items():
        totals[kind].standings[stands].count_as(figures)
    return tuple(sorted(totals.values(), key=lambda row: KINDS.index(row.kind)))
