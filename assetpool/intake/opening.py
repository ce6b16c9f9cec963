"""An opening balance: a whole book taken in at once, all or nothing, by the same engine as the page's import."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from sqlalchemy import Table
from sqlalchemy.orm import Session

from assetpool.catalog.books import Key, kinds_for
from assetpool.catalog.classes import DEFAULT_CODE_SET
from assetpool.catalog.models import Store
from assetpool.catalog.service import NewKind
from assetpool.core import bulk, clock
from assetpool.core.bulk import Same
from assetpool.core.errors import N_, DomainError, FieldInvalid, Word
from assetpool.core.garbage import uncollected
from assetpool.custody import service as custody
from assetpool.custody.models import Condition
from assetpool.intake.models import Intake, IntakeLine
from assetpool.intake.reading import Reading
from assetpool.intake.rows import Row
from assetpool.intake.service import Announced
from assetpool.intake.steps import STEPS
from assetpool.org.models import Role
from assetpool.org.service import demand
from assetpool.records import service as records
from assetpool.records.models import Document

CHUNK = 20_000
assert isinstance(IntakeLine.__table__, Table)
_LINE = IntakeLine.__table__


class RowsRefused(DomainError):
    """Some rows cannot be stored, so nothing was."""

    status = 422
    sentence = N_("%(refused)d of %(rows)d rows cannot be stored, so nothing was stored. Mend them in the file or on the page, or accept the valid ones only.")


@dataclass(frozen=True)
class Opened:
    """What an opening balance brought in."""

    document: Document
    assets: int
    units: int


def kinds_of(session: Session, pool_id: int, rows: Sequence[Row]) -> list[int]:
    """Return the id of each row's kind, by class, name and spec, making those that are missing."""
    written = attrgetter("class_code_set", "class_code", "name", "spec")
    texts = [written(row) for row in rows]
    keys = {text: _key(*text) for text in set(texts)}
    lots: dict[Key, bool] = {}
    measures: dict[Key, str] = {}
    for text, row in zip(texts, rows, strict=True):
        key = keys[text]
        if row.lot or key not in lots:
            lots[key] = lots.get(key, False) or row.lot
            measures.setdefault(key, row.measure)
    wanted = [
        NewKind(name=name, class_code=code, class_code_set=code_set, spec=spec, measure=measures[key], label_policy="lot" if is_lot else "unit")
        for key, is_lot in lots.items()
        for code_set, code, name, spec in [key]
    ]
    found = kinds_for(session, pool_id, wanted)
    return [found[keys[text]] for text in texts]


def _key(code_set: str, code: str, name: str, spec: str) -> Key:
    """Return what makes a row's kind: code set, class, name and spec."""
    return (code_set or DEFAULT_CODE_SET)[:20], code[:20].strip(), name[:200].strip(), spec[:200].strip()


def announced_of(session: Session, pool_id: int, rows: Sequence[Row]) -> list[Announced]:
    """Return the rows as lines of an intake."""
    columns = _columns(session, pool_id, rows)
    return [Announced(**dict(zip(columns, values, strict=True))) for values in zip(*columns.values(), strict=True)]


_TAKEN = ("quantity", "lot", "unit_value_fen", "accumulated_depreciation_fen", "acquired_on", "condition", "brand", "serial", "place")


def _columns(session: Session, pool_id: int, rows: Sequence[Row]) -> dict[str, list[Any]]:
    """Return the rows as the parts of Announced, by columns."""
    quantity, lot, value, depreciation, acquired_on, condition, brand, serial, place = map(list, zip(*map(attrgetter(*_TAKEN), rows), strict=True))
    return {
        "kind_id": kinds_of(session, pool_id, rows),
        "quantity": quantity,
        "lot": lot,
        "original_value": value,
        "accumulated_depreciation": depreciation,
        "acquired_on": acquired_on,
        "condition": [grade or Condition.FAIR.value for grade in condition],
        "brand": [text[:100] for text in brand],
        "serial": [text[:100] for text in serial],
        "external_no": [(row.external_no or row.tag)[:100] for row in rows],
        "place": [text[:80] for text in place],
        "note": ["; ".join(filter(None, (row.organization, row.note))) if row.organization else row.note for row in rows],
    }


def take_over(session: Session, reading: Reading, organization_id: int, store_id: int, *, by: int, accept_valid: bool = False) -> Opened:
    """Store a file's rows as an opening balance of an organization in a store: document, labels, movements, in one act.

    Raise RowsRefused when rows were refused and the valid ones alone are not wanted. An import is no inspection (SAVINGS.md, n).
    """
    store = session.get(Store, store_id)
    if store is None:
        raise FieldInvalid(field=Word(N_("Store")), problem=Word(N_("choose a store from the list.")))
    access = demand(session, by, (Role.ADMINISTRATOR, Role.KEEPER, Role.CLERK), organization_id)
    if reading.refused and not accept_valid:
        raise RowsRefused(refused=len(reading.refused), rows=reading.rows_read)
    if not reading.rows:
        raise RowsRefused(refused=len(reading.refused), rows=reading.rows_read)
    with uncollected():
        lines = _columns(session, access.pool_id, reading.rows)
    custody.lock_stock(session, {(kind_id, store_id) for kind_id in set(lines["kind_id"])}, load=False)
    document = records.create(session, access.pool_id, "IN", organization_id, "draft", by, parties=[store.organization_id], note=reading.file)
    session.add(Intake(id=document.id, organization_id=organization_id, store_id=store_id, event_id=None, requester_id=by, mode="opening", reason=reading.file))
    session.flush()
    with uncollected():
        assets = _write(session, document, store, organization_id, lines, by)
    records.step(session, document, "received", by, "receive", STEPS)
    return Opened(document, assets, sum(lines["quantity"]))


def _write(session: Session, document: Document, store: Store, organization_id: int, lines: Mapping[str, list[Any]], by: int) -> int:
    """Write the lines, and the labels that come with them; return how many labels."""
    count = len(lines["kind_id"])
    shared: dict[str, Any] = {"intake_id": Same(document.id), "line_no": range(1, count + 1), "received": lines["quantity"], "closed": Same(True)}
    announced = {"announced" if name == "quantity" else name: column for name, column in lines.items()}
    bulk.write_columns(session, _LINE, count, shared | announced)
    place_of = [place for place, (lot, quantity) in enumerate(zip(lines["lot"], lines["quantity"], strict=True)) for _ in range(1 if lot else quantity)]
    parts = ("kind_id", "condition", "place", "acquired_on", "original_value", "accumulated_depreciation", "brand", "serial", "external_no", "note")
    things: dict[str, list[Any]] = {name: lines[name] if len(place_of) == count else [lines[name][place] for place in place_of] for name in parts}
    things["line_no"] = [place + 1 for place in place_of]
    things["form"] = ["lot" if lines["lot"][place] else "unit" for place in place_of]
    things["count"] = [lines["quantity"][place] if lines["lot"][place] else 1 for place in place_of]
    ours, kept = Same(organization_id), organization_id if store.type == "virtual" else store.organization_id
    of_all: dict[str, Any] = {"store_id": Same(store.id), "custodian_id": Same(kept), "inspected_good": Same(False)}
    of_all |= dict.fromkeys(("origin_id", "owner_id", "book_id"), ours)
    cause = custody.Cause(document.id, None, by, clock.now())
    for start in range(0, len(place_of), CHUNK):
        part = {name: column[start : start + CHUNK] for name, column in things.items()}
        custody.register_columns(session, document.pool_id, len(part["line_no"]), part | of_all, cause)
    return len(place_of)
