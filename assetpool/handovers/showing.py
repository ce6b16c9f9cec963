"""What the pages of slips and receipts say beside the figures: steps, who did what, which acts are possible."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from markupsafe import Markup
from sqlalchemy.orm import Session

from assetpool.core.errors import N_
from assetpool.core.web import moment
from assetpool.handovers.queries import SlipView
from assetpool.handovers.steps import AWAITING_RECEIVER
from assetpool.org.models import Role
from assetpool.org.queries import Access, path_of
from assetpool.records.models import PersonalFact
from assetpool.records.queries import trail_of
from assetpool.records.trails import timeline as timeline


@dataclass(frozen=True)
class Rights:
    """What this person may do with a slip now."""

    keep: bool
    deliver: bool
    accept: bool
    costs: bool
    take_back: bool
    extend: bool


def rights(session: Session, access: Access, view: SlipView) -> Rights:
    """Return which acts the slip's page offers this person."""
    store = path_of(session, view.store.organization_id)
    keeper = access.may(Role.KEEPER, store)
    receiving = access.may((Role.CLERK, Role.ORGANIZER, Role.HEAD), path_of(session, view.slip.receiver_id))
    waits = view.document.state in AWAITING_RECEIVER
    return Rights(
        keep=keeper,
        deliver=view.document.state == "loaded" and (keeper or receiving),
        accept=waits and (keeper or receiving),
        costs=access.may((Role.KEEPER, Role.FINANCE), store),
        take_back=access.has(Role.KEEPER) and view.total("out") > 0,
        extend=view.slip.purpose == "loan" and view.total("out") > 0 and access.may((Role.CLERK, Role.ORGANIZER), path_of(session, view.slip.receiver_id)),
    )


def signer(fact: PersonalFact | None) -> str:
    """Return who signed, with telephone, unless it was erased; and how."""
    if fact is None:
        return ""
    if fact.erased_at is not None:
        return str(gettext(N_("erased")))
    how = {"drawn": N_("drawn"), "typed_pin": N_("PIN"), "paper_photo": N_("photographed paper")}.get(fact.signature_method, "")
    return " · ".join(part for part in (fact.name, fact.telephone, gettext(how) if how else "") if part)


def request_link(number: str) -> Markup:
    """Return the number of a request as a link to its page."""
    return Markup('<a class="code" href="{}{}">{}</a>').format("/transfers/" if number.startswith("TR") else "/requisitions/", number, number)


def slip_steps(session: Session, view: SlipView) -> list[dict[str, Any]]:
    """Return the steps of a slip: loaded by whom, arrived when (if anybody said so), accepted by whom, closed when."""
    accepted = view.slip.accepted_at is not None
    closed = view.document.state == "closed"
    signer = view.fact.name if view.fact and not view.fact.erased_at else view.receiver.name
    trail = trail_of(session, view.document.id)
    last, arrived = trail[-1], next((entry for entry in trail if entry.act == "deliver"), None)
    on_site = {"label": gettext(N_("Delivered")), "who": "", "when": moment(arrived.occurred_at), "state": "done"} if arrived else None
    return [
        {"label": gettext(N_("Loaded")), "who": view.keeper.name, "when": moment(view.slip.loaded_at), "state": "done"},
        *([on_site] if on_site else []),
        {
            "label": gettext(N_("Accepted")),
            "who": signer if accepted else gettext(N_("waits for %(receiver)s"), receiver=view.receiver.name),
            "when": moment(view.slip.accepted_at) if accepted else "",
            "state": "done" if accepted else "current",
        },
        {
            "label": gettext(N_("Everything back or settled")) if view.slip.purpose == "loan" else gettext(N_("Everything settled")),
            "who": "",
            "when": moment(last.occurred_at) if closed else "",
            "state": "done" if closed else "current" if accepted else "ahead",
        },
    ]
