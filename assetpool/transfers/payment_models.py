"""What was paid for a transfer for a consideration (有偿调剂), until the whole price is in the treasury."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from assetpool.core.db import Base, Fen, Key


class TransferPayment(Base):
    """One payment with its receipt: `to_giver` by the receiver, `paid_in` to the treasury by the giver, or `direct` from receiver to treasury.

    A wrong one is taken back and stays in sight.
    """

    __tablename__ = "transfer_payment"
    __table_args__ = (
        CheckConstraint("amount > 0", name="a_payment_pays_something"),
        CheckConstraint("way IN ('to_giver','paid_in','direct')", name="way_of_payment_known"),
        CheckConstraint("length(receipt) > 0", name="a_payment_has_a_receipt"),
        CheckConstraint("(taken_back_at IS NULL) = (taken_back_by IS NULL)", name="who_took_it_back_is_known"),
    )

    id: Mapped[Key]
    transfer_id: Mapped[int] = mapped_column(ForeignKey("transfer.id"), index=True)
    way: Mapped[str] = mapped_column(String(10))
    amount: Mapped[Fen]
    paid_on: Mapped[date]
    receipt: Mapped[str] = mapped_column(String(100))
    file_id: Mapped[int | None] = mapped_column(ForeignKey("file.id"))
    entered_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    entered_at: Mapped[datetime]
    taken_back_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    taken_back_at: Mapped[datetime | None]
