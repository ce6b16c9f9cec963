"""What the allocation standard says of a budget, by the cap that kinds carry: the one that savings are capped by too."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from assetpool.catalog.models import Kind


def checked(kinds: Iterable[Kind], budget: int | None) -> dict[str, Any] | None:
    """Return what the standard says of a budget per unit: the highest cap that these kinds carry; None where they carry none.

    A cap without a source only advises (`binding` False).
    """
    caps = [(kind.standard_cap, kind.standard_cap_source.strip()) for kind in kinds if kind.standard_cap is not None]
    if not caps:
        return None
    cap, source = max(caps)
    return {"cap_fen": cap, "source": source, "over": budget is not None and budget > cap, "binding": bool(source)}
