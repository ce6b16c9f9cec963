"""What the desk can do: one entry per mode; what counts or claims by scanning joins the list with its own REST endpoint."""

from __future__ import annotations

from dataclasses import dataclass

from assetpool.core.errors import N_
from assetpool.floor import judging


@dataclass(frozen=True)
class Mode:
    """One thing the desk does: `aims_at` says what is chosen before scanning (request, store, place or nothing), `url` the REST act it ends in.

    `acts` are the buttons below the list, the usual one last; their words stand in `words`. `judge` says what stands against each thing before the act.
    `by_hand` is the page (endpoint) that does the same without scripts; where it takes a list of tags, `takes` names its field.
    """

    key: str
    title: str
    hint: str
    aims_at: str
    url: str
    acts: tuple[str, ...]
    judge: judging.Judge | None
    by_hand: str = ""
    takes: str = ""


OUT = Mode(
    "out", N_("Hand over"), N_("Scan what leaves the store for a request."), "request", "/api/v1/requisitions/{target}/issue",
    ("load", "hand_over"), judging.out, "handovers.new", "tag",
)  # fmt: skip
BACK = Mode(
    "back", N_("Take back"), N_("Scan what comes back; each thing finds its own slip."), "store", "/api/v1/returns",
    ("take_back",), judging.back, "returns.new", "tag",
)  # fmt: skip
MOVE = Mode("move", N_("Move things"), N_("Scan the shelf, then what goes there."), "place", "/api/v1/moves", ("move",), judging.move, "moves.new", "tags")
FIND = Mode(
    "find", N_("Locate"), N_("Scan a thing to see where it belongs; scan a shelf first to put right what stands on it."), "place", "/api/v1/moves",
    ("put_right",), judging.find, "moves.new", "tags",
)  # fmt: skip
CLAIM = Mode(
    "claim", N_("Claim a blank label"), N_("Scan the blank label, then the thing it is stuck on."), "nothing", "/api/v1/labels/claims", ("claim",), None,
    "labels.claim",
)  # fmt: skip
MODES: dict[str, Mode] = {mode.key: mode for mode in (OUT, BACK, MOVE, FIND, CLAIM)}


@dataclass(frozen=True)
class Elsewhere:
    """Something that is scanned on pages of its own: its title, what it is for, the page it begins on."""

    title: str
    hint: str
    endpoint: str


COUNT = Elsewhere(N_("Stocktake"), N_("Count what stands in the store, alone or several at once, with or without network."), "stocktake.index")
ELSEWHERE: tuple[Elsewhere, ...] = (COUNT,)
