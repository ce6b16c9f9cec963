"""From what was typed on the page for counting to counts."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from sqlalchemy.orm import Session

from assetpool.approvals.pages import Typed
from assetpool.core.errors import N_, FieldInvalid, NotFound, Word
from assetpool.core.tags import TagUnreadable
from assetpool.core.web import named
from assetpool.labels.meaning import asset_called
from assetpool.org.queries import Access
from assetpool.requisitions import picking
from assetpool.stocktake import queries
from assetpool.stocktake.answering import Counted


def counted(session: Session, pool_id: int, fields: Typed, tags: Sequence[str], place: str) -> tuple[list[Counted], str]:
    """Return the counts of one sending, and the tag of a lot whose units were not said yet ('' if none). Raise FieldInvalid, TagMistyped.

    The page's key and what was counted make the key of a count, so a page that is sent twice counts once.
    """
    page, typed = fields.get("key", "")[:40], fields.get("units", "").strip()
    if fields.get("undo"):
        undone = fields["undo"][:100]
        return [Counted(f"undo-{undone}"[:100], undoes=undone)], ""
    if fields.get("words", "").strip():
        words = fields["words"].replace("\0", "").strip()[:200]
        kind = kind_of(session, pool_id, fields.get("kind", ""))
        return [Counted(_key(page, words, typed, place), words=words, kind_id=kind, units=units(typed or "1"), place=place)], ""
    found = []
    for text in tags:
        for given in text.replace(",", "\n").splitlines():
            tag, sign, number = given.replace("x ", "× ").partition("×")
            if not tag.strip():
                continue
            said = number.strip() if sign else typed
            if not said and _is_lot(session, pool_id, tag):
                return [], tag.strip()[:60]
            found.append(Counted(_key(page, tag, said, place), tag.replace("\0", "").strip()[:200], units=units(said or "1"), place=place or None))
    if not found:
        raise FieldInvalid(field=Word(N_("Tag")), problem=Word(N_("scan or type a tag, or say in words what stands there.")))
    return found, ""


def _key(page: str, what: str, units: str, place: str) -> str:
    return f"{page}-{sha256(f'{what}|{units}|{place}'.encode()).hexdigest()[:24]}"


def _is_lot(session: Session, pool_id: int, text: str) -> bool:
    """Say whether a tag is a lot's; what is mistyped is refused here, before it is noted as a thing without a known label."""
    try:
        return asset_called(session, pool_id, text).form == "lot"
    except (NotFound, TagUnreadable):
        return False


def units(text: str) -> int:
    """Return how many were counted; raise FieldInvalid."""
    if not (text.isascii() and text.isdigit()) or len(text) > 7:
        raise FieldInvalid(field=Word(N_("Quantity")), problem=Word(N_("enter a whole number.")))
    return int(text)


def whole(text: str) -> int:
    """Return a position in the list of differences; raise FieldInvalid."""
    if not (text.isascii() and text.isdigit()) or len(text) > 7:
        raise FieldInvalid(field=Word(N_("Difference of the count")), problem=Word(N_("choose a difference from the list, and a kind from the catalogue.")))
    return int(text)


def offer(session: Session, mine: Access, form: Any) -> None:
    """Fill in the stores where this person plans and counts."""
    form.store_id.choices = [(store.id, named(store)) for store in queries.countable_stores(session, mine)]


def kind_of(session: Session, pool_id: int, text: str) -> int | None:
    """Return the kind that was typed; None for nothing. Raise FieldInvalid."""
    text = text.replace("\0", "").strip()[:200]
    if not text:
        return None
    found = picking.matching(session, pool_id, text)
    if len(found) != 1:
        problem = N_("several kinds fit. Choose one from the list.") if found else N_("nothing in the catalogue fits. Choose one from the list.")
        raise FieldInvalid(field=Word(N_("Kind")), problem=Word(problem))
    return found[0].id
