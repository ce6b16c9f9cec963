"""What a rule finds: about which act or cards, in one sentence with its figures, and how much money hangs on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from assetpool.audit.facts import Act


@dataclass(frozen=True)
class Suspicion:
    """One exception. `sentence` is a message id with `figures`; days and Words among them are written in the reader's language."""

    code: str
    sentence: str
    figures: dict[str, Any] = field(default_factory=dict)
    act_id: int | None = None
    subject: str = ""
    organization_id: int | None = None
    amount: int | None = None
    tag: str = ""


def about(act: Act, code: str, sentence: str, hangs: int | None = None, /, **figures: Any) -> Suspicion:
    """Return a suspicion about an act; without `hangs` (fen) its avoided cost hangs on it."""
    return Suspicion(code, sentence, figures, act.id, f"{act.number} · {act.line_no}", act.receiver_id, act.avoided if hangs is None else hangs)
