"""Setting text: no mark at the wrong end of a line, nothing lost, nothing too wide."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetpool.core.paper_text import clean, cut, fit, wrap


def width(text: str) -> float:
    """Two units for a Chinese character, one for any other."""
    return float(sum(2 if ord(character) > 0x2E80 else 1 for character in text))


WRAPPED = [
    ("一二三四五六", 8, ["一二三四", "五六"]),
    ("一二三四。五", 8, ["一二三", "四。五"]),
    ("一二三（四五）", 8, ["一二三", "（四五）"]),
    ("一二三 table 四", 9, ["一二三", "table 四"]),
    ("价 1,234.56 元", 8, ["价", "1,234.56", "元"]),
    ("ABCDEFGHIJ", 4, ["ABCD", "EFGH", "IJ"]),
    ("甲\n乙", 8, ["甲", "乙"]),
    ("", 8, [""]),
]


@pytest.mark.parametrize(("text", "room", "lines"), WRAPPED)
def test_lines_break_as_chinese_and_english_want_it(text: str, room: int, lines: list[str]) -> None:
    assert wrap(text, room, width) == lines


@given(st.text(alphabet="一二三，。（）ab 1.-", max_size=60), st.integers(min_value=4, max_value=30))
def test_no_line_is_too_wide_and_no_letter_is_lost(text: str, room: int) -> None:
    lines = wrap(text, room, width)
    assert all(width(line) <= room for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_what_is_too_long_ends_in_an_ellipsis_or_keeps_its_end() -> None:
    assert cut("一二三四五", 7, width) == "一二三…"
    assert cut("AB-2019-00417", 9, width, keep_end=True) == "AB-2…0417"
    assert cut("一二三", 6, width) == "一二三"


def test_text_shrinks_before_it_is_cut() -> None:
    sizes = [10.0, 9.0, 5.0]
    at = lambda size: lambda text: width(text) * size / 10  # noqa: E731
    assert fit("一二三", 6, sizes, 1, at) == (["一二三"], 10.0)
    assert fit("一二三", 5.5, sizes, 1, at) == (["一二三"], 9.0)
    assert fit("一二三四五六", 6, sizes, 1, at) == (["一二三四五六"], 5.0)
    assert fit("一二三四五六七", 6, sizes, 1, at) == (["一二三四五…"], 5.0)
    assert fit("一二三四五六", 6, sizes, 2, at) == (["一二三", "四五六"], 10.0)


def test_control_characters_go_and_line_ends_stay() -> None:
    assert clean("a\x00b\u200b\r\nc\td") == "ab\nc d"
    assert clean(" a \n b ", keep_lines=False) == "a b"
