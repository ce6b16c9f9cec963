"""Cards and vouchers of a transfer as files for the accounting systems of both sides: amounts in yuan, codes as text."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext

from assetpool.catalog.models import Kind
from assetpool.core import spreadsheets
from assetpool.core.errors import N_
from assetpool.core.web import language
from assetpool.custody.words import CONDITION_WORDS
from assetpool.org.models import Organization
from assetpool.transfers.bookkeeping import ACCOUNTS, LEDGERS, SIDES, Entry
from assetpool.transfers.cards import Books, Filed
from assetpool.transfers.schemas import CardAnswer, EntryAnswer

CARD_HEADS = (
    N_("Transfer number"), N_("Line"), N_("Slip"), N_("Tag"), N_("Number in the giver's books"), N_("Code set"), N_("Class code"), N_("Name"), N_("Spec"),
    N_("Brand"), N_("Serial number"), N_("Measure"), N_("Quantity"), N_("Condition"), N_("Acquired on"), N_("Service life, months"), N_("Accepted on"),
    N_("Out of the books of"), N_("Original value, yuan"), N_("Accumulated depreciation, yuan"), N_("Carrying amount, yuan"), N_("Into the books of"),
    N_("Entered at, yuan"), N_("Depreciation taken over, yuan"),
)  # fmt: skip
VOUCHER_HEADS = (
    N_("Transfer number"), N_("Side"), N_("Organization"), N_("Ledger"), N_("Voucher"), N_("Date"), N_("Summary"), N_("Line"),
    N_("Account code"), N_("Account"), N_("Debit, yuan"), N_("Credit, yuan"), N_("Receipt"),
)  # fmt: skip
MONEY = {"cards": (18, 19, 20, 22, 23), "vouchers": (10, 11)}
"""Columns that hold money, from 0."""
Rows = list[list[Any]]


def _named(thing: Organization | Kind) -> str:
    return thing.name_en if language() == "en" and thing.name_en else thing.name


def card_answer(one: Filed) -> CardAnswer:
    """Return a card as JSON holds it."""
    return {
        "line": one.card.line_no, "slip": one.slip, "tag": one.asset.tag, "external_no": one.asset.external_no, "class_code_set": one.kind.class_code_set,
        "class_code": one.kind.class_code, "name": one.kind.name, "spec": one.kind.spec, "brand": one.asset.brand, "serial": one.asset.serial,
        "measure": one.kind.measure, "quantity": one.card.count, "condition": one.condition, "acquired_on": one.acquired_on,
        "service_life_months": one.kind.service_life_months, "accepted_on": one.accepted_on, "original_value_fen": one.card.original,
        "accumulated_depreciation_fen": one.card.worn, "carrying_amount_fen": one.card.carrying, "entered_at_fen": one.taken.cost,
        "depreciation_taken_over_fen": one.taken.worn,
    }  # fmt: skip


def entry_answer(one: Entry) -> EntryAnswer:
    """Return a line of a voucher as JSON holds it."""
    return {
        "side": one.side, "ledger": one.ledger, "voucher": one.voucher, "day": one.day, "summary": gettext(one.summary), "line": one.line_no,
        "account": one.account, "account_name": gettext(ACCOUNTS[one.account]), "debit_fen": one.debit, "credit_fen": one.credit, "receipt": one.receipt,
    }  # fmt: skip


def card_rows(books: Books) -> Rows:
    """Return one row for each label (and part of a lot) that was accepted, as both sides file it."""
    giver, receiver = _named(books.giver), _named(books.receiver)
    return [
        [
            books.document.number, one.card.line_no, one.slip, one.asset.tag, one.asset.external_no, one.kind.class_code_set, one.kind.class_code,
            _named(one.kind), one.kind.spec, one.asset.brand, one.asset.serial, one.kind.measure, one.card.count,
            gettext(CONDITION_WORDS.get(one.condition, one.condition)), one.acquired_on, one.kind.service_life_months, one.accepted_on, giver,
            *(spreadsheets.money(amount) for amount in (one.card.original, one.card.worn, one.card.carrying)), receiver,
            *(spreadsheets.money(amount) for amount in (one.taken.cost, one.taken.worn)),
        ]
        for one in books.cards
    ]  # fmt: skip


def voucher_rows(books: Books, side: str = "") -> Rows:
    """Return the lines of the vouchers, of one side or of both."""
    sides: dict[str, Organization] = {"giver": books.giver, "receiver": books.receiver}
    return [
        [
            books.document.number, gettext(SIDES[one.side]), _named(sides[one.side]), gettext(LEDGERS[one.ledger]), one.voucher, one.day,
            gettext(one.summary), one.line_no, one.account, gettext(ACCOUNTS[one.account]), spreadsheets.money(one.debit), spreadsheets.money(one.credit),
            one.receipt,
        ]
        for one in books.vouchers
        if side in ("", one.side)
    ]  # fmt: skip


def cards_csv(books: Books) -> bytes:
    """Write the cards as CSV in UTF-8 with a byte order mark."""
    return spreadsheets.csv_whole([gettext(head) for head in CARD_HEADS], card_rows(books))


def vouchers_csv(books: Books) -> bytes:
    """Write the vouchers of both sides as CSV in UTF-8 with a byte order mark."""
    return spreadsheets.csv_whole([gettext(head) for head in VOUCHER_HEADS], voucher_rows(books))


def workbook(books: Books) -> bytes:
    """Write one workbook: the giver's vouchers, the receiver's, and the cards."""
    kept = io.BytesIO()
    with spreadsheets.workbook(kept) as book:
        formats = {
            "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True}),
            "money": book.add_format({"num_format": "#,##0.00"}),
            "day": book.add_format({"num_format": "yyyy-mm-dd"}),
        }
        for title, heads, rows, money in (
            (N_("Vouchers of the giver"), VOUCHER_HEADS, voucher_rows(books, "giver"), MONEY["vouchers"]),
            (N_("Vouchers of the receiver"), VOUCHER_HEADS, voucher_rows(books, "receiver"), MONEY["vouchers"]),
            (N_("Cards"), CARD_HEADS, card_rows(books), MONEY["cards"]),
        ):
            _fill(book.add_worksheet(gettext(title)[:31]), formats, heads, rows, money)
    return kept.getvalue()


def _fill(page: Any, formats: dict[str, Any], heads: Sequence[str], rows: Rows, money: Sequence[int]) -> None:
    page.write_row(0, 0, [gettext(head) for head in heads], formats["head"])
    for line, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if value is None or value == "":
                continue
            if column in money:
                page.write_number(line, column, value, formats["money"])
            elif hasattr(value, "isoformat"):
                page.write_datetime(line, column, value, formats["day"])
            else:
                page.write(line, column, value)
    page.set_column(0, len(heads) - 1, 14)
    page.freeze_panes(1, 0)
