"""The page of a document by its kind: the way from a list, a figure or a printed number to the paper itself."""

from __future__ import annotations

from flask import current_app, url_for

PAGES = {
    "RQ": "requisitions.show",
    "HS": "handovers.show",
    "RT": "returns.show",
    "IN": "intake.show",
    "TR": "transfers.show",
    "MV": "moves.show",
    "BU": "bulletins.show",
    "PC": "closings.show",
    "EX": "extensions.show",
    "CO": "changes.show",
    "ST": "stocktake.show",
    "TP": "trips.show",
    "GP": "trips.gate_pass",
    "KA": "asides.show",
    "XC": "exchanges.show",
    "RP": "repairs.show",
    "AF": "audit.finding",
}
"""Kind of document → endpoint of its page; features whose documents came later add theirs."""


def document_url(number: str | None) -> str | None:
    """Return the address of a document's page by its number; None for a document without a page of its own."""
    endpoint = PAGES.get(number[:2]) if number else None
    return url_for(endpoint, number=number) if endpoint in current_app.view_functions else None
