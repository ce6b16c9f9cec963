"""What both sides of a transfer enter in their books: cards and vouchers after the Government Accounting System (政府会计制度，财会〔2017〕25号).

Pure: it knows neither database nor clock. A gratuitous transfer is neutral: what leaves the giver's books at its carrying amount enters the
receiver's at the same (政府会计准则第3号); what is worn off completely enters with its original value and as much depreciation. For a
consideration the receiver's cost is the price, and the giver owes the price to the treasury. Things whose value is unknown stand in no
voucher; they are counted. Each voucher balances, and so does each side.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from assetpool.core.errors import N_
from assetpool.core.money import Fen, share

ACCOUNTS: dict[str, str] = {
    "1002": N_("Bank deposits"),
    "1212": N_("Receivables"),
    "1601": N_("Fixed assets"),
    "1602": N_("Accumulated depreciation of fixed assets"),
    "2103": N_("Payable to the treasury"),
    "2302": N_("Payables"),
    "3401": N_("Net assets transferred without consideration"),
    "5301": N_("Expenses of asset disposal"),
    "7201": N_("Expenditure (administrative or operating)"),
    "8001": N_("Balance of funds"),
}
"""Codes of the accounting system; a public institution's own sub-accounts stand below them."""
SUMMARIES = {
    "assets": N_("Assets transferred"),
    "price": N_("Agreed price"),
    "to_giver": N_("Price paid to the giver"),
    "paid_in": N_("Price paid into the treasury"),
    "direct": N_("Price paid straight into the treasury"),
}
SIDES = {"giver": N_("Giving side"), "receiver": N_("Receiving side")}
LEDGERS = {"financial": N_("Financial accounting"), "budget": N_("Budget accounting")}


@dataclass(frozen=True)
class Card:
    """Like units of one label that were accepted together; amounts in fen for all of them, None where unknown."""

    line_no: int
    count: int
    original: Fen | None
    worn: Fen | None

    @property
    def carrying(self) -> Fen | None:
        """Return the carrying amount, None where a part of it is unknown."""
        return None if self.original is None or self.worn is None else self.original - self.worn


@dataclass(frozen=True)
class Taken:
    """What a card enters the receiver's books with: its cost and the depreciation that comes along."""

    cost: Fen | None
    worn: Fen | None


@dataclass(frozen=True)
class Payment:
    """What was paid which way (`to_giver`, `paid_in`, `direct`), when, by which receipt."""

    way: str
    amount: Fen
    paid_on: date
    receipt: str


@dataclass(frozen=True)
class Entry:
    """One line of a voucher: its side, ledger and number; one of debit and credit is None. `line_no`: of the transfer, None for a payment."""

    side: str
    ledger: str
    voucher: int
    day: date
    summary: str
    account: str
    debit: Fen | None
    credit: Fen | None
    line_no: int | None = None
    receipt: str = ""


def as_confirmed(cards: Sequence[Card], confirmed: dict[int, Fen | None]) -> list[Card]:
    """Return cards whose depreciation adds up to what was confirmed per line, shared by original value."""
    found = []
    for line_no, some in groupby(sorted(cards, key=lambda card: card.line_no), key=lambda card: card.line_no):
        mine, worn = list(some), confirmed.get(line_no)
        values = [card.original or 0 for card in mine]
        stated = sum(card.worn or 0 for card in mine)
        if worn is not None and worn != stated and all(card.original is not None for card in mine):
            mine = [replace(card, worn=part) for card, part in zip(mine, share(worn, values), strict=True)]
        found += mine
    return found


def taken_over(cards: Sequence[Card], consideration: Fen) -> list[Taken]:
    """Return with what each card enters the receiver's books; a price is shared by carrying amount (else by original value, else by count)."""
    if consideration:
        known = [card.carrying or 0 for card in cards]
        weights = known if any(known) else [card.original or 0 for card in cards]
        return [Taken(part, 0) for part in share(consideration, weights if any(weights) else [card.count for card in cards])]
    return [Taken(card.original, card.original) if card.carrying == 0 else Taken(card.carrying, None if card.carrying is None else 0) for card in cards]


def vouchers(cards: Sequence[Card], consideration: Fen, day: date, payments: Iterable[Payment] = ()) -> list[Entry]:
    """Return the vouchers of both sides for what was accepted up to a day, and for what was paid; the giver's first."""
    if not cards:
        return []
    giver = _given(cards, consideration, day)
    receiver = _received(cards, consideration, day)
    number = {"giver": 1, "receiver": 1}
    for payment in payments:
        for side, rows in _paid(payment).items():
            number[side] += 1
            lines = [
                Entry(side, ledger, number[side], payment.paid_on, SUMMARIES[payment.way], account, *amounts, receipt=payment.receipt)
                for ledger, account, amounts in rows
            ]
            (giver if side == "giver" else receiver).extend(lines)
    return giver + receiver


def by_account(entries: Iterable[Entry]) -> list[Entry]:
    """Return the lines of vouchers with those of one account and direction in one, in the order in which each account comes first."""
    found: dict[tuple[str, str, int, str, bool], Entry] = {}
    for entry in entries:
        key = (entry.side, entry.ledger, entry.voucher, entry.account, entry.debit is None)
        known = found.get(key)
        if known is None:
            found[key] = replace(entry, line_no=None)
        elif entry.debit is None:
            found[key] = replace(known, credit=(known.credit or 0) + (entry.credit or 0))
        else:
            found[key] = replace(known, debit=(known.debit or 0) + entry.debit)
    return list(found.values())


def _given(cards: Sequence[Card], consideration: Fen, day: date) -> list[Entry]:
    """Return how things leave the giver's books: at their carrying amount, with the depreciation taken along."""

    def entry(line_no: int | None, summary: str, account: str, debit: Fen | None, credit: Fen | None) -> Entry:
        return Entry("giver", "financial", 1, day, SUMMARIES[summary], account, debit, credit, line_no)

    found = []
    for line_no, some in groupby(_known(cards), key=lambda card: card.line_no):
        mine = list(some)
        original, worn = sum(card.original or 0 for card in mine), sum(card.worn or 0 for card in mine)
        if original > worn:
            found.append(entry(line_no, "assets", "5301" if consideration else "3401", original - worn, None))
        if worn:
            found.append(entry(line_no, "assets", "1602", worn, None))
        found.append(entry(line_no, "assets", "1601", None, original))
    if consideration:
        found += [entry(None, "price", "1212", consideration, None), entry(None, "price", "2103", None, consideration)]
    return found


def _received(cards: Sequence[Card], consideration: Fen, day: date) -> list[Entry]:
    """Return how things enter the receiver's books."""

    def entry(line_no: int | None, summary: str, account: str, debit: Fen | None, credit: Fen | None) -> Entry:
        return Entry("receiver", "financial", 1, day, SUMMARIES[summary], account, debit, credit, line_no)

    ordered = sorted(cards, key=lambda card: card.line_no)
    taken = list(zip(ordered, taken_over(ordered, consideration), strict=True))
    found = []
    for line_no, some in groupby(taken, key=lambda pair: pair[0].line_no):
        mine = [one for _, one in some if one.cost is not None]
        cost, worn = sum(one.cost or 0 for one in mine), sum(one.worn or 0 for one in mine)
        if cost:
            found.append(entry(line_no, "assets", "1601", cost, None))
        if worn:
            found.append(entry(line_no, "assets", "1602", None, worn))
        if cost > worn and not consideration:
            found.append(entry(line_no, "assets", "3401", None, cost - worn))
    if consideration:
        found.append(entry(None, "price", "2302", None, consideration))
    return found


def _known(cards: Sequence[Card]) -> list[Card]:
    return sorted((card for card in cards if card.original and card.carrying is not None), key=lambda card: card.line_no)


def _paid(payment: Payment) -> dict[str, list[tuple[str, str, tuple[Fen | None, Fen | None]]]]:
    """Return the lines of a payment by side: ledger, account, debit and credit."""
    debit, credit = (payment.amount, None), (None, payment.amount)
    spent = [("financial", "2302", debit), ("financial", "1002", credit), ("budget", "7201", debit), ("budget", "8001", credit)]
    if payment.way == "to_giver":
        return {"giver": [("financial", "1002", debit), ("financial", "1212", credit)], "receiver": spent}
    if payment.way == "paid_in":
        return {"giver": [("financial", "2103", debit), ("financial", "1002", credit)]}
    return {"giver": [("financial", "2103", debit), ("financial", "1212", credit)], "receiver": spent}
