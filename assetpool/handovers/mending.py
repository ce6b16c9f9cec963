"""What came back broken opens its repair in the same act; the loan on which it broke bears the cost."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.custody.models import Asset
from assetpool.handovers.models import ReturnLine
from assetpool.handovers.placing import Batch
from assetpool.repairs import service as repairs
from assetpool.repairs.models import Repair
from assetpool.repairs.service import Broken
from assetpool.savings.models import SavingAct


def open_repairs(session: Session, batch: Batch) -> None:
    """Open a repair for each line of a receipt with units to mend that has none yet."""
    session.flush()
    known = select(Repair.id).where(Repair.source_id == ReturnLine.return_id, Repair.source_line == ReturnLine.line_no).exists()
    statement = (
        select(ReturnLine, Asset.kind_id, SavingAct.id)
        .join(Asset, Asset.id == ReturnLine.asset_id)
        .outerjoin(SavingAct, (SavingAct.document_id == ReturnLine.slip_id) & (SavingAct.line_no == ReturnLine.slip_line_no))
        .where(ReturnLine.return_id == batch.document.id, ReturnLine.repair > 0, ~known)
        .order_by(ReturnLine.line_no)
    )
    broken = [
        Broken(row[0].asset_id, row[1], row[0].repair, row[0].note or row[0].accessories, batch.document.id, row[0].line_no, row[2])
        for row in session.execute(statement)
    ]
    if broken:
        repairs.open_for(session, batch.document.pool_id, batch.store, broken, by=batch.by, when=batch.when)
