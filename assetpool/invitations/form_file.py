"""The table an organizer fills in at home: headings in both languages, the event's days and venues already there."""

from __future__ import annotations

import io
from collections.abc import Sequence

from assetpool.core.spreadsheets import workbook
from assetpool.events.models import Event, EventVenue

COLUMNS: tuple[tuple[str, str, int], ...] = (
    ("场馆", "Venue", 22),
    ("物品", "Thing", 26),
    ("规格", "Spec", 18),
    ("数量", "Count", 10),
    ("开始日期", "First day", 14),
    ("结束日期", "Last day", 14),
    ("联系人", "Contact", 14),
    ("联系电话", "Telephone", 18),
    ("备注", "Note", 24),
)
ROWS = 60


def table(event: Event, venues: Sequence[EventVenue], english: bool) -> bytes:
    """Return the workbook; the first rows name the venues, the days are the event's."""
    kept = io.BytesIO()
    with workbook(kept) as book:
        sheet = book.add_worksheet("List" if english else "清单")
        head = book.add_format({"bold": True, "bg_color": "#E1F0EF", "border": 1, "border_color": "#84929A"})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for column, (chinese, name, width) in enumerate(COLUMNS):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, name if english else chinese, head)
        for row in range(1, ROWS + 1):
            if row <= len(venues):
                sheet.write_string(row, 0, venues[row - 1].name)
            sheet.write_datetime(row, 4, event.first_day, day)
            sheet.write_datetime(row, 5, event.last_day, day)
        if venues:
            sheet.data_validation(
                1, 0, 399, 0, {"validate": "list", "source": [venue.name for venue in venues][:8], "ignore_blank": True, "error_type": "information"}
            )
        sheet.data_validation(1, 3, 399, 3, {"validate": "integer", "criteria": ">", "value": 0, "error_type": "information"})
        sheet.freeze_panes(1, 0)
    return kept.getvalue()
