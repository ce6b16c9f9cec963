"""The savings ledger: policies, acts with their frozen terms, costs with vouchers, and the append-only entries and reviews.

An act is one line of one accepted hand-over. Its shares freeze the terms per tranche on the day of acceptance;
entries say what was claimed (per unit and series) or what it cost; nothing here is ever overwritten but the running
counters, which `audit verify` recomputes from the entries.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Table, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from assetpool.core import chain
from assetpool.core.db import Base, Fen, Key, OptionalFen


class ValuationPolicy(Base):
    """One version of the valuation policy; ratios are kept as numerator and denominator. Once approved it never changes (a trigger holds it)."""

    __tablename__ = "valuation_policy"
    __table_args__ = (
        UniqueConstraint("pool_id", "version"),
        UniqueConstraint("pool_id", "first_day"),
        CheckConstraint("loan_basis IN ('purchase','rental','consumption')", name="loan_basis_known"),
        CheckConstraint("transfer_basis IN ('purchase','consumption')", name="transfer_basis_known"),
        CheckConstraint("floor_denominator > 0 AND rho_denominator > 0", name="policy_ratios_defined"),
        CheckConstraint("state IN ('draft','approved','rejected')", name="policy_state_known"),
    )

    id: Mapped[Key]
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    version: Mapped[str] = mapped_column(String(20))
    first_day: Mapped[date]
    loan_basis: Mapped[str] = mapped_column(String(12))
    transfer_basis: Mapped[str] = mapped_column(String(12))
    age_scales: Mapped[bool]
    floor_numerator: Mapped[int]
    floor_denominator: Mapped[int]
    rho_numerator: Mapped[int]
    rho_denominator: Mapped[int]
    price_days: Mapped[int] = mapped_column(default=365)
    computer_price_days: Mapped[int] = mapped_column(default=180)
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10), default="approved", server_default="approved")
    approved_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(Text, default="", server_default="")


class SavingAct(Base):
    """盘活事项: these units, from the pool, to this organization or event, as loan or transfer (or an opening statement)."""

    __tablename__ = "saving_act"
    __table_args__ = (
        UniqueConstraint("document_id", "line_no"),
        CheckConstraint("kind IN ('loan','transfer','premises')", name="act_kind_known"),
        CheckConstraint("units > 0", name="an_act_has_units"),
        Index("ix_saving_act_accepted", "pool_id", "accepted_on"),
    )

    id: Mapped[Key]
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    line_no: Mapped[int]
    kind: Mapped[str] = mapped_column(String(10))
    policy_id: Mapped[int] = mapped_column(ForeignKey("valuation_policy.id"))
    request_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    kind_id: Mapped[int | None] = mapped_column(ForeignKey("kind.id"))
    asked_kind_id: Mapped[int | None] = mapped_column(ForeignKey("kind.id"))
    receiver_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    giver_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"), index=True)
    store_id: Mapped[int | None] = mapped_column(ForeignKey("store.id"))
    units: Mapped[int]
    valued_units: Mapped[int] = mapped_column(default=0)
    accepted_on: Mapped[date]
    due_on: Mapped[date | None]
    price_id: Mapped[int | None] = mapped_column(ForeignKey("price.id"))
    rent_id: Mapped[int | None] = mapped_column(ForeignKey("rent.id"))
    need_file_id: Mapped[int | None] = mapped_column(ForeignKey("file.id"))
    need_dated_on: Mapped[date | None]
    budget_file_id: Mapped[int | None] = mapped_column(ForeignKey("file.id"))
    budget_price: Mapped[OptionalFen]
    cash_releasing: Mapped[bool] = mapped_column(default=False)
    opening: Mapped[bool] = mapped_column(default=False)
    opening_source: Mapped[str] = mapped_column(Text, default="")
    same_system: Mapped[bool] = mapped_column(default=False)
    costed: Mapped[bool] = mapped_column(default=False)
    grade: Mapped[str] = mapped_column(String(1), default="C")
    missing: Mapped[str] = mapped_column(Text, default="")
    reviewed: Mapped[str] = mapped_column(String(10), default="proposed")
    created_at: Mapped[datetime]


class SavingShare(Base):
    """The frozen terms of one tranche within an act, and what the act has posted on each of its units (fen per unit)."""

    __tablename__ = "saving_share"
    __table_args__ = (
        UniqueConstraint("act_id", "tranche_id"),
        CheckConstraint("count > 0", name="a_share_has_units"),
        CheckConstraint("n_denominator > 0 AND n_numerator >= 0", name="newness_defined"),
        Index("ix_saving_share_tranche", "tranche_id"),
        Index("ix_saving_share_reused", "act_id", sqlite_where=text("reused = 1"), postgresql_where=text("reused")),
        Index("ix_saving_share_running", "act_id", sqlite_where=text("ended_on IS NULL"), postgresql_where=text("ended_on IS NULL")),
    )

    id: Mapped[Key]
    act_id: Mapped[int] = mapped_column(ForeignKey("saving_act.id"))
    tranche_id: Mapped[int] = mapped_column(ForeignKey("tranche.id"))
    count: Mapped[int]
    acquired_on: Mapped[date | None]
    price: Mapped[OptionalFen]
    price_source: Mapped[str] = mapped_column(String(20), default="")
    life_months: Mapped[int | None]
    life_days: Mapped[int | None]
    used_days: Mapped[int | None]
    n_numerator: Mapped[int] = mapped_column(default=0)
    n_denominator: Mapped[int] = mapped_column(default=1)
    rent_day: Mapped[OptionalFen]
    rent_7_days: Mapped[OptionalFen]
    rent_30_days: Mapped[OptionalFen]
    original_value: Mapped[OptionalFen]
    accumulated_depreciation: Mapped[OptionalFen]
    carrying_amount: Mapped[OptionalFen]
    zero_reason: Mapped[str] = mapped_column(String(30), default="")
    same_system: Mapped[bool] = mapped_column(default=False)
    inspected_good: Mapped[bool] = mapped_column(default=False)
    stand_in: Mapped[bool] = mapped_column(default=False)
    prior_claimed_days: Mapped[int] = mapped_column(default=0)
    prior_last_day: Mapped[date | None]
    ended_on: Mapped[date | None]
    ended_by: Mapped[str] = mapped_column(String(15), default="")
    posted_days: Mapped[int] = mapped_column(default=0)
    posted_purchase: Mapped[int] = mapped_column(default=0)
    posted_rental: Mapped[int] = mapped_column(default=0)
    posted_consumption: Mapped[int] = mapped_column(default=0)
    posted_adopted: Mapped[int] = mapped_column(default=0)
    reused: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether the label stands in another act too, so that it must not be counted twice among distinct things."""


class Voucher(Base):
    """A paper somebody was paid by; an issuer's number is entered once in all pools."""

    __tablename__ = "voucher"
    __table_args__ = (
        UniqueConstraint("issuer", "number", name="voucher_entered_once"),
        CheckConstraint("amount >= 0", name="voucher_not_negative"),
    )

    id: Mapped[Key]
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    issuer: Mapped[str] = mapped_column(String(200))
    number: Mapped[str] = mapped_column(String(100))
    amount: Mapped[Fen]
    file_id: Mapped[int | None] = mapped_column(ForeignKey("file.id"))
    entered_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    entered_at: Mapped[datetime]


class Cost(Base):
    """A part of what a slip or return cost, by kind, with its voucher or the reason why there is none."""

    __tablename__ = "cost"
    __table_args__ = (
        CheckConstraint("amount >= 0", name="cost_not_negative"),
        CheckConstraint(
            "kind IN ('haulage','loading','repair','cleaning','installation','storage','labour','purchase','loss','other')", name="cost_kind_known"
        ),
    )

    id: Mapped[Key]
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), index=True)
    kind: Mapped[str] = mapped_column(String(15))
    amount: Mapped[Fen]
    voucher_id: Mapped[int | None] = mapped_column(ForeignKey("voucher.id"), index=True)
    reason: Mapped[str] = mapped_column(Text, default="")
    business_day: Mapped[date]
    shared: Mapped[bool] = mapped_column(default=False)
    entered_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    entered_at: Mapped[datetime]


class SavingEntry(Base):
    """One line of the ledger: what was claimed per unit on each series, or what it cost; append-only, chained.

    `entry` is claim (on acceptance), accrual (running or ended loan), cost, reversal or opening. Amounts per unit are
    null where the method says "not valued"; `cost` and `lower_bound` (opening statements) are the whole line's. `period` is where it is posted (YYYY-MM),
    `corrects_period` the month it belongs to where that is another one.
    """

    __tablename__ = "saving_entry"
    __table_args__ = (
        UniqueConstraint("pool_id", "height"),
        CheckConstraint("entry IN ('claim','accrual','cost','reversal','opening')", name="entry_kind_known"),
        Index("ix_saving_entry_act", "act_id", "height"),
        Index("ix_saving_entry_period", "pool_id", "business_day"),
        Index("ix_saving_entry_tranche", "tranche_id"),
        Index("ix_saving_entry_cost", "cost_id", sqlite_where=text("cost_id IS NOT NULL"), postgresql_where=text("cost_id IS NOT NULL")),
        Index("ix_saving_entry_posted", "pool_id", "period"),
        Index("ix_saving_entry_corrects", "pool_id", "corrects_period"),
    )

    id: Mapped[Key]
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    height: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    act_id: Mapped[int] = mapped_column(ForeignKey("saving_act.id"))
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    entry: Mapped[str] = mapped_column(String(10))
    kind: Mapped[str] = mapped_column(String(10))
    tranche_id: Mapped[int | None] = mapped_column(ForeignKey("tranche.id"))
    count: Mapped[int]
    days: Mapped[int]
    purchase: Mapped[OptionalFen]
    rental: Mapped[OptionalFen]
    consumption: Mapped[OptionalFen]
    adopted: Mapped[OptionalFen]
    stand_in: Mapped[bool]
    cost: Mapped[OptionalFen]
    cost_kind: Mapped[str | None] = mapped_column(String(15))
    cost_id: Mapped[int | None] = mapped_column(ForeignKey("cost.id"))
    lower_bound: Mapped[OptionalFen]
    cap: Mapped[OptionalFen]
    policy_id: Mapped[int] = mapped_column(ForeignKey("valuation_policy.id"))
    business_day: Mapped[date]
    period: Mapped[str] = mapped_column(String(7))
    corrects_period: Mapped[str | None] = mapped_column(String(7))
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("saving_entry.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]


class SavingReview(Base):
    """A person outside the act accepts or rejects it; append-only, chained."""

    __tablename__ = "saving_review"
    __table_args__ = (UniqueConstraint("pool_id", "height"), CheckConstraint("decision IN ('accepted','rejected')", name="review_decision_known"))

    id: Mapped[Key]
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    height: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    act_id: Mapped[int] = mapped_column(ForeignKey("saving_act.id"), index=True)
    decision: Mapped[str] = mapped_column(String(10))
    grade: Mapped[str] = mapped_column(String(1))
    missing: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]


for _ledger in (SavingEntry.__table__, SavingReview.__table__):
    assert isinstance(_ledger, Table)
    chain.append_only(_ledger)
