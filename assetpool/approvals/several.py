"""Approving several documents at once: their locks are taken in one order for all, and each is granted or refused by itself."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from assetpool.approvals import registry
from assetpool.core.db import hold, part_of_act
from assetpool.core.errors import DomainError
from assetpool.core.models import Pool
from assetpool.org.queries import names
from assetpool.records.service import lock_numbers

Chosen = tuple[str, int | None]
"""The number of a document and the revision that was seen of it."""


def acts(chosen: Sequence[Chosen]) -> list[list[Chosen]]:
    """Part documents into those that are approved in one act: all of a kind that can be prepared for it, each other one alone; kinds unknown are left out."""
    found: list[list[Chosen]] = []
    together: dict[str, list[Chosen]] = {}
    for one in chosen:
        kind = one[0][:2]
        if kind not in registry.kinds:
            continue
        if registry.kinds[kind].prepare is None:
            found.append([one])
        elif kind in together:
            together[kind].append(one)
        else:
            together[kind] = [one]
            found.append(together[kind])
    return found


def approve(session: Session, chosen: Sequence[Chosen], *, by: int) -> dict[str, DomainError]:
    """Approve documents of one kind in the order given; return by number why one was refused, which holds up none of the others."""
    deciding = registry.kinds[chosen[0][0][:2]]
    documents = lock_numbers(session, [number for number, _revision in chosen], chosen[0][0][:2])
    hold(session, [session.get_one(Pool, pool_id) for pool_id in sorted({document.pool_id for document in documents})])
    hold(session, list(names(session, [document.organization_id for document in documents]).values()))
    if deciding.prepare is not None:
        deciding.prepare(session, documents)
    refused: dict[str, DomainError] = {}
    for number, revision in chosen:
        try:
            with part_of_act(session):
                deciding.service.approve(session, number, by=by, revision=revision)
        except DomainError as refusal:
            refused[number] = refusal
    return refused
