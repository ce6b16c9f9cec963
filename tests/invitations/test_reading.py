"""Lists as people write them are read without asking much."""

from __future__ import annotations

from datetime import date

import pytest

from assetpool.invitations.reading import MOST_ROWS, ListTooLong, NoList, read_file, read_text
from tests.invitations import tables

FIRST, LAST = date(2027, 3, 2), date(2027, 3, 6)


def csv(*rows: str) -> bytes:
    return "\n".join(rows).encode()


def test_a_list_by_venue_with_merged_cells_title_and_total_is_read_whole() -> None:
    rows = read_file(tables.forty_lines(FIRST, date(2027, 3, 4)), "需求.xlsx", FIRST, LAST)
    assert len(rows) == 40
    assert [row.venue for row in rows[::7]] == [tables.VENUES[number * 6 // 40] for number in range(0, 40, 7)]
    assert {(row.first_day, row.last_day) for row in rows} == {(FIRST, date(2027, 3, 4))}
    assert (rows[0].contact, rows[0].telephone, rows[1].contact) == ("联系人1", "13800000001", "联系人1")


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("3月3日至3月5日", (date(2027, 3, 3), date(2027, 3, 5))),
        ("3月3日-5日", (date(2027, 3, 3), date(2027, 3, 5))),
        ("2027-03-03 ~ 2027-03-05", (date(2027, 3, 3), date(2027, 3, 5))),
        ("2027年3月3日—2027年3月5日", (date(2027, 3, 3), date(2027, 3, 5))),
        ("3天", (FIRST, date(2027, 3, 4))),
        ("3/4", (date(2027, 3, 4), date(2027, 3, 4))),
        ("", (FIRST, LAST)),
    ],
)
def test_days_are_read_as_people_write_them(said: str, days: tuple[date, date]) -> None:
    (row,) = read_file(csv("物品,数量,使用时间", f"折叠椅,300,{said}"), "a.csv", FIRST, LAST)
    assert (row.first_day, row.last_day, row.said) == (*days, "")


def test_days_that_cannot_be_read_are_said_and_the_events_days_stand_in() -> None:
    (row,) = read_file(csv("thing,count,days", "chairs,300,sometime"), "a.csv", FIRST, LAST)
    assert (row.first_day, row.last_day, row.said) == (FIRST, LAST, "sometime")


@pytest.mark.parametrize(
    ("said", "count"), [("300", 300), ("1,200", 1200), ("300张", 300), ("３００", 300), ("若干", None), ("0", None), ("-3", None), ("2.5", None)]
)
def test_counts_are_read_or_left_to_the_person(said: str, count: int | None) -> None:
    (row,) = read_file(csv("thing\tcount", f"chairs\t{said}"), "a.tsv", FIRST, LAST)
    assert (row.quantity, row.said) == (count, "" if count else said)


def test_a_venue_may_be_a_line_of_its_own_or_the_name_of_a_sheet() -> None:
    rows = read_file(csv("物品,数量", "一号馆,", "椅子,30", "二号馆,", "桌子,4"), "a.csv", FIRST, LAST)
    assert [(row.venue, row.thing, row.quantity) for row in rows] == [("一号馆", "椅子", 30), ("二号馆", "桌子", 4)]


def test_typed_lines_are_read() -> None:
    rows = read_text("主会场：\n会议椅 300\n桌子 x 20张\n游泳馆:\nfolding chairs 12\nprojector", FIRST, LAST)
    assert [(row.venue, row.thing, row.quantity) for row in rows] == [
        ("主会场", "会议椅", 300),
        ("主会场", "桌子", 20),
        ("游泳馆", "folding chairs", 12),
        ("游泳馆", "projector", None),
    ]


def test_columns_pasted_from_a_spreadsheet_are_read_with_and_without_headings() -> None:
    (row,) = read_text("一号馆\t会议椅\t300\t张三\t13800001111", FIRST, LAST)
    assert (row.venue, row.thing, row.quantity, row.contact, row.telephone) == ("一号馆", "会议椅", 300, "张三", "13800001111")
    (row,) = read_text("thing\tcount\tvenue\nchairs\t30\tHall 1", FIRST, LAST)
    assert (row.venue, row.thing, row.quantity) == ("Hall 1", "chairs", 30)


def test_a_file_without_a_list_and_one_too_long_are_refused_with_a_sentence() -> None:
    with pytest.raises(NoList):
        read_file(csv("a,b", "1,2"), "a.csv", FIRST, LAST)
    with pytest.raises(ListTooLong):
        read_file(csv("thing,count", *[f"chair {n},1" for n in range(MOST_ROWS + 1)]), "a.csv", FIRST, LAST)
