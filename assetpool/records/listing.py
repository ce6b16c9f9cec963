"""The frame of every list of documents as a page: what its address asks for, its rows, and the addresses of its further pages."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import request, url_for
from flask_babel import gettext

from assetpool.core.db import db
from assetpool.core.web import whole
from assetpool.org import access
from assetpool.records.models import Document
from assetpool.records.states import STATE_WORDS

Row = TypeVar("Row")
LONGEST_TEXT = 100
SHOWN = 25


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


def _asked(states: Collection[str]) -> Asked:
    """Read what a list asks for; a state it does not know is left out."""
    given = request.args
    state = given.get("state", "")
    return Asked(state if state in states else "", given.get("q", "").replace("\0", "")[:LONGEST_TEXT], given.get("before", type=whole))


def newest(states: Collection[str], found: Callable[..., Sequence[Row]], paper: Callable[[Row], Document]) -> tuple[Sequence[Row], dict[str, Any]]:
    """Return a page of the documents one may see, newest first, and what its frame shows: `asked`, `states` to choose from, `next_url`, `first_url`.

    `found(session, access, state=, text=, before=, limit=)` is the query of the list: one row more than `limit` where something follows; `paper` names
    a row's document.
    """
    asked = _asked(states)
    rows = found(db.session(), access.current(), state=asked.state, text=asked.text, before=asked.before, limit=SHOWN)
    shown = rows[:SHOWN]
    further = asked.further(paper(shown[-1]).id if len(rows) > SHOWN else None)
    return shown, {"asked": asked, "states": [(name, gettext(STATE_WORDS[name])) for name in states], **further}
