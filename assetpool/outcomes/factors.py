"""Factors of carbon and waste: published figures per thing with source and range, and which of them fits a kind. Read from the seed file once.

`gross`: making a new thing. `net`: reusing one, after the effort of reuse, as published. `waste`: mass of a thing. Grams, never mixed (SAVINGS.md, rule 12).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path

SEED = Path(__file__).parent / "seed" / "carbon_factors.csv"
GROSS, NET, WASTE = "gross", "net", "waste"
MEASURES = (GROSS, NET, WASTE)


@dataclass(frozen=True)
class Factor:
    """One published figure in grams per thing; `low` and `high` are the figure itself where the source gives no spread."""

    measure: str
    category: str
    category_en: str
    code_set: str
    class_codes: tuple[str, ...]
    words: tuple[tuple[str, ...], ...]
    unit: str
    grams: int
    low: int
    high: int
    spread: bool
    boundary: str
    sample: int | None
    evidence: str
    source: str


@dataclass(frozen=True)
class Described:
    """What decides which factor fits a kind: code set, the path of its class and all its words."""

    code_set: str
    class_path: str
    words: str


def grams(kilograms: str) -> int:
    """Read kilograms as whole grams; raise ValueError for what is no such weight."""
    exact = Fraction(kilograms) * 1000
    if exact.denominator != 1 or exact <= 0:
        raise ValueError(kilograms)
    return exact.numerator


@cache
def seeded() -> tuple[Factor, ...]:
    """Return the factors of the seed file, in its order."""
    with SEED.open(encoding="utf-8", newline="") as opened:
        return tuple(_factor(row) for row in csv.DictReader(opened))


def _factor(row: dict[str, str]) -> Factor:
    if row["measure"] not in MEASURES:
        raise ValueError(row["measure"])
    value = grams(row["value"])
    return Factor(
        measure=row["measure"],
        category=row["category"],
        category_en=row["category_en"],
        code_set=row["code_set"],
        class_codes=tuple(row["class_codes"].split()),
        words=tuple(tuple(part.casefold() for part in words.split("+")) for words in row["words"].split("|") if words),
        unit=row["unit"],
        grams=value,
        low=grams(row["low"]) if row["low"] else value,
        high=grams(row["high"]) if row["high"] else value,
        spread=bool(row["low"] and row["high"]),
        boundary=row["boundary"],
        sample=int(row["sample"]) if row["sample"] else None,
        evidence=row["evidence"],
        source=row["source"],
    )


def factor_for(kind: Described, measure: str, known: tuple[Factor, ...]) -> Factor | None:
    """Return the factor of a kind, or None: one that asks for words of the kind goes before one that does not, then the narrower class, then the first."""
    best: tuple[tuple[bool, int], Factor] | None = None
    for factor in known:
        depth = _depth(kind, factor)
        if factor.measure != measure or not depth or not _spoken(kind, factor):
            continue
        place = (bool(factor.words), depth)
        if best is None or place > best[0]:
            best = (place, factor)
    return None if best is None else best[1]


def _depth(kind: Described, factor: Factor) -> int:
    """Return how deep in the kind's class path the factor's class stands, 0 if it does not."""
    if kind.code_set != factor.code_set:
        return 0
    path = [code for code in kind.class_path.split("/") if code]
    return max((path.index(code) + 1 for code in factor.class_codes if code in path), default=0)


def _spoken(kind: Described, factor: Factor) -> bool:
    words = kind.words.casefold()
    return not factor.words or any(all(word in words for word in together) for together in factor.words)
