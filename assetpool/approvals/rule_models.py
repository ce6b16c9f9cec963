"""Rules of approval as data, in versions that are never overwritten; stand-ins; days that are worked or not."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assetpool.core.db import Base, Key, OptionalFen


class RuleSet(Base):
    """One version of an organization's rules; the highest holds, for the organization and all below it that have none of their own.

    `inherits`: from this version on the rules of the organization above hold again. Limits of the small lanes and of the block stand here too.
    """

    __tablename__ = "rule_set"
    __table_args__ = (
        UniqueConstraint("organization_id", "version"),
        CheckConstraint("version > 0", name="rule_version_above_zero"),
        CheckConstraint(
            "window_days >= 0 AND iou_things >= 0 AND iou_days >= 0 AND emergency_units >= 0 AND emergency_days >= 0", name="lane_limits_not_negative"
        ),
        CheckConstraint("block_after_days IS NULL OR block_after_days >= 0", name="block_days_not_negative"),
    )

    id: Mapped[Key]
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    version: Mapped[int]
    inherits: Mapped[bool] = mapped_column(default=False)
    on_paper: Mapped[bool] = mapped_column(default=False)
    window_days: Mapped[int] = mapped_column(default=90)
    block_after_days: Mapped[int | None]
    iou_things: Mapped[int] = mapped_column(default=5)
    iou_days: Mapped[int] = mapped_column(default=3)
    emergency_units: Mapped[int] = mapped_column(default=0)
    emergency_days: Mapped[int] = mapped_column(default=7)
    emergency_value: Mapped[OptionalFen]
    note: Mapped[str] = mapped_column(Text, default="")
    made_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]


class ApprovalRule(Base):
    """One rule of a version: its conditions; `kinds` are words of `rules.Kind` with spaces between, empty for all."""

    __tablename__ = "approval_rule"
    __table_args__ = (UniqueConstraint("rule_set_id", "position"),)

    id: Mapped[Key]
    rule_set_id: Mapped[int] = mapped_column(ForeignKey("rule_set.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(120))
    kinds: Mapped[str] = mapped_column(String(120), default="")
    value_over: Mapped[OptionalFen]
    units_over: Mapped[int | None]
    days_over: Mapped[int | None]
    class_code: Mapped[str] = mapped_column(String(20), default="")
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))
    organization_kind: Mapped[str] = mapped_column(String(20), default="")


class ApprovalRuleStep(Base):
    """One step that a rule adds."""

    __tablename__ = "approval_rule_step"
    __table_args__ = (
        UniqueConstraint("rule_id", "position"),
        CheckConstraint("place IN ('asking','supervising','giver','receiver','store','root','named')", name="step_place_known"),
        CheckConstraint("(place = 'named') = (organization_id IS NOT NULL)", name="a_named_place_has_its_name"),
        CheckConstraint("deadline_days IS NULL OR deadline_days >= 0", name="deadline_not_negative"),
    )

    id: Mapped[Key]
    rule_id: Mapped[int] = mapped_column(ForeignKey("approval_rule.id"))
    position: Mapped[int]
    stage: Mapped[int] = mapped_column(default=1)
    role: Mapped[str] = mapped_column(String(20))
    place: Mapped[str] = mapped_column(String(20))
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))
    any_of: Mapped[bool] = mapped_column(default=False)
    optional: Mapped[bool] = mapped_column(default=False)
    deadline_days: Mapped[int | None]
    deadline_working: Mapped[bool] = mapped_column(default=True)


class StandIn(Base):
    """Somebody who decides in the place of another person from day to day (both inclusive), in all of that person's roles or in one."""

    __tablename__ = "stand_in"
    __table_args__ = (
        CheckConstraint("person_id <> stand_in_id", name="a_stand_in_is_another_person"),
        CheckConstraint("last_day >= first_day", name="stand_in_days_in_order"),
        Index("ix_stand_in_stand_in_last", "stand_in_id", "last_day"),
        Index("ix_stand_in_person_last", "person_id", "last_day"),
    )

    id: Mapped[Key]
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    stand_in_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[str] = mapped_column(String(20), default="")
    first_day: Mapped[date]
    last_day: Mapped[date]
    reason: Mapped[str] = mapped_column(String(200), default="")
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class CalendarDay(Base):
    """A day that is off though it is none of the weekend, or worked though it is."""

    __tablename__ = "calendar_day"
    __table_args__ = (UniqueConstraint("pool_id", "day"),)

    id: Mapped[Key]
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    day: Mapped[date]
    working: Mapped[bool]
    name: Mapped[str] = mapped_column(String(80), default="")
