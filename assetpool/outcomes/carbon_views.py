"""The page of carbon and waste avoided: figures of one kind of act, where they come from, down to each act, and as files."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from assetpool.catalog.models import Kind
from assetpool.catalog.queries import kinds as kinds_of
from assetpool.core.db import db
from assetpool.core.web import whole
from assetpool.org import access
from assetpool.org.queries import names
from assetpool.outcomes import blueprint, carbon, sheet, wording
from assetpool.outcomes.blueprint import Asked, bp
from assetpool.outcomes.carbon import BYS, CarbonReport, Line, Row
from assetpool.outcomes.factors import MEASURES, Factor
from assetpool.outcomes.sheet import Sheet
from assetpool.reports.ledger import Span
from assetpool.reports.queries import ask
from assetpool.savings.listing import first_business_day
from assetpool.savings.standing import HEADLINE, STANDINGS
from assetpool.savings.wording import KIND_WORDS

KINDS = ("loan", "transfer")
PAGE = 50


def _read() -> tuple[Asked, Span]:
    session, mine = db.session(), access.current()
    choices = {"by": BYS, "kind": KINDS, "standing": tuple(STANDINGS)}
    asked = blueprint.read(lambda today: min(first_business_day(session, mine) or today, today), choices)
    return asked, ask(session, mine, asked.first_day, asked.last_day, "kind", "purchase")


def _row(report: CarbonReport, asked: Asked) -> Row:
    """Return the total that is shown: of the kind asked for, else the first with a headline, else the first."""
    by_headline = sorted(report.totals, key=lambda row: not row.headline.acts)
    wanted = asked.words.get("kind") or (by_headline[0].kind if by_headline else "loan")
    return next((row for row in report.totals if row.kind == wanted), Row(wanted))


@bp.get("/outcomes/carbon")
@access.signed_in
def carbon_page() -> ResponseReturnValue:
    """Show what the acts of a period avoided, in kilograms."""
    asked, span = _read()
    by = asked.words.get("by", "thing")
    report = carbon.report(db.session(), span, by)
    row = _row(report, asked)
    return render_template(
        "outcomes/carbon.html",
        asked=asked,
        by=by,
        report=report,
        row=row,
        rows=[each for each in report.rows if each.kind == row.kind],
        others=[each for each in report.totals if each.kind != row.kind],
        apart=[name for name in STANDINGS if name != HEADLINE and row.standings[name].acts],
        used=_used(report),
        unknown=[(thing, units) for thing, found, units in report.used if not any(found.values())],
        named=lambda each: blueprint.named(each.label, wording.NAMELESS[by]),
        words=wording,
        kind_words=KIND_WORDS,
        standings=STANDINGS,
        kinds=KINDS,
        bys=BYS,
    ), 422 if asked.refusal else 200


def _used(report: CarbonReport) -> list[tuple[Factor, list[Kind]]]:
    """Return each factor with the kinds of things it was used for, in the order of measures."""
    found: dict[Factor, list[Kind]] = {}
    for measure in MEASURES:
        for thing, factors, _units in report.used:
            factor = factors[measure]
            if factor is not None:
                found.setdefault(factor, []).append(thing)
    return list(found.items())


@bp.get("/outcomes/carbon/acts")
@access.signed_in
def carbon_acts() -> ResponseReturnValue:
    """List the acts behind a figure, newest first, each with what it avoided and the way down to its papers."""
    asked, span = _read()
    by, key = asked.words.get("by", "thing"), request.args.get("key")
    lines = _behind(span, asked, by, key)
    before = request.args.get("before", type=whole)
    page = [line for line in lines if before is None or line.act_id < before][: PAGE + 1]
    session = db.session()
    totals: dict[str, carbon.Sums] = {}
    for line in lines:
        totals.setdefault(line.kind, carbon.Sums()).add(line)
    shown = page[:PAGE]
    return render_template(
        "outcomes/carbon_acts.html",
        asked=asked,
        lines=shown,
        totals=dict(sorted(totals.items())),
        number=len(lines),
        things=kinds_of(session, [line.thing_id for line in shown]),
        organizations=names(session, [line.receiver_id for line in shown]),
        following=asked.url(".carbon_acts", key=key, before=shown[-1].act_id) if len(page) > PAGE else None,
        standings=STANDINGS,
        kind_words=KIND_WORDS,
        measures=MEASURES,
        words=wording,
    )


def _behind(span: Span, asked: Asked, by: str, key: str | None) -> list[Line]:
    """Return the acts that stand in a row (`key` as the row's label names it; None: in all rows), of a kind and standing if one is named."""
    session = db.session()
    report = carbon.report(session, span, by)
    raw = {row_key: label.key for row_key, label in carbon.named(session, by, {line.key(by) for line in report.lines}).items()}
    return [
        line
        for line in report.lines
        if line.kind == asked.words.get("kind", line.kind)
        and line.stands == asked.words.get("standing", line.stands)
        and (key is None or raw.get(line.key(by), "") == key)
    ]


@bp.get("/outcomes/carbon.<any(xlsx, csv):kind>")
@access.signed_in
def carbon_file(kind: str) -> ResponseReturnValue:
    """Give the acts with what each avoided as CSV; as a workbook with the rows, the totals and the factors too."""
    asked, span = _read()
    by = asked.words.get("by", "thing")
    report = carbon.report(db.session(), span, by)
    name = f"carbon-{asked.first_day}-{asked.last_day}"
    acts = _acts_sheet(report)
    return sheet.given(kind, [acts] if kind == "csv" else [_rows_sheet(report, asked, by), acts, _factors_sheet(report)], name)


def _measure_heads() -> list[str]:
    heads = []
    for measure in MEASURES:
        word, unit = gettext(wording.MEASURE_WORDS[measure]), wording.MEASURE_UNITS[measure]
        heads += [f"{word}, {unit}", f"{gettext('low')}, {unit}", f"{gettext('high')}, {unit}", gettext("Not estimated: %(measure)s", measure=word)]
    return heads


def _kg(grams: int) -> Any:
    return Fraction(grams, 1000)


def _sums(sums: carbon.Sums) -> list[Any]:
    cells: list[Any] = [sums.acts, sums.units, sums.nothing, sums.things]
    for measure in MEASURES:
        found = sums.weight(measure)
        cells += [None] * 3 if found is None else [_kg(found.grams), _kg(found.low), _kg(found.high)]
        cells.append(sums.missing[measure])
    return cells


def _rows_sheet(report: CarbonReport, asked: Asked, by: str) -> Sheet:
    heads = [
        gettext(wording.BY_WORDS[by]),
        gettext("Kind of saving"),
        gettext("Where it stands"),
        gettext("Number of acts"),
        gettext("Item loans"),
        gettext("Avoid nothing"),
        gettext("New things spared"),
        *_measure_heads(),
    ]
    rows = []
    for label, each in [*((blueprint.named(r.label, wording.NAMELESS[by]), r) for r in report.rows), *((gettext("Total"), r) for r in report.totals)]:
        rows += [[label, gettext(KIND_WORDS[each.kind]), gettext(STANDINGS[name]), *_sums(sums)] for name, sums in each.standings.items() if sums.acts]
    return Sheet(gettext("Carbon and waste avoided"), heads, rows, [f"{asked.first_day} – {asked.last_day}", *map(gettext, wording.METHOD)])


def _acts_sheet(report: CarbonReport) -> Sheet:
    session = db.session()
    things = kinds_of(session, {line.thing_id for line in report.lines})
    organizations = names(session, {line.receiver_id for line in report.lines})
    heads = [
        gettext("Act"), gettext("Slip number"), gettext("Kind of saving"), gettext("Where it stands"), gettext("Accepted on"), gettext("Kind of thing"),
        gettext("Receiving organization"), gettext("Number of acts"), gettext("Item loans"), gettext("Avoid nothing"),
        gettext("New things spared"), *_measure_heads(),
    ]  # fmt: skip
    rows = []
    for line in report.lines:
        sums = carbon.Sums()
        sums.add(line)
        thing = things.get(line.thing_id or 0)
        rows.append([
            line.act_id, line.number, gettext(KIND_WORDS[line.kind]), gettext(STANDINGS[line.stands]), line.accepted_on.isoformat(),
            f"{thing.name} {thing.spec}".strip() if thing else "", organizations[line.receiver_id].name, *_sums(sums),
        ])  # fmt: skip
    return Sheet(gettext("Acts of the savings ledger"), heads, rows)


def _factors_sheet(report: CarbonReport) -> Sheet:
    heads: Sequence[str] = [
        gettext("Kind of thing"), gettext("What is measured"), gettext("Factor"), gettext("low"), gettext("high"), gettext("Unit of the factor"),
        gettext("Boundary"),
        gettext("Sample"), gettext("Evidence"), gettext("Source"),
    ]  # fmt: skip
    rows: list[list[Any]] = []
    for thing, found, _units in report.used:
        for measure, factor in found.items():
            head = [f"{thing.name} {thing.spec}".strip(), gettext(wording.MEASURE_WORDS[measure])]
            if factor is None:
                rows.append([*head, gettext("not estimated")])
            else:
                weights = [_kg(factor.grams), _kg(factor.low), _kg(factor.high)]
                rows.append([*head, *weights, factor.unit, factor.boundary, factor.sample, factor.evidence, factor.source])
    return Sheet(gettext("Factors"), heads, rows)
