"""Exceptions about things themselves."""

from __future__ import annotations

from collections.abc import Iterator

from assetpool.audit.facts import Facts
from assetpool.audit.suspicion import Suspicion
from assetpool.core.errors import N_

TWIN_SENTENCES = {
    "serial": N_("%(what)s: the same serial number and brand on %(first)s and %(second)s."),
    "external": N_("%(what)s: the same number in the same organization's books on %(first)s and %(second)s."),
    "origin": N_("%(what)s: same kind, value and day of acquisition, entered by two organizations, on %(first)s and %(second)s."),
}


def duplicates(facts: Facts) -> Iterator[Suspicion]:
    """Find cards with the same serial and brand, the same book number, or the same kind, value and day from two organizations."""
    for twin in facts.twins:
        figures = {"what": twin.what, "first": twin.tags[0], "second": twin.tags[-1]}
        yield Suspicion("duplicates", TWIN_SENTENCES[twin.why], figures, subject=twin.tags[0], amount=twin.value, tag=twin.tags[-1])
