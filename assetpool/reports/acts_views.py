"""The ledger of acts in pages: the list behind every figure, one act unfolded down to its papers, one entry to print."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from assetpool.catalog.queries import kinds
from assetpool.core.db import db
from assetpool.org import access
from assetpool.org.models import Role
from assetpool.org.queries import names
from assetpool.records import downloads
from assetpool.records.linking import document_url
from assetpool.reports.blueprint import bp
from assetpool.savings import listing, policies, standing, unfolding
from assetpool.savings.flags import FLAG_WORDS
from assetpool.savings.listing import Narrowing
from assetpool.savings.wording import COST_WORDS, DECISION_WORDS, ENDING_WORDS, ENTRY_WORDS, KIND_WORDS, STEP_WORDS, reason_words, said
from assetpool.savings.workings import workings

PAGE = 50


@bp.app_context_processor
def _words() -> dict[str, Any]:
    """Give the pages of the ledger their words."""
    return {"document_url": document_url}


@bp.get("/savings/acts")
@access.signed_in
def acts() -> ResponseReturnValue:
    """List the acts behind a figure, or all of them, with what their entries of the period add up to."""
    session, mine = db.session(), access.current()
    asked = _narrowing()
    found = listing.lines(session, mine, asked, _number("before"), PAGE + 1)
    page = found[:PAGE]
    return render_template(
        "reports/acts.html",
        asked=asked,
        lines=page,
        totals=listing.totals(session, mine, asked),
        kinds=kinds(session, {line.act.kind_id for line in page if line.act.kind_id}),
        organizations=names(session, [line.act.receiver_id for line in page]),
        following=page[-1].act.id if len(found) > PAGE else None,
        standing_choices=[(key, gettext(word)) for key, word in (standing.STANDINGS | {"rejected": standing.REVIEWED_WORDS["rejected"]}).items()],
        kind_choices=[(key, gettext(word)) for key, word in KIND_WORDS.items()],
        next_args={name: value for name, value in request.args.items() if value and name not in ("before", "lang")},
        reviewed=standing.REVIEWED_WORDS,
        looks=standing.REVIEWED_LOOKS,
        kind_words=KIND_WORDS,
    )


def _narrowing() -> Narrowing:
    given = request.args
    return Narrowing(
        first_day=_read("from", date.fromisoformat),
        last_day=_read("to", date.fromisoformat),
        event=_number("event"),
        organization=given.get("organization", ""),
        class_code=given.get("class", ""),
        store=given.get("store", ""),
        kind=given.get("kind", ""),
        standing=given.get("standing", ""),
        document=given.get("document", ""),
    )


def _read(name: str, of: Callable[[str], Any]) -> Any:
    """Return a value of the address, None when it is missing or unreadable."""
    try:
        return of(request.args[name].strip()) if request.args.get(name, "").strip() else None
    except ValueError:
        return None


def _number(name: str) -> int | None:
    found: int | None = _read(name, int)
    return found if found is None or 0 <= found < 2**63 else None


@bp.get("/savings/acts/<int:act_id>")
@access.signed_in
def act(act_id: int) -> ResponseReturnValue:
    """Take one act apart: terms, arithmetic, entries, costs, evidence, reviews, and the way down to every paper."""
    found = unfolding.unfold(db.session(), access.current(), act_id)
    return render_template(
        "reports/act.html",
        it=found,
        workings=workings(found.act, found.shares, policies.as_policy(found.policy)),
        said=said,
        reviewed=standing.REVIEWED_WORDS,
        looks=standing.REVIEWED_LOOKS,
        kind_words=KIND_WORDS,
        entry_words=ENTRY_WORDS,
        cost_words=COST_WORDS,
        step_words=STEP_WORDS,
        ending_words=ENDING_WORDS,
        decision_words=DECISION_WORDS,
        flag_words=FLAG_WORDS,
        may_review=access.current().has(Role.REVIEWER) and found.act.reviewed == "proposed",
    )


@bp.get("/savings/acts/<int:act_id>/files/<int:file_id>")
@access.signed_in
def file(act_id: int, file_id: int) -> ResponseReturnValue:
    """Give back a paper that proves something about an act."""
    kept = unfolding.file_of(db.session(), access.current(), act_id, file_id)
    return downloads.given(kept)


@bp.get("/savings/entries/<int:entry_id>")
@access.signed_in
def entry(entry_id: int) -> ResponseReturnValue:
    """Show one entry as it stands in the chain, with what proves it, to be printed."""
    session, mine = db.session(), access.current()
    row = unfolding.visible_entry(session, mine, entry_id)
    found = unfolding.unfold(session, mine, row.act_id)
    share = next((share for share in found.shares if share.tranche_id == row.tranche_id), None)
    steps = workings(found.act, [share], policies.as_policy(found.policy)) if share else []
    return render_template(
        "reports/entry.html", entry=row, it=found, steps=steps, said=said, entry_words=ENTRY_WORDS, cost_words=COST_WORDS, kind_words=KIND_WORDS,
        step_words=STEP_WORDS, reviewed=standing.REVIEWED_WORDS, looks=standing.REVIEWED_LOOKS, decision_words=DECISION_WORDS,
        reason=reason_words(row.reason),
    )  # fmt: skip
