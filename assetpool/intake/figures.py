"""Read what people write in cells: numbers, amounts, counts, days, grades. No float arithmetic, no clock.

Every reader takes one cell (text, number, day or nothing) and raises ValueError when the cell holds something it cannot read.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Final

Cell = str | int | float | bool | datetime.date | datetime.datetime | datetime.time | datetime.timedelta | None

QUANTITY_MAX: Final = 10_000_000
FEN_MAX: Final = 10**15
_FEN: Final = Decimal("0.01")
# Sums made by a spreadsheet carry binary dust far below a fen; only what exceeds it is a third decimal somebody wrote.
_DUST: Final = Decimal("0.000001")

_PLAIN = re.compile(r"-?\d+(?:\.\d+)?")
_CURRENCY = re.compile(r"^(?:¥|\$|€|£|us\$|rmb|cny|usd|eur|s/\.?|人民币)\s*", re.IGNORECASE)
_SUFFIX = re.compile(r"\s*(万元|万|元整|元|圆|%|yuan|rmb|cny|usd|eur|美元)$", re.IGNORECASE)
_GROUPED = re.compile(r"\d{1,3}(?:([, '’])\d{3})(?:\1\d{3})*(?:\.\d+)?")
_EUROPEAN = re.compile(r"\d{1,3}(?:\.\d{3})+,\d{1,2}")
_SCIENTIFIC = re.compile(r"\d+(?:\.\d+)?e[+-]?\d{1,2}", re.IGNORECASE)
_COUNTED = re.compile(r"([+-]?[\d, ]+(?:\.0+)?)\s*([^\W\d_]{1,8})\.?")

_NOTHING: Final = "-|--|---|—|——|/|//|\\|n/a|na|#n/a|none|null|nil|无|暂无|未知|空|s/n|s/m|sin marca|sin serie|sin modelo"
PLACEHOLDERS: Final = frozenset(_NOTHING.split("|"))


def parse_decimal(value: Cell) -> Decimal:
    """Read a number as people write it: full-width digits, separators by threes, currency signs, 万, percent, (negative)."""
    if isinstance(value, bool) or value is None:
        raise ValueError(value)
    if isinstance(value, int | float):
        number = Decimal(repr(value))
        if not number.is_finite():
            raise ValueError(value)
        return number
    if not isinstance(value, str):
        raise ValueError(value)
    return _number_in(value.strip())


@lru_cache(maxsize=4096)
def _number_in(text: str) -> Decimal:
    return Decimal(text) if _PLAIN.fullmatch(text) else _written(text)


def _written(raw: str) -> Decimal:
    text = unicodedata.normalize("NFKC", raw).replace("−", "-").replace("–", "-").strip()
    negative = False
    if text.startswith("(") and text.endswith(")"):
        negative, text = True, text[1:-1].strip()
    text, sign = _signed(text)
    bare = _CURRENCY.sub("", text)
    text, inner = _signed(bare) if bare != text else (text, 1)
    factor = Decimal(1)
    suffix = _SUFFIX.search(text)
    if suffix:
        text = text[: suffix.start()]
        factor = {"万元": Decimal(10000), "万": Decimal(10000), "%": Decimal("0.01")}.get(suffix.group(1), Decimal(1))
    if _GROUPED.fullmatch(text):
        text = re.sub(r"[, '’]", "", text)
    elif _EUROPEAN.fullmatch(text):
        text = text.replace(".", "").replace(",", ".")
    elif text.startswith(".") and text[1:].isdigit():
        text = "0" + text
    if not (_PLAIN.fullmatch(text) or _SCIENTIFIC.fullmatch(text)) or text.startswith("-"):
        raise ValueError(raw)
    number = Decimal(text) * factor
    return -number if negative != (sign * inner < 0) else number


def _signed(text: str) -> tuple[str, int]:
    if text[:1] in "+-" and text:
        return text[1:].lstrip(), -1 if text[0] == "-" else 1
    return text, 1


def to_fen(number: Decimal) -> tuple[int, bool]:
    """Round an amount in yuan half up to fen; say whether more than two decimals were written. Raises ValueError beyond 10 trillion yuan."""
    rounded = number.quantize(_FEN, rounding=ROUND_HALF_UP) if abs(number) < FEN_MAX else Decimal(FEN_MAX)
    fen = int(rounded * 100)
    if abs(fen) > FEN_MAX:
        raise ValueError(number)
    return fen, abs(number - rounded) >= _DUST


def parse_count(value: Cell) -> tuple[int, str]:
    """Read a whole number of pieces, with the measure if it is written behind it ('12张' → 12, '张')."""
    measure = ""
    try:
        number = parse_decimal(value)
    except ValueError:
        counted = _COUNTED.fullmatch(unicodedata.normalize("NFKC", value).strip()) if isinstance(value, str) else None
        if counted is None:
            raise
        number, measure = parse_decimal(counted.group(1)), counted.group(2)
    if number != number.to_integral_value() or abs(number) > QUANTITY_MAX:
        raise ValueError(value)
    return int(number), measure


def as_text(value: Cell) -> str:
    """Write a cell as text: whole numbers without decimals (codes stay '123'), days as YYYY-MM-DD, blanks and controls tidied."""
    if isinstance(value, str):
        if value.isprintable() and "  " not in value:  # Of all blanks only the plain space is printable.
            return value.strip()
        return " ".join("".join(c if c.isprintable() or c.isspace() else "" for c in value).split())
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime.datetime):
        return value.isoformat(sep=" ", timespec="seconds") if value.time() != datetime.time() else value.date().isoformat()
    return str(value)


def as_code(value: Cell) -> str:
    """Write a cell as a code: as text, with full-width letters and digits made narrow."""
    text = as_text(value)
    return text if text.isascii() else unicodedata.normalize("NFKC", text).strip()


def is_placeholder(text: str) -> bool:
    """Tell whether a text only says that there is nothing ('-', '无', 'N/A', 'SIN MARCA')."""
    return len(text) <= 10 and text.casefold() in PLACEHOLDERS


_GRADES: Final[dict[str, tuple[str, ...]]] = {
    "new": ("new", "n", "brand new", "like new", "unused", "全新", "新", "未使用", "nuevo", "新品"),
    "good": ("good", "b", "excellent", "very good", "serviceable", "ok", "良好", "好", "良", "完好", "优", "较好", "正常", "bueno"),
    "fair": ("fair", "r", "used", "average", "一般", "中", "可用", "较旧", "旧", "regular", "轻微磨损"),
    "poor": ("poor", "m", "bad", "damaged", "broken", "差", "较差", "待修", "待维修", "损坏", "破损", "坏", "malo"),
    "scrap": ("scrap", "c", "e", "junk", "unserviceable", "报废", "待报废", "拟报废", "废", "chatarra", "raee"),
}
CONDITIONS: Final = {word: grade for grade, words in _GRADES.items() for word in words}
# These say what the thing is doing, not how it looks: they give no grade and are no fault either.
_NO_GRADE: Final = frozenset(("在用", "使用", "使用中", "在库", "闲置", "出借", "出租", "in use", "idle"))


def parse_condition(value: Cell) -> str | None:
    """Read a condition as one of new, good, fair, poor, scrap; None where the word says nothing about it."""
    text = as_code(value).casefold()
    if not text or is_placeholder(text) or text in _NO_GRADE:
        return None
    grade = CONDITIONS.get(text)
    if grade is None:
        raise ValueError(value)
    return grade


_YES: Final = frozenset(("yes", "y", "true", "1", "是", "对", "批量", "lot", "√", "sí", "si"))
_NO: Final = frozenset(("no", "n", "false", "0", "否", "不", "×", "单件", "unit"))


def parse_flag(value: Cell) -> bool | None:
    """Read yes or no; None for an empty cell."""
    text = as_code(value).casefold()
    if not text or is_placeholder(text):
        return None
    if text in _YES or text in _NO:
        return text in _YES
    raise ValueError(value)
