"""What every scene of the demonstration world shares: names for ids, and acts at chosen moments."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.core import clock
from assetpool.core.db import atomic
from assetpool.custody.models import Asset, State
from assetpool.handovers.service import Costs, Receipt
from assetpool.savings.service import CostLine

ZONE = "Asia/Shanghai"


@dataclass
class Scene:
    """The world while it is being made: ids by code or user name, the day it is made on, where files go and what papers point to."""

    today: date
    data_dir: str
    address: str
    pool: int = 0
    organizations: dict[str, int] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    stores: dict[str, int] = field(default_factory=dict)
    kinds: dict[str, int] = field(default_factory=dict)

    def day(self, offset: int) -> date:
        """Return the day so many days from today."""
        return self.today + timedelta(days=offset)

    def on(self, offset: int, hour: int = 9, minute: int = 0) -> datetime:
        """Return a wall-clock moment so many days from today, never later than now."""
        return min(clock.moment_on(self.day(offset), ZONE, hour, minute), clock.now())


@contextmanager
def act(moment: datetime) -> Iterator[Session]:
    """Open an act as if it were that moment."""
    with clock.at(moment), atomic() as session:
        yield session


def tags_in(session: Session, kind_id: int, store_id: int, count: int, newest: bool = True) -> list[str]:
    """Return the labels of so many single units that stand in a store, the newest first."""
    order = Asset.id.desc() if newest else Asset.id
    statement = select(Asset.tag).where(Asset.kind_id == kind_id, Asset.store_id == store_id, Asset.state == State.IN_STORE)
    return list(session.scalars(statement.order_by(order).limit(count)))


def signed(name: str, telephone: str = "") -> Receipt:
    """Return a receiver's signature by PIN."""
    return Receipt(name, telephone, "typed_pin", "2468")


def haulage(amount: int, number: str, file_id: int | None = None) -> Costs:
    """Return what one truck cost, in fen, with its voucher."""
    return Costs([CostLine("haulage", amount, "蓉江捷运物流有限公司", number, file_id)])


NO_COST = Costs([], "单位自行搬运，未发生费用")
