"""Taking over a price book: a dry run row by row, then all of it or nothing; undone by newer versions, never by deletion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.catalog.classes import DEFAULT_CODE_SET
from assetpool.catalog.models import Kind, Price, Rent
from assetpool.core import clock
from assetpool.core.errors import N_, DomainError, FieldInvalid, NotFound, Word
from assetpool.prices import queries, service
from assetpool.prices.models import PriceImport, PriceImportLine, PriceQuote
from assetpool.prices.reading import Book, BookRow, Problem
from assetpool.prices.service import NewPrice, NewRent
from assetpool.prices.versions import Versions, holding, versions_of


class RowsRefused(DomainError):
    """Refused rows keep the whole book out."""

    status = 422
    sentence = N_("%(refused)d of %(rows)d rows cannot be taken, so nothing was. Correct them in the file and send it again.")


class NothingNew(DomainError):
    """A book that says what is on file already."""

    status = 422
    sentence = N_("The price book says nothing that is not on file already.")


class UndoneAlready(DomainError):
    """Nothing is left to undo."""

    sentence = N_("This price book was undone already, or newer versions stand in its place.")


@dataclass(frozen=True)
class Change:
    """What a row would put on file: the version that holds now and the new one, of price and rent."""

    row_no: int
    kind: Kind
    held_price: Price | None
    price: NewPrice | None
    held_rent: Rent | None
    rent: NewRent | None


@dataclass
class Plan:
    """What taking over a book would do. `unchanged`: rows that say what is on file; `problems`: in the order of the rows."""

    book: Book
    changes: list[Change] = field(default_factory=list)
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def refused(self) -> int:
        """Return how many rows cannot be taken."""
        return len({problem.row_no for problem in self.problems})


def plan(session: Session, pool_id: int, book: Book, by: int) -> tuple[Plan, Versions]:
    """Compare a book with what is on file, in a fixed number of queries; raise NotAllowed without the role. Writes nothing."""
    service.demand(session, by)
    made = Plan(book, problems=list(book.problems))
    kinds = _kinds(session, pool_id, book.rows)
    named: list[tuple[BookRow, Kind]] = []
    for row in book.rows:
        try:
            named.append((row, kinds.of(row)))
        except DomainError as refusal:
            made.problems.append(Problem(row.row_no, "kind" if row.kind_id is not None else "name", refusal))
    known = versions_of(session, [kind.id for _, kind in named], by)
    quotes = queries.quotes_of(session, [price.id for some in known.prices.values() for price in some])
    taken: dict[int, int] = {}
    for row, kind in named:
        if kind.id in taken:
            problem = Word(N_("this kind stands in the file twice. Keep one of the rows."))
            made.problems.append(Problem(row.row_no, "kind", FieldInvalid(field=Word(N_("Kind number")), problem=problem)))
            continue
        taken[kind.id] = row.row_no
        _compare(made, known, quotes, row, kind, by)
    made.problems.sort(key=lambda problem: problem.row_no)
    return made, known


def _compare(made: Plan, known: Versions, quotes: Any, row: BookRow, kind: Kind, by: int) -> None:
    """Put a row among the changes, the unchanged or the problems."""
    held_price, held_rent = holding(known.prices[kind.id], known.today), holding(known.rents[kind.id], known.today)
    try:
        price = None if row.price is None else service.checked(known, kind.id, row.price, None)
        price = None if price is None or (held_price is not None and _same_price(held_price, quotes.get(held_price.id, []), price)) else price
        rent = None if row.rent is None or (held_rent is not None and _same_rent(held_rent, row.rent)) else row.rent
        if price is not None:
            price = service.checked(known, kind.id, price, by)
        if rent is not None:
            service.check_rent(known, kind.id, rent, by)
    except DomainError as refusal:
        made.problems.append(Problem(row.row_no, "rent_day" if row.price is None else "price", refusal))
        return
    if price is None and rent is None:
        made.unchanged += 1
    else:
        made.changes.append(Change(row.row_no, kind, held_price, price, held_rent, rent))


def _same_price(held: Price, quotes: Sequence[Any], new: NewPrice) -> bool:
    said = (new.amount, new.dated_on, new.source, new.source_kind, new.tax_included, new.transport_included, new.valid_until)
    on_file = (held.amount, held.dated_on, held.source, held.source_kind, held.tax_included, held.transport_included, held.valid_until)
    asked = sorted((quote.supplier, quote.amount) for quote in new.quotes)
    recorded = sorted((quote.supplier, quote.amount) for quote in quotes)
    return said == on_file and set(asked) <= set(recorded) and bool(asked) == bool(recorded) and new.valid_from in (None, held.valid_from)


def _same_rent(held: Rent, new: NewRent) -> bool:
    said = (new.per_day, new.per_7_days, new.per_30_days, new.source, new.dated_on)
    on_file = (held.per_day, held.per_7_days, held.per_30_days, held.source, held.dated_on)
    return said == on_file and new.valid_from in (None, held.valid_from)


def take_over(session: Session, pool_id: int, book: Book, digest: str, by: int) -> tuple[PriceImport, Plan]:
    """Put every new price and rent of a book on file, or nothing; raise RowsRefused, NothingNew, NotAllowed."""
    made, known = plan(session, pool_id, book, by)
    if made.problems:
        raise RowsRefused(refused=made.refused, rows=book.rows_read)
    if not made.changes:
        raise NothingNew
    taken = PriceImport(pool_id=pool_id, file_name=book.file[:200], digest=digest, imported_by=by, imported_at=clock.now(), undone_by=None, undone_at=None)
    session.add(taken)
    session.flush()
    for change in made.changes:
        price = service.put_price(session, known, change.kind.id, change.price, by) if change.price is not None else None
        rent = service.put_rent(session, known, change.kind.id, change.rent, by) if change.rent is not None else None
        session.add(
            PriceImportLine(
                import_id=taken.id,
                row_no=change.row_no,
                kind_id=change.kind.id,
                price_id=price.id if price else None,
                rent_id=rent.id if rent else None,
            )
        )
    session.flush()
    return taken, made


def undo(session: Session, pool_id: int, import_id: int, by: int) -> int:
    """Restate what held before a price book, as newer versions of the same days, where nothing newer stands; return how many versions.

    A kind that had nothing on file gets a void version: nothing holds again. Raise NotAllowed, NotFound, UndoneAlready, SamePerson.
    """
    service.demand(session, by)
    taken = session.get(PriceImport, import_id, with_for_update=True)
    if taken is None or taken.pool_id != pool_id:
        raise NotFound(what=str(import_id))
    if taken.undone_at is not None:
        raise UndoneAlready
    lines = list(session.scalars(select(PriceImportLine).where(PriceImportLine.import_id == import_id).order_by(PriceImportLine.row_no)))
    known = versions_of(session, [line.kind_id for line in lines], by)
    quotes = queries.quotes_of(session, [price.id for some in known.prices.values() for price in some])
    restated = 0
    for line in lines:
        known.demand_apart(line.kind_id)
        restated += _restate(session, known.prices[line.kind_id], line.price_id, by, quotes)
        restated += _restate(session, known.rents[line.kind_id], line.rent_id, by, {})
    if not restated:
        raise UndoneAlready
    taken.undone_by, taken.undone_at = by, clock.now()
    session.flush()
    return restated


def _restate(session: Session, known: Sequence[Any], version_id: int | None, by: int, quotes: Any) -> int:
    """Put the version before the given one on file again, from the same day; nothing if a newer one stands in its place."""
    position = next((i for i, row in enumerate(known) if row.id == version_id), None)
    if position is None:
        return 0
    row = known[position]
    if any(later.valid_from == row.valid_from for later in known[position + 1 :]):
        return 0
    before = known[position - 1] if position else None
    columns = [column.key for column in type(row).__mapper__.column_attrs if column.key not in ("id", "set_by", "set_at", "valid_from", "void", "valid_until")]
    like = before or row
    until = before.valid_until if before is not None else None
    ended = before is None or before.void or (until is not None and until < row.valid_from)
    made = type(row)(
        **{name: getattr(like, name) for name in columns}, valid_from=row.valid_from, valid_until=None if ended else until, void=ended, set_by=by,
        set_at=clock.now(),
    )  # fmt: skip
    session.add(made)
    session.flush()
    for quote in quotes.get(like.id, []) if isinstance(made, Price) and not ended else []:
        session.add(PriceQuote(price_id=made.id, supplier=quote.supplier, amount=quote.amount, dated_on=quote.dated_on, file_id=quote.file_id))
    return 1


def recent(session: Session, pool_id: int, limit: int = 20) -> list[PriceImport]:
    """Return the price books taken over last."""
    return list(session.scalars(select(PriceImport).where(PriceImport.pool_id == pool_id).order_by(PriceImport.id.desc()).limit(limit)))


@dataclass
class _Kinds:
    """The pool's kinds, found as a row names them."""

    by_id: dict[int, Kind]
    by_name: dict[str, list[Kind]]

    def of(self, row: BookRow) -> Kind:
        """Return the kind a row names; raise NotFound, or FieldInvalid where number and name disagree or several fit."""
        if row.kind_id is not None:
            kind = self.by_id.get(row.kind_id)
            if kind is None:
                raise NotFound(what=str(row.kind_id))
            if row.name and row.name.casefold() not in (kind.name.casefold(), kind.name_en.casefold()):
                problem = Word(N_("number and name do not belong together. Correct one of them, or clear the number."))
                raise FieldInvalid(field=Word(N_("Kind number")), problem=problem)
            return kind
        found = [kind for kind in self.by_name.get(row.name.casefold(), []) if row.spec is None or kind.spec.casefold() == row.spec.casefold()]
        if row.class_code:
            code_set = row.class_code_set or DEFAULT_CODE_SET
            found = [kind for kind in found if kind.class_code == row.class_code and kind.class_code_set == code_set]
        if not found:
            raise NotFound(what=f"{row.class_code} {row.name} {row.spec or ''}".strip())
        if len(found) > 1:
            raise FieldInvalid(field=Word(N_("Name")), problem=Word(N_("several kinds carry this name. Add spec and class code, or the kind's number.")))
        return found[0]


def _kinds(session: Session, pool_id: int, rows: Sequence[BookRow]) -> _Kinds:
    offered = list(session.scalars(select(Kind).where(Kind.pool_id == pool_id, Kind.withdrawn_at.is_(None)))) if rows else []
    named: dict[str, list[Kind]] = {}
    for kind in offered:
        named.setdefault(kind.name.casefold(), []).append(kind)
    return _Kinds({kind.id: kind for kind in offered}, named)


def first_day(known: Versions, change: Change) -> date:
    """Return from which day a change holds: of price and rent the earlier one."""
    days = []
    if change.price is not None:
        days.append(known.first_day(known.prices[change.kind.id], change.price.valid_from))
    if change.rent is not None:
        days.append(known.first_day(known.rents[change.kind.id], change.rent.valid_from))
    return min(days)
