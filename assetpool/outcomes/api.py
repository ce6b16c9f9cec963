"""The outcomes for machines."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from assetpool.catalog.queries import kinds as kinds_of
from assetpool.catalog.queries import store_by_code
from assetpool.catalog.queries import stores as stores_of
from assetpool.core.db import db
from assetpool.core.errors import N_, FieldInvalid, NotFound, Word
from assetpool.org import access
from assetpool.outcomes import carbon, demand, recognition, use
from assetpool.outcomes.factors import MEASURES
from assetpool.outcomes.ranking import Placed
from assetpool.outcomes.schemas import CarbonAnswer, DaysQuery, DemandAnswer, RecognitionAnswer, UseAnswer, UseQuery, YearQuery
from assetpool.outcomes.use import Narrow, Total
from assetpool.records import rest
from assetpool.records.queries import visible_numbers
from assetpool.reports.queries import ask
from assetpool.savings.listing import first_business_day
from assetpool.savings.standing import HEADLINE

bp = rest.blueprint("outcomes", __name__, "Outcomes")


def _days(first: date | None, last: date | None, usual: tuple[date, date]) -> tuple[date, date]:
    begin, end = first or min(usual[0], last or usual[0]), last or max(usual[1], first or usual[1])
    if begin > end:
        raise FieldInvalid(field="from", problem=Word(N_("the first day must not come after the last.")))
    return begin, end


def _by(asked: str, known: tuple[str, ...]) -> str:
    if asked and asked not in known:
        raise FieldInvalid(field="by", problem=", ".join(known))
    return asked or known[0]


def _ratio(number: Fraction | None) -> dict[str, int] | None:
    return None if number is None else {"numerator": number.numerator, "denominator": number.denominator}


@bp.get("/outcomes/carbon")
@access.signed_in
@rest.reads(CarbonAnswer, DaysQuery, refuses=(FieldInvalid,))
def carbon_and_waste(asked: DaysQuery) -> rest.Json:
    """Report carbon and waste avoided in a period, by kind of thing, class, organization, event or store."""
    session, mine, today = db.session(), access.current(), access.today()
    first, last = _days(asked.from_, asked.to, (first_business_day(session, mine) or today, today))
    by = _by(asked.by, carbon.BYS)
    found = carbon.report(session, ask(session, mine, first, last, "kind", "purchase"), by)
    return {"from": first, "to": last, "by": by, "rows": [_carbon_row(row) for row in found.rows], "totals": [_carbon_row(row) for row in found.totals]}


def _carbon_row(row: carbon.Row) -> dict[str, Any]:
    apart = {name: _sums(sums) for name, sums in row.standings.items() if name != HEADLINE and sums.acts}
    return {"key": row.label.key, "label": row.label.name, "kind": row.kind, **_sums(row.headline), "apart": apart}


def _sums(sums: carbon.Sums) -> dict[str, Any]:
    answer: dict[str, Any] = {"acts": sums.acts, "item_loans": sums.units, "avoid_nothing": sums.nothing, "spared": _ratio(sums.things)}
    for measure in MEASURES:
        found = sums.weight(measure)
        weights = {"grams": None, "low": None, "high": None} if found is None else {"grams": found.grams, "low": found.low, "high": found.high}
        answer[measure] = {**weights, "estimated": sums.estimated[measure], "not_estimated": sums.missing[measure]}
    return answer


@bp.get("/outcomes/recognition")
@access.signed_in
@rest.reads(RecognitionAnswer, YearQuery)
def recognised(asked: YearQuery) -> rest.Json:
    """List who gave, took and saved most in a year, per kind of saving."""
    year = asked.year or access.today().year
    span = ask(db.session(), access.current(), date(year, 1, 1), date(year, 12, 31), "kind", "adopted")
    found = recognition.years(db.session(), span)
    kinds = [
        {
            "kind": each.kind,
            "lists": {name: [_merit(merit) for merit in several] for name, several in each.lists.items()},
            "same_system": {name: [_merit(merit) for merit in several] for name, several in each.apart.items()},
        }
        for each in found.values()
    ]
    return {"year": year, "kinds": kinds}


def _merit(each: Placed[recognition.Merit]) -> dict[str, Any]:
    merit = each.thing
    return {
        "place": each.place,
        "tied": each.tied,
        "organization_code": merit.organization.code,
        "organization": merit.organization.name,
        "items": merit.things,
        "item_loans": merit.item_loans,
        "acts": merit.acts,
        "saving_fen": merit.saving,
        "reversed_acts": merit.reversed,
        "lower_acts": merit.lower,
    }


@bp.get("/outcomes/use")
@access.signed_in
@rest.reads(UseAnswer, UseQuery, refuses=(FieldInvalid, NotFound))
def used(asked: UseQuery) -> rest.Json:
    """Report which part of their time things were out, per kind and store, least used first."""
    session, mine, today = db.session(), access.current(), access.today()
    first, last = _days(asked.from_, asked.to, (today - timedelta(days=364), today))
    narrow = Narrow(store_by_code(session, mine.pool_id, asked.store).id if asked.store else None, asked.kind_id)
    found = use.uses(session, mine.pool_id, first, last, today, narrow)
    kinds, stores = kinds_of(session, {u.kind_id for u in found}), stores_of(session, {u.store_id for u in found})
    rows = [
        {
            "kind_id": u.kind_id,
            "kind": f"{kinds[u.kind_id].name} {kinds[u.kind_id].spec}".strip(),
            "store_code": stores[u.store_id].code,
            "owned": u.owned,
            "out": u.out,
            "owned_days": u.owned_days,
            "out_days": u.out_days,
            "share": _ratio(u.share),
            "never_borrowed": u.never_units,
            "standing_since": u.idle_since,
        }
        for u in found
    ]
    return {"from": first, "to": last, "share": _ratio(Total(found).share), "rows": rows}


@bp.get("/outcomes/demand")
@access.signed_in
@rest.reads(DemandAnswer, DaysQuery, refuses=(FieldInvalid,))
def wanted_in_vain(asked: DaysQuery) -> rest.Json:
    """Report what was asked for and not granted, by kind, class or month; with the lines of requests that the person may read."""
    session, mine, today = db.session(), access.current(), access.today()
    first, last = _days(asked.from_, asked.to, (today.replace(month=1, day=1), today.replace(month=12, day=31)))
    by = _by(asked.by, demand.BYS)
    found = demand.demand(session, mine.pool_id, first, last, by)
    numbers = visible_numbers(session, mine, {lack.document_id for lack in found.lacks})
    lines = [
        {
            "number": numbers[lack.document_id],
            "line": lack.line_no,
            "kind_id": lack.kind.id,
            "first_day": lack.first,
            "last_day": lack.last,
            "quantity": lack.asked,
            "short": lack.unmet.short,
            "other": lack.unmet.other,
            "outcome": lack.unmet.outcome.value,
            "failed_approvals": lack.refusals,
        }
        for lack in found.lacks
        if lack.document_id in numbers
    ]
    return {"from": first, "to": last, "by": by, "rows": [_demand_row(row) for row in found.rows], "total": _demand_row(found.total), "lines": lines}


def _demand_row(row: demand.Row) -> dict[str, Any]:
    return {
        "key": row.label.key,
        "label": row.label.name,
        "requests": len(row.requests),
        "cut": row.cut,
        "refused": row.refused,
        "waiting": row.waiting,
        "other": row.other,
        "peak": None if row.peak is None else {"day": row.peak.day, "units": row.peak.units},
    }
