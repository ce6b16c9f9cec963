"""Every kind of paper ends somewhere, and names on it lapse from there: no state from which nothing leads on is forgotten."""

from __future__ import annotations

import pytest

from assetpool.audit.findings import STEPS as FINDING
from assetpool.changes.steps import STEPS as CHANGE
from assetpool.closings.steps import STEPS as CLOSING
from assetpool.handovers.steps import ASIDE_STEPS, EXCHANGE_STEPS, RETURN_STEPS, SLIP_STEPS
from assetpool.intake.steps import STEPS as INTAKE
from assetpool.moves.steps import STEPS as MOVE
from assetpool.records.erasing import ENDED, ENDED_AS
from assetpool.records.states import KIND_WORDS, STATE_WORDS
from assetpool.repairs.steps import STEPS as REPAIR
from assetpool.requisitions.steps import STEPS as REQUISITION
from assetpool.savings.steps import STEPS as OPENING
from assetpool.stocktake.steps import STEPS as STOCKTAKE
from assetpool.transfers.steps import STEPS as TRANSFER
from assetpool.trips.steps import PASS_STEPS, TRIP_STEPS

PUBLISHED: dict[str, frozenset[str]] = {"published": frozenset()}
WAYS = {
    "IN": INTAKE, "RQ": REQUISITION, "HS": SLIP_STEPS, "RT": RETURN_STEPS, "TR": TRANSFER, "MV": MOVE, "OS": OPENING, "PC": CLOSING, "BU": PUBLISHED,
    "AF": FINDING, "NC": PUBLISHED, "EX": CHANGE, "CO": CHANGE, "TP": TRIP_STEPS, "GP": PASS_STEPS, "KA": ASIDE_STEPS, "XC": EXCHANGE_STEPS, "RP": REPAIR,
    "ST": STOCKTAKE,
}  # fmt: skip


def test_every_kind_of_paper_has_its_way_here() -> None:
    assert WAYS.keys() == KIND_WORDS.keys()
    assert ENDED_AS.keys() <= KIND_WORDS.keys()


@pytest.mark.parametrize("kind", sorted(WAYS))
def test_names_lapse_from_every_state_from_which_nothing_leads_on(kind: str) -> None:
    way = WAYS[kind]
    states = way.keys() | {state for following in way.values() for state in following}
    assert states <= STATE_WORDS.keys()
    final = {state for state in states if not way.get(state)}
    assert final, f"{kind} never ends"
    ended = {*ENDED, *ENDED_AS.get(kind, ())}
    assert final <= ended
    assert ENDED_AS.get(kind) is None or set(ENDED_AS[kind]) <= states
