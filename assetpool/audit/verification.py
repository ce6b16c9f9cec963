"""`audit verify`: the whole book from its first row: chain, entries against movements, state against both, sums against reports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy.orm import Session

from assetpool.audit import added_up, closed, frozen, outlays, papers, reported, state
from assetpool.audit.differences import Differs
from assetpool.audit.replay import replay
from assetpool.core import chain
from assetpool.core.chain import Difference


@dataclass(frozen=True)
class Report:
    """What was checked, height and head of the chain, and the first difference, if there is one."""

    ok: bool
    checked: dict[str, int]
    height: int
    head: str
    first_difference: Difference | None

    def as_json(self) -> dict[str, Any]:
        """Return the shape that machines rely on (`audit verify --json`)."""
        first = asdict(self.first_difference) if self.first_difference else None
        return {"ok": self.ok, "checked": self.checked, "chain": {"height": self.height, "head": self.head}, "first_difference": first}


Progress = Callable[[str, int], None]
"""Told the stage (chain, entries) and the height reached, every now and then."""


def verify(session: Session, pool_id: int, anchor: tuple[int, str] | None = None, data_dir: str | None = None, progress: Progress | None = None) -> Report:
    """Recompute everything of a pool from the first row and name the first difference; nothing is written.

    `anchor` is a height and digest noted earlier; with `data_dir` the bytes of kept files are read too. The chain comes first:
    when it is broken, nothing built on it is believed. Memory grows with tranches, shares, acts and costs, not with movements and entries.
    """
    session.flush()
    checked, height, head, broken = chain.verify(session.connection(), pool_id, anchor, _at(progress, "chain"))
    if broken is None:
        try:
            _check(session, pool_id, checked, _at(progress, "entries"))
            checked |= papers.check(session, pool_id, data_dir)
        except Differs as found:
            broken = found.difference
    return Report(broken is None, checked, height, head, broken)


def _at(progress: Progress | None, stage: str) -> chain.Progress | None:
    return None if progress is None else lambda height: progress(stage, height)


def _check(session: Session, pool_id: int, checked: dict[str, int], progress: chain.Progress | None) -> None:
    months = closed.closed_at(session, pool_id)
    ledger = replay(session, pool_id, months, progress)
    checked["tranche"] = state.check_tranches(session, pool_id, ledger)
    checked["stock"] = state.check_stock(session, pool_id)
    checked["asset"] = state.check_assets(session, pool_id)
    checked["saving_share"] = state.check_shares(session, pool_id, ledger)
    checked["saving_act"] = state.check_acts(session, pool_id, ledger)
    checked["cost"] = state.check_costs(session, pool_id, ledger)
    checked["cost_paper"] = outlays.check(session, pool_id)
    checked["saving_sum"] = added_up.check(session, pool_id)
    state.check_totals(session, pool_id, ledger)
    if months:
        checked["closing"] = closed.check_totals(session, pool_id)
    checked["saving_report_sum"] = reported.check(session, pool_id)
    checked["certificate_content"] = frozen.check(session, pool_id)
