"""The page of recognition: three lists a year and kind of saving, sentences for the bulletin, and the same as paper and files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import current_app, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from assetpool.core import spreadsheets
from assetpool.core.db import db
from assetpool.core.money import yuan
from assetpool.core.web import attachment, named, wan
from assetpool.org import access
from assetpool.org.queries import root_of
from assetpool.outcomes import blueprint, recognition, sheet, wording
from assetpool.outcomes.blueprint import Asked, bp
from assetpool.outcomes.paper import praise_paper
from assetpool.outcomes.ranking import Placed, leaders
from assetpool.outcomes.recognition import LISTS, Merit, Year
from assetpool.outcomes.sheet import Sheet
from assetpool.reports.queries import ask, chain_head
from assetpool.savings.listing import first_business_day
from assetpool.savings.wording import KIND_WORDS

KINDS = ("loan", "transfer")
SUMMARY = 10_000_000


@dataclass(frozen=True)
class Shown:
    """What the address asks for and what was found."""

    asked: Asked
    year: int
    known: tuple[int, ...]
    kind: str
    found: dict[str, Year]


def _shown() -> Shown:
    session, mine = db.session(), access.current()
    today = access.today()
    begun = first_business_day(session, mine) or today
    known = tuple(range(today.year, min(begun, today).year - 1, -1))
    asked = blueprint.read(lambda day: day.replace(month=1, day=1), {"kind": KINDS, "year": tuple(str(year) for year in known)})
    year = int(asked.words.get("year", today.year))
    span = ask(session, mine, date(year, 1, 1), date(year, 12, 31), "kind", "adopted")
    found = recognition.years(session, span)
    usual = next((kind for kind in KINDS if any(found[kind].lists.values())), "loan")
    return Shown(asked, year, known, asked.words.get("kind", usual), found)


def sentences(year: int, lists: dict[str, list[Placed[Merit]]], kind: str) -> list[str]:
    """Return what a bulletin may say of the first places of each list."""
    said = []
    for name in LISTS:
        first = leaders(lists[name])
        if first:
            figure = _amount(first[0].saving or 0) if name == "saved" else f"{first[0].things:,}"
            called = gettext(", ").join(named(merit.organization) for merit in first)
            said.append(gettext(wording.PRAISES[(kind, name)], year=str(year), names=called, figure=figure))
    return said


def _amount(fen: int) -> str:
    """Write an amount as a summary does; a small one in yuan, so that it is not rounded away."""
    return wan(fen) if fen >= SUMMARY else str(gettext("%(amount)s yuan", amount=yuan(fen)))


@bp.get("/outcomes/recognition")
@access.signed_in
def recognition_page() -> ResponseReturnValue:
    """Show who gave, took and saved most in a year, and what the bulletin may say of it."""
    shown = _shown()
    year = shown.found[shown.kind]
    return render_template(
        "outcomes/recognition.html",
        shown=shown,
        asked=shown.asked,
        year=year,
        lists=LISTS,
        kinds=KINDS,
        words=wording,
        kind_words=KIND_WORDS,
        said=sentences(shown.year, year.lists, shown.kind),
    ), 422 if shown.asked.refusal else 200


@bp.get("/outcomes/recognition.<any(xlsx, csv):kind>")
@access.signed_in
def recognition_file(kind: str) -> ResponseReturnValue:
    """Give all lists of the year, both kinds of saving."""
    shown = _shown()
    heads = [
        gettext("List"), gettext("Kind of saving"), gettext("Same system"), gettext("Rank"), gettext("Code"), gettext("Organization"), gettext("Items"),
        gettext("Item loans"), gettext("Number of acts"), gettext("Net saving (yuan)"), gettext("Reversed acts"),
        gettext("Acts of lower grade or under review"),
    ]  # fmt: skip
    rows: list[list[Any]] = []
    for found in shown.found.values():
        for apart, lists in ((gettext("no"), found.lists), (gettext("yes"), found.apart)):
            for name in LISTS:
                rows += [[gettext(wording.LIST_WORDS[name]), gettext(KIND_WORDS[found.kind]), apart, *_cells(each)] for each in lists[name]]
    made = Sheet(f"{gettext('Recognition')} {shown.year}", heads, rows, [gettext(note) for note in wording.PRAISE_METHOD])
    return sheet.given(kind, [made], f"recognition-{shown.year}")


def _cells(each: Placed[Merit]) -> Iterable[Any]:
    merit = each.thing
    saving = spreadsheets.money(merit.saving)
    organization = merit.organization
    return [each.place, organization.code, named(organization), merit.things, merit.item_loans, merit.acts, saving, merit.reversed, merit.lower]


@bp.get("/outcomes/recognition.pdf")
@access.signed_in
def recognition_pdf() -> ResponseReturnValue:
    """Give the lists of the year and kind of saving as a paper to be signed and sealed."""
    shown, session, mine = _shown(), db.session(), access.current()
    year = shown.found[shown.kind]
    height, head = chain_head(session, mine.pool_id)
    root = root_of(session, mine.pool_id)
    made = praise_paper(
        year,
        shown.year,
        said=sentences(shown.year, year.lists, shown.kind),
        issuer=(root.name, root.name_en) if root else ("", ""),
        address=f"{current_app.config['PUBLIC_URL']}/audit?height={height}&head={head}",
        chain=f"{height:,} · {head}",
        called=named,
        money=lambda amount: "—" if amount is None else yuan(amount),
    )
    return attachment(made, "application/pdf", f"recognition-{shown.year}-{shown.kind}.pdf")
