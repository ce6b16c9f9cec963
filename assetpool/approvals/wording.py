"""How the way of a document is told: who is awaited, what was done by whom, which steps lie behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from flask import g
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from assetpool.approvals.models import ApprovalDue
from assetpool.core import clock
from assetpool.core.errors import N_
from assetpool.core.web import day as written_day
from assetpool.core.web import moment
from assetpool.org.models import Person, Role
from assetpool.org.queries import holders, people
from assetpool.org.service import ROLE_WORDS
from assetpool.records.models import Document, Trail
from assetpool.records.states import STATE_WORDS

DEEDS: dict[str, str] = {
    "create": N_("%(who)s began it"),
    "rewrite": N_("%(who)s changed it"),
    "substitute": N_("%(who)s chose what stands in"),
    "rebook": N_("%(who)s found another way for what no longer fits"),
    "take_offer": N_("%(who)s took what was offered"),
    "submit": N_("%(who)s handed it in"),
    "send_letter": N_("%(who)s sent the sealed letter"),
    "endorse": N_("%(who)s endorsed it"),
    "giver_endorse": N_("%(who)s endorsed it for the giver"),
    "receiver_endorse": N_("%(who)s endorsed it for the receiver"),
    "agree": N_("%(who)s gave consent"),
    "lift_block": N_("%(who)s lifted the block"),
    "iou": N_("Let out on an IOU"),
    "emergency": N_("Let out in an emergency"),
    "papers": N_("%(who)s brought the papers"),
    "approve": N_("%(who)s approved it"),
    "no": N_("%(who)s rejected it"),
    "sent_back": N_("%(who)s sent it back"),
    "cancel": N_("%(who)s took it back"),
    "receive": N_("%(who)s received things"),
    "hand_over": N_("%(who)s handed things over"),
    "accept": N_("%(who)s recorded the acceptance"),
    "book": N_("%(who)s entered it in the books"),
    "pay": N_("%(who)s entered a payment"),
    "take_back_payment": N_("%(who)s took a payment back"),
    "close": N_("%(who)s closed it"),
    "check_stock": N_("Stock was checked"),
    "issue": N_("%(who)s handed things over"),
    "return": N_("%(who)s took things back"),
    "extend": N_("%(who)s let things stay longer"),
    "change": N_("%(who)s changed what was approved"),
    "freeze": N_("%(who)s froze what the book expects"),
    "count": N_("%(who)s began to count"),
    "finish": N_("%(who)s finished the first count"),
    "recount": N_("%(who)s had it counted again"),
    "compare": N_("%(who)s finished counting; the differences were drawn up"),
    "resolve": N_("%(who)s said what becomes of a difference"),
    "post": N_("%(who)s posted it"),
}
LOOKS = {
    **dict.fromkeys(("endorse", "giver_endorse", "receiver_endorse", "agree", "approve", "close"), "done"),
    **dict.fromkeys(("no", "cancel"), "bad"),
    **dict.fromkeys(("receive", "hand_over", "accept", "book", "issue", "return"), "live"),
    "sent_back": "wait",
}


def awaited(session: Session, due: ApprovalDue | None) -> str:
    """Write who is awaited, and for how long; '' when nobody is."""
    if due is None or due.opened_at is None:
        return ""
    persons = people(session, holders(session, due.role, due.organization_id)[:3])
    days = (clock.now() - due.opened_at).days
    names = _(", ").join(person.name for person in persons.values())
    role = _(ROLE_WORDS[Role(due.role)])
    if not names:
        return str(_("Waiting for a %(role)s; nobody has this role yet", role=role))
    if days == 1:
        return str(_("Waiting for %(names)s (%(role)s) since yesterday", names=names, role=role))
    if days:
        return str(_("Waiting for %(names)s (%(role)s) for %(days)s days", names=names, role=role, days=days))
    return str(_("Waiting for %(names)s (%(role)s)", names=names, role=role))


def timeline(trail: Sequence[Trail], persons: Mapping[int, Person], said: Callable[[Trail], str] | None = None) -> list[dict[str, str]]:
    """Return what was done to a document, newest first, as the page's timeline takes it; one deed that left several traces stands once.

    `said` writes the remark of a trace (default: as it stands).
    """
    found: list[dict[str, str]] = []
    for entry in reversed(trail):
        shown = {
            "when": moment(entry.occurred_at),
            "iso": entry.occurred_at.isoformat(),
            "text": _(DEEDS[entry.act], who=_who(entry, persons)) if entry.act in DEEDS else entry.act,
            "detail": said(entry) if said is not None else entry.note,
            "meaning": LOOKS.get(entry.act, ""),
        }
        if not found or any(found[-1][part] != shown[part] for part in ("when", "text", "detail")):
            found.append(shown)
    return found


def _who(entry: Trail, persons: Mapping[int, Person]) -> str:
    person = persons.get(entry.person_id or 0)
    return person.name if person is not None else str(_("The system"))


def way(
    document: Document, stations: Sequence[tuple[str, str, str]], trail: Sequence[Trail], persons: Mapping[int, Person], at: str | None = None
) -> list[dict[str, str]]:
    """Return the steps of a document: `stations` are (state, act, label) in order; those passed say by whom and when.

    A document that ended early shows where, and what never came is left out. `at`: the station it stands at, where its state is none of them.
    """
    last = {entry.act: entry for entry in trail}
    order = [state for state, _act, _label in stations]
    ended = document.state in ("rejected", "withdrawn", "cancelled")
    if (at or document.state) in order:
        reached = order.index(at or document.state)
    else:
        reached = max((index for index, (_state, act, _label) in enumerate(stations) if act in last), default=0) if document.state != "sent_back" else 0
    found = []
    for index, (_state, act, label) in enumerate(stations):
        entry = last.get(act) if index <= reached else None
        state = "done" if index <= reached else "current" if index == reached + 1 and not ended else "ahead"
        if document.state == "sent_back" and index == 0:
            state = "current"
        found.append({"label": label, "who": _who(entry, persons) if entry else "", "when": _day(entry.occurred_at) if entry else "", "state": state})
    if ended:
        over = next((entry for entry in reversed(trail) if entry.act in ("no", "cancel")), None)
        end = {"label": _(STATE_WORDS[document.state]), "who": _who(over, persons) if over else "", "when": _day(over.occurred_at) if over else ""}
        found = [*found[: reached + 1], {**end, "state": "bad"}]
    return found


def _day(at: datetime) -> str:
    return written_day(clock.day_of(at, str(g.get("zone", "Asia/Shanghai"))))
