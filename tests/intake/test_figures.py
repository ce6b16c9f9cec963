"""Numbers, amounts, counts, days and grades are read as people write them, and what cannot be read is said so."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetpool.intake.days import Day, is_day_first, parse_day
from assetpool.intake.figures import Cell, as_code, as_text, parse_condition, parse_count, parse_decimal, parse_flag, to_fen


@pytest.mark.parametrize(
    ("written", "number"),
    [
        (1234.5, "1234.5"),
        (85, "85"),
        ("1,234,567.89", "1234567.89"),
        ("1，234．50", "1234.50"),
        ("１２３４", "1234"),
        ("¥1,200.00", "1200.00"),
        ("￥85元", "85"),
        ("RMB 85", "85"),
        ("$12.58", "12.58"),
        ("12.5万元", "125000.0"),
        ("3万", "30000"),
        ("85%", "0.85"),
        ("(120.00)", "-120.00"),
        ("-1,000", "-1000"),
        ("$-5", "-5"),
        ("1 234.56", "1234.56"),
        ("1.234,56", "1234.56"),
        ("1.2E+5", "120000"),
        (".5", "0.5"),
        ("+7", "7"),
    ],
)
def test_a_number_is_read_as_people_write_it(written: Cell, number: str) -> None:
    assert parse_decimal(written) == Decimal(number)


@pytest.mark.parametrize(
    "written", ["", "abc", "12,5", "1,2345", "1.2.3", "约100", "12-3", "=A1", "--5", "1,234 567", "万", True, None, datetime.date(2020, 1, 1), float("nan")]
)
def test_what_is_no_number_is_not_guessed(written: Cell) -> None:
    with pytest.raises(ValueError):
        parse_decimal(written)


def test_amounts_are_exact_to_the_fen_and_tell_a_third_decimal() -> None:
    assert to_fen(parse_decimal(0.1 + 0.2)) == (30, False)
    assert to_fen(parse_decimal(9911807.560000034)) == (991180756, False)
    assert to_fen(Decimal("1.005")) == (101, True)
    assert to_fen(Decimal("-1.005")) == (-101, True)
    with pytest.raises(ValueError):
        to_fen(Decimal(10) ** 14)


@given(st.integers(0, 10**12))
def test_an_amount_written_as_a_float_comes_back_as_the_same_fen(fen: int) -> None:
    assert to_fen(parse_decimal(fen / 100)) == (fen, False)


def test_a_count_may_carry_its_measure() -> None:
    assert parse_count("12张") == (12, "张")
    assert parse_count("1,000 pcs") == (1000, "pcs")
    assert parse_count(3.0) == (3, "")
    assert parse_count("-2") == (-2, "")
    for wrong in ("2.5", 2.5, "张", "12张椅子和桌子一共很多", "1e9", "10*2"):
        with pytest.raises(ValueError):
            parse_count(wrong)


def test_codes_stay_text() -> None:
    assert as_code(123.0) == "123" and as_code("000123") == "000123" and as_code("ＡＢ－１") == "AB-1"
    assert as_text(10000000000000000.0) == "10000000000000000"
    assert as_text(" two \n lines\x00 ") == "two lines"
    assert as_text(datetime.datetime.fromisoformat("2020-01-02")) == "2020-01-02"


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2023-04-01", "2023-04-01"),
        ("2019-10-17 00:00:00", "2019-10-17"),
        ("2014-03-18 11:55:31.999296", "2014-03-18"),
        ("2023-04-01T08:00:00Z", "2023-04-01"),
        ("2023/4/1", "2023-04-01"),
        ("2023.4.1", "2023-04-01"),
        ("2023年4月1日", "2023-04-01"),
        ("２０２３年４月１日", "2023-04-01"),
        ("20230401", "2023-04-01"),
        (20230401.0, "2023-04-01"),
        ("1/23/23", "2023-01-23"),
        ("23/1/2023", "2023-01-23"),
        ("3.11.1998", "1998-11-03"),
        ("3-Nov-2011", "2011-11-03"),
        ("Nov 3, 2011", "2011-11-03"),
        (45017.0, "2023-04-01"),
        ("45017", "2023-04-01"),
        (datetime.date(2023, 4, 1), "2023-04-01"),
        (datetime.datetime.fromisoformat("2023-04-01T09:30"), "2023-04-01"),
        ("5/5/99", "1999-05-05"),
    ],
)
def test_a_day_is_read_as_ledgers_write_it(written: Cell, day: str) -> None:
    assert parse_day(written) == Day(datetime.date.fromisoformat(day))


@pytest.mark.parametrize(
    "written", ["", "soon", "2023-13-01", "2023-02-30", "0000-00-00", "13/13/2023", "3 Foo 2020", 3.5, True, datetime.time(9, 30), "2023-04-01x", "99999999"]
)
def test_what_is_no_day_is_not_guessed(written: Cell) -> None:
    with pytest.raises(ValueError):
        parse_day(written)


def test_a_day_that_could_be_two_is_settled_by_its_column_or_told() -> None:
    assert is_day_first(["3/4/2023", "23/4/2023"]) is True
    assert is_day_first(["3/4/2023", "4/23/2023"]) is False
    assert is_day_first(["3/4/2023", None, 5.0]) is None
    assert is_day_first(["23/4/2023", "4/23/2023"]) is None
    assert parse_day("3/4/2023", True) == Day(datetime.date(2023, 4, 3))
    assert parse_day("3/4/2023", False) == Day(datetime.date(2023, 3, 4))
    assert parse_day("3/4/2023", None) == Day(datetime.date(2023, 3, 4), "order")
    assert parse_day("2023年4月") == Day(datetime.date(2023, 4, 1), "part")
    assert parse_day("2023") == parse_day(2023.0) == Day(datetime.date(2023, 1, 1), "part")


@given(st.dates(datetime.date(1928, 1, 1), datetime.date(2099, 12, 31)))
def test_a_day_comes_back_from_every_way_to_write_it(day: datetime.date) -> None:
    serial = (day - datetime.date(1899, 12, 30)).days
    for written in (
        day.isoformat(),
        f"{day.year}年{day.month}月{day.day}日",
        f"{day:%Y/%m/%d}",
        f"{day.year}.{day.month}.{day.day}",
        float(serial),
        f"{day:%d-%b-%Y}",
    ):
        assert parse_day(written) == Day(day)


def test_conditions_and_flags_in_every_language() -> None:
    assert [parse_condition(word) for word in ("全新", "良好", "一般", "差", "待报废", "N", "B", "R", "M", "GOOD", "Ｇｏｏｄ")] == [
        *("new", "good", "fair", "poor", "scrap", "new", "good", "fair", "poor", "good", "good")
    ]
    assert parse_condition("在用") is None and parse_condition("") is None
    with pytest.raises(ValueError):
        parse_condition("TV")
    assert (parse_flag("是"), parse_flag("No"), parse_flag(None)) == (True, False, None)
    with pytest.raises(ValueError):
        parse_flag("maybe")
