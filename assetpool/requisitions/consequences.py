"""What came of a request: documents that features above opened for it, each read by the feature they belong to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from assetpool.org.queries import Access
from assetpool.records.models import Document

readers: list[Callable[[Session, Access, int], Sequence[Document]]] = []


def of(session: Session, access: Access, request_id: int) -> list[Document]:
    """Return the documents that came of a request and that the person may read, oldest first; one query per feature."""
    found = [document for read in readers for document in read(session, access, request_id)]
    return sorted(found, key=lambda document: document.id)


ways_out: list[Callable[[Session, Access, Document], Mapping[str, Any]]] = []
"""What features above know of a request that lacks something: who waits for it, what of it is at risk."""


def ways_out_of(session: Session, access: Access, document: Document) -> dict[str, Any]:
    """Return it by name; a fixed number of queries per feature."""
    return {name: found for read in ways_out for name, found in read(session, access, document).items()}
