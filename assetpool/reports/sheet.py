"""The savings report as a workbook: one sheet with every row, totals as formulas per kind of saving, and how it was found."""

from __future__ import annotations

from fractions import Fraction
from io import BytesIO
from typing import Any

import xlsxwriter
from flask_babel import gettext

from assetpool.core.money import percent
from assetpool.reports import wording
from assetpool.reports.figures import APART, Report, Row
from assetpool.savings.standing import STANDINGS

MONEY, COUNT = "#,##0.00;[Red]-#,##0.00", "#,##0"
FIRST_ROW = 5


def workbook(report: Report) -> bytes:
    """Return the report as XLSX; money in yuan, empty where the method says n/a."""
    kept = BytesIO()
    book = xlsxwriter.Workbook(kept, {"in_memory": True})
    page = book.add_worksheet(gettext("Savings"))
    bold, money, count = book.add_format({"bold": True}), book.add_format({"num_format": MONEY}), book.add_format({"num_format": COUNT})
    heavy_money, heavy_count = book.add_format({"num_format": MONEY, "bold": True, "top": 1}), book.add_format({"num_format": COUNT, "bold": True, "top": 1})
    page.write(0, 0, gettext("Savings report"), book.add_format({"bold": True, "font_size": 14}))
    page.write(1, 0, f"{report.first_day} – {report.last_day} · {gettext(wording.BASIS_WORDS[report.basis])}")
    page.write(2, 0, gettext("Policy %(versions)s; chain height %(height)s, head %(head)s", **_found_with(report)))
    heads = _heads(report.by)
    page.write_row(FIRST_ROW - 1, 0, heads, book.add_format({"bold": True, "bottom": 1, "text_wrap": True}))
    line = FIRST_ROW
    for total in report.totals:
        rows = [row for row in report.rows if row.kind == total.kind]
        begun = line
        for row in rows:
            _write(page, line, row, report, money, count)
            line += 1
        page.write(line, 0, gettext("Total, %(kind)s", kind=gettext(wording.KIND_WORDS[total.kind])), bold)
        _write_total(page, line, total, report, begun, heavy_money, heavy_count)
        line += 2
    page.set_column(0, 0, 34)
    page.set_column(1, len(heads), 16)
    page.freeze_panes(FIRST_ROW, 1)
    book.close()
    return kept.getvalue()


def _found_with(report: Report) -> dict[str, Any]:
    return {"versions": ", ".join(report.policies) or "—", "height": report.height, "head": report.head}


def _heads(by: str) -> list[str]:
    series = [gettext(wording.BASIS_WORDS[name]) for name in ("purchase", "rental", "consumption")]
    return [
        gettext(wording.BY_WORDS[by]),
        gettext("Kind of saving"),
        gettext("Items"),
        gettext("Item loans"),
        gettext("Valued"),
        gettext("Costs complete"),
        gettext("Avoided cost (estimate)"),
        gettext("Reuse cost"),
        gettext("Net saving"),
        gettext("Saving rate"),
        *series,
        *[gettext(STANDINGS[name]) for name in APART],
        gettext("Lower bound of opening statements"),
    ]


def _yuan(amount: int | None) -> Any:
    """Return fen as yuan for a cell; a float only here, where spreadsheets know nothing else."""
    return None if amount is None else float(Fraction(amount, 100))


def _cells(row: Row, report: Report) -> list[Any]:
    data, apart = row.data(report.basis), [row.standings[name].avoided(report.basis) for name in APART]
    return [
        data["items"],
        data["item_loans"],
        data["coverage"]["valued"],
        data["coverage"]["costed"],
        _yuan(data["avoided_fen"]),
        _yuan(data["cost_fen"]),
        _yuan(data["saving_fen"]),
        gettext("n/a") if row.headline.rate is None else f"{percent(row.headline.rate)} %",
        *[_yuan(data["bases"][name]) for name in ("purchase", "rental", "consumption")],
        *[_yuan(amount) for amount in apart],
        _yuan(row.lower_bound),
    ]


def _write(page: Any, line: int, row: Row, report: Report, money: Any, count: Any) -> None:
    page.write(line, 0, wording.name_of(row, report.by))
    page.write(line, 1, gettext(wording.KIND_WORDS[row.kind]))
    for column, value in enumerate(_cells(row, report), 2):
        page.write(line, column, value, count if column < 6 else money)
    if row.headline.saving(report.basis) is not None and not row.is_opening_only:
        page.write_formula(line, 8, f"=G{line + 1}-H{line + 1}", money, _yuan(row.headline.saving(report.basis)))


def _write_total(page: Any, line: int, total: Row, report: Report, begun: int, money: Any, count: Any) -> None:
    """Write the total as sums of its rows; distinct things, and acts standing in several months, are no sums and stand as counted."""
    page.write(line, 1, gettext(wording.KIND_WORDS[total.kind]), money)
    for column, value in enumerate(_cells(total, report), 2):
        if column < 6 or column == 9 or value is None or line == begun:
            page.write(line, column, value, count if column < 6 else money)
        else:
            letter = xlsxwriter.utility.xl_col_to_name(column)
            page.write_formula(line, column, f"=SUM({letter}{begun + 1}:{letter}{line})", money, value)
