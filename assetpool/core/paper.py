"""Papers: bilingual A4 documents designed to be signed, sealed and filed, not printed screens.

Every page carries number and verification code in its top right corner, a binding margin on the left and `page x of y`; each copy is a set of
pages with its name. Characters that the font lacks are printed as 〓 and listed with their code points, never left blank.
"""

from __future__ import annotations

from collections.abc import Sequence

from assetpool.core.paper_parts import BORROWER as BORROWER
from assetpool.core.paper_parts import DATE as DATE
from assetpool.core.paper_parts import FINANCE as FINANCE
from assetpool.core.paper_parts import GATE as GATE
from assetpool.core.paper_parts import GIVER as GIVER
from assetpool.core.paper_parts import SIGN as SIGN
from assetpool.core.paper_parts import STORE as STORE
from assetpool.core.paper_parts import Box as Box
from assetpool.core.paper_parts import Code as Code
from assetpool.core.paper_parts import Column as Column
from assetpool.core.paper_parts import Field as Field
from assetpool.core.paper_parts import Figure as Figure
from assetpool.core.paper_parts import Paper as Paper
from assetpool.core.paper_parts import Table as Table
from assetpool.core.paper_parts import Words as Words
from assetpool.core.printing import printed


def render(paper: Paper, font_path: str | None = None) -> bytes:
    """Return the paper as PDF: all pages of the first copy, then those of the next. Raise ValueError when a row has more or fewer cells than columns."""
    pdf: bytes = printed("assetpool.core.paper_drawing:draw", paper, font_path)
    return pdf


def prepare(texts: Sequence[str]) -> None:
    """Say what many papers will print, so that their fonts are cut once and not anew for each."""
    printed("assetpool.core.paper_drawing:prepare", texts)
