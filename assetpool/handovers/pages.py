"""What the pages of slips and receipts share: papers as answers."""

from __future__ import annotations

from flask import Response, current_app

from assetpool.core.web import language
from assetpool.handovers.paper import Place


def paper_place() -> Place:
    """Return where and how papers are made here."""
    settings = current_app.config
    return Place(settings["SECRET_KEY"], settings["PUBLIC_URL"], language(), settings["FONT_PATH"])


def as_pdf(number: str, content: bytes) -> Response:
    """Answer a paper under its number."""
    answer = Response(content, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{number}.pdf"'
    return answer
