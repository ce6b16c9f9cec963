"""Read a price book from the cells of a sheet: rows that say a price or a rent of a kind, and a sentence for each one that cannot be taken."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from assetpool.core.errors import N_, DomainError, FieldInvalid, Word
from assetpool.prices.headings import ALSO, HEADINGS, QUOTES_READ, SOURCES
from assetpool.prices.service import NewPrice, NewRent, Quote

SEARCHED_ROWS = 30
ROWS_MAX = 20_000

_BRACKETS = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]")


@dataclass(frozen=True)
class Engine:
    """The reading engine of the intake, which stands above: it registers itself here.

    `table` gives the name and cells of a sheet of any table file; the others read one cell and raise ValueError; `plain` reduces a heading.
    """

    table: Callable[[bytes, str, str | None], tuple[str, list[list[Any]]]]
    amount: Callable[[Any], int]
    day: Callable[[Any], date]
    flag: Callable[[Any], bool | None]
    text: Callable[[Any], str]
    plain: Callable[[str], str]


engines: list[Engine] = []


class NoPriceColumn(DomainError):
    """A sheet without the columns of a price book."""

    status = 422
    sentence = N_(
        "“%(sheet)s” has no headings of a price book: a column for the kind (its number, or class code and name) and one for price or rent. "
        "Export the price book and fill that in."
    )


class BookTooLong(DomainError):
    """More rows than are taken at once."""

    status = 413
    sentence = N_("The price book has %(rows)d rows; at most %(limit)d are taken at once. Split it.")


@dataclass(frozen=True)
class Problem:
    """Why a row cannot be taken."""

    row_no: int
    field: str
    refusal: DomainError


@dataclass(frozen=True)
class BookRow:
    """What a row says: of which kind (number, or class, name and spec), its price and its rent."""

    row_no: int
    kind_id: int | None
    class_code_set: str
    class_code: str
    name: str
    spec: str | None
    price: NewPrice | None
    rent: NewRent | None


@dataclass
class Book:
    """A price book as it was read; `blank` rows name a kind but neither price nor rent."""

    file: str
    sheet: str
    header_row: int
    rows: list[BookRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    blank: int = 0

    @property
    def rows_read(self) -> int:
        """Return how many rows with any content stand below the headings."""
        return len(self.rows) + self.blank + len({problem.row_no for problem in self.problems} - {row.row_no for row in self.rows})


def read_book(data: bytes, filename: str, sheet: str | None = None) -> Book:
    """Read a price book; raise what the engine raises for a file that is no table, NoPriceColumn and BookTooLong."""
    engine = engines[0]
    name, cells = engine.table(data, filename, sheet)
    header, columns = _columns(engine, cells)
    if header < 0:
        raise NoPriceColumn(sheet=name)
    if len(cells) - header > ROWS_MAX:
        raise BookTooLong(rows=len(cells) - header - 1, limit=ROWS_MAX)
    book = Book(filename, name, header + 1)
    for index, row in enumerate(cells[header + 1 :], start=header + 2):
        said = {name: row[column] for name, column in columns.items() if column < len(row) and engine.text(row[column])}
        if said:
            _Reader(engine, index, said, book).read()
    return book


def _columns(engine: Engine, cells: Sequence[Sequence[Any]]) -> tuple[int, dict[str, int]]:
    """Return the heading row (from 0, −1: none) and field → column."""
    known = {engine.plain(word): name for name, words in ALSO.items() for word in [HEADINGS[name], *words.split("|")]}
    best: tuple[int, dict[str, int]] = (-1, {})
    for index, row in enumerate(cells[:SEARCHED_ROWS]):
        found: dict[str, int] = {}
        for column, cell in enumerate(row):
            label = cell if isinstance(cell, str) else ""
            name = known.get(engine.plain(label)) or known.get(engine.plain(_BRACKETS.sub("", label)))
            if name is not None:
                found.setdefault(name, column)
        usable = ("kind" in found or "name" in found) and {"price", "rent_day", "quote_1"} & found.keys()
        if usable and len(found) > len(best[1]):
            best = index, found
    return best


class _Reader:
    """One row being read; what cannot be read is told to the book."""

    def __init__(self, engine: Engine, row_no: int, said: Mapping[str, Any], book: Book) -> None:
        self.engine, self.row_no, self.said, self.book = engine, row_no, said, book
        self.wrong = 0

    def read(self) -> None:
        """Put the row into the book, or say why it cannot be taken."""
        kind_id = self._kind_id()
        price, rent = self._price(), self._rent()
        if kind_id is None and not self._text("name"):
            self._refuse("name", N_("name the kind: its number, or class code, name and spec."))
        if self.wrong:
            return
        if price is None and rent is None:
            self.book.blank += 1
            return
        spec = self._text("spec") if "spec" in self.said else None
        self.book.rows.append(BookRow(self.row_no, kind_id, self._text("class_code_set"), self._text("class_code"), self._text("name"), spec, price, rent))

    def _price(self) -> NewPrice | None:
        amount = self._amount("price")
        quotes = []
        for n in range(1, QUOTES_READ + 1):
            asked, supplier = self._amount(f"quote_{n}"), self._text(f"supplier_{n}")
            if asked is not None and not supplier:
                self._refuse(f"supplier_{n}", N_("name the supplier of each quote."))
            elif supplier and asked is None and f"quote_{n}" not in self.said:
                self._refuse(f"quote_{n}", N_("enter what this supplier asked for."))
            elif asked is not None:
                quotes.append(Quote(supplier, asked))
        if amount is None and not quotes:
            return None
        kind = self._source_kind("quotes" if len(quotes) >= 3 else "other")
        source, dated = self._sourced("source", "dated_on")
        return NewPrice(
            amount, valid_from=self._day("valid_from"), valid_until=self._day("valid_until"), dated_on=dated, source=source, source_kind=kind, quotes=quotes,
            tax_included=self._flag("tax"), transport_included=self._flag("transport"),
        )  # fmt: skip

    def _rent(self) -> NewRent | None:
        a_day, week, month = self._amount("rent_day"), self._amount("rent_7"), self._amount("rent_30")
        if a_day is None:
            if week is not None or month is not None:
                self._refuse("rent_day", N_("a rent needs its price for one day."))
            return None
        own = "rent_source" in self.said
        source, dated = self._sourced("rent_source" if own else "source", "rent_dated_on" if own or "rent_dated_on" in self.said else "dated_on")
        kind = "market" if own else self._source_kind("other")
        return NewRent(a_day, week, month, self._day("valid_from"), source, None, dated, kind, valid_until=self._day("valid_until"))

    def _sourced(self, source: str, dated_on: str) -> tuple[str, date | None]:
        words, day = self._text(source)[:300], self._day(dated_on)
        if not words:
            self._refuse(source, N_("say where it comes from: agreement, shop, letter."))
        if day is None and dated_on not in self.said:
            self._refuse(dated_on, N_("enter the date on the paper."))
        return words, day

    def _kind_id(self) -> int | None:
        text = self._text("kind")
        if not text:
            return None
        if not text.isascii() or not text.isdigit() or len(text) > 18:
            self._refuse("kind", N_("a kind's number is a whole number, as the catalogue shows it."))
            return None
        return int(text)

    def _source_kind(self, usual: str) -> str:
        text = self._text("source_kind")
        if not text:
            return usual
        known = {self.engine.plain(words): name for words, name in SOURCES.items()}
        found = known.get(self.engine.plain(text))
        if found is None:
            self._refuse("source_kind", N_("choose one from the list."))
        return found or usual

    def _text(self, name: str) -> str:
        return self.engine.text(self.said.get(name)) if name in self.said else ""

    def _amount(self, name: str) -> int | None:
        if name not in self.said:
            return None
        try:
            amount = self.engine.amount(self.said[name])
        except (ValueError, ArithmeticError):
            self._refuse(name, N_("write an amount in yuan with at most two decimals, for example 1,600.00."))
            return None
        if amount <= 0:
            self._refuse(name, N_("write an amount above 0, or leave the cell empty."))
            return None
        return amount

    def _day(self, name: str) -> date | None:
        if name not in self.said:
            return None
        try:
            return self.engine.day(self.said[name])
        except (ValueError, OverflowError):
            self._refuse(name, N_("write the day as YYYY-MM-DD."))
            return None

    def _flag(self, name: str) -> bool:
        if name not in self.said:
            return True
        try:
            return self.engine.flag(self.said[name]) is not False
        except ValueError:
            self._refuse(name, N_("write yes or no."))
            return True

    def _refuse(self, name: str, problem: str) -> None:
        self.wrong += 1
        refusal = FieldInvalid(field=Word(HEADINGS[name]), problem=Word(problem))
        if not any(known.row_no == self.row_no and known.field == name for known in self.book.problems):
            self.book.problems.append(Problem(self.row_no, name, refusal))
