"""Vouchers of both sides: each balances, a gratuitous transfer is neutral to the fen, a price ends in the treasury."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from assetpool.transfers.bookkeeping import Card, Entry, Payment, as_confirmed, by_account, taken_over, vouchers

DAY, LATER = date(2026, 11, 24), date(2026, 12, 1)
amounts = st.integers(0, 10**9)
cards_drawn = st.lists(
    st.tuples(st.integers(1, 3), st.integers(1, 50), st.one_of(st.none(), amounts), st.fractions(0, 1)).map(
        lambda drawn: Card(drawn[0], drawn[1], drawn[2], None if drawn[2] is None else int(drawn[2] * drawn[3]))
    ),
    min_size=1,
    max_size=8,
)


def lines(entries: list[Entry], side: str, ledger: str = "financial") -> list[tuple[str, int | None, int | None]]:
    return [(entry.account, entry.debit, entry.credit) for entry in entries if entry.side == side and entry.ledger == ledger]


def balance(entries: list[Entry], side: str) -> dict[str, int]:
    """Return what each account of a side gained on balance (debits positive)."""
    found: dict[str, int] = defaultdict(int)
    for entry in entries:
        if entry.side == side:
            found[entry.account] += (entry.debit or 0) - (entry.credit or 0)
    return dict(found)


def test_a_gratuitous_transfer_in_both_books() -> None:
    made = vouchers([Card(1, 2, 1_440_000, 480_000)], 0, DAY)
    assert lines(made, "giver") == [("3401", 960_000, None), ("1602", 480_000, None), ("1601", None, 1_440_000)]
    assert lines(made, "receiver") == [("1601", 960_000, None), ("3401", None, 960_000)]


def test_what_is_worn_off_completely_enters_with_its_depreciation() -> None:
    made = vouchers([Card(1, 1, 90_000, 90_000)], 0, DAY)
    assert lines(made, "giver") == [("1602", 90_000, None), ("1601", None, 90_000)]
    assert lines(made, "receiver") == [("1601", 90_000, None), ("1602", None, 90_000)]


def test_on_paper_an_account_stands_once_a_voucher() -> None:
    made = by_account(vouchers([Card(1, 2, 1_440_000, 480_000), Card(2, 1, 60_000, 20_000)], 0, DAY))
    assert lines(made, "giver") == [("3401", 1_000_000, None), ("1602", 500_000, None), ("1601", None, 1_500_000)]
    assert lines(made, "receiver") == [("1601", 1_000_000, None), ("3401", None, 1_000_000)]


def test_an_unknown_value_stands_in_no_voucher() -> None:
    assert vouchers([Card(1, 3, None, None)], 0, DAY) == []
    assert [one.cost for one in taken_over([Card(1, 3, None, None)], 0)] == [None]


def test_a_price_is_owed_to_the_treasury_until_it_is_there() -> None:
    cards = [Card(1, 1, 300_000, 100_000), Card(2, 1, 150_000, 50_000)]
    made = vouchers(cards, 90_000, DAY)
    assert lines(made, "giver")[-2:] == [("1212", 90_000, None), ("2103", None, 90_000)]
    assert ("5301", 200_000, None) in lines(made, "giver") and "3401" not in {entry.account for entry in made}
    assert lines(made, "receiver") == [("1601", 60_000, None), ("1601", 30_000, None), ("2302", None, 90_000)]
    paid = [Payment("to_giver", 50_000, LATER, "1"), Payment("paid_in", 50_000, LATER, "2"), Payment("direct", 40_000, LATER, "3")]
    settled = vouchers(cards, 90_000, DAY, paid)
    assert {account: left for account, left in balance(settled, "giver").items() if account in ("1002", "1212", "2103")} == {"1002": 0, "1212": 0, "2103": 0}
    assert (balance(settled, "receiver")["2302"], balance(settled, "receiver")["1002"]) == (0, -90_000)
    assert lines(settled, "receiver", "budget") == [("7201", 50_000, None), ("8001", None, 50_000), ("7201", 40_000, None), ("8001", None, 40_000)]


@given(cards_drawn, st.integers(0, 10**9))
def test_every_voucher_balances_and_nothing_is_won_or_lost_without_a_price(cards: list[Card], price: int) -> None:
    made = vouchers(cards, price, DAY, [Payment("to_giver", price, LATER, "1"), Payment("paid_in", price, LATER, "2")] if price else [])
    sums: dict[tuple[str, str, int], int] = defaultdict(int)
    for entry in made:
        assert (entry.debit is None) != (entry.credit is None) and (entry.debit or entry.credit or 0) > 0
        sums[entry.side, entry.ledger, entry.voucher] += (entry.debit or 0) - (entry.credit or 0)
    assert set(sums.values()) <= {0}
    giver, receiver = balance(made, "giver"), balance(made, "receiver")
    assert -giver.get("1601", 0) == sum(card.original or 0 for card in cards)
    if price:
        assert receiver["1601"] == price
    else:
        assert giver.get("3401", 0) == -receiver.get("3401", 0) == sum(card.carrying or 0 for card in cards)


@given(cards_drawn, st.data())
def test_what_the_giver_confirmed_is_what_the_cards_add_up_to(cards: list[Card], data: st.DataObject) -> None:
    known = [card for card in cards if card.original is not None]
    confirmed = {n: data.draw(st.integers(0, sum(card.original or 0 for card in known if card.line_no == n))) for n in {card.line_no for card in known}}
    found = as_confirmed(known, dict(confirmed))
    for line_no, worn in confirmed.items():
        assert sum(card.worn or 0 for card in found if card.line_no == line_no) == worn
    assert all(0 <= (card.worn or 0) <= (card.original or 0) for card in found)
