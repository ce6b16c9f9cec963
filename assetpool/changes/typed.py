"""From what was typed on the form of a change order to what its service takes."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from assetpool.approvals.pages import Typed
from assetpool.catalog.queries import store_by_code
from assetpool.changes.ordering import Added, Kept
from assetpool.core.errors import N_, FieldInvalid, Word
from assetpool.core.fields import LARGEST_AMOUNT
from assetpool.core.money import parse_yuan
from assetpool.requisitions import picking

NEW_ROWS = 3


def given(session: Session, pool_id: int, typed: Typed) -> dict[str, Any]:
    """Return keep, add and days as `orders.ask` takes them; raise FieldInvalid."""
    keep = []
    for name in typed:
        line = name.removeprefix("units-")
        if name.startswith("units-") and line.isascii() and line.isdigit() and len(line) < 7:
            keep.append(Kept(int(line), _count(typed[name]), typed.get(f"drop-{line}", "").replace("\0", "")[:200]))
    add = [new for row in range(1, NEW_ROWS + 1) if (new := _added(session, pool_id, typed, row)) is not None]
    return {"keep": keep, "add": add, "first_day": _day(typed, "first_day", N_("First day")), "last_day": _day(typed, "last_day", N_("Last day"))}


def _added(session: Session, pool_id: int, typed: Typed, row: int) -> Added | None:
    """Return a new line: `what` is add, or swap-3 or exchange-3 with the line it comes from."""
    text, units = typed.get(f"new-{row}-kind", "").replace("\0", "").strip()[:200], typed.get(f"new-{row}-units", "").strip()
    what, _dash, line = typed.get(f"new-{row}-what", "add").partition("-")
    if not text and not units:
        return None
    of_line = int(line) if line.isascii() and line.isdigit() and len(line) < 7 else None
    drop, price = typed.get(f"new-{row}-drop", "").replace("\0", "").strip()[:200], _price(typed.get(f"new-{row}-price", ""))
    store_id = _store(session, pool_id, typed.get(f"new-{row}-store", ""))
    if what == "exchange" and not text:
        return Added(_count(units), None, what, of_line, store_id, drop, price)
    found = picking.matching(session, pool_id, text) if text else []
    if len(found) != 1:
        problem = N_("several kinds fit. Choose one from the list.") if found else N_("nothing in the catalogue fits. Choose one from the list.")
        raise FieldInvalid(field=Word(N_("Kind")), problem=Word(problem))
    return Added(_count(units), found[0].id, what if what in ("swap", "exchange") else "add", of_line, store_id, drop, price)


def _store(session: Session, pool_id: int, code: str) -> int | None:
    return store_by_code(session, pool_id, code).id if code.strip() else None


def _price(text: str) -> int | None:
    try:
        amount = parse_yuan(text) if text.strip() else None
    except ValueError as error:
        raise FieldInvalid(field=Word(N_("Budget price per unit")), problem=Word(N_("write an amount in yuan, for example 1,200.50."))) from error
    if amount is not None and not 0 <= amount <= LARGEST_AMOUNT:
        raise FieldInvalid(field=Word(N_("Budget price per unit")), problem=Word(N_("write an amount in yuan, for example 1,200.50.")))
    return amount


def _count(text: str) -> int:
    if not (text.strip().isascii() and text.strip().isdigit()) or len(text.strip()) > 8:
        raise FieldInvalid(field=Word(N_("Quantity")), problem=Word(N_("enter a whole number.")))
    return int(text)


def _day(typed: Typed, name: str, label: str) -> date | None:
    text = typed.get(name, "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise FieldInvalid(field=Word(label), problem=Word(N_("write the day as YYYY-MM-DD."))) from error
