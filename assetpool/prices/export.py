"""The whole price book as a file, under the headings by which it can be imported again."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext
from sqlalchemy.orm import Session

from assetpool.core import spreadsheets
from assetpool.prices import freshness, queries
from assetpool.prices.headings import HEADINGS, QUOTES_READ
from assetpool.prices.models import PriceQuote
from assetpool.prices.wording import SOURCE_WORDS, STATE_WORDS

_MONEY = frozenset(("price", "rent_day", "rent_7", "rent_30", "quote"))
Row = dict[str, Any]


def rows(session: Session, pool_id: int, day: date) -> list[Row]:
    """Return every kind that is offered with what holds on a day, its quotes and what it wants; money in fen, in a fixed number of queries."""
    allowed = freshness.limits(session, pool_id, day)
    lines = queries.book(session, pool_id, day, allowed)
    quotes = queries.quotes_of(session, [line.price.id for line in lines if line.price])
    found = []
    for line in lines:
        states = [gettext(STATE_WORDS[state]) for state in queries.states_of(line, allowed, day)]
        row: Row = {**_named(line), **_priced(line, quotes.get(line.price.id, []) if line.price else []), "states": " ".join(states)}
        found.append(row)
    return found


def _named(line: queries.Line) -> Row:
    kind = line.kind
    return {
        "kind": kind.id, "class_code_set": kind.class_code_set, "class_code": kind.class_code, "name": kind.name, "spec": kind.spec,
        "measure": kind.measure, "life": kind.service_life_months, "cap": kind.standard_cap,
    }  # fmt: skip


def _priced(line: queries.Line, quotes: Sequence[PriceQuote]) -> Row:
    price, rent = line.price, line.rent
    row: Row = {}
    if price is not None:
        row |= {
            "price": price.amount, "source": price.source, "source_kind": gettext(SOURCE_WORDS.get(price.source_kind, price.source_kind)),
            "dated_on": price.dated_on, "since": price.valid_from, "valid_until": price.valid_until,
            "tax": gettext("yes") if price.tax_included else gettext("no"), "transport": gettext("yes") if price.transport_included else gettext("no"),
        }  # fmt: skip
    for number, quote in enumerate(quotes[:QUOTES_READ], start=1):
        row |= {f"supplier_{number}": quote.supplier, f"quote_{number}": quote.amount}
    if rent is not None:
        row |= {"rent_day": rent.per_day, "rent_7": rent.per_7_days, "rent_30": rent.per_30_days, "rent_source": rent.source, "rent_dated_on": rent.dated_on}
    return row


def heads() -> list[tuple[str, str]]:
    """Return (field, heading) of every column, in the language of the page.

    The last four are for reading only; “Holds from” is left empty, so that what is changed holds from today.
    """
    told = [(field, gettext(words)) for field, words in HEADINGS.items()]
    told += [("since", gettext("On file since")), ("life", gettext("Service life, months"))]
    return [*told, ("cap", gettext("Allocation standard's cap, yuan")), ("states", gettext("To be done"))]


def _is_money(field: str) -> bool:
    return field in _MONEY or field.startswith("quote_") or field == "cap"


def csv_text(found: Sequence[Row]) -> bytes:
    """Write the book as CSV in UTF-8 with a byte order mark; no cell begins a formula."""
    columns = heads()
    rows = ([spreadsheets.money(row.get(field)) if _is_money(field) else row.get(field) for field, _ in columns] for row in found)
    return spreadsheets.csv_whole([heading for _, heading in columns], rows)


def workbook(found: Sequence[Row]) -> bytes:
    """Write the book as XLSX: money as numbers in yuan, days as days."""
    kept = io.BytesIO()
    book = spreadsheets.workbook(kept)
    page = book.add_worksheet(gettext("Price book"))
    money, day = book.add_format({"num_format": "#,##0.00"}), book.add_format({"num_format": "yyyy-mm-dd"})
    columns = heads()
    page.write_row(0, 0, [heading for _, heading in columns], book.add_format({"bold": True, "bottom": 1, "text_wrap": True}))
    for line, row in enumerate(found, start=1):
        for column, (field, _) in enumerate(columns):
            value = row.get(field)
            if value is None:
                continue
            if _is_money(field):
                page.write_number(line, column, spreadsheets.money(value), money)
            elif isinstance(value, date):
                page.write_datetime(line, column, value, day)
            else:
                page.write(line, column, value)
    page.set_column(0, len(columns) - 1, 14)
    page.freeze_panes(1, 0)
    book.close()
    return kept.getvalue()
