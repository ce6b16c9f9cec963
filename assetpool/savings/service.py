"""The acts of the savings ledger: recognise, follow, end, accrue, record and share costs, take over, review, reverse.

Each is written where its rule lives; this is the door through which other features come.
"""

from __future__ import annotations

from assetpool.savings.compensation import NothingLost, Paid, compensate
from assetpool.savings.costs import CostLine, CostMissing, post_costs, record_costs
from assetpool.savings.grading import grade_act, regrade, regrade_documents
from assetpool.savings.independence import FromWithin
from assetpool.savings.openings import opening_statement
from assetpool.savings.policies import install
from assetpool.savings.recognition import recognise, recognise_all
from assetpool.savings.reversal import NothingToReverse, reverse_act
from assetpool.savings.review import AlreadyReviewed, review
from assetpool.savings.running import accrue, end, end_all, follow, write_off
from assetpool.savings.tariffs import Delivery
from assetpool.savings.vouchers import VoucherExceeded, VoucherTaken

__all__ = [
    "AlreadyReviewed", "CostLine", "CostMissing", "Delivery", "FromWithin", "NothingLost", "NothingToReverse", "Paid", "VoucherExceeded",
    "VoucherTaken", "accrue", "compensate", "end", "end_all", "follow", "grade_act", "install", "opening_statement", "post_costs", "recognise",
    "recognise_all", "record_costs", "regrade", "regrade_documents", "reverse_act", "review", "write_off",
]  # fmt: skip
