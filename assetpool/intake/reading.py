"""Read an opening balance or an intake list from a table file: rows that can be stored, and every doubt about them and the others.

A row is refused only for what makes it impossible to store; what is merely doubtful is stored with a warning. Rows without any content are
not counted; every other row below the headings is stored, refused or skipped, so that `stored + refused + skipped = rows_read`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from assetpool.core.garbage import uncollected
from assetpool.intake.cells import Columns
from assetpool.intake.days import is_day_first
from assetpool.intake.figures import Cell, as_text
from assetpool.intake.footers import Footers
from assetpool.intake.headings import FIELDS, is_in_ten_thousands, spellings
from assetpool.intake.mapping import Headings, find_headings, map_columns
from assetpool.intake.problems import Problem
from assetpool.intake.repeats import Repeats
from assetpool.intake.rows import Refused, Row, RowReader
from assetpool.intake.spreadsheet import Table, Workbook

_MONEY = ("unit_value", "total_value", "accumulated_depreciation")
_CODE_SETS = {"fsc": "FSC", "fsccode": "FSC", "psc": "FSC", "psccode": "FSC", "supplyclass": "FSC", "unspsc": "UNSPSC"}


@dataclass(slots=True)
class Reading:
    """What a file holds. `mapping`: field → column label; `header_row` and row numbers count from 1 as the spreadsheet shows them;

    `skipped`: (row, 'total' | 'footer' | 'section' | 'heading'); `units` and `value_fen` sum quantity and quantity × unit value of `rows`.
    """

    file: str
    sheet: str
    sheets: list[str]
    header_row: int
    encoding: str | None
    columns: list[str]
    mapping: dict[str, str]
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    skipped: list[tuple[int, str]] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)

    @property
    def stored(self) -> int:
        """Return how many rows can be stored."""
        return len(self.rows)

    @property
    def rows_read(self) -> int:
        """Return how many rows with any content stand below the headings."""
        return len(self.rows) + len(self.refused) + len(self.skipped)

    @property
    def assets(self) -> int:
        """Return how many things with a label of their own the rows make: one for a lot, as many as counted otherwise."""
        return sum(1 if row.lot else row.quantity for row in self.rows)

    @property
    def units(self) -> int:
        """Return how many pieces the rows hold."""
        return sum(row.quantity for row in self.rows)

    @property
    def value_fen(self) -> int:
        """Return what the rows are worth, in fen; rows without a value count nothing."""
        return sum(row.quantity * row.unit_value_fen for row in self.rows if row.unit_value_fen is not None)


def read_rows(
    data: bytes,
    filename: str,
    sheet: str | None = None,
    mapping: Mapping[str, str] | None = None,
    *,
    encoding: str | None = None,
    corrections: Mapping[int, Mapping[str, str]] | None = None,
) -> Reading:
    """Read a table file: find the sheet, the heading row and the columns, then every row.

    `sheet` is a name or number from 1 (default: the first visible sheet that has known headings); `mapping` field → heading, letters or number
    of a column, '' for none; `corrections` row number → field → text put in place of what the file says.
    Raises FileRefused, SheetNotFound, FieldUnknown, ColumnUnknown.
    """
    book = Workbook(data, filename, encoding)
    table, headings = _choose(book, sheet, mapping)
    reading = Reading(filename, table.sheet, book.sheets, headings.row, table.encoding, [label for label in headings.labels if label], {})
    columns = map_columns(headings, table.rows, mapping)
    reading.mapping = {name: headings.label(columns[name]) for name in FIELDS if name in columns}
    with uncollected():
        _read_table(reading, table, headings, columns, corrections or {})
    if sheet is None:
        _tell_other_sheets(reading, book)
    return reading


def _choose(book: Workbook, sheet: str | None, mapping: Mapping[str, str] | None) -> tuple[Table, Headings]:
    if sheet is not None:
        table = book.table(sheet)
        return table, find_headings(table.rows, mapping)
    first: tuple[Table, Headings] | None = None
    for name in book.visible:
        table = book.table(name)
        headings = find_headings(table.rows, mapping)
        known = map_columns(headings, table.rows)
        if len(known) > 1 and ("name" in known or "code" in known):
            return table, headings
        if first is None or (not first[1].row and headings.row):
            first = table, headings
    assert first is not None
    return first


def _read_table(reading: Reading, table: Table, headings: Headings, columns: Mapping[str, int], corrections: Mapping[int, Mapping[str, str]]) -> None:
    body = table.rows[headings.row :]
    width = len(headings.labels)
    formulas = _formulas_by_row(table, columns)
    merged = {first[0]: last[1] - first[1] + 1 for first, last in table.merged if first[0] == last[0]}
    footers = Footers(columns, headings.labels, merged)
    reader = RowReader(_columns_in_common(table, headings, columns))
    repeats = Repeats(columns, table.encoding is not None, reader.seen)
    has_names = "name" in columns or "code" in columns
    if not headings.row:
        reader.problems.append(Problem(0, "name", "refused", "sheet_empty", {"sheet": table.sheet}))
    elif not has_names:
        reader.problems.append(Problem(headings.row, "name", "refused", "column_missing", {"columns": ", ".join(reading.columns)}))
    else:
        _tell_missing_columns(reader, headings, columns)
    for index, row in enumerate(body, headings.row):
        if len(row) >= width and index not in formulas and index + 1 not in corrections:
            repeated = repeats.again(index + 1, row)
            if repeated is not None:
                reading.rows.append(repeated[0])
                footers.count_again(repeated[1])
                continue
        if not any(cell not in ("", None) and (not isinstance(cell, str) or cell.strip()) for cell in row):
            continue
        if len(row) < width:
            row = [*row, *[None] * (width - len(row))]
        cells = {name: row[column] for name, column in columns.items()}
        computed: Mapping[str, bool] = formulas.get(index, {})
        given = corrections.get(index + 1)
        if given:
            cells.update(given)
            computed = {name: has_value for name, has_value in computed.items() if name not in given}
        reason = None if given else footers.reason(index, row, cells, computed)
        if reason:
            reading.skipped.append((index + 1, reason))
            continue
        amounts, told = footers.count(cells), len(reader.problems)
        read = reader.read(index + 1, cells, computed) if has_names else None
        if read is None:
            reading.refused.append(Refused(index + 1, {name: as_text(cell) for name, cell in cells.items()}))
        else:
            reading.rows.append(read)
            if not given and not computed and len(reader.problems) == told and footers.is_thing(cells):
                repeats.learn(row, read, amounts)
    reading.problems = reader.problems


def _formulas_by_row(table: Table, columns: Mapping[str, int]) -> dict[int, dict[str, bool]]:
    names = {column: name for name, column in columns.items()}
    rows: defaultdict[int, dict[str, bool]] = defaultdict(dict)
    for (row, column), has_value in table.formulas.items():
        if column in names:
            rows[row][names[column]] = has_value
    return rows


def _columns_in_common(table: Table, headings: Headings, columns: Mapping[str, int]) -> Columns:
    def cells_of(name: str) -> list[Cell]:
        column = columns[name]
        return [row[column] for row in table.rows[headings.row :] if column < len(row)]

    titles = " ".join(as_text(cell) for row in table.rows[: max(headings.row - 1, 0)] for cell in row if isinstance(cell, str))
    in_ten_thousands = {name: is_in_ten_thousands(headings.label(columns[name])) or is_in_ten_thousands(titles) for name in _MONEY if name in columns}
    forms = spellings(headings.label(columns["class_code"])) if "class_code" in columns else ()
    return Columns(
        labels={name: headings.label(column) for name, column in columns.items()},
        factors={name: Decimal(10_000) for name, said in in_ten_thousands.items() if said},
        day_first=is_day_first(cells_of("acquired_on")) if "acquired_on" in columns else None,
        from_text=table.encoding is not None,
        code_set=next((_CODE_SETS[form] for form in forms if form in _CODE_SETS), ""),
    )


def _tell_missing_columns(reader: RowReader, headings: Headings, columns: Mapping[str, int]) -> None:
    if "unit_value" not in columns and "total_value" not in columns:
        reader.problems.append(Problem(headings.row, "unit_value", "warning", "price_column_missing"))
    if "external_no" not in columns and "tag" not in columns:
        reader.problems.append(Problem(headings.row, "external_no", "warning", "external_no_column_missing"))


def _tell_other_sheets(reading: Reading, book: Workbook) -> None:
    others = [name for name in book.visible if name != reading.sheet and book.is_filled(name)]
    if others:
        reading.problems.append(Problem(0, "", "warning", "other_sheets", {"sheet": reading.sheet, "others": ", ".join(others)}))
