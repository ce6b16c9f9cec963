"""The words for where things stand, how they got there and in which condition they are."""

from __future__ import annotations

from assetpool.core.errors import N_

STATE_WORDS: dict[str, str] = {
    "in_store": N_("In store"),
    "arrived": N_("Back, not inspected yet"),
    "held": N_("Held"),
    "repair": N_("In repair"),
    "loaded": N_("On the way"),
    "out": N_("On loan"),
    "damaged": N_("Damaged beyond repair"),
    "lost": N_("Lost"),
    "transferred": N_("Given for good"),
    "disposed": N_("Disposed of"),
}

STATE_LOOKS: dict[str, str] = {
    "in_store": "done",
    "arrived": "wait",
    "held": "wait",
    "repair": "wait",
    "loaded": "live",
    "out": "live",
    "damaged": "bad",
    "lost": "bad",
    "transferred": "off",
    "disposed": "off",
}

CONDITION_WORDS: dict[str, str] = {"new": N_("Brand new"), "good": N_("Good"), "fair": N_("Fair"), "poor": N_("Poor"), "scrap": N_("Scrap")}

ACT_WORDS: dict[str, str] = {
    "receive": N_("received"),
    "split": N_("counted apart"),
    "single": N_("became a single thing"),
    "load": N_("loaded"),
    "accept": N_("accepted"),
    "refuse": N_("refused"),
    "return": N_("brought back"),
    "inspect": N_("inspected"),
    "move": N_("moved"),
    "hold": N_("held back"),
    "settle": N_("settled"),
    "release": N_("released"),
    "repair": N_("repaired"),
    "to_repair": N_("sent to repair"),
    "transfer": N_("given for good"),
    "lose": N_("lost"),
    "short": N_("missing on arrival"),
    "extended": N_("stays longer"),
    "damage": N_("damaged"),
    "exchange": N_("answered for by another borrower"),
}
