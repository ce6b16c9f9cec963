"""The words of the ledger's pages, and sentences with their figures in the reader's language."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext

from assetpool.core.errors import N_, Word
from assetpool.core.web import day
from assetpool.savings import bought, compensation
from assetpool.savings.evidence import Missing
from assetpool.savings.zero import ZERO_SENTENCES

KIND_WORDS = {"loan": N_("Loan"), "transfer": N_("Transfer"), "premises": N_("Premises")}
ENTRY_WORDS = {
    "claim": N_("On acceptance"),
    "accrual": N_("By running on"),
    "cost": N_("Cost"),
    "reversal": N_("Reversal"),
    "opening": N_("Opening statement"),
}
ENDING_WORDS = {
    "returned": N_("Returned"),
    "unused": N_("Returned unused"),
    "lost": N_("Lost"),
    "damaged": N_("Damaged beyond repair"),
    "transferred": N_("Given for good"),
}
MARKED_WORDS = {bought.MARK: N_("What the pool itself bought"), compensation.MARK: N_("Compensation")}
DECISION_WORDS = {
    "accepted": N_("accepted on review"),
    "rejected": N_("rejected on review"),
    "yes": N_("approved"),
    "no": N_("rejected"),
    "sent_back": N_("sent back"),
}
MISSING_WORDS: dict[Missing, str] = {
    Missing.OPENING: N_("everything but its source"),
    Missing.NEED_LINE: N_("need line"),
    Missing.NEED_LATE: N_("need line dated before the request"),
    Missing.BUDGET_PAPER: N_("budget paper"),
    Missing.NOT_VALUED: N_("value"),
    Missing.PRICE_UNSOURCED: N_("source of the price"),
    Missing.PRICE_WEAK: N_("framework price or three quotes"),
    Missing.PRICE_STALE: N_("fresh price"),
    Missing.RENT_UNSOURCED: N_("source of the rent"),
    Missing.RENT_STALE: N_("fresh rent"),
    Missing.STAND_IN: N_("rent tariff"),
    Missing.SIGNATURE: N_("signed slip"),
    Missing.COSTS: N_("cost vouchers"),
    Missing.INSPECTION: N_("inspection"),
    Missing.OPEN_FLAG: N_("settled flag"),
}
"""What is missing for an A, in a word or two."""
STEP_WORDS = {"purchase": N_("Purchase"), "rental": N_("Rental"), "consumption": N_("Consumption"), "adopted": N_("Adopted")}
COST_WORDS = {
    "haulage": N_("Haulage"),
    "loading": N_("Loading"),
    "repair": N_("Repair"),
    "cleaning": N_("Cleaning"),
    "installation": N_("Installation"),
    "storage": N_("Storage"),
    "labour": N_("Labour"),
    "purchase": N_("Bought by the pool"),
    "loss": N_("Loss and damage"),
    "other": N_("Other cost"),
}


def said(sentence: str, figures: dict[str, Any]) -> str:
    """Return a sentence in the reader's language, its words and days too."""
    shown = {name: gettext(str(value)) if isinstance(value, Word) else day(value) if isinstance(value, date) else value for name, value in figures.items()}
    return str(gettext(sentence, **shown) if shown else gettext(sentence))


def reason_words(reason: str) -> str:
    """Return why an entry was written in the reader's language: the ledger's own codes in words, what people wrote as they wrote it."""
    own: dict[str, str] = {**{zero.value: sentence for zero, sentence in ZERO_SENTENCES.items()}, **ENDING_WORDS}
    mark, _, number = reason.partition(" ")
    found = own.get(reason) or (MARKED_WORDS.get(mark) if number.isdigit() else None)
    return gettext(found) if found else reason
