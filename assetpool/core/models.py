"""The pool itself, the head of its chain, and when its scheduled work ran last."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column

from assetpool.core import chain
from assetpool.core.db import Base, Key


class Pool(Base):
    """One public-asset pool: a set of stores with one ledger and one chain."""

    __tablename__ = "pool"

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    time_zone: Mapped[str] = mapped_column(String(60), default="Asia/Shanghai")
    demonstration: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class ChainHead(Base):
    """Height and digest of the newest chained row of a pool; locked last in every act."""

    __tablename__ = "chain_head"
    __table_args__ = (CheckConstraint("height >= 0", name="chain_grows_upward"),)

    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"), primary_key=True)
    height: Mapped[int] = mapped_column(default=0)
    digest: Mapped[str] = mapped_column(String(64), default=chain.GENESIS)


class JobRun(Base):
    """The last run of a scheduled job of a pool; who holds `token` until `claimed_until` runs it now."""

    __tablename__ = "job_run"

    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    token: Mapped[str] = mapped_column(String(32), default="", server_default="")
    claimed_until: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    done: Mapped[int] = mapped_column(default=0, server_default="0")
    problem: Mapped[str] = mapped_column(Text, default="", server_default="")


assert isinstance(ChainHead.__table__, Table)
chain.head_table(ChainHead.__table__)
