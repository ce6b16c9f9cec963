"""What an auditor leaves behind: samples, findings with their answers, anchors noted elsewhere, runs of the verification, and looks taken."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assetpool.core.db import Base, Fen, Key


class Sample(Base):
    """A drawn sample: the population stands frozen at a height of the chain, so seed, method and size draw it again at any time."""

    __tablename__ = "audit_sample"
    __table_args__ = (
        CheckConstraint("unit IN ('act','entry')", name="sample_unit_known"),
        CheckConstraint("method IN ('random','monetary')", name="sample_method_known"),
        CheckConstraint("measure IN ('saving','avoided')", name="sample_measure_known"),
        CheckConstraint("size > 0", name="a_sample_has_a_size"),
    )

    id: Mapped[Key]
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(300), default="")
    unit: Mapped[str] = mapped_column(String(10))
    method: Mapped[str] = mapped_column(String(10))
    measure: Mapped[str] = mapped_column(String(10))
    size: Mapped[int]
    interval: Mapped[Fen] = mapped_column("step", default=0)
    stratified: Mapped[bool] = mapped_column(default=False)
    seed: Mapped[str] = mapped_column(String(80))
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]
    height: Mapped[int]
    head: Mapped[str] = mapped_column(String(64))
    population: Mapped[int]
    total: Mapped[Fen]
    drawn_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    drawn_at: Mapped[datetime]


class SampleItem(Base):
    """One act or entry of a sample, with its value at the frozen height and how often the drawing met it."""

    __tablename__ = "audit_sample_item"
    __table_args__ = (UniqueConstraint("sample_id", "position"), UniqueConstraint("sample_id", "subject_id"))

    id: Mapped[Key]
    sample_id: Mapped[int] = mapped_column(ForeignKey("audit_sample.id"))
    position: Mapped[int]
    subject_id: Mapped[int]
    act_id: Mapped[int] = mapped_column(ForeignKey("saving_act.id"))
    value: Mapped[Fen]
    stratum: Mapped[str] = mapped_column(String(20), default="")
    hits: Mapped[int] = mapped_column(default=1)
    certain: Mapped[bool] = mapped_column(default=False)


class Finding(Base):
    """审计发现: what an auditor holds against an act, addressed to an organization, with a day to answer by; shares its document's id."""

    __tablename__ = "finding"
    __table_args__ = (CheckConstraint("severity IN ('low','medium','high')", name="finding_severity_known"),)

    id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True)
    act_id: Mapped[int | None] = mapped_column(ForeignKey("saving_act.id"), index=True)
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("saving_entry.id"))
    exception: Mapped[str] = mapped_column(String(40), default="")
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    severity: Mapped[str] = mapped_column(String(10))
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    due_on: Mapped[date]
    auditor_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


class FindingRemark(Base):
    """What was said about a finding, in order: an answer of the organization, a demand for more, a closing word."""

    __tablename__ = "finding_remark"
    __table_args__ = (CheckConstraint("act IN ('answer','ask_again','accept','withdraw')", name="finding_remark_known"),)

    id: Mapped[Key]
    finding_id: Mapped[int] = mapped_column(ForeignKey("finding.id"), index=True)
    act: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(Text)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]


class Anchor(Base):
    """A height and digest that was written down or sent elsewhere, and where it is kept."""

    __tablename__ = "audit_anchor"

    id: Mapped[Key]
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"), index=True)
    height: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    kept_where: Mapped[str] = mapped_column(String(300))
    noted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    noted_at: Mapped[datetime]


class Run(Base):
    """One verification of the whole book and how it ended."""

    __tablename__ = "audit_run"

    id: Mapped[Key]
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"), index=True)
    ok: Mapped[bool]
    height: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    anchor: Mapped[str] = mapped_column(String(100), default="")
    difference: Mapped[str] = mapped_column(Text, default="")
    run_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    run_at: Mapped[datetime]


class Look(Base):
    """One page or paper that an auditor opened."""

    __tablename__ = "audit_look"
    __table_args__ = (Index("ix_audit_look_pool_at", "pool_id", "looked_at"),)

    id: Mapped[Key]
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    endpoint: Mapped[str] = mapped_column(String(80))
    subject: Mapped[str] = mapped_column(String(300))
    status: Mapped[int]
    looked_at: Mapped[datetime]
