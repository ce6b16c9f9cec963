"""What a body of the REST interface says, as the acts want it."""

from __future__ import annotations

from collections.abc import Sequence

from assetpool.handovers.loading import Costs
from assetpool.handovers.schemas import CostBody
from assetpool.savings.service import CostLine


def costs_said(lines: Sequence[CostBody], reason: str) -> Costs:
    """Return the costs of a body as the acts take them."""
    made = [
        CostLine(line.kind.value, line.amount_fen, line.voucher.issuer, line.voucher.number, line.voucher.file_id, line.reason)
        if line.voucher
        else CostLine(line.kind.value, line.amount_fen, reason=line.reason)
        for line in lines
    ]
    return Costs(made, reason)
