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
from assetpool.core.models import ChainHead
from assetpool.core.prepared import Prepared
from assetpool.org.queries import Access
from assetpool.reports import footing, kept, ledger
from assetpool.reports.bridging import bridges
from assetpool.reports.distinct import distinct_units
from assetpool.reports.figures import BASES, BYS, NOTHING, Figures, Report, Row, summed
from assetpool.reports.kept import Found
from assetpool.reports.labels import NAMELESS, Label, labels
from assetpool.reports.ledger import Place, Span
from assetpool.reports.running import provisional

KINDS = ("loan", "transfer", "premises")


def report(
    session: Session, access: Access, first_day: date, last_day: date, by: str = "kind", basis: str = "adopted", narrow: Sequence[ColumnElement[bool]] = ()
) -> Report:
    """Return the savings report of a period (both days included; the last may lie ahead) for what a person may see.

    `narrow`: further conditions on acts, for the report of one event or organization. Raise FieldInvalid for an unknown breakdown or basis,
    or days the wrong way round.
    """
    asked = ask(session, access, first_day, last_day, by, basis, narrow)
    on = footing.of(session, asked)
    found = _found(session, asked)
    ahead = provisional(session, asked, min(last_day, clock.today(on.zone))) if on.runs else {}
    rows = _rows(found.places, ahead)
    _name(session, by, rows, found.names)
    totals = tuple(_sorted(rows if by == "kind" else _totals(found.kinds, ahead), "kind", basis))
    versions = tuple(version for policy_id, version in on.policies.items() if policy_id in found.policies)
    across = bridges(session, asked, totals) if asked.posted is not None and (on.late or on.closed) else ()
    return Report(first_day, last_day, by, basis, versions, on.height, on.head, tuple(_sorted(rows, by, basis)), totals, across)


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
            kinds[kind, kind, stands] = kinds.get((kind, kind, stands), NOTHING).joined(figures)
    _count(session, asked, "kind", kinds)
    return Found(places, {(kind, stands): figures for (_, kind, stands), figures in kinds.items()}, policies)


def _count(session: Session, asked: Span, by: str, places: dict[Place, Figures]) -> None:
    """Write how many distinct things stand at each place of a breakdown."""
    found, lots_again = ledger.things(session, asked, by)
    for place, count in found.items():
        places[place] = places[place]._replace(things=count)
    if lots_again:
        for place, count in distinct_units(session, ledger.reused_lots(session, asked, by)).items():
            places[place] = places[place]._replace(things=places[place].things + count)


def _rows(found: dict[Place, Figures], ahead: dict[Place, dict[str, int | None]]) -> dict[tuple[Any, str], Row]:
    rows: dict[tuple[Any, str], Row] = {}
    for (key, kind, stands), figures in found.items():
        row = rows.get((key, kind))
        if row is None:
            row = rows[key, kind] = Row("", kind)
        row.standings[stands] = figures
    for (key, kind, stands), amounts in ahead.items():
        row = rows.setdefault((key, kind), Row("", kind))
        row.standings[stands] = row.standings[stands]._replace(provisional=amounts)
    return rows


def _name(session: Session, by: str, rows: dict[tuple[Any, str], Row], names: dict[Any, Label]) -> None:
    """Name the rows; what was not named along with them is asked for."""
    names = names | labels(session, by, [key for key, _ in rows if key not in names])
    for (key, _), row in rows.items():
        label = names.get(key, NAMELESS)
        row.key, row.label, row.label_en = label.key, label.name, label.name_en or label.name


def _sorted(rows: dict[tuple[Any, str], Row], by: str, basis: str) -> list[Row]:
    """Months in their order, kinds of saving in theirs; else what spared most first, the nameless last."""

    def place(row: Row) -> tuple[Any, ...]:
        order = KINDS.index(row.kind)
        if by in ("month", "kind"):
            return (row.key, order)
        return (row.key == "", -(row.headline.avoided(basis) or 0), order, row.key)

    return sorted(rows.values(), key=place)


def _totals(kinds: dict[tuple[str, str], Figures], ahead: dict[Place, dict[str, int | None]]) -> dict[tuple[Any, str], Row]:
    """Return a row per kind of saving: what stands there altogether, each act and thing once, and what running loans are worth."""
    running: dict[Place, dict[str, int | None]] = {}
    for (_, kind, stands), amounts in ahead.items():
        place = (kind, kind, stands)
        running[place] = summed(running[place], amounts) if place in running else amounts
    totals = _rows({(kind, kind, stands): figures for (kind, stands), figures in kinds.items()}, running)
    for row in totals.values():
        row.key = row.label = row.label_en = row.kind
    return totals
