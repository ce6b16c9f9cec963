"""The cards of a transfer: what was accepted under it, label by label, as its movements wrote it down; and the vouchers that rest on them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Kind
from assetpool.core import clock
from assetpool.core.models import Pool
from assetpool.custody.models import Asset, Movement, State
from assetpool.handovers.models import Slip, SlipLine
from assetpool.org.models import Organization
from assetpool.org.queries import names
from assetpool.records.models import Document
from assetpool.transfers import payments
from assetpool.transfers.bookkeeping import Card, Entry, Payment, Taken, as_confirmed, taken_over, vouchers
from assetpool.transfers.models import Transfer
from assetpool.transfers.queries import lines as lines_of


@dataclass(frozen=True)
class Filed:
    """A card as both sides file it: the label keeps its tag, and its number in the giver's books goes along."""

    card: Card
    taken: Taken
    asset: Asset
    kind: Kind
    slip: str
    accepted_on: date
    acquired_on: date | None
    condition: str


@dataclass(frozen=True)
class Books:
    """What both sides enter for a transfer: cards and vouchers; `unvalued` units stand in no voucher because their value is unknown."""

    document: Document
    row: Transfer
    giver: Organization
    receiver: Organization
    cards: tuple[Filed, ...]
    vouchers: tuple[Entry, ...]

    @property
    def unvalued(self) -> int:
        """Return how many accepted units have no known value."""
        return sum(filed.card.count for filed in self.cards if filed.card.carrying is None)

    def of(self, side: str) -> list[Entry]:
        """Return the entries of one side."""
        return [entry for entry in self.vouchers if entry.side == side]


def books(session: Session, document: Document) -> Books:
    """Return what a transfer brings into both books as far as it was accepted; a fixed number of queries."""
    row = session.get_one(Transfer, document.id)
    zone = session.get_one(Pool, document.pool_id).time_zone
    found = _accepted(session, row)
    confirmed = {line.line_no: line.accumulated_depreciation for line in lines_of(session, row.id)}
    # Cards are put in the order of the lines first, since what was confirmed is shared line by line.
    found.sort(key=lambda one: (one[0].line_no, one[1].height))
    cards = as_confirmed([card for card, *_ in found], confirmed)
    taken = taken_over(cards, row.consideration)
    filed = tuple(
        Filed(card, entered, asset, kind, slip, clock.day_of(move.occurred_at, zone), move.acquired_on, move.condition)
        for card, entered, (_, move, asset, kind, slip) in zip(cards, taken, found, strict=True)
    )
    paid = [Payment(one.way, one.amount, one.paid_on, one.receipt) for one in payments.payments_of(session, row.id) if one.taken_back_at is None]
    day = max((one.accepted_on for one in filed), default=row.first_day)
    sides = names(session, [row.giver_id, row.receiver_id])
    return Books(document, row, sides[row.giver_id], sides[row.receiver_id], filed, tuple(vouchers(cards, row.consideration, day, paid)))


def _accepted(session: Session, row: Transfer) -> list[tuple[Card, Movement, Asset, Kind, str]]:
    statement = (
        select(Movement, Asset, Kind, Document.number, SlipLine.request_line_no)
        .join(Slip, Slip.id == Movement.document_id)
        .join(Document, Document.id == Slip.id)
        .join(SlipLine, (SlipLine.slip_id == Slip.id) & (SlipLine.line_no == Movement.line_no))
        .join(Asset, Asset.id == Movement.asset_id)
        .join(Kind, Kind.id == Movement.kind_id)
        .where(Slip.request_id == row.id, Movement.act == "accept", Movement.state == State.TRANSFERRED)
        .order_by(Movement.height)
    )
    found = []
    for move, asset, kind, number, line_no in session.execute(statement):
        original = None if move.original_value is None else move.original_value * move.count
        worn = None if move.accumulated_depreciation is None else move.accumulated_depreciation * move.count
        found.append((Card(line_no, move.count, original, worn), move, asset, kind, number))
    return found
