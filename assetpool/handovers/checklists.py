"""What is looked at when things come back, per class and editable; what was found is kept with the receipt in the words of that day."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Kind
from assetpool.core.errors import N_, FieldInvalid, NotFound, Word
from assetpool.handovers.checklist_models import ChecklistItem, ReturnCheck
from assetpool.org.models import Role
from assetpool.org.queries import access_of, root_of
from assetpool.org.service import demand

MOST_PIECES = 1000
_ENDING = re.compile(r"(00)+$")


def applies(item_code: str, class_code: str) -> bool:
    """Say whether an item of a class holds for another: its own, and all below it (A05010000 holds for A05010303); '' holds for all."""
    return class_code.startswith(_ENDING.sub("", item_code))


def items_of(session: Session, pool_id: int, kinds: Iterable[Kind]) -> dict[int, list[ChecklistItem]]:
    """Return what is looked at per kind, in the order it was entered; one query."""
    wanted = {kind.id: kind.class_code for kind in kinds}
    found: dict[int, list[ChecklistItem]] = defaultdict(list)
    if wanted:
        for item in all_items(session, pool_id):
            for kind_id, class_code in wanted.items():
                if applies(item.class_code, class_code):
                    found[kind_id].append(item)
    return found


def all_items(session: Session, pool_id: int) -> Sequence[ChecklistItem]:
    """Return every item that holds, by class and in the order it was entered."""
    statement = select(ChecklistItem).where(ChecklistItem.pool_id == pool_id, ChecklistItem.active)
    return session.scalars(statement.order_by(ChecklistItem.class_code, ChecklistItem.id)).all()


def add(session: Session, class_code: str, text: str, text_en: str = "", pieces: int = 0, *, by: int) -> ChecklistItem:
    """Add an item for a class; `pieces` counts an accessory per unit, 0 asks whether all is well. Raise FieldInvalid, NotAllowed."""
    pool_id = _may_edit(session, by)
    if not text.strip() or len(text.strip()) > 200 or len(text_en.strip()) > 200:
        raise FieldInvalid(field=Word(N_("What is looked at")), problem=Word(N_("say it in up to 200 characters.")))
    if not 0 <= pieces <= MOST_PIECES:
        raise FieldInvalid(field=Word(N_("Pieces per unit")), problem=Word(N_("enter whole numbers, 0 or more.")))
    if len(class_code.strip()) > 20:
        raise FieldInvalid(field=Word(N_("Class")), problem=Word(N_("enter the code of a class, or leave it empty for all.")))
    item = ChecklistItem(pool_id=pool_id, class_code=class_code.strip().upper(), text=text.strip(), text_en=text_en.strip(), pieces=pieces)
    session.add(item)
    session.flush()
    return item


def take_off(session: Session, item_id: int, *, by: int) -> ChecklistItem:
    """Take an item off; receipts that name it keep it. Raise NotFound, NotAllowed."""
    pool_id = _may_edit(session, by)
    item = session.get(ChecklistItem, item_id)
    if item is None or item.pool_id != pool_id:
        raise NotFound(what=str(item_id))
    item.active = False
    session.flush()
    return item


def _may_edit(session: Session, by: int) -> int:
    pool_id = access_of(session, by).pool_id
    root = root_of(session, pool_id)
    assert root is not None
    demand(session, by, (Role.KEEPER, Role.ADMINISTRATOR), root.id)
    return pool_id


Checks = Sequence[tuple[int, int]]
"""(item id, how many were found) as counted at the counter."""


def note(session: Session, return_id: int, units_of: Mapping[int, int], checks_of: Mapping[int, Checks]) -> None:
    """Keep what was found per line of a receipt: {line: units looked at}, {line: checks}; raise FieldInvalid for more than there can be."""
    wanted = {item_id for checks in checks_of.values() for item_id, _ in checks}
    if not wanted:
        return
    items = {item.id: item for item in session.scalars(select(ChecklistItem).where(ChecklistItem.id.in_(wanted)))}
    for line_no, checks in checks_of.items():
        for item_id, found in checks:
            item = items.get(item_id)
            if item is None:
                raise NotFound(what=str(item_id))
            expected = max(1, item.pieces * units_of[line_no])
            if not 0 <= found <= expected:
                raise FieldInvalid(field=item.text, problem=Word(N_("more than there can be were counted. Count again.")))
            session.add(ReturnCheck(return_id=return_id, line_no=line_no, text=item.text, expected=expected, found=found))
    session.flush()


def found_on(session: Session, return_id: int) -> dict[int, list[ReturnCheck]]:
    """Return what was found on a receipt, per line."""
    found: dict[int, list[ReturnCheck]] = defaultdict(list)
    for row in session.scalars(select(ReturnCheck).where(ReturnCheck.return_id == return_id).order_by(ReturnCheck.id)):
        found[row.line_no].append(row)
    return found


def typed(form: Mapping[str, str], key: str, items: Sequence[ChecklistItem]) -> tuple[tuple[int, int], ...]:
    """Read the checks of a line from a page's form (`check-<item>-<key>`); what nobody looked at is left out. Raise FieldInvalid."""
    found: list[tuple[int, int]] = []
    for item in items:
        text = form.get(f"check-{item.id}-{key}", "").strip()
        if item.pieces == 0:
            if text in ("ok", "bad"):
                found.append((item.id, int(text == "ok")))
        elif text:
            if not (text.isascii() and text.isdigit() and len(text) <= 7):
                raise FieldInvalid(field=item.text, problem=Word(N_("enter whole numbers, 0 or more.")))
            found.append((item.id, int(text)))
    return tuple(found)
