"""The agreed price of a transfer: paid by the receiver, and into the treasury; it moves money between public books and is no part of a saving."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.core import clock
from assetpool.core.errors import N_, DomainError, FieldInvalid, NotAllowed, NotFound, Word, WrongState
from assetpool.core.money import yuan
from assetpool.org.models import Role
from assetpool.org.queries import Access, access_of, path_of
from assetpool.org.service import ROLE_WORDS
from assetpool.records import service as records
from assetpool.records.models import Document
from assetpool.records.queries import file_for
from assetpool.records.states import STATE_WORDS
from assetpool.reservations.service import pool_today
from assetpool.transfers.models import Transfer
from assetpool.transfers.payment_models import TransferPayment

WAYS: dict[str, str] = {
    "to_giver": N_("by the receiver to the giver"),
    "paid_in": N_("by the giver into the treasury"),
    "direct": N_("by the receiver straight into the treasury"),
}
PAYABLE = frozenset({"approved", "partly_handed_over", "handed_over", "accepted", "booked"})
MAY_PAY = (Role.FINANCE, Role.CLERK)


class NothingToPay(DomainError):
    """A gratuitous transfer."""

    sentence = N_("%(number)s is gratuitous: no price was agreed, so nothing is paid for it.")


class PaidMore(DomainError):
    """More than is still to be paid this way."""

    sentence = N_("%(number)s: only %(left)s yuan are left to be paid this way, not %(asked)s. Correct the amount, or take a wrong payment back first.")


class PriceNotPaidIn(DomainError):
    """The price is not in the treasury yet."""

    sentence = N_("%(number)s: %(left)s of the agreed %(amount)s yuan are not in the treasury yet. Enter the payment with its receipt, then close it.")


@dataclass(frozen=True)
class Standing:
    """Where the agreed price stands, in fen: what left the receiver, and what of it reached the treasury."""

    agreed: int
    to_giver: int
    paid_in: int
    direct: int

    @property
    def paid(self) -> int:
        """Return what the receiver has paid."""
        return self.to_giver + self.direct

    @property
    def in_treasury(self) -> int:
        """Return what has reached the treasury."""
        return self.paid_in + self.direct

    @property
    def left_for(self) -> dict[str, int]:
        """Return how much can still be paid in each way."""
        owed = self.agreed - self.paid
        return {"to_giver": owed, "paid_in": self.to_giver - self.paid_in, "direct": owed}

    @property
    def is_settled(self) -> bool:
        """Say whether the whole price is in the treasury."""
        return self.in_treasury >= self.agreed


@dataclass(frozen=True)
class Paid:
    """One payment: which way, how much in fen, when, by which receipt with its file."""

    way: str
    amount: int
    paid_on: date
    receipt: str
    file_id: int | None = None


def pay(session: Session, number: str, paid: Paid, *, by: int, revision: int | None = None) -> Document:
    """Enter a payment for a transfer; raise NothingToPay, PaidMore, FieldInvalid, WrongState. Guarded by finance or clerk of either side."""
    document, row = _open(session, number, by, revision)
    if not row.consideration:
        raise NothingToPay(number=document.number)
    if paid.way not in WAYS:
        raise FieldInvalid(field=Word(N_("Way of payment")), problem=Word(N_("choose one from the list.")))
    if paid.amount <= 0:
        raise FieldInvalid(field=Word(N_("Amount")), problem=Word(N_("enter what was paid.")))
    if not paid.receipt.strip():
        raise FieldInvalid(field=Word(N_("Receipt")), problem=Word(N_("enter its number.")))
    if paid.paid_on > pool_today(session, document.pool_id):
        raise FieldInvalid(field=Word(N_("Paid on")), problem=Word(N_("it lies in the future.")))
    if paid.file_id is not None:
        file_for(session, access_of(session, by), paid.file_id)
        records.attach(session, document.id, paid.file_id, "payment")
    left = standing(row, payments_of(session, row.id)).left_for[paid.way]
    if paid.amount > left:
        raise PaidMore(number=document.number, left=yuan(left), left_fen=left, asked=yuan(paid.amount))
    session.add(
        TransferPayment(
            transfer_id=row.id, way=paid.way, amount=paid.amount, paid_on=paid.paid_on, receipt=paid.receipt.strip(), file_id=paid.file_id, entered_by=by,
            entered_at=clock.now(), taken_back_by=None, taken_back_at=None,
        )
    )  # fmt: skip
    records.remark(session, document, by, "pay", f"{yuan(paid.amount)} {paid.receipt.strip()}")
    return document


def take_back(session: Session, number: str, payment_id: int, *, by: int, revision: int | None = None) -> Document:
    """Take a wrong payment back; it stays in sight. Raise NotFound, PaidMore where the giver has paid more in than would be left."""
    document, row = _open(session, number, by, revision)
    known = payments_of(session, row.id)
    payment = next((one for one in known if one.id == payment_id and one.taken_back_at is None), None)
    if payment is None:
        raise NotFound(what=str(payment_id))
    without = standing(row, [one for one in known if one is not payment])
    if without.paid_in > without.to_giver:
        raise PaidMore(number=document.number, left=yuan(without.to_giver), left_fen=without.to_giver, asked=yuan(without.paid_in))
    payment.taken_back_by, payment.taken_back_at = by, clock.now()
    records.remark(session, document, by, "take_back_payment", f"{yuan(payment.amount)} {payment.receipt}")
    return document


def payments_of(session: Session, transfer_id: int) -> list[TransferPayment]:
    """Return the payments for a transfer in the order entered, those taken back too."""
    return list(session.scalars(select(TransferPayment).where(TransferPayment.transfer_id == transfer_id).order_by(TransferPayment.id)))


def standing(row: Transfer, known: list[TransferPayment]) -> Standing:
    """Return where the agreed price of a transfer stands by its payments; those taken back count nothing."""
    sums = dict.fromkeys(WAYS, 0)
    for payment in known:
        if payment.taken_back_at is None:
            sums[payment.way] += payment.amount
    return Standing(row.consideration, **sums)


def demand_settled(session: Session, document: Document, row: Transfer) -> None:
    """Raise PriceNotPaidIn unless the whole agreed price is in the treasury."""
    found = standing(row, payments_of(session, row.id))
    if not found.is_settled:
        left = found.agreed - found.in_treasury
        raise PriceNotPaidIn(number=document.number, left=yuan(left), left_fen=left, amount=yuan(found.agreed))


def may_pay(session: Session, access: Access, document: Document, row: Transfer) -> bool:
    """Say whether a person may enter payments for a transfer now."""
    return bool(row.consideration) and document.state in PAYABLE and _is_of_a_side(session, access, row)


def _is_of_a_side(session: Session, access: Access, row: Transfer) -> bool:
    return any(access.may(MAY_PAY, path_of(session, side) or "?") for side in (row.giver_id, row.receiver_id))


def _open(session: Session, number: str, by: int, revision: int | None) -> tuple[Document, Transfer]:
    document = records.lock(session, number, "TR")
    records.unchanged(document, revision)
    row = session.get_one(Transfer, document.id)
    if not _is_of_a_side(session, access_of(session, by), row):
        raise NotAllowed(role=Word(ROLE_WORDS[Role.FINANCE]))
    if document.state not in PAYABLE:
        raise WrongState(number=document.number, state=Word(STATE_WORDS[document.state]))
    return document, row
