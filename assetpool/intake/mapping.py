"""Find the heading row of a sheet and say which column holds which field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from assetpool.core.errors import N_, DomainError
from assetpool.intake.figures import Cell, as_text
from assetpool.intake.headings import FIELDS, SYNONYMS, UNSURE, is_heading, plain, spellings

Rows = Sequence[Sequence[Cell]]
SEARCHED_ROWS = 40
SAMPLED_ROWS = 200


class FieldUnknown(DomainError):
    """A mapping names a field that an import does not have."""

    status = 422
    sentence = N_("“%(field)s” is not a field of an import. The fields are: %(fields)s.")


class ColumnUnknown(DomainError):
    """A mapping names a column that the sheet does not have."""

    status = 422
    sentence = N_("There is no column “%(column)s”. The columns found are: %(columns)s.")


@dataclass(frozen=True, slots=True)
class Headings:
    """Where the headings stand: `row` is 1-based (the lower of two), 0 when none was found; `labels` one per column; `above` the group titles."""

    row: int
    labels: list[str]
    above: list[str] = field(default_factory=list)

    def label(self, column: int) -> str:
        """Return what a column is called, with its letter when it has no heading."""
        return self.labels[column] or letters(column)


def letters(column: int) -> str:
    """Return a column's letters as a spreadsheet shows them: 0 → 'A', 26 → 'AA'."""
    text, left = "", column + 1
    while left:
        left, digit = divmod(left - 1, 26)
        text = chr(65 + digit) + text
    return text


def find_headings(rows: Rows, wanted: Mapping[str, str] | None = None) -> Headings:
    """Find the row that names most fields among the first rows, titles above it passed over; two rows together when the upper groups the lower.

    `wanted` is a mapping given by hand: the row that holds its columns wins.
    """
    named = frozenset(plain(column) for column in (wanted or {}).values() if column)
    best, best_score = -1, 0
    texts = [[as_text(cell) if isinstance(cell, str) else "" for cell in row] for row in rows[:SEARCHED_ROWS]]
    for index, row in enumerate(texts):
        score = _score(row, named)
        if score > best_score and (score > 1 or _is_lonely(row)):
            best, best_score = index, score
    if best < 0:
        first = next((i for i, row in enumerate(texts) if sum(map(bool, row)) > 1 or _is_lonely(row)), -1)
        return Headings(first + 1, _unique(texts[first], [])) if first >= 0 else Headings(0, [])
    if best + 1 < len(rows) and _groups(texts[best], rows[best + 1]):
        return _stacked(texts[best], texts[best + 1], best + 2)
    if best > 0 and _groups(texts[best - 1], rows[best]):
        return _stacked(texts[best - 1], texts[best], best + 1)
    return Headings(best + 1, _unique(texts[best], []))


def _score(row: Sequence[str], named: frozenset[str]) -> int:
    fields = {name for text in row if text and is_heading(text) for name in FIELDS for form in spellings(text) if form in SYNONYMS[name]}
    return len(fields) + 3 * len({plain(text) for text in row if text} & named)


def _is_lonely(row: Sequence[str]) -> bool:
    return sum(map(bool, row)) == 1 and any(is_heading(text) for text in row if text)


def _groups(upper: Sequence[str], lower: Sequence[Cell]) -> bool:
    """Tell whether two rows are one heading: the lower has only headings, and stands only where the upper is blank or a group's title."""
    filled = [i for i, cell in enumerate(lower) if as_text(cell)]
    if not filled or any(not isinstance(lower[i], str) for i in filled):
        return False
    known = sum(is_heading(as_text(lower[i])) for i in filled)
    under_blank = [i for i in filled if i >= len(upper) or not upper[i]]
    hanging = [i for i, text in enumerate(upper) if text and i not in filled]
    if known * 2 < len(filled) or not hanging or not under_blank:
        return False
    return sum(map(bool, upper)) > 1 and any(is_heading(upper[i]) for i in hanging)


def _stacked(upper: Sequence[str], lower: Sequence[str], row: int) -> Headings:
    width = max(len(upper), len(lower))
    top, bottom = [*upper, *[""] * (width - len(upper))], [*lower, *[""] * (width - len(lower))]
    above, title = [], ""
    for i in range(width):
        title = top[i] or (title if bottom[i] else "")
        above.append(title if bottom[i] else "")
    return Headings(row, _unique([bottom[i] or top[i] for i in range(width)], above), above)


def _unique(labels: Sequence[str], above: Sequence[str]) -> list[str]:
    """Give columns of one name different ones, by their group's title, else by number."""
    result: list[str] = []
    for i, label in enumerate(labels):
        name = label
        if name and labels.count(label) > 1 and i < len(above) and above[i]:
            name = f"{above[i]} {label}"
        number = 2
        while name and name in result:
            name, number = f"{label} ({number})", number + 1
        result.append(name)
    return result


def map_columns(headings: Headings, rows: Rows, given: Mapping[str, str] | None = None) -> dict[str, int]:
    """Return field → column index: by hand where `given` says so ('' leaves a field out), else by the headings' words and the cells below.

    `given` values are a heading, a column's letters or its number from 1. Raises FieldUnknown and ColumnUnknown.
    """
    mapped: dict[str, int] = {}
    closed: set[str] = set()
    for name, column in (given or {}).items():
        if name not in FIELDS:
            raise FieldUnknown(field=name, fields=", ".join(FIELDS))
        closed.add(name)
        if column:
            mapped[name] = _column(headings, column)
    taken = set(mapped.values())
    for name in FIELDS:
        if name in closed:
            continue
        found = _best_column(name, headings, rows, taken)
        if found is not None:
            mapped[name] = found
            taken.add(found)
    if not {"name", "code"} & (mapped.keys() | closed) and "model" in mapped and "model" not in closed:
        mapped["name"] = mapped.pop("model")
    return mapped


def _column(headings: Headings, column: str) -> int:
    if column in headings.labels:
        return headings.labels.index(column)
    alike = [index for index, label in enumerate(headings.labels) if plain(label) and plain(label) == plain(column)]
    if alike:
        return alike[0]
    text = column.strip().upper()
    index = int(text) - 1 if text.isdecimal() else -1
    if text.isascii() and text.isalpha() and len(text) <= 3:
        for letter in text:
            index = (index + 1) * 26 + ord(letter) - 65
    if not 0 <= index < len(headings.labels):
        raise ColumnUnknown(column=column, columns=", ".join(label for label in headings.labels if label))
    return index


def _best_column(name: str, headings: Headings, rows: Rows, taken: set[int]) -> int | None:
    best, best_rank = None, 10_000
    words = SYNONYMS[name]
    for index, label in enumerate(headings.labels):
        if index in taken or not label:
            continue
        grouped = headings.above[index] + label if index < len(headings.above) and headings.above[index] else ""
        for step, form in enumerate(dict.fromkeys((*(spellings(grouped) if grouped else ()), *spellings(label)))):
            rank = words.get(form, 10_000) * 10 + step
            doubt = UNSURE.get((name, form))
            if rank < best_rank and (doubt is None or _agrees(doubt, headings.row, rows, index)):
                best, best_rank = index, rank
    return best if best_rank < 10_000 else None


def _agrees(doubt: str, first: int, rows: Rows, column: int) -> bool:
    """Settle an unsure heading by the cells below it: most are short words, or most begin like a code."""
    texts = [text for row in rows[first : first + SAMPLED_ROWS] if column < len(row) and (text := as_text(row[column]))]
    if doubt == "short":
        fitting = sum(len(text) <= (8 if text.isascii() else 3) for text in texts)
    else:
        fitting = sum(text[:4].isdigit() or (text[:1].isalpha() and text[1:4].isdigit()) for text in texts)
    return fitting * 2 > len(texts)
