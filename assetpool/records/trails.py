"""A document's trail as its page's timeline shows it."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from sqlalchemy.orm import Session

from assetpool.core.errors import N_
from assetpool.core.web import moment
from assetpool.org.queries import people
from assetpool.records.models import Document
from assetpool.records.queries import trail_of
from assetpool.records.states import ACT_WORDS

BEGINNINGS = {"HS": "load", "RT": "return", "MV": "move", "KA": "keep_aside", "XC": "open", "RP": "open"}
AT_GATE = frozenset({"TP", "GP"})
DONE = frozenset({"accept", "close", "inspect", "return", "mend", "sign"})


def timeline(session: Session, document: Document) -> list[dict[str, Any]]:
    """Return a document's trail as the timeline shows it, newest first."""
    rows = trail_of(session, document.id)
    persons = people(session, [row.person_id for row in rows])
    entries = []
    for row in reversed(rows):
        who = persons[row.person_id].name if row.person_id in persons else gettext(N_("The gate") if document.kind in AT_GATE else N_("The receiver"))
        name = BEGINNINGS.get(document.kind, row.act) if row.act == "create" else row.act
        act = gettext(ACT_WORDS.get(name, name))
        text = gettext(N_("%(who)s: %(act)s"), who=who, act=act)
        entries.append(
            {
                "when": moment(row.occurred_at),
                "iso": row.occurred_at.isoformat(),
                "text": text,
                "detail": row.note,
                "meaning": "done" if row.act in DONE else "live",
            }
        )
    return entries
