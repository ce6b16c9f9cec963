"""No-stock certificates against the chain: the search each rests on as it was frozen, and the lines that purchases are held against."""

from __future__ import annotations

import json
from collections import defaultdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.audit.differences import same
from assetpool.certificates.looking import digest
from assetpool.certificates.models import NoStockCertificate, NoStockLine, StockSearch

BATCH = 500
_LINE = ("line_no", "quantity", "free", "covers", "declined", "class_code_set", "class_code")


def check(session: Session, pool_id: int) -> int:
    """Compare the content and lines of every certificate with what was sealed; return how many. Raise Differs at the first that is not what it was."""
    statement = select(NoStockCertificate).where(NoStockCertificate.pool_id == pool_id).order_by(NoStockCertificate.height)
    found = 0
    for some in session.scalars(statement.execution_options(yield_per=BATCH)).partitions():
        contents = {row.id: row.content for row in session.scalars(select(StockSearch).where(StockSearch.id.in_([one.search_id for one in some])))}
        lines: dict[int, list[tuple[object, ...]]] = defaultdict(list)
        covering = select(NoStockLine).where(NoStockLine.document_id.in_([one.document_id for one in some]))
        for row in session.scalars(covering.order_by(NoStockLine.document_id, NoStockLine.line_no)):
            lines[row.document_id].append((*(getattr(row, name) for name in _LINE), row.valid_from, row.valid_until))
        for one in some:
            content = contents.get(one.search_id, "")
            same("certificate_content", one.id, one.content_digest, digest(content))
            frozen = [(*(line[name] for name in _LINE), one.valid_from, one.valid_until) for line in json.loads(content)["lines"]]
            same("certificate_line", one.id, frozen, lines[one.document_id])
        found += len(some)
    return found
