"""Exceptions about buying beside the pool."""

from __future__ import annotations

from collections.abc import Iterator

from assetpool.audit.facts import Facts
from assetpool.audit.suspicion import Suspicion
from assetpool.core.errors import N_


def certified_although_free(facts: Facts) -> Iterator[Suspicion]:
    """Find certificates whose asker declined what was free."""
    sentence = N_("Of %(wanted)s wanted of class %(code)s %(free)s were free and declined: %(reason)s")
    for one in facts.declined:
        figures = {"wanted": one.wanted, "code": one.class_code, "free": one.free, "reason": one.reason}
        yield Suspicion("certified_free", sentence, figures, None, one.number, one.organization_id)


def bought_without_search(facts: Facts) -> Iterator[Suspicion]:
    """Find recorded purchases that no certificate covers, whether the pool was asked before or not at all."""
    never = N_("%(name)s, %(quantity)s bought on %(day)s: the pool was not asked before.")
    partly = N_("%(name)s, %(quantity)s bought on %(day)s: the pool was asked, but no certificate covers %(units)s of them.")
    for one in facts.uncertified:
        figures = {"name": one.name, "quantity": one.quantity, "day": one.bought_on, "units": one.uncovered}
        yield Suspicion("not_searched", partly if one.searched else never, figures, None, one.record, one.organization_id, one.amount)
