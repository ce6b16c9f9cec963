"""The words of the price book."""

from __future__ import annotations

from assetpool.core.errors import N_

SOURCE_WORDS: dict[str, str] = {
    "framework": N_("framework agreement"),
    "quotes": N_("three quotes"),
    "market": N_("market list"),
    "catalogue": N_("price catalogue"),
    "book": N_("another pool's price book"),
    "invoice": N_("invoice"),
    "other": N_("other"),
}
STATE_WORDS: dict[str, str] = {
    "stale": N_("price too old"),
    "no_price": N_("no price"),
    "no_rent": N_("no rent"),
    "no_life": N_("no service life"),
    "over_cap": N_("above the cap"),
    "unsourced": N_("no source or date"),
    "few_quotes": N_("fewer than three quotes"),
}
STATE_LOOKS = {"stale": "wait", "no_price": "bad", "no_rent": "wait", "no_life": "wait", "over_cap": "bad", "unsourced": "bad", "few_quotes": "wait"}
