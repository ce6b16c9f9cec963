"""The savings report as a workbook whose figures are formulas: entries add up to acts, acts to rows, rows to totals.

Beside each formula stands the figure as the report shows it, and whether both agree. Counted things (件) are no sums and stand as counted.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask_babel import gettext
from sqlalchemy.orm import Session

from assetpool.core.errors import N_
from assetpool.core.spreadsheets import letters, place
from assetpool.core.spreadsheets import workbook as opened
from assetpool.reports import lines, sheet_lines, wording
from assetpool.reports.figures import APART, BASES, Figures, Report, Row, plus
from assetpool.reports.ledger import Span
from assetpool.reports.sheet_lines import ACTS, ENTRIES, HEAD, Formats, Written, percent_value, yuan
from assetpool.savings.standing import HEADLINE, STANDINGS

MOST_ENTRIES = 50_000
"""With more, the workbook leaves the entries out and acts carry their sums; the CSV files hold them all."""
MONEY, COUNT = "#,##0.00;[Red]-#,##0.00", "#,##0"
SHOWN = ("item_loans", "avoided", "cost", "saving", "rate")
COLUMNS = (
    "no", "name", "kind", "stands", "standing", "items", "item_loans", "valued", "costed", "avoided", "cost", "saving", "rate", "purchase", "rental",
    "consumption", "lower_bound", "ahead", "costed_avoided", "costed_cost", *(f"shown_{name}" for name in SHOWN), "agrees",
)  # fmt: skip
AT = {name: number for number, name in enumerate(COLUMNS)}
HEADS = {
    "no": N_("Row"),
    "kind": N_("Kind of saving"),
    "stands": N_("Where it stands"),
    "standing": N_("Standing"),
    "items": N_("Items, as counted"),
    "item_loans": N_("Item loans"),
    "valued": N_("Valued"),
    "costed": N_("Costs complete"),
    "avoided": N_("Avoided cost (estimate)"),
    "cost": N_("Reuse cost"),
    "saving": N_("Net saving"),
    "rate": N_("Saving rate"),
    "purchase": N_("Purchase basis"),
    "rental": N_("Rental basis"),
    "consumption": N_("Consumption basis"),
    "lower_bound": N_("Avoided at least"),
    "ahead": N_("Of running loans, not posted yet"),
    "costed_avoided": N_("Avoided cost where costs are complete"),
    "costed_cost": N_("Reuse cost where costs are complete"),
    "shown_item_loans": N_("Item loans, as shown"),
    "shown_avoided": N_("Avoided cost, as shown"),
    "shown_cost": N_("Reuse cost, as shown"),
    "shown_saving": N_("Net saving, as shown"),
    "shown_rate": N_("Rate, as shown"),
    "agrees": N_("Agrees"),
}
SUMS = ("avoided", "cost", *BASES[1:], "lower_bound", "costed_avoided", "costed_cost")


def workbook(session: Session, report: Report, asked: Span) -> bytes:
    """Return the report as XLSX; money in yuan from whole fen, n/a where the method says so."""
    kept = BytesIO()
    book = opened(kept)
    looks = _looks(book)
    whole = lines.entry_count(session, asked) <= MOST_ENTRIES
    page, apart, acts = book.add_worksheet(gettext("Savings")), book.add_worksheet(gettext("Outside the headline")), book.add_worksheet(ACTS)
    entries = book.add_worksheet(ENTRIES) if whole else None
    numbers = {(row.key, row.kind): number for number, row in enumerate(report.rows, start=1)}
    written = sheet_lines.write(acts, entries, lines.lines(session, asked), numbers, report.basis, looks)
    _page(page, report, numbers, written, looks, (HEADLINE,), gettext("Savings report"))
    _page(apart, report, numbers, written, looks, APART, gettext("Outside the headline, never added to it"))
    if not whole:
        page.write(3, 0, gettext("There are more entries than a workbook can add up; acts carry their sums. The CSV files hold every entry."), looks.note)
    book.close()
    return kept.getvalue()


def _looks(book: Any) -> Formats:
    def look(**more: Any) -> Any:
        return book.add_format(more)

    return Formats(
        plain=look(),
        money=look(num_format=MONEY),
        count=look(num_format=COUNT),
        head=look(bold=True, bottom=1, text_wrap=True, valign="top"),
        bold=look(bold=True, top=1),
        total_money=look(num_format=MONEY, bold=True, top=1),
        total_count=look(num_format=COUNT, bold=True, top=1),
        percent=look(num_format="0.00%"),
        total_percent=look(num_format="0.00%", bold=True, top=1),
        title=look(bold=True, font_size=14),
        note=look(italic=True, font_color="#555555"),
    )


def _page(page: Any, report: Report, numbers: dict[tuple[str, str], int], written: Written, looks: Formats, standings: tuple[str, ...], title: str) -> None:
    """Write one sheet of rows and totals for some standings; each kind of saving has its own total, and none over kinds."""
    page.write(0, 0, title, looks.title)
    page.write(1, 0, f"{report.first_day} – {report.last_day} · {gettext(wording.BASIS_WORDS[report.basis])} · {gettext('yuan')}", looks.note)
    page.write(2, 0, gettext("Policy %(versions)s; chain height %(height)s, head %(head)s", **_found_with(report)), looks.note)
    page.write_row(HEAD + 1, 0, [gettext(wording.BY_WORDS[report.by]) if name == "name" else gettext(HEADS[name]) for name in COLUMNS], looks.head)
    at = HEAD + 2
    for total in report.totals:
        for standing in standings:
            rows = [row for row in report.rows if row.kind == total.kind and _is_there(row.standings[standing])]
            begun = at
            for row in rows:
                _write(page, at, row, standing, report, numbers[row.key, row.kind], written, looks)
                at += 1
            if rows:
                _write(page, at, total, standing, report, 0, written, looks, (begun, at))
                at += 2
    page.set_column(0, 0, 6)
    page.set_column(AT["name"], AT["name"], 34)
    page.set_column(AT["kind"], len(COLUMNS), 15)
    page.set_column(AT["standing"], AT["standing"], 10, None, {"hidden": True})
    page.freeze_panes(HEAD + 2, 2)


def _is_there(figures: Figures) -> bool:
    return bool(figures.acts or any(amount is not None for amount in figures.provisional.values()))


def _found_with(report: Report) -> dict[str, Any]:
    return {"versions": ", ".join(report.policies) or "—", "height": report.height, "head": report.head}


def _write(
    page: Any, at: int, row: Row, standing: str, report: Report, number: int, written: Written, looks: Formats, rows: tuple[int, int] | None = None
) -> None:
    """Write one line; `rows` is where the rows of a total stand."""
    figures, basis = row.standings[standing], report.basis
    money, count = (looks.total_money, looks.total_count) if rows else (looks.money, looks.count)
    heavy = looks.bold if rows else looks.plain
    kind = gettext(wording.KIND_WORDS[row.kind])
    texts = {"name": gettext("Total, %(kind)s", kind=kind) if rows else wording.name_of(row, report.by), "kind": kind, "stands": gettext(STANDINGS[standing])}
    for name, text in {**texts, "standing": standing}.items():
        page.write_string(at, AT[name], text, heavy)
    page.write(at, AT["no"], "" if rows else number, heavy)
    page.write_number(at, AT["items"], figures.items, count)
    kept = _kept(figures, basis)
    for name in ("item_loans", "valued", "costed"):
        page.write_formula(at, AT[name], _counted(written, name, at, rows is not None), count, kept[name])
    ahead = figures.provisional[basis]
    page.write(at, AT["ahead"], "" if ahead is None else yuan(ahead), money)
    for name in SUMS:
        page.write_formula(at, AT[name], _summed(written, name, at, basis, rows), money, _cached(kept[name]))
    page.write_formula(at, AT["saving"], _saving(at), money, _cached(kept["saving"]))
    rate = percent_value(figures.rate)
    page.write_formula(at, AT["rate"], _rate(at), looks.total_percent if rows else looks.percent, gettext("n/a") if rate is None else rate)
    page.write_number(at, AT["shown_item_loans"], figures.item_loans, count)
    for name in ("avoided", "cost", "saving"):
        page.write(at, AT[f"shown_{name}"], _cached(kept[name]), money)
    page.write(at, AT["shown_rate"], gettext("n/a") if rate is None else rate, looks.total_percent if rows else looks.percent)
    pairs = " ,".join(f"{place(at, AT[name])}={place(at, AT[f'shown_{name}'])}" for name in SHOWN).replace(" ,", ",")
    page.write_formula(at, AT["agrees"], f'=IF(AND({pairs}),"{gettext("yes")}","{gettext("no")}")', heavy, gettext("yes"))


def _kept(figures: Figures, basis: str) -> dict[str, Any]:
    """Return the figures of a line as the report shows them: counts, amounts in fen, None for n/a."""
    return {
        "item_loans": figures.item_loans,
        "valued": figures.valued,
        "costed": figures.costed,
        "avoided": figures.avoided(basis),
        "cost": figures.known_cost,
        "saving": figures.saving(basis),
        "lower_bound": plus(figures.lower_bound, None),
        "costed_avoided": figures.costed_avoided,
        "costed_cost": figures.costed_cost,
        **{name: figures.series[name] for name in BASES[1:]},
    }


def _cached(amount: int | None) -> Any:
    return gettext("n/a") if amount is None else yuan(amount)


def _where(written: Written, at: int, is_total: bool) -> str:
    """Return the conditions that pick the acts of a line: of a row by its number, of a total by its kind; both by standing."""
    stands = f"{written.column('standing')},{place(at, AT['standing'], fixed=True)}"
    if is_total:
        return f"{written.column('kind')},{place(at, AT['kind'], fixed=True)},{stands}"
    return f"{written.column('row')},{place(at, AT['no'], fixed=True)},{stands}"


def _counted(written: Written, name: str, at: int, is_total: bool) -> str:
    once = f",{written.column('once')},1" if is_total else ""
    column = {"item_loans": "units", "valued": "valued", "costed": "costed"}[name]
    return f"=SUMIFS({written.column(column)},{_where(written, at, is_total)}{once})"


def _summed(written: Written, name: str, at: int, basis: str, rows: tuple[int, int] | None) -> str:
    """Return the formula of an amount: a row adds up its acts, a total its rows; n/a where no act has any."""
    is_total, na = rows is not None, f'"{gettext("n/a")}"'
    where = _where(written, at, is_total)
    letter = letters(AT[name])
    column = {"avoided": basis, "cost": "cost"}.get(name, name)
    total = f"SUM({letter}{rows[0] + 1}:{letter}{rows[1]})" if rows else f"SUMIFS({written.column(column)},{where})"
    if name in ("costed_avoided", "costed_cost"):
        return f"=ROUND({total},2)"
    many = f"SUMIFS({written.column(f'n_{column}')},{where})"
    loans, costed = place(at, AT["item_loans"]), place(at, AT["costed"])
    if name == "avoided":
        bound, ahead = place(at, AT["lower_bound"]), place(at, AT["ahead"])
        posted = f"SUMIFS({written.column(column)},{where})"
        more = total if rows else f"{posted}+N({bound})+N({ahead})"
        return f"=IF(AND({many}=0,NOT(ISNUMBER({bound})),NOT(ISNUMBER({ahead}))),IF({loans}>0,{na},0),ROUND({more},2))"
    if name == "cost":
        return f"=IF({many}=0,IF(AND({loans}>0,{costed}=0),{na},0),ROUND({total},2))"
    return f"=IF({many}=0,{na},ROUND({total},2))"


def _saving(at: int) -> str:
    loans, costed, avoided, cost = (place(at, AT[name]) for name in ("item_loans", "costed", "avoided", "cost"))
    return f'=IF(AND(ISNUMBER({avoided}),ISNUMBER({cost}),{costed}>={loans}),ROUND({avoided}-{cost},2),"{gettext("n/a")}")'


def _rate(at: int) -> str:
    """Return the formula of the rate: at least nine tenths valued and costed, both sums above zero (SAVINGS.md, Words and rule 11)."""
    loans, valued, costed, avoided, cost = (place(at, AT[n]) for n in ("item_loans", "valued", "costed", "costed_avoided", "costed_cost"))
    covered = f"{loans}>0,{valued}*10>={loans}*9,{costed}*10>={loans}*9,{avoided}>0,{cost}<>0"
    return f'=IF(AND({covered}),ROUND(({avoided}-{cost})/{avoided},4),"{gettext("n/a")}")'
