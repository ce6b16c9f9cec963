"""Money is an integer number of fen; ratios stay exact until the last step, and no float enters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

Fen = int

_AMOUNT = re.compile(r"^(-)?(\d+)(?:\.(\d{1,2}))?$")


def rhu(value: Fraction | int) -> Fen:
    """Round an exact rational half up (四舍五入) to whole fen (SAVINGS.md, Words)."""
    exact = Fraction(value)
    return (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)


def share(total: Fen, weights: Sequence[int]) -> list[Fen]:
    """Share `total` (≥ 0) over integer weights by largest remainder; equal remainders go to the lower line first.

    With no weight above 0 everything is shared by equal parts. The parts always add up to `total`.
    """
    if not weights:
        return []
    base = list(weights) if sum(weights) > 0 else [1] * len(weights)
    whole = sum(base)
    parts = [total * weight // whole for weight in base]
    order = sorted(range(len(base)), key=lambda i: (-(total * base[i] % whole), i))
    for index in order[: total - sum(parts)]:
        parts[index] += 1
    return parts


def yuan(amount: Fen, grouped: bool = True) -> str:
    """Write fen as yuan with two decimals: 184002000 → '1,840,020.00'."""
    amount = int(amount)  # PostgreSQL answers a sum of integers as a Decimal; nothing is lost, there are no parts of a fen
    sign, digits = ("−" if grouped else "-") if amount < 0 else "", abs(amount)
    return f"{sign}{digits // 100:{',' if grouped else ''}}.{digits % 100:02d}"


def parse_yuan(text: str) -> Fen:
    """Read an amount in yuan ('1,840,020.00', '¥300', '12.5') as fen; raise ValueError if it is no amount."""
    cleaned = text.strip().replace(",", "").replace("，", "").lstrip("¥￥").removesuffix("元").strip()
    match = _AMOUNT.match(cleaned)
    if match is None:
        raise ValueError(text)
    sign, whole, cents = match.groups()
    amount = int(whole) * 100 + int((cents or "0").ljust(2, "0"))
    return -amount if sign else amount


def percent(rate: Fraction) -> str:
    """Write an exact ratio as a percentage with two decimals, half up: 7/10 → '70.00'."""
    return yuan(rhu(rate * 10000), grouped=False)
