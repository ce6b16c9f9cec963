"""What was scanned and typed on the floor, on its way to the acts: lists, counts, costs, signatures, kept photos."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import request
from flask_babel import gettext as _

from assetpool.core import lines
from assetpool.core.errors import N_, DomainError, FieldInvalid, Word
from assetpool.core.tags import parse_tag
from assetpool.core.web import translated
from assetpool.handovers.forms import CostsForm, SigningFields
from assetpool.handovers.service import Costs, Item, Receipt
from assetpool.labels.decode import decode_photo
from assetpool.org import access
from assetpool.records import uploads
from assetpool.savings.service import CostLine

LARGEST_COUNT = 10_000_000


def number_in(text: str | None, field: str = "") -> int:
    """Read a count typed by hand ('' is 0); raise FieldInvalid."""
    plain = (text or "").strip()
    if not plain:
        return 0
    if not plain.isascii() or not plain.isdigit() or int(plain) > LARGEST_COUNT:
        raise FieldInvalid(field=field or Word(N_("Counts")), problem=Word(N_("enter whole numbers, 0 or more.")))
    return int(plain)


def listed() -> list[Item]:
    """Return the list that stands in the page's form: tags, and counts where a number was typed."""
    tags = list(dict.fromkeys(request.form.getlist("item")))
    return [Item(tag, _count(request.form.get(f"count-{tag}"))) for tag in tags if tag != request.form.get("remove")]


def _count(text: str | None) -> int | None:
    plain = (text or "").strip()
    return int(plain) if plain.isascii() and plain.isdigit() and int(plain) <= LARGEST_COUNT else None if not plain else -1


def scanned() -> tuple[list[str], str]:
    """Return the texts of this scan: what was typed or read from a photo; and what is wrong with the photo."""
    texts = [text for text in (request.form.get("tag") or "").replace(",", "\n").splitlines() if text.strip()]
    photo = request.files.get("photo")
    if photo is None or not photo.filename:
        return texts, ""
    try:
        found = decode_photo(photo.read())
    except DomainError as refusal:
        return texts, translated(refusal)
    return [*texts, *found], "" if found else _("No code in this photo. Go closer, or type the tag.")


def added(items: Sequence[Item], texts: Sequence[str]) -> tuple[list[Item], str]:
    """Put new tags on top of the list; a tag that stands there already is said, not added twice."""
    known = {item.tag for item in items}
    new: list[Item] = []
    said = ""
    for text in texts:
        try:
            tag = parse_tag(text)
        except DomainError as unreadable:
            said = translated(unreadable)
            continue
        if tag in known:
            said = _("%(tag)s stands in the list already.", tag=tag)
            continue
        known.add(tag)
        new.insert(0, Item(tag))
    return [*new, *items], said


def costs_typed(form: CostsForm) -> Costs:
    """Return the costs typed into a form; blank lines are left out, an incomplete one raises FieldInvalid."""
    paid = []
    for entry in form.costs.entries:
        cost = entry.form
        if cost.is_blank():
            continue
        if cost.amount.fen is None:
            raise FieldInvalid(field=Word(N_("Amount")), problem=Word(N_("enter what the voucher says, in yuan.")))
        issuer, number = (cost.issuer.data or "").strip(), (cost.number.data or "").strip()
        paid.append(CostLine(cost.kind.data, cost.amount.fen, issuer, number, total=cost.total.fen, share=bool(cost.share.data)))
    return Costs(paid, form.no_cost_reason.data or "")


def edit_lines(form: CostsForm) -> bool:
    """Add or remove a line of costs if a button asks for it; say whether one did."""
    return lines.changed({"costs": form.costs}, request.form)


def keep_paper(form: SigningFields, pool_id: int, by: int | None) -> None:
    """Keep an uploaded photo of the signed paper at once, so that it is not lost when something else is wrong."""
    kept = uploads.keep(form.paper.data, pool_id, by)
    if kept is not None:
        form.paper_id.data, form.paper_name.data = str(kept.id), kept.name


def receipt_typed(form: SigningFields) -> Receipt:
    """Return who signs and how: what was drawn first, then the photographed paper, then the PIN."""
    name, telephone = form.name.data or "", form.telephone.data or ""
    if (form.signature.data or "").strip():
        return Receipt(name, telephone, "drawn", form.signature.data)
    if (form.paper_id.data or "").isdigit():
        return Receipt(name, telephone, "paper_photo", f"file:{form.paper_id.data}")
    if (form.pin.data or "").strip():
        return Receipt(name, telephone, "typed_pin", form.pin.data.strip())
    return Receipt(name, telephone)


def revision_of(form: Any) -> int | None:
    """Return the revision that the page showed."""
    text = form.revision.data or ""
    return int(text) if text.isdigit() else None


def pool_of_person() -> int:
    """Return the pool of the signed-in person."""
    return access.current().pool_id
