"""What stands beside costs and claims: flags, compensation, own rates, running costs, purchases of the pool, reviews from within.

They stand outside the chained ledgers. What a figure rests on (vouchers, compensation, rates, purchases) is bound to the chain by a seal:
the digest of all its columns, appended when it was made, which `audit verify` compares.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assetpool.core import chain
from assetpool.core.db import Base, Fen, Key


class SavingFlag(Base):
    """A doubt about an act that somebody, or the nightly work, raised; while it is open the act is no grade A."""

    __tablename__ = "saving_flag"
    __table_args__ = (
        CheckConstraint("length(code) > 0", name="a_flag_has_a_code"),
        CheckConstraint("closed_at IS NOT NULL OR (closed_by IS NULL AND answer = '')", name="an_open_flag_has_no_answer"),
        Index("ix_saving_flag_act", "act_id", "id"),
    )

    id: Mapped[Key]
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    act_id: Mapped[int] = mapped_column(ForeignKey("saving_act.id"))
    code: Mapped[str] = mapped_column(String(30))
    reference: Mapped[str] = mapped_column(String(60), default="")
    text: Mapped[str] = mapped_column(Text)
    opened_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    opened_at: Mapped[datetime]
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    closed_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(Text, default="")


class CostSeal(Base):
    """The digest of all columns of a row that the ledger rests on, as it stood when it was entered; append-only, chained. The newest counts."""

    __tablename__ = "cost_seal"
    __table_args__ = (UniqueConstraint("pool_id", "height"), Index("ix_cost_seal_subject", "subject", "subject_id"))

    id: Mapped[Key]
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    height: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(30))
    subject_id: Mapped[int]
    content_digest: Mapped[str] = mapped_column(String(64))
    recorded_at: Mapped[datetime]


class Compensation(Base):
    """What somebody paid in for a loss of an act; only what an outsider paid, with proof, takes something off the loss (`credited`).

    The receipt is a voucher; who paid stands in a personal fact, so that a person's name can be erased.
    """

    __tablename__ = "compensation"
    __table_args__ = (
        CheckConstraint("amount > 0", name="compensation_is_paid"),
        CheckConstraint("credited >= 0 AND credited <= amount", name="credit_within_compensation"),
        CheckConstraint("payer_kind IN ('outside','treasury')", name="payer_kind_known"),
        CheckConstraint("payer_kind = 'outside' OR credited = 0", name="treasury_pays_nothing_back"),
        Index("ix_compensation_act", "act_id"),
        Index("ix_compensation_voucher", "voucher_id"),
    )

    id: Mapped[Key]
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    act_id: Mapped[int] = mapped_column(ForeignKey("saving_act.id"))
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    payer_id: Mapped[int] = mapped_column(ForeignKey("personal_fact.id"))
    payer_digest: Mapped[str] = mapped_column(String(64))
    payer_kind: Mapped[str] = mapped_column(String(10))
    amount: Mapped[Fen]
    credited: Mapped[Fen]
    paid_on: Mapped[date]
    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id"))
    entered_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    entered_at: Mapped[datetime]


class CostRate(Base):
    """What an own truck or own staff cost per kilometre, hour, day or trip under a policy, with its source."""

    __tablename__ = "cost_rate"
    __table_args__ = (
        UniqueConstraint("policy_id", "name", "per"),
        CheckConstraint("amount > 0", name="a_rate_costs_something"),
        CheckConstraint("per IN ('km','hour','day','trip')", name="rate_measure_known"),
        CheckConstraint("kind IN ('haulage','loading','repair','cleaning','installation','storage','labour','other')", name="rate_kind_known"),
    )

    id: Mapped[Key]
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    policy_id: Mapped[int] = mapped_column(ForeignKey("valuation_policy.id"))
    kind: Mapped[str] = mapped_column(String(15))
    name: Mapped[str] = mapped_column(String(80))
    per: Mapped[str] = mapped_column(String(5))
    amount: Mapped[Fen]
    source: Mapped[str] = mapped_column(Text)
    file_id: Mapped[int | None] = mapped_column(ForeignKey("file.id"))
    set_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    set_at: Mapped[datetime]


class CostAtRate(Base):
    """A cost that was reckoned at a rate: how much of it, in hundredths of the rate's measure."""

    __tablename__ = "cost_at_rate"
    __table_args__ = (CheckConstraint("hundredths > 0", name="something_was_used"),)

    id: Mapped[int] = mapped_column(ForeignKey("cost.id"), primary_key=True)
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    rate_id: Mapped[int] = mapped_column(ForeignKey("cost_rate.id"), index=True)
    hundredths: Mapped[int]


class RunningCost(Base):
    """A part of a voucher that pays for keeping a store in a year: rent, wages, power. What no act carries of it stands beside the annual figure."""

    __tablename__ = "running_cost"
    __table_args__ = (
        CheckConstraint("amount > 0", name="running_cost_is_paid"),
        CheckConstraint("kind IN ('rent','wages','power','upkeep','other')", name="running_cost_kind_known"),
        Index("ix_running_cost_year", "pool_id", "year", "store_id"),
        Index("ix_running_cost_voucher", "voucher_id"),
    )

    id: Mapped[Key]
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    year: Mapped[int]
    kind: Mapped[str] = mapped_column(String(10))
    amount: Mapped[Fen]
    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id"))
    note: Mapped[str] = mapped_column(Text, default="")
    entered_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    entered_at: Mapped[datetime]


class PoolPurchase(Base):
    """What the pool itself bought, by label: what each unit cost and how long it serves. Its price goes into the acts' costs by the days they claim."""

    __tablename__ = "pool_purchase"
    __table_args__ = (
        UniqueConstraint("asset_id"),
        CheckConstraint("price > 0", name="a_purchase_costs_something"),
        CheckConstraint("life_days > 0", name="a_purchase_serves_some_days"),
    )

    id: Mapped[Key]
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    price: Mapped[Fen]
    bought_on: Mapped[date]
    life_days: Mapped[int]
    source: Mapped[str] = mapped_column(Text)
    file_id: Mapped[int | None] = mapped_column(ForeignKey("file.id"))
    entered_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    entered_at: Mapped[datetime]


class ReviewFromWithin(Base):
    """An act decided on by somebody of its giver, receiver or operator, because the pool has no other reviewer."""

    __tablename__ = "review_from_within"
    __table_args__ = (CheckConstraint("side IN ('giver','receiver','operator')", name="side_of_the_act_known"),)

    id: Mapped[Key]
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    act_id: Mapped[int] = mapped_column(ForeignKey("saving_act.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    side: Mapped[str] = mapped_column(String(10))
    recorded_at: Mapped[datetime]


assert isinstance(CostSeal.__table__, Table)
chain.append_only(CostSeal.__table__)
