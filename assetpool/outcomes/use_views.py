"""The page of use: how much of their time things were out, kind by kind and store by store, and what stands idle."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from assetpool.catalog.models import Kind, Store
from assetpool.catalog.queries import all_stores
from assetpool.catalog.queries import kinds as kinds_of
from assetpool.catalog.queries import stores as stores_of
from assetpool.core.db import db
from assetpool.core.web import named
from assetpool.org import access
from assetpool.outcomes import blueprint, sheet, use, wording
from assetpool.outcomes.blueprint import Asked, bp
from assetpool.outcomes.sheet import Sheet
from assetpool.outcomes.use import Narrow, Total, Use

SHOWN = 25
LABELS = 15


@dataclass(frozen=True)
class Found:
    """What the address asks for and what was found."""

    asked: Asked
    narrow: Narrow
    uses: list[Use]
    kinds: dict[int, Kind]
    stores: dict[int, Store]


def _found() -> Found:
    session, mine = db.session(), access.current()
    asked = blueprint.read(lambda today: today - timedelta(days=364), {"show": ("never", "all")}, ("store", "kind"))
    narrow = Narrow(*(int(asked.words[name]) if name in asked.words else None for name in ("store", "kind")))
    uses = use.uses(session, mine.pool_id, asked.first_day, asked.last_day, asked.today, narrow)
    return Found(asked, narrow, uses, kinds_of(session, {u.kind_id for u in uses}), stores_of(session, {u.store_id for u in uses}))


@bp.get("/outcomes/use")
@access.signed_in
def use_page() -> ResponseReturnValue:
    """Show the share of time out per kind and store, least used first, and the labels that have stood longest."""
    found = _found()
    never = found.asked.words.get("show", "never") == "never"
    session, mine = db.session(), access.current()
    idle = use.longest_idle(session, mine.pool_id, found.narrow, never, LABELS)
    total = Total(found.uses)
    return render_template(
        "outcomes/use.html",
        asked=found.asked,
        uses=found.uses[:SHOWN],
        number=len(found.uses),
        kinds=found.kinds | kinds_of(session, {each.asset.kind_id for each in idle}),
        stores=found.stores | stores_of(session, {each.asset.store_id for each in idle}),
        every_store=all_stores(session, mine.pool_id),
        total=total,
        owned=sum(u.owned for u in found.uses),
        out=sum(u.out for u in found.uses),
        never_units=sum(u.never_units for u in found.uses),
        never_labels=sum(u.never_labels for u in found.uses),
        idle=idle,
        never=never,
        most=LABELS,
        narrow=found.narrow,
        days_since=lambda day: (found.asked.today - day).days,
        words=wording,
    ), 422 if found.asked.refusal else 200


@bp.get("/outcomes/use.<any(xlsx, csv):kind>")
@access.signed_in
def use_file(kind: str) -> ResponseReturnValue:
    """Give every kind and store as CSV; as a workbook with the labels that have stood longest too."""
    found = _found()
    name = f"use-{found.asked.first_day}-{found.asked.last_day}"
    rows = _rows_sheet(found)
    return sheet.given(kind, [rows] if kind == "csv" else [rows, _idle_sheet(found)], name)


def _rows_sheet(found: Found) -> Sheet:
    heads = [
        gettext("Kind of thing"), gettext("Spec"), gettext("Store"), gettext("Owned now"), gettext("Out now"), gettext("Unit-days owned"),
        gettext("Unit-days out"), gettext("Share of time out"), gettext("Units never borrowed"), gettext("Standing since"),
    ]  # fmt: skip
    rows = [
        [
            named(found.kinds[u.kind_id]), found.kinds[u.kind_id].spec, named(found.stores[u.store_id]), u.owned, u.out, u.owned_days, u.out_days,
            u.share, u.never_units, _iso(u.idle_since),
        ]
        for u in found.uses
    ]  # fmt: skip
    notes = [f"{found.asked.first_day} – {found.asked.last_day}", *map(gettext, wording.USE_METHOD)]
    return Sheet(gettext("Use of things"), heads, rows, notes)


def _idle_sheet(found: Found) -> Sheet:
    idle = use.longest_idle(db.session(), access.current().pool_id, found.narrow, False, 10_000)
    kinds = found.kinds | kinds_of(db.session(), {each.asset.kind_id for each in idle})
    stores = found.stores | stores_of(db.session(), {each.asset.store_id for each in idle})
    heads = [
        gettext("Label"),
        gettext("Kind of thing"),
        gettext("Store"),
        gettext("Units"),
        gettext("Standing since"),
        gettext("Idle days"),
        gettext("Ever borrowed"),
    ]
    rows = [
        [each.asset.tag, named(kinds[each.asset.kind_id]), named(stores[each.asset.store_id]), each.asset.units, _iso(each.since),
         (found.asked.today - each.since).days, gettext("yes") if each.borrowed else gettext("no")]
        for each in idle
    ]  # fmt: skip
    return Sheet(gettext("Standing longest"), heads, rows, [gettext("At most %(count)s labels, the longest first.", count="10,000")])


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
