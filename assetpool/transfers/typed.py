"""What was typed into the form of a transfer, on its way to and from the service."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from assetpool.catalog import queries as catalog
from assetpool.core.errors import DomainError
from assetpool.core.money import yuan
from assetpool.core.web import language, translated
from assetpool.custody.queries import by_tag
from assetpool.org.models import Role
from assetpool.org.queries import Access, organizations
from assetpool.records.models import Document
from assetpool.requisitions import picking
from assetpool.transfers.drafting import Given, Terms
from assetpool.transfers.forms import GivenForm, TransferForm
from assetpool.transfers.models import Transfer
from assetpool.transfers.queries import lines as lines_of
from assetpool.transfers.queries import tags


def offer(session: Session, access: Access, form: TransferForm) -> None:
    """Fill the choices of a form; a person's own organization stands first as the giver."""
    english = language() == "en"
    tree = organizations(session, access.pool_id)
    own = {grant.organization_id for grant in access.grants if grant.role == Role.CLERK}
    choices = [(row.id, row.name_en if english and row.name_en else row.name) for row in tree]
    form.giver_id.choices = sorted(choices, key=lambda choice: choice[0] not in own)
    form.receiver_id.choices = sorted(choices, key=lambda choice: choice[0] in own)
    form.store_id.choices = [(row.id, row.name_en if english and row.name_en else row.name) for row in catalog.all_stores(session, access.pool_id)]


def given(session: Session, pool_id: int, form: TransferForm) -> list[Given] | None:
    """Return the lines as the service takes them; where none or several kinds fit, say so at the line and return None."""
    found: list[Given] = []
    complete = True
    for entry in form.lines.entries:
        line: GivenForm = entry.form
        tag = (line.tag.data or "").replace("\0", "").strip()
        text = (line.kind.data or "").replace("\0", "").strip()
        try:
            if tag:
                asset = by_tag(session, pool_id, tag)
                line.tag.data = asset.tag
                line.kind.data = picking.label(catalog.kind(session, pool_id, asset.kind_id), language() == "en")
                found.append(Given(line.quantity.data or 0, asset_id=asset.id))
                continue
        except DomainError as refusal:
            line.tag.errors, complete = [translated(refusal)], False
            continue
        kinds = picking.matching(session, pool_id, text) if text else []
        if len(kinds) == 1:
            line.kind.kind_id, line.kind.data = kinds[0].id, picking.label(kinds[0], language() == "en")
            found.append(Given(line.quantity.data or 0, kind_id=kinds[0].id))
            continue
        complete = False
        if kinds:
            line.kind.candidates = [picking.label(kind, language() == "en") for kind in kinds]
            line.kind.errors = [_("Several kinds fit. Choose one.")]
        elif text:
            line.kind.errors = [_("Nothing in the catalogue fits “%(text)s”. Try another word, or pick it in the catalogue.", text=text)]
        else:
            line.kind.errors = [_("Name a kind, or a tag.")]
    return found if complete else None


def terms(form: TransferForm) -> Terms:
    """Return who gives to whom and on which terms."""
    return Terms(
        giver_id=form.giver_id.data,
        receiver_id=form.receiver_id.data,
        store_id=form.store_id.data,
        first_day=form.first_day.data,
        reason=form.reason.data or "",
        consideration=form.consideration.fen or 0,
    )


def of_document(session: Session, document: Document) -> dict[str, Any]:
    """Return a draft as the form shows it."""
    row = session.get_one(Transfer, document.id)
    lines = lines_of(session, row.id)
    kinds = catalog.kinds(session, [line.kind_id for line in lines])
    labels = tags(session, [line.asset_id for line in lines])
    return {
        "giver_id": row.giver_id,
        "receiver_id": row.receiver_id,
        "store_id": row.store_id,
        "first_day": row.first_day,
        "consideration": yuan(row.consideration, grouped=False) if row.consideration else "",
        "reason": row.reason,
        "revision": document.revision,
        "lines": [
            {"kind": picking.label(kinds[line.kind_id], language() == "en"), "tag": labels.get(line.asset_id or 0, ""), "quantity": line.asked}
            for line in lines
        ],
    }
