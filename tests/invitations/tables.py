"""Lists as organizers send them: 40 lines over six venues."""

from __future__ import annotations

import io
from datetime import date

import xlsxwriter

VENUES = ("主体育场", "游泳馆", "新闻中心", "运动员村", "开幕式后台", "颁奖区")
THINGS = (("会议椅", 40), ("办公桌", 1), ("椅子", 10), ("chairs", 5), ("台式电脑", 2), ("颁奖台", 1), ("桌椅", 20))


def forty_lines(first: date, last: date, count: int = 40) -> bytes:
    """Return a workbook with a title above the headings, venues written once in merged cells, and a total below."""
    kept = io.BytesIO()
    with xlsxwriter.Workbook(kept, {"in_memory": True}) as book:
        sheet, day = book.add_worksheet("需求"), book.add_format({"num_format": "yyyy/m/d"})
        sheet.merge_range(0, 0, 0, 6, "市运动会物资需求清单")
        for column, heading in enumerate(("场馆名称", "物资名称", "数量（件）", "开始日期", "结束日期", "联系人", "联系电话")):
            sheet.write(1, column, heading)
        for number in range(count):
            thing, quantity = THINGS[number % len(THINGS)]
            venue = number * len(VENUES) // count
            row = number + 2
            if number == 0 or (number - 1) * len(VENUES) // count != venue:
                sheet.write(row, 0, VENUES[venue])
                sheet.write(row, 5, f"联系人{venue + 1}")
                sheet.write(row, 6, f"1380000000{venue + 1}")
            sheet.write(row, 1, thing)
            sheet.write(row, 2, quantity)
            sheet.write_datetime(row, 3, first, day)
            sheet.write_datetime(row, 4, last, day)
        sheet.write(count + 2, 0, "合计")
        sheet.write(count + 2, 2, 999)
    return kept.getvalue()
