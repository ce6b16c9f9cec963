"""What the desk can do: one entry per mode; what counts or claims by scanning joins the list with its own REST endpoint."""

from __future__ import annotations

from dataclasses import dataclass

from assetpool.core.errors import N_
from assetpool.floor import judging


@dataclass(frozen=True)
class Mode:
    """One thing the desk does: `aims_at` says what is chosen before scanning (request, store, place or nothing), `url` the REST act it ends in.

    `acts` are the buttons below the list, the usual one last; their words stand in `words`.

    `by_hand` is the page (endpoint) that does the same without scripts: it takes a list of tags in its field `tag`.
    """

    key: str
    title: str
    hint: str
    aims_at: str
    url: str
    acts: tuple[str, ...]
    judge: judging.Judge | None
    by_hand: str = ""


OUT = Mode(
    "out", N_("Hand over"), N_("Scan what leaves the store for a request."), "request", "/api/v1/requisitions/{target}/issue",
    ("load", "hand_over"), judging.out, "handovers.new",
)  # fmt: skip
BACK = Mode(
    "back", N_("Take back"), N_("Scan what comes back; each thing finds its own slip."), "store", "/api/v1/returns",
    ("take_back",), judging.back, "returns.new",
)  # fmt: skip
MOVE = Mode("move", N_("Move things"), N_("Scan the shelf, then what goes there."), "place", "/api/v1/moves", ("move",), judging.move, "moves.new")
FIND = Mode(
    "find", N_("Locate"), N_("Scan a thing to see where it belongs; scan a shelf first to put right what stands on it."), "place", "/api/v1/moves",
    ("put_right",), judging.find, "moves.new",
)  # fmt: skip
MODES: dict[str, Mode] = {mode.key: mode for mode in (OUT, BACK, MOVE, FIND)}
