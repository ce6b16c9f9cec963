"""What was typed into the form of an intake, on its way to and from the service: choices, kinds found or new, lines."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.catalog import queries as catalog
from assetpool.catalog.books import key_of, kinds_for
from assetpool.catalog.classes import DEFAULT_CODE_SET
from assetpool.catalog.models import AssetClass, Store
from assetpool.catalog.service import NewKind
from assetpool.core.web import language
from assetpool.events.models import Event
from assetpool.intake.forms import AnnouncedForm, DraftForm, IntakeForm
from assetpool.intake.models import Intake
from assetpool.intake.queries import lines as lines_of
from assetpool.intake.service import Announced
from assetpool.org.models import Organization, Role
from assetpool.org.queries import Access
from assetpool.records.models import Document
from assetpool.requisitions import picking

NEW = "+ "
"""Before a name among the proposals: make this a new kind."""


def named(row: Organization | Store | Event) -> str:
    """Return a name in the reader's language."""
    return row.name_en if language() == "en" and row.name_en else row.name


def announcing(session: Session, access: Access) -> list[Organization]:
    """Return the organizations whose things this person may announce, by code."""
    return list(session.scalars(select(Organization).where(Organization.id.in_(access.organizations(Role.CLERK))).order_by(Organization.code)))


def offer(session: Session, access: Access, form: IntakeForm | DraftForm) -> None:
    """Fill the choices of a form."""
    form.organization_id.choices = [(row.id, named(row)) for row in announcing(session, access)]
    form.store_id.choices = [(store.id, named(store)) for store in catalog.all_stores(session, access.pool_id)]
    if isinstance(form, IntakeForm):
        events = session.scalars(select(Event).where(Event.pool_id == access.pool_id).order_by(Event.first_day.desc()).limit(100))
        form.event_id.choices = [("", _("No event")), *((event.id, named(event)) for event in events)]


def classes(session: Session) -> list[AssetClass]:
    """Return the classes proposed for new kinds."""
    return catalog.classes(session, DEFAULT_CODE_SET)


def find_kinds(session: Session, pool_id: int, form: IntakeForm) -> bool:
    """Find the kind each line means; what the catalogue lacks becomes a new kind. Return whether nothing is left open."""
    complete = True
    for entry in form.lines.entries:
        line: AnnouncedForm = entry.form
        text = (line.kind.data or "").replace("\0", "").strip()
        if not text or text.startswith(NEW) or line.spec.data or line.class_code.data:
            continue
        found = picking.matching(session, pool_id, text)
        exact = [kind for kind in found if text in (kind.name, kind.name_en, f"{kind.name} {kind.spec}") or text.endswith(f"#{kind.id}")]
        if len(exact or found) == 1 and exact:
            line.kind.kind_id, line.kind.data = exact[0].id, picking.label(exact[0], language() == "en")
        elif found:
            complete = False
            line.kind.candidates = [*(picking.label(kind, language() == "en") for kind in found), NEW + text]
            line.kind.errors = [_("Several kinds fit. Choose one, or the last for a new kind.")]
    return complete


def announced(session: Session, pool_id: int, form: IntakeForm) -> list[Announced]:
    """Return the lines as the service takes them; new kinds are made."""
    fresh: dict[int, NewKind] = {}
    for index, entry in enumerate(form.lines.entries):
        line: AnnouncedForm = entry.form
        if line.kind.kind_id is None:
            name = (line.kind.data or "").replace("\0", "").strip().removeprefix(NEW)
            fresh[index] = NewKind(
                name=name,
                class_code=(line.class_code.data or "").strip(),
                spec=(line.spec.data or "").strip(),
                measure=(line.measure.data or "").strip(),
                label_policy="lot" if line.labels.data == "lot" else "unit",
            )
    made = kinds_for(session, pool_id, list(fresh.values()))
    ids = [made[key_of(fresh[index])] if index in fresh else entry.form.kind.kind_id for index, entry in enumerate(form.lines.entries)]
    kinds = catalog.kinds(session, ids)
    return [_announced(entry.form, kind_id, kinds[kind_id].label_policy == "lot") for kind_id, entry in zip(ids, form.lines.entries, strict=True)]


def _announced(line: AnnouncedForm, kind_id: int, usually_lot: bool) -> Announced:
    return Announced(
        kind_id=kind_id,
        quantity=line.quantity.data,
        lot=usually_lot if not line.labels.data else line.labels.data == "lot",
        original_value=line.value.fen,
        acquired_on=line.acquired_on.data,
        condition=line.condition.data,
        brand=line.brand.data or "",
        serial=line.serial.data or "",
        external_no=line.external_no.data or "",
    )


def of_document(session: Session, document: Document) -> dict[str, Any]:
    """Return a draft as the form shows it."""
    row = session.get_one(Intake, document.id)
    lines = lines_of(session, row.id)
    kinds = catalog.kinds(session, [line.kind_id for line in lines])
    return {
        "organization_id": row.organization_id,
        "store_id": row.store_id,
        "mode": row.mode,
        "event_id": row.event_id,
        "reason": row.reason,
        "revision": document.revision,
        "lines": [
            {
                "kind": picking.label(kinds[line.kind_id], language() == "en"),
                "quantity": line.announced,
                "labels": "lot" if line.lot else "unit",
                "value": "" if line.original_value is None else f"{line.original_value // 100}.{line.original_value % 100:02d}",
                "acquired_on": line.acquired_on,
                "condition": line.condition,
                "external_no": line.external_no,
                "serial": line.serial,
                "brand": line.brand,
            }
            for line in lines
        ],
    }
