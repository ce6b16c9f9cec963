"""The words for ways of counting, kinds of differences, and what becomes of them."""

from __future__ import annotations

from assetpool.core.errors import N_

WAY_WORDS: dict[str, str] = {"full": N_("Everything, once a year"), "cyclic": N_("A part every week"), "spot": N_("On the spot")}
WHAT_WORDS: dict[str, str] = {
    "missing": N_("Missing"),
    "misplaced": N_("At another place"),
    "surplus": N_("More than in the book"),
    "on_loan": N_("Here, but away by the book"),
    "elsewhere": N_("Of another store"),
    "unknown": N_("Without a known label"),
}
WHAT_LOOKS: dict[str, str] = {"missing": "bad", "surplus": "bad", "misplaced": "wait", "on_loan": "wait", "elsewhere": "wait", "unknown": "wait"}
RESOLUTION_WORDS: dict[str, str] = {
    "held": N_("Held until it turns up"),
    "lost": N_("Written off as lost"),
    "move": N_("The book follows to where it stands"),
    "number": N_("Held under a number of its own"),
    "propose": N_("Nothing moves; told to whoever has it by the book"),
}
OUTCOME_WORDS: dict[str, str] = {
    "counted": N_("counted"),
    "again": N_("counted before; it is in the count once"),
    "on_loan": N_("counted; by the book it is away"),
    "elsewhere": N_("counted; it belongs to another store"),
    "unknown": N_("noted; no label of ours"),
    "undone": N_("taken back"),
}
