"""What a list of documents asks for in its address, and the addresses of its further pages."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from flask_babel import gettext

from assetpool.core.web import whole
from assetpool.records.states import STATE_WORDS

LONGEST_TEXT = 100


@dataclass(frozen=True)
class Asked:
    """The state and the words a list is narrowed to, and the document after which it goes on."""

    state: str
    text: str
    before: int | None

    def further(self, last_id: int | None) -> dict[str, str | None]:
        """Return the addresses `next_url` (after a last id, None where nothing follows) and `first_url` of the list being shown."""
        kept: dict[str, Any] = {name: value for name, value in (("q", self.text), ("state", self.state)) if value}
        return {
            "next_url": None if last_id is None else url_for(".index", before=last_id, **kept),
            "first_url": None if self.before is None else url_for(".index", **kept),
        }


def asked(states: Collection[str]) -> Asked:
    """Read what a list asks for; a state it does not know is left out."""
    given = request.args
    state = given.get("state", "")
    return Asked(state if state in states else "", given.get("q", "").replace("\0", "")[:LONGEST_TEXT], given.get("before", type=whole))


def choices(states: Collection[str]) -> list[tuple[str, str]]:
    """Return the states as a filter offers them."""
    return [(name, gettext(STATE_WORDS[name])) for name in states]
