"""Duplicate screening on intake: what the pool holds already under the same label, number, or brand and serial (PRODUCT.md, A2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from assetpool.core import bulk
from assetpool.core.errors import DomainError
from assetpool.core.tags import parse_tag
from assetpool.custody.models import OWNED, Asset
from assetpool.intake.models import IntakeLine
from assetpool.intake.problems import Problem
from assetpool.intake.reading import Reading
from assetpool.intake.rows import Refused, Row


@dataclass(frozen=True)
class Duplicate:
    """A line that may be in the pool (`tag`) or on the same intake (`other_line`) already; `field`: tag, external_no or serial."""

    line_no: int
    field: str
    value: str
    tag: str | None = None
    other_line: int | None = None


def _cards(session: Session, pool_id: int, column: InstrumentedAttribute[str], values: Iterable[str]) -> dict[str, list[Any]]:
    """Return the cards (tag, serial, brand, external_no, state) that bear one of the values in a column, by value."""
    wanted = sorted({value for value in values if value})
    found: dict[str, list[Any]] = defaultdict(list)
    statement = select(column.label("value"), Asset.id, Asset.tag, Asset.brand, Asset.state).where(Asset.pool_id == pool_id).order_by(Asset.id)
    if wanted:
        for row in session.execute(statement.where(bulk.among(session, column, wanted))):
            found[row.value].append(row)
    return found


def duplicates(session: Session, pool_id: int, lines: Sequence[IntakeLine], made: Iterable[int] = ()) -> list[Duplicate]:
    """Return what on an intake is or seems to be in the pool already; `made`: ids of the cards that this intake itself brought in.

    A number in the form of our tags names a card of ours: still owned, it is a duplicate; given away earlier, it comes home.
    """
    own = set(made)
    tags = {line.line_no: tag for line in lines if (tag := as_tag(line.external_no))}
    by_tag = _cards(session, pool_id, Asset.tag, tags.values())
    by_number = _cards(session, pool_id, Asset.external_no, (line.external_no for line in lines))
    by_serial = _cards(session, pool_id, Asset.serial, (line.serial for line in lines))
    found: list[Duplicate] = []
    seen: dict[tuple[str, str, str], int] = {}
    for line in lines:
        cards = [("tag", tags.get(line.line_no, ""), [card for card in by_tag.get(tags.get(line.line_no, ""), []) if card.state in OWNED])]
        cards.append(("external_no", line.external_no, by_number.get(line.external_no, [])))
        cards.append(("serial", line.serial, [card for card in by_serial.get(line.serial, []) if same_brand(card.brand, line.brand)]))
        for field, value, known in cards:
            other = next((card for card in known if card.id not in own), None)
            if value and other is not None:
                found.append(Duplicate(line.line_no, field, value, tag=other.tag))
        for field, value, brand in (("external_no", line.external_no, ""), ("serial", line.serial, line.brand.casefold())):
            first = seen.setdefault((field, value, brand), line.line_no)
            if value and first != line.line_no:
                found.append(Duplicate(line.line_no, field, value, other_line=first))
    return found


def same_brand(one: str, other: str) -> bool:
    """Say whether two things can be of one brand: the same, or not said of one of them."""
    return not one or not other or one.casefold() == other.casefold()


def as_tag(text: str) -> str:
    """Return the tag that a number in the form of our tags names, '' for any other number."""
    if not text:
        return ""
    try:
        return parse_tag(text)
    except DomainError:
        return ""


def screen(session: Session, pool_id: int, reading: Reading) -> None:
    """Hold a file's rows against the pool: our own tag in use refuses the row, a known number or serial warns."""
    by_tag = _cards(session, pool_id, Asset.tag, (row.tag for row in reading.rows))
    by_number = _cards(session, pool_id, Asset.external_no, (row.external_no for row in reading.rows))
    by_serial = _cards(session, pool_id, Asset.serial, (row.serial for row in reading.rows))
    kept: list[Row] = []
    for row in reading.rows:
        owned = [card for card in by_tag.get(row.tag, []) if card.state in OWNED] if row.tag else []
        if owned:
            reading.problems.append(Problem(row.row_no, "tag", "refused", "tag_known", {"value": row.tag}))
            reading.refused.append(Refused(row.row_no, _cells(row)))
            continue
        kept.append(row)
        numbered = by_number.get(row.external_no, []) if row.external_no else []
        if numbered:
            figures = {"value": row.external_no, "tag": numbered[0].tag}
            reading.problems.append(Problem(row.row_no, "external_no", "warning", "external_no_known", figures))
        alike = [card for card in by_serial.get(row.serial, []) if same_brand(card.brand, row.brand)] if row.serial else []
        if alike:
            reading.problems.append(Problem(row.row_no, "serial", "warning", "serial_known", {"value": row.serial, "tag": alike[0].tag}))
    reading.rows = kept
    reading.refused.sort(key=lambda refused: refused.row_no)


def _cells(row: Row) -> dict[str, str]:
    """Return a row's values as text by field, for a person to put right."""
    texts = {"name": row.name, "quantity": str(row.quantity), "tag": row.tag, "external_no": row.external_no, "serial": row.serial, "spec": row.spec}
    return {name: text for name, text in texts.items() if text}
