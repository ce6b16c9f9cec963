"""An opening balance: a whole book taken in at once, all or nothing, by the same engine as the page's import."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Table
from sqlalchemy.orm import Session

from assetpool.catalog.books import Key, kinds_for
from assetpool.catalog.classes import DEFAULT_CODE_SET
from assetpool.catalog.models import Store
from assetpool.catalog.service import NewKind
from assetpool.core import bulk, clock
from assetpool.core.errors import N_, DomainError, FieldInvalid, Word
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
_LINE_COLUMNS = (
    "intake_id", "line_no", "kind_id", "lot", "announced", "received", "closed", "original_value", "accumulated_depreciation", "acquired_on", "condition",
    "brand", "serial", "external_no", "place", "note",
)  # fmt: skip
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


def kinds_of(session: Session, pool_id: int, rows: Sequence[Row]) -> dict[Key, int]:
    """Return the id of the kind of every class, name and spec in the rows, making those that are missing."""
    lots: dict[Key, bool] = {}
    measures: dict[Key, str] = {}
    for row in rows:
        key = key_of(row)
        lots[key] = lots.get(key, False) or row.lot
        measures.setdefault(key, row.measure)
    wanted = [
        NewKind(name=name, class_code=code, class_code_set=code_set, spec=spec, measure=measures[key], label_policy="lot" if is_lot else "unit")
        for key, is_lot in lots.items()
        for code_set, code, name, spec in [key]
    ]
    return kinds_for(session, pool_id, wanted)


def key_of(row: Row) -> Key:
    """Return what makes a row's kind: code set, class, name and spec."""
    return (row.class_code_set or DEFAULT_CODE_SET)[:20], row.class_code[:20].strip(), row.name[:200].strip(), row.spec[:200].strip()


def announced_of(session: Session, pool_id: int, rows: Sequence[Row]) -> list[Announced]:
    """Return the rows as lines of an intake."""
    kinds = kinds_of(session, pool_id, rows)
    return [
        Announced(
            kind_id=kinds[key_of(row)],
            quantity=row.quantity,
            lot=row.lot,
            original_value=row.unit_value_fen,
            accumulated_depreciation=row.accumulated_depreciation_fen,
            acquired_on=row.acquired_on,
            condition=row.condition or Condition.FAIR,
            brand=row.brand[:100],
            serial=row.serial[:100],
            external_no=(row.external_no or row.tag)[:100],
            place=row.place[:80],
            note="; ".join(part for part in (row.organization, row.note) if part),
        )
        for row in rows
    ]


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
    lines = announced_of(session, access.pool_id, reading.rows)
    custody.lock_stock(session, {(line.kind_id, store_id) for line in lines}, load=False)
    document = records.create(session, access.pool_id, "IN", organization_id, "draft", by, parties=[store.organization_id], note=reading.file)
    session.add(Intake(id=document.id, organization_id=organization_id, store_id=store_id, event_id=None, requester_id=by, mode="opening", reason=reading.file))
    session.flush()
    _write(session, document, store, organization_id, lines, by)
    records.step(session, document, "received", by, "receive", STEPS)
    return Opened(document, sum(1 if line.lot else line.quantity for line in lines), sum(line.quantity for line in lines))


def _write(session: Session, document: Document, store: Store, organization_id: int, lines: Sequence[Announced], by: int) -> None:
    rows = [
        (document.id, number, line.kind_id, line.lot, line.quantity, line.quantity, True, line.original_value, line.accumulated_depreciation,
         line.acquired_on, str(line.condition), line.brand, line.serial, line.external_no, line.place, line.note)
        for number, line in enumerate(lines, start=1)
    ]  # fmt: skip
    bulk.write(session, _LINE, _LINE_COLUMNS, rows)
    custodian = organization_id if store.type == "virtual" else store.organization_id
    things: list[custody.NewAsset] = []
    for number, line in enumerate(lines, start=1):
        thing = custody.NewAsset(
            kind_id=line.kind_id, form="lot" if line.lot else "unit", count=line.quantity if line.lot else 1, store_id=store.id,
            origin_id=organization_id, owner_id=organization_id, book_id=organization_id, custodian_id=custodian, condition=line.condition,
            inspected_good=False, place=line.place, acquired_on=line.acquired_on, original_value=line.original_value,
            accumulated_depreciation=line.accumulated_depreciation, brand=line.brand, serial=line.serial, external_no=line.external_no,
            note=line.note, line_no=number,
        )  # fmt: skip
        things += [thing] * (1 if line.lot else line.quantity)
    now = clock.now()
    for start in range(0, len(things), CHUNK):
        custody.register(session, document.pool_id, things[start : start + CHUNK], custody.Cause(document.id, None, by, now))
