"""Parse a workbook in a process of its own.

The parser is fast but trusts its input: a damaged or forged file can make it abort, loop or ask for all memory there is. In a child process that
costs one refused file and not the server. The child is this very file, run as a script; it knows nothing of the application.
"""

from __future__ import annotations

import datetime
import io
import pickle
import subprocess
import sys
from typing import Any, Final, NamedTuple

if __name__ == "__main__":
    # Only the child carries the parser.
    import python_calamine as calamine

if sys.platform != "win32":
    import resource

SECONDS_MAX: Final = 20
MEMORY_MAX: Final = 3 * 1024**3

Cell = str | int | float | bool | datetime.date | datetime.datetime | datetime.time | datetime.timedelta | None
Corner = tuple[int, int]


class Sheet(NamedTuple):
    """One sheet: its cells from A1 on, or none (`rows` is None) where it reaches too far; merged areas as (first, last) corners from 0."""

    name: str
    visible: bool
    height: int
    width: int
    rows: list[list[Cell]] | None
    merged: list[tuple[Corner, Corner]]


class ParsingFailed(Exception):
    """The parser gave up, died, or took too long."""


class PasswordNeeded(Exception):
    """The workbook is encrypted."""


def parse(data: bytes, left_out: frozenset[str], rows_max: int, columns_max: int, seconds: float = SECONDS_MAX) -> list[Sheet]:
    """Return all sheets of a workbook (XLSX, XLSM, XLSB, XLS, ODS); those named in `left_out` or beyond the limits without cells.

    Raises ParsingFailed and PasswordNeeded.
    """
    task = pickle.dumps((data, left_out, rows_max, columns_max))
    try:
        done = subprocess.run([sys.executable, "-I", __file__], input=task, capture_output=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired as late:
        raise ParsingFailed from late
    if done.returncode == PASSWORD_NEEDED:
        raise PasswordNeeded
    if done.returncode != 0:
        raise ParsingFailed
    return [Sheet(*sheet) for sheet in pickle.loads(done.stdout)]


PASSWORD_NEEDED: Final = 3


def _sheets(data: bytes, left_out: frozenset[str], rows_max: int, columns_max: int) -> list[tuple[Any, ...]]:
    book = calamine.load_workbook(io.BytesIO(data))
    visible = {sheet.name for sheet in book.sheets_metadata if sheet.visible == calamine.SheetVisibleEnum.Visible}
    sheets: list[tuple[Any, ...]] = []
    for name in book.sheet_names:
        if name in left_out:
            sheets.append((name, name in visible, 0, 0, None, []))
            continue
        sheet = book.get_sheet_by_name(name)
        fits = sheet.total_height <= rows_max and sheet.total_width <= columns_max
        rows = sheet.to_python(skip_empty_area=False) if fits else None
        sheets.append((name, name in visible, sheet.total_height, sheet.total_width, rows, list(sheet.merged_cell_ranges or ())))
    return sheets


def _limit_itself() -> None:
    if sys.platform != "win32":
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MAX, MEMORY_MAX))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS_MAX, SECONDS_MAX))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _main() -> int:
    task = pickle.loads(sys.stdin.buffer.read())
    _limit_itself()
    try:
        sheets = _sheets(*task)
    except calamine.PasswordError:
        return PASSWORD_NEEDED
    except Exception:
        return 1
    pickle.dump(sheets, sys.stdout.buffer, protocol=pickle.HIGHEST_PROTOCOL)
    return 0


if __name__ == "__main__":
    sys.exit(_main())
