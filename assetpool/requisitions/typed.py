"""What was typed into the form of a request, on its way to and from the service: choices, kinds found, papers kept, wishes made."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.catalog import queries as catalog
from assetpool.core import lines
from assetpool.core.errors import DomainError
from assetpool.core.web import language, translated
from assetpool.custody.models import Asset
from assetpool.events.queries import events
from assetpool.org.queries import Access
from assetpool.records import uploads
from assetpool.records.models import Document, File
from assetpool.requisitions import picking, queries
from assetpool.requisitions.drafting import Contact, Wish
from assetpool.requisitions.forms import LineForm, RequisitionForm
from assetpool.requisitions.models import Requisition
from assetpool.requisitions.standing import Asked


def offer(session: Session, access: Access, form: RequisitionForm, today: date) -> None:
    """Fill the choices of a form and of each of its lines."""
    english = language() == "en"
    organizations = queries.asking_organizations(session, access)
    form.organization_id.choices = [(row.id, row.name_en if english and row.name_en else row.name) for row in organizations]
    coming = {event.id: event for event in queries.open_events(session, access, today)}
    if form.event_id.data is not None:
        coming |= events(session, [form.event_id.data])
    form.event_id.choices = [("", _("No event")), *((event.id, event.name_en if english and event.name_en else event.name) for event in coming.values())]
    stores = [(store.id, store.name_en if english and store.name_en else store.name) for store in catalog.all_stores(session, access.pool_id)]
    for entry in form.lines.entries:
        entry.form.store_id.choices = [("", _("Any store")), *stores]


def find_kinds(session: Session, pool_id: int, form: RequisitionForm) -> bool:
    """Find the kind each line means; where none or several fit, say so at the line. Return whether all were found."""
    english, complete = language() == "en", True
    for entry in form.lines.entries:
        field = entry.form.kind
        text = (field.data or "").replace("\0", "").strip()
        if not text:
            continue
        found = picking.matching(session, pool_id, text)
        if len(found) == 1:
            field.kind_id, field.data = found[0].id, picking.label(found[0], english)
            continue
        complete = False
        if found:
            field.candidates = [picking.label(kind, english) for kind in found]
            field.errors = [_("Several kinds fit. Choose one.")]
        else:
            field.errors = [_("Nothing in the catalogue fits “%(text)s”. Try another word, or pick it in the catalogue.", text=text)]
    return complete


def keep_papers(form: RequisitionForm, pool_id: int, by: int) -> None:
    """Keep what was uploaded with the lines at once, so that showing the form again loses none of it."""
    for entry in form.lines.entries:
        for purpose in ("need", "budget"):
            field = entry.form[f"{purpose}_file"]
            try:
                kept = uploads.keep(field.data, pool_id, by)
                if kept is not None:
                    entry.form[f"{purpose}_file_id"].data = str(kept.id)
            except DomainError as refusal:
                field.errors = [translated(refusal)]


def papers(session: Session, form: RequisitionForm) -> dict[str, str]:
    """Return the names of the files kept with the lines, by id as text."""
    ids = {field.data for entry in form.lines.entries for field in (entry.form.need_file_id, entry.form.budget_file_id) if (field.data or "").isdigit()}
    return {str(row.id): row.name for row in session.execute(select(File.id, File.name).where(File.id.in_([int(i) for i in ids])))}


def asked(session: Session, form: RequisitionForm) -> list[Asked]:
    """Return the lines that can be looked up: kind found, quantity a number."""
    assets = _assets(session, form)
    found = []
    for number, entry in enumerate(form.lines.entries, start=1):
        line: LineForm = entry.form
        if line.kind.kind_id is not None and line.quantity.data and line.quantity.data > 0:
            asset = _own(assets.get(line.tag.data or ""), line)
            found.append(Asked(number, line.kind.kind_id, line.quantity.data, asset.id if asset else None, asset.store_id if asset else line.store_id.data))
    return found


def wishes(session: Session, form: RequisitionForm) -> list[Wish]:
    """Return the lines as the service takes them."""
    assets = _assets(session, form)
    found = []
    for entry in form.lines.entries:
        line: LineForm = entry.form
        asset = _own(assets.get(line.tag.data or ""), line)
        found.append(
            Wish(
                quantity=line.quantity.data,
                kind_id=line.kind.kind_id,
                asset_id=asset.id if asset else None,
                store_id=line.store_id.data,
                drop=line.drop.data or "",
                budget_price=line.budget_price.fen,
                need_dated_on=line.need_dated_on.data,
                need_file_id=_number(line.need_file_id.data),
                budget_file_id=_number(line.budget_file_id.data),
            )
        )
    return found


def _assets(session: Session, form: RequisitionForm) -> dict[str, Asset]:
    tags = {entry.form.tag.data for entry in form.lines.entries if entry.form.tag.data}
    return {asset.tag: asset for asset in session.scalars(select(Asset).where(Asset.tag.in_(tags)))} if tags else {}


def _own(asset: Asset | None, line: LineForm) -> Asset | None:
    """Return the asset if the line still asks for its kind."""
    return asset if asset is not None and asset.kind_id == line.kind.kind_id else None


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdigit() and len(text) < 16 else None


def contacts(form: RequisitionForm) -> list[Contact]:
    """Return who may receive the things."""
    return [Contact(entry.form["name"].data.strip(), (entry.form.telephone.data or "").strip()) for entry in form.receivers if entry.form["name"].data]


def of_document(session: Session, document: Document, row: Requisition) -> dict[str, Any]:
    """Return what a form holds that shows a request as it was written."""
    english = language() == "en"
    written = queries.lines(session, row.id)
    kinds = catalog.kinds(session, [line.kind_id for line in written])
    tags = {asset.id: asset.tag for asset in session.scalars(select(Asset).where(Asset.id.in_([line.asset_id for line in written if line.asset_id])))}
    return {
        "organization_id": row.organization_id,
        "kind": row.kind,
        "event_id": row.event_id,
        "first_day": row.first_day,
        "last_day": row.last_day,
        "purpose": row.purpose,
        "budget_line": row.budget_line,
        "revision": document.revision,
        "receivers": [{"name": fact.name, "telephone": fact.telephone} for fact in queries.contacts(session, row.id)],
        "lines": [
            {
                "kind": picking.label(kinds[line.kind_id], english),
                "quantity": line.asked,
                "store_id": line.store_id,
                "drop": line.drop,
                "tag": tags.get(line.asset_id or 0, ""),
                "budget_price": "" if line.budget_price is None else f"{line.budget_price // 100}.{line.budget_price % 100:02d}",
                "need_dated_on": line.need_dated_on,
                "need_file_id": str(line.need_file_id or ""),
                "budget_file_id": str(line.budget_file_id or ""),
            }
            for line in written
        ],
    }


def other_days(earlier: Mapping[str, Any], begin: date | None) -> dict[str, Any]:
    """Return the days and the event of a copy: begun on another day it lasts as long and is for the same event; without one nothing is said yet."""
    first, last = earlier["first_day"], earlier["last_day"]
    if begin is None:
        return {"first_day": None, "last_day": None, "event_id": None}
    return {"first_day": begin, "last_day": begin + (last - first) if last is not None else None}


def of_kinds(session: Session, pool_id: int, units: Mapping[int, int]) -> list[dict[str, Any]]:
    """Return lines for kinds chosen in the catalogue; what is no longer offered falls away."""
    english = language() == "en"
    kinds = catalog.kinds(session, units)
    return [
        {"kind": picking.label(kinds[kind_id], english), "quantity": count}
        for kind_id, count in units.items()
        if kind_id in kinds and kinds[kind_id].pool_id == pool_id and kinds[kind_id].withdrawn_at is None
    ]


def put(field: Any, value: Any) -> None:
    """Set a field to a value, over what was typed."""
    field.data, field.raw_data = value, None


def change(form: RequisitionForm, pressed: Mapping[str, str]) -> bool:
    """Do what a button inside the form asks for (a line more, a line less, other days, another quantity); say whether one was pressed."""
    if lines.changed({"lines": form.lines, "receivers": form.receivers}, pressed):
        return True
    if pressed.get("shift"):
        _shift(form, pressed["shift"])
    elif pressed.get("take"):
        position, _dash, units = pressed["take"].partition("-")
        if position.isdigit() and units.isdigit() and 0 < int(position) <= len(form.lines.entries) and int(units):
            put(form.lines.entries[int(position) - 1].form.quantity, int(units))
    else:
        return False
    return True


def _shift(form: RequisitionForm, text: str) -> None:
    """Move the days so that they begin on another one and last as long as before."""
    try:
        begin = date.fromisoformat(text)
    except ValueError:
        return
    first, last = form.first_day.data, form.last_day.data
    put(form.first_day, begin)
    if isinstance(first, date) and isinstance(last, date):
        put(form.last_day, begin + timedelta(days=(last - first).days))
