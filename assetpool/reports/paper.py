"""The savings report on paper: headline figures per kind of saving, rows, what stands apart, how it was found, and the chain it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from flask import current_app
from flask_babel import gettext

from assetpool.core import clock
from assetpool.core.errors import N_
from assetpool.core.money import percent, yuan
from assetpool.core.paper import DATE, SIGN, Box, Column, Field, Figure, Paper, Table, Words, render
from assetpool.records.papers import in_both
from assetpool.reports import wording
from assetpool.reports.bridge import Bridge
from assetpool.reports.figures import APART, Report, Row
from assetpool.reports.showing import FlowRow, Month, Plausible, by_basis
from assetpool.savings.standing import STANDINGS

NOT_KNOWN = "—"
NOTES = (
    N_("Net saving = avoided cost − reuse cost. Avoided cost is an estimate by the valuation policy of the day of hand-over; figures are accepted grade A."),
    N_("The rate is printed only where nine tenths of the things are valued and nine tenths have complete costs, and never where there is no cost at all."),
    N_("Kinds of saving are never added to one another. What waits for review, grades B and C and the same system stand apart, outside the headline."),
    N_("Over whole months the figures are those posted in them; what was entered late stands in the month it was entered in, and the bridge tells of it."),
    N_("Scan the code to compare height and head of the chain with the book as it stands now."),
)


@dataclass(frozen=True)
class Parts:
    """What the paper shows of one kind of saving besides rows: charts, the figures behind them, and how plausible they are."""

    charts: tuple[bytes, ...] = ()
    months: tuple[Month, ...] = ()
    flows: tuple[FlowRow, ...] = ()
    plausible: Plausible | None = None


def savings_paper(
    report: Report,
    costs: Mapping[str, Mapping[str, int]],
    issuer: tuple[str, str],
    address: str,
    language: str,
    parts: Mapping[str, Parts] | None = None,
) -> bytes:
    """Return the report as PDF; `costs` per kind of saving and kind of cost, `address` is where height and head are checked; `parts` per kind of saving."""
    shown = parts or {}
    paper = Paper(
        title=in_both(N_("Savings report")),
        number=f"{report.first_day:%Y%m%d}-{report.last_day:%Y%m%d}",
        number_label=Words("期间", "Period"),
        state=in_both(N_("Accepted, grade A")),
        qr_url=address,
        address=address.split("?", maxsplit=1)[0],
        language="zh" if language == "zh" else "en",
        issuer=Words(issuer[0], issuer[1]),
        head=(
            Field(in_both(N_("Period")), f"{_day(report.first_day, language)} – {_day(report.last_day, language)}"),
            Field(in_both(N_("Basis")), gettext(wording.BASIS_WORDS[report.basis])),
            Field(in_both(N_("Policy")), ", ".join(report.policies) or NOT_KNOWN),
            Field(in_both(N_("Height of the chain")), f"{report.height:,}"),
            Field(in_both(N_("Head of the chain")), report.head, wide=True),
        ),
        figures=tuple(_figures(report, language)),
        charts=tuple(svg for total in report.totals for svg in shown.get(total.kind, Parts()).charts),
        tables=tuple(_tables(report, costs, shown)),
        notes=tuple(gettext(note) for note in NOTES),
        boxes=(
            Box(in_both(N_("Prepared by")), lines=(SIGN, DATE)),
            Box(in_both(N_("Reviewed by")), lines=(SIGN, DATE)),
            Box(in_both(N_("Finance")), lines=(SIGN, DATE), seal=True),
        ),
        made_at=clock.now(),
    )
    return render(paper, current_app.config["FONT_PATH"] or None)


def check_address(report: Report, public_url: str) -> str:
    """Return the address of the page that compares the report's height and head with the book."""
    return f"{public_url}/audit?height={report.height}&head={report.head}"


def _day(day: date, language: str) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if language == "zh" else f"{day.day} {day:%B %Y}"


def _money(amount: int | None) -> str:
    return NOT_KNOWN if amount is None else yuan(amount)


def _figures(report: Report, language: str) -> Iterator[Figure]:
    for total in report.totals:
        if not total.headline.acts:
            continue
        data, rate = total.data(report.basis), total.headline.rate
        kind = in_both(wording.KIND_WORDS[total.kind])
        items = gettext("%(items)s items, %(loans)s item loans", items=f"{data['items']:,}", loans=f"{data['item_loans']:,}")
        note = gettext("n/a") if rate is None else f"{gettext('Saving rate')} {rate.numerator}/{rate.denominator} = {percent(rate)} %"
        notes = {"avoided_fen": items, "cost_fen": "", "saving_fen": note}
        for key, name in (("avoided_fen", N_("Avoided cost")), ("cost_fen", N_("Reuse cost")), ("saving_fen", N_("Net saving"))):
            label = in_both(name)
            main = Words(f"{kind.zh} · {label.zh}", label.en) if language == "zh" else Words(label.zh, f"{kind.en}: {label.en}")
            yield Figure(main, _money(data[key]), notes[key])


def _tables(report: Report, costs: Mapping[str, Mapping[str, int]], parts: Mapping[str, Parts]) -> Iterator[Table]:
    by = in_both(wording.BY_WORDS[report.by])
    columns = (
        Column(by, 26),
        Column(in_both(N_("Items")), 9, "right"),
        Column(in_both(N_("Avoided cost")), 17, "right"),
        Column(in_both(N_("Reuse cost")), 16, "right"),
        Column(in_both(N_("Net saving")), 17, "right", heavy=True),
        Column(in_both(N_("Rate")), 10, "right"),
    )
    for total in report.totals:
        rows = [_row(row, report, wording.name_of(row, report.by)) for row in report.rows if row.kind == total.kind and row.headline.acts]
        yield Table(columns, rows, _row(total, report, gettext("Total")), in_both(wording.KIND_WORDS[total.kind]))
        spent = costs.get(total.kind, {})
        if spent:
            listed = [[gettext(wording.COST_WORDS[kind]), yuan(spent[kind])] for kind in wording.COST_WORDS if spent.get(kind)]
            kinds_of_cost = (Column(in_both(N_("Kind of cost")), 60), Column(in_both(N_("Amount (yuan)")), 40, "right"))
            yield Table(kinds_of_cost, listed, [gettext("Total"), yuan(sum(spent.values()))], in_both(N_("What the headline’s reuse cost was spent on")))
        yield from (_bridge(bridge) for bridge in report.bridges if bridge.kind == total.kind)
        yield _apart(total, report)
        yield from _behind(parts.get(total.kind, Parts()), total)


def _behind(parts: Parts, total: Row) -> Iterator[Table]:
    """Yield the figures behind the charts, and what was saved per item beside what others published."""
    amounts = (Column(in_both(N_("Avoided cost")), 20, "right"), Column(in_both(N_("Net saving")), 20, "right", heavy=True))
    if len(parts.months) > 1:
        listed = [[month.key, _money(month.avoided), _money(month.cost), _money(month.saving)] for month in parts.months]
        yield Table(
            (Column(in_both(N_("Month")), 20), amounts[0], Column(in_both(N_("Reuse cost")), 20, "right"), amounts[1]),
            listed,
            title=in_both(N_("Month by month")),
        )
    if parts.flows:
        named = [[flow.giver, flow.receiver, f"{flow.units:,}", _money(flow.avoided), _money(flow.saving)] for flow in parts.flows]
        columns = (Column(in_both(N_("Giver")), 30), Column(in_both(N_("Receiver")), 30), Column(in_both(N_("Item loans")), 12, "right"), *amounts)
        yield Table(columns, named, title=in_both(N_("From whom to whom")))
    if parts.plausible is not None:
        per_item = [[mark.label, mark.written] for mark in parts.plausible.published]
        per_item.append([gettext("This report"), yuan(parts.plausible.per_item)])
        valued = gettext("valued %(valued)s, costs complete %(costed)s of %(loans)s", **_coverage(total))
        per_item.append([gettext("Coverage"), valued])
        yield Table((Column(in_both(N_("Saving per item, in yuan")), 60), Column(Words(""), 60, "right")), per_item, title=in_both(N_("Is it plausible?")))


def _coverage(total: Row) -> dict[str, str]:
    main = total.headline
    return {"valued": f"{main.valued:,}", "costed": f"{main.costed:,}", "loans": f"{main.item_loans:,}"}


def _bridge(bridge: Bridge) -> Table:
    """Return the way from what was closed to what is known today."""
    columns = (
        Column(in_both(N_("Accepted, grade A")), 46),
        Column(in_both(N_("Avoided cost")), 18, "right"),
        Column(in_both(N_("Reuse cost")), 18, "right"),
        Column(in_both(N_("Net saving")), 18, "right", heavy=True),
    )
    lines = [(N_("As closed"), bridge.closed), (N_("Decided since: reviews, grades"), bridge.decided)]
    lines += [
        (N_("Posted in this period, as it stands now"), bridge.posted),
        (N_("less: late facts of other periods posted here"), bridge.earlier),
        (N_("plus: late facts of this period posted elsewhere"), bridge.later),
    ]
    rows = [[gettext(word), yuan(sums.avoided), yuan(sums.cost), yuan(sums.saving)] for word, sums in lines if sums is not None]
    known = [gettext("As known today"), yuan(bridge.known.avoided), yuan(bridge.known.cost), yuan(bridge.known.saving)]
    return Table(columns, rows, known, in_both(N_("Bridge to what is known today")))


def _row(row: Row, report: Report, name: str) -> list[str]:
    data, rate = row.data(report.basis), row.headline.rate
    return [
        name,
        f"{data['items']:,}",
        *[_money(data[key]) for key in ("avoided_fen", "cost_fen", "saving_fen")],
        NOT_KNOWN if rate is None else f"{percent(rate)} %",
    ]


def _apart(total: Row, report: Report) -> Table:
    """Return what the headline leaves out, and what it would be on another basis."""
    columns = (
        Column(in_both(N_("Outside the headline")), 40),
        Column(in_both(N_("Items")), 12, "right"),
        Column(in_both(N_("Avoided cost")), 20, "right"),
        Column(in_both(N_("Reuse cost")), 20, "right"),
        Column(in_both(N_("Net saving")), 20, "right", heavy=True),
    )
    data = total.data(report.basis)["apart"]
    rows = [
        [gettext(STANDINGS[name]), f"{data[name]['items']:,}", *(_money(data[name][amount]) for amount in ("avoided_fen", "cost_fen", "saving_fen"))]
        for name in APART
    ]
    if total.lower_bound is not None:
        rows.append([gettext("of which opening statements, at least"), "", _money(total.lower_bound), NOT_KNOWN, NOT_KNOWN])
    main = total.headline
    for basis in ("purchase", "rental", "consumption"):
        label = gettext("The headline on the %(basis)s", basis=gettext(wording.BASIS_WORDS[basis]))
        rows.append([label, f"{main.items:,}", _money(main.series[basis]), _money(main.known_cost), _money(by_basis(total)[basis])])
    return Table(columns, rows, title=in_both(N_("What stands apart, and other bases")))
