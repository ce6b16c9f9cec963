"""Approving several documents at once: those of a kind that can be approved in one act are, each other one alone; each is granted or refused by itself."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from assetpool.approvals import registry
from assetpool.approvals.registry import Chosen
from assetpool.core.db import part_of_act
from assetpool.core.errors import DomainError


def acts(chosen: Sequence[Chosen]) -> list[list[Chosen]]:
    """Part documents into those that are approved in one act: all of a kind that allows it, each other one alone; kinds unknown are left out."""
    found: list[list[Chosen]] = []
    together: dict[str, list[Chosen]] = {}
    for one in chosen:
        kind = one[0][:2]
        if kind not in registry.kinds:
            continue
        if registry.kinds[kind].several is None:
            found.append([one])
        elif kind in together:
            together[kind].append(one)
        else:
            together[kind] = [one]
            found.append(together[kind])
    return found


def approve(session: Session, chosen: Sequence[Chosen], *, by: int) -> dict[str, DomainError]:
    """Approve what `acts` put into one act; return by number why one was refused, which holds up none of the others."""
    deciding = registry.kinds[chosen[0][0][:2]]
    if deciding.several is not None:
        return deciding.several(session, chosen, by=by)
    refused: dict[str, DomainError] = {}
    for number, revision in chosen:
        try:
            with part_of_act(session):
                deciding.service.approve(session, number, by=by, revision=revision)
        except DomainError as refusal:
            refused[number] = refusal
    return refused
