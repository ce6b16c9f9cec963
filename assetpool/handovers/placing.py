"""Where a returned thing goes: back to stock, to repair, out of the books; and the end of its claim."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from assetpool.catalog.models import Store
from assetpool.custody import service as custody
from assetpool.custody.models import Condition, State, Tranche
from assetpool.custody.service import Cause
from assetpool.records.models import Document
from assetpool.savings import service as savings


@dataclass(frozen=True)
class Batch:
    """What every line of one return has in common."""

    document: Document
    store: Store
    by: int
    when: datetime
    day: date
    digest: str | None


def part_off(session: Session, tranche: Tranche, count: int, cause: Cause) -> Tranche:
    """Part units off a tranche that carries a claim, its share of the claim with them."""
    part = custody.split(session, tranche, count, cause)
    if part is not tranche:
        savings.follow(session, tranche, part)
    return part


ENDS = {"good": "returned", "repair": "returned", "arrived": "returned", "damaged": "damaged", "lost": "lost", "unused": "unused"}


def put_away(session: Session, batch: Batch, tranche: Tranche, how: str, condition: str, cause: Cause, act: str) -> None:
    """Move a tranche whose claim has ended where its fate sends it; what was lost never reaches the store."""
    if how == "lost":
        custody.move(session, tranche, "lose", cause, state=State.LOST, due_on=None, turn_round=0)
        return
    keeper = batch.store.organization_id if batch.store.type == "physical" else tranche.book_id
    place = tranche.place if tranche.store_id == batch.store.id else ""
    changes: dict[str, object] = {"store_id": batch.store.id, "place": place, "custodian_id": keeper, "due_on": None, "turn_round": 0}
    if how in ("good", "unused"):
        changes |= {"state": State.IN_STORE, "condition": condition or tranche.condition}
        tranche.inspected_good = changes["condition"] in (Condition.NEW, Condition.GOOD)
    elif how == "repair":
        changes |= {"state": State.REPAIR, "condition": condition or tranche.condition}
    elif how == "damaged":
        changes |= {"state": State.DAMAGED, "condition": Condition.SCRAP.value}
    else:
        changes |= {"state": State.ARRIVED, "due_on": batch.day, "turn_round": tranche.turn_round}
    custody.move(session, tranche, act, cause, **changes)
