"""A bulletin on paper: one A4 page with number and code in their corner, the title, the sentence, what was done, its table and the method."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from assetpool.bulletins.brief import Brief
from assetpool.core.paper import Words
from assetpool.core.printing import printed

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SERIES = Words("公物仓工作简报", "Public-asset pool bulletin")


@dataclass(frozen=True)
class Issue:
    """How a bulletin is marked: number and state, who issued it and when, the address that checks it; empty number for a preview."""

    number: str
    state: Words
    issuer: Words
    dated: str
    qr_url: str
    address: str
    digest: str = ""
    preview: bool = False
    made_at: datetime | None = None


def bulletin_pdf(made: Brief, issue: Issue, font_path: str | None = None) -> bytes:
    """Return the brief as PDF: one page, set smaller where it has much to say, and only beyond that on several."""
    pdf: bytes = printed("assetpool.bulletins.drawing:draw", made, issue, font_path)
    return pdf


def bulletin_docx(made: Brief, issue: Issue) -> bytes:
    """Return the brief as DOCX (A4)."""
    docx: bytes = printed("assetpool.bulletins.word:draw", made, issue)
    return docx
