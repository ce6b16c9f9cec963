"""The frame of the acts on a document's page: what its forms bring, the acts all documents share, and one way to do each of them.

`document(…)` gives a blueprint the page, the acts and the paper of a document. A page answers `perform(…)`: the act is done and the page
shown again, or it is refused and the page stands there with the sentence and everything that was typed, a chosen file included.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Protocol

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from assetpool.approvals import on_paper
from assetpool.approvals.models import ApprovalDue
from assetpool.approvals.registry import Act, Decided
from assetpool.approvals.sitting import Sitting
from assetpool.core.db import atomic, db
from assetpool.core.errors import N_, DomainError
from assetpool.core.web import translated
from assetpool.org import access
from assetpool.org.queries import Access
from assetpool.records import papers, uploads
from assetpool.records.models import Document
from assetpool.records.queries import by_number

Typed = Mapping[str, str]
Draw = Callable[[Document, str, Typed, int], ResponseReturnValue]
Print = Callable[[Session, Document, papers.Place], bytes]
MOST_WORDS = 2000


class Deed(NamedTuple):
    """One act as a page does it: from what was typed to the service, and the sentence when it is done (`%(number)s`)."""

    act: Callable[[Session, str, Typed], Document]
    done: str


@dataclass(frozen=True)
class Duty:
    """What is a person's part in the decision that a document waits for; `barred`: as what they acted before, where only that keeps them from deciding."""

    step: str = ""
    decide: bool = False
    barred: str = ""
    record_paper: bool = False


def duty(session: Session, mine: Access, dues: Sequence[ApprovalDue], requester_id: int, others: Mapping[int, str] | None = None) -> Duty:
    """Return a person's part in the steps that are due; the services ask again. `others`: who else may not decide, and as what."""
    if not dues:
        return Duty()
    barred = {**(others or {}), requester_id: N_("requester")}
    acted = barred.get(mine.person_id, "")
    sitting = Sitting(session, mine, dues)
    found = sitting.part(dues, barred)
    records = not acted and sitting.part(dues, barred, on_paper=True) is not None
    if found is None:
        return Duty(dues[0].step, record_paper=records)
    due = found[0]
    if not acted and due.rule_set_id is not None and mine.person_id in sitting.taken(due):
        acted = N_("approver")
    return Duty(due.step, not acted and not sitting.wants_paper(due), acted, records)


def revision(typed: Typed) -> int | None:
    """Return the revision that the page showed."""
    text = typed.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= uploads.LONGEST_ID else None


def reason(typed: Typed) -> str:
    """Return the reason that was typed."""
    return _text(typed, "reason")[:MOST_WORDS]


def _text(typed: Typed, name: str) -> str:
    return typed.get(name, "").replace("\0", "")


def plain(act: Act, done: str) -> Deed:
    """Return an act that takes nothing but the page's revision."""
    return Deed(lambda session, number, typed: act(session, number, by=access.me(), revision=revision(typed)), done)


def reasoned(act: Act, done: str) -> Deed:
    """Return an act that takes a reason too."""
    return Deed(lambda session, number, typed: act(session, number, by=access.me(), reason=reason(typed), revision=revision(typed)), done)


class Undone(Decided, Protocol):
    """What the service of a document offers that can be decided upon, or taken back."""

    cancel: Act


class Service(Undone, Protocol):
    """What the service of a document offers that is written, handed in, decided upon and closed."""

    submit: Act
    close: Act


def deciding(
    kind: str, service: Undone, approved: str = N_("%(number)s: your consent is recorded."), cancelled: str = N_("%(number)s was taken back.")
) -> dict[str, Deed]:
    """Return the acts of deciding, and taking back."""
    return {
        "approve": reasoned(service.approve, approved),
        "record-paper": Deed(lambda session, number, typed: by_paper(session, number, kind, service.approve, typed), approved),
        "reject": reasoned(service.reject, N_("%(number)s is rejected.")),
        "send-back": reasoned(service.send_back, N_("%(number)s was sent back.")),
        "cancel": reasoned(service.cancel, cancelled),
    }


def usual(kind: str, service: Service, cancelled: str = N_("%(number)s was taken back.")) -> dict[str, Deed]:
    """Return the acts that a document has that is handed in and closed too."""
    return {
        "submit": plain(service.submit, N_("%(number)s was handed in.")),
        **deciding(kind, service, cancelled=cancelled),
        "close": plain(service.close, N_("%(number)s is closed.")),
    }


def by_paper(session: Session, number: str, kind: str, approve: Act, typed: Typed, **more: object) -> Document:
    """Record an approval that was signed on paper, from what was typed and the scan that `perform` kept."""
    scan = uploads.carried(session, typed.get("scan_id"), access.me())
    signed = on_paper.SignedPaper(
        _text(typed, "paper_number"), _text(typed, "signer")[:120], _day(typed.get("paper_day", "")), scan.id if scan is not None else None
    )
    return on_paper.record(session, number, kind, approve, signed, by=access.me(), reason=reason(typed), revision=revision(typed), **more)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def perform(kind: str, number: str, name: str, deeds: Mapping[str, Deed], draw: Draw) -> ResponseReturnValue:
    """Do one act on a visible document and go back to its page (or to the inbox it came from), or draw the page with the refusal."""
    document = by_number(db.session(), access.current(), number, kind)
    number = document.number
    typed = {**request.form.to_dict(), "act": name}
    try:
        kept = uploads.keep(request.files.get("scan"), access.current().pool_id, access.me())
        if kept is not None:
            typed |= {"scan_id": str(kept.id), "scan_name": kept.name}
        with atomic() as session:
            deeds[name].act(session, number, typed)
    except DomainError as refusal:
        return draw(by_number(db.session(), access.current(), number, kind), translated(refusal), typed, refusal.status)
    flash(_(deeds[name].done, number=number), "done")
    onward = typed.get("onward", "")
    return redirect(onward if onward.startswith("/approvals") else url_for(".show", number=number), 303)


def document(bp: Blueprint, address: str, kind: str, draw: Draw, deeds: Mapping[str, Deed], paper: Print) -> None:
    """Add the page of a document (`.show`), its acts (`.act`, for each of the deeds) and its paper (`.printed`) under an address."""

    def visible(number: str) -> Document:
        return by_number(db.session(), access.current(), number, kind)

    def show(number: str) -> ResponseReturnValue:
        """Show where a document stands, what it asks for, who decides and what can be done next."""
        return draw(visible(number), "", {}, 200)

    def act(number: str, name: str) -> ResponseReturnValue:
        """Do one act on a document; a refusal shows the page again with its sentence and everything that was typed."""
        return perform(kind, number, name, deeds, draw)

    def printed(number: str) -> ResponseReturnValue:
        """Print a document."""
        seen = visible(number)
        return papers.answered(seen.number, paper(db.session(), seen, papers.here()))

    names = ", ".join(f"'{name}'" for name in deeds)
    bp.get(f"{address}/<number>")(access.signed_in(show))
    bp.post(f"{address}/<number>/<any({names}):name>")(access.signed_in(act))
    bp.get(f"{address}/<number>.pdf")(access.signed_in(printed))
