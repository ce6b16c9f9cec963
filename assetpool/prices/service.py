"""Acts on the price book: a new version of a reference price, with its quotes, and of a rent tariff; kinds entered with both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from assetpool.catalog import service as catalog
from assetpool.catalog.models import SOURCE_KINDS, Kind, Price, Rent
from assetpool.core import clock
from assetpool.core.errors import N_, DomainError, FieldInvalid, Word
from assetpool.core.money import yuan
from assetpool.org.models import Role
from assetpool.org.queries import access_of
from assetpool.prices.models import PriceQuote
from assetpool.prices.versions import PastRaised as PastRaised
from assetpool.prices.versions import Versions, versions_of
from assetpool.records.queries import file_for

MAY_PRICE = (Role.VALUER, Role.ADMINISTRATOR, Role.APPROVER)


class QuoteIsLower(DomainError):
    """A price above the lowest of its quotes."""

    status = 422
    sentence = N_("The lowest quote is %(lowest)s yuan, so the reference price cannot be %(amount)s. Leave the price empty, and the lowest quote is taken.")


@dataclass(frozen=True)
class Quote:
    """What a supplier asked for one unit, in fen; without a day it is dated as the price is."""

    supplier: str
    amount: int
    dated_on: date | None = None
    file_id: int | None = None


@dataclass(frozen=True)
class NewPrice:
    """A reference price in fen per unit; without source or date it proves little (SAVINGS.md, evidence).

    With quotes the lowest is the reference price: the method takes the least of the values known, so a median of three would be the
    one place where a dearer supplier could raise a saving.
    """

    amount: int | None
    valid_from: date | None = None
    dated_on: date | None = None
    source: str = ""
    source_kind: str = "other"
    quotes: Sequence[Quote] = ()
    tax_included: bool = True
    transport_included: bool = True
    evidence_file_id: int | None = None
    valid_until: date | None = None


@dataclass(frozen=True)
class NewRent:
    """A rent tariff in fen per unit."""

    per_day: int
    per_7_days: int | None = None
    per_30_days: int | None = None
    valid_from: date | None = None
    source: str = ""
    evidence_file_id: int | None = None
    dated_on: date | None = None
    source_kind: str = "other"
    tax_included: bool = True
    transport_included: bool = True
    valid_until: date | None = None


def add_kind(session: Session, pool_id: int, new: catalog.NewKind, by: int | None, price: NewPrice | None = None, rent: NewRent | None = None) -> Kind:
    """Add a kind, with its first price and rent if given; raise KindExists. `by` None: the installation itself, when it fills a new pool."""
    kind = catalog.add_kind(session, pool_id, new, by)
    if price is not None:
        set_price(session, kind.id, price, by)
    if rent is not None:
        set_rent(session, kind.id, rent, by)
    return kind


def set_price(session: Session, kind_id: int, new: NewPrice, by: int | None) -> Price:
    """Add a version of a kind's reference price with its quotes; earlier versions stay.

    Raise NotAllowed, NotFound, FieldInvalid, QuoteIsLower, PastRaised; SamePerson for one who asked for or approved, in a document still
    open, what the price would value.
    """
    demand(session, by)
    return put_price(session, versions_of(session, [kind_id], by), kind_id, new, by)


def set_rent(session: Session, kind_id: int, new: NewRent, by: int | None) -> Rent:
    """Add a version of a kind's rent tariff; earlier versions stay. Raise as `set_price` does."""
    demand(session, by)
    return put_rent(session, versions_of(session, [kind_id], by), kind_id, new, by)


def demand(session: Session, by: int | None) -> None:
    """Raise NotAllowed unless the person may set prices (None: the installation itself)."""
    if by is not None:
        catalog.demand_anywhere(session, by, MAY_PRICE)


def put_price(session: Session, known: Versions, kind_id: int, new: NewPrice, by: int | None) -> Price:
    """Add a version to those read before; the caller has asked for the role."""
    new = checked(known, kind_id, new, by)
    assert new.amount is not None
    price = Price(
        kind_id=kind_id,
        amount=new.amount,
        valid_from=known.first_day(known.prices[kind_id], new.valid_from),
        valid_until=new.valid_until,
        dated_on=new.dated_on,
        source=new.source.strip(),
        source_kind=new.source_kind,
        quotes=len(new.quotes),
        tax_included=new.tax_included,
        transport_included=new.transport_included,
        evidence_file_id=_evidence(session, by, new.evidence_file_id),
        set_by=by,
        set_at=clock.now(),
        void=False,
    )
    session.add(price)
    session.flush()
    for quote in new.quotes:
        day = quote.dated_on or new.dated_on or known.today
        session.add(PriceQuote(price_id=price.id, supplier=quote.supplier, amount=quote.amount, dated_on=day, file_id=_evidence(session, by, quote.file_id)))
    session.flush()
    known.prices[kind_id].append(price)
    return price


def put_rent(session: Session, known: Versions, kind_id: int, new: NewRent, by: int | None) -> Rent:
    """Add a version to those read before; the caller has asked for the role."""
    check_rent(known, kind_id, new, by)
    rent = Rent(
        kind_id=kind_id,
        per_day=new.per_day,
        per_7_days=new.per_7_days,
        per_30_days=new.per_30_days,
        valid_from=known.first_day(known.rents[kind_id], new.valid_from),
        valid_until=new.valid_until,
        dated_on=new.dated_on,
        source=new.source.strip(),
        source_kind=new.source_kind,
        tax_included=new.tax_included,
        transport_included=new.transport_included,
        evidence_file_id=_evidence(session, by, new.evidence_file_id),
        set_by=by,
        set_at=clock.now(),
        void=False,
    )
    session.add(rent)
    session.flush()
    known.rents[kind_id].append(rent)
    return rent


def checked(known: Versions, kind_id: int, new: NewPrice, by: int | None) -> NewPrice:
    """Return a price as it goes on file: the lowest quote, dated by the oldest; raise what is wrong with it. Writes nothing."""
    quotes = [replace(quote, supplier=" ".join(quote.supplier.split())) for quote in new.quotes]
    if any(not quote.supplier for quote in quotes):
        raise FieldInvalid(field=Word(N_("Quotes")), problem=Word(N_("name the supplier of each quote.")))
    if len({quote.supplier.casefold() for quote in quotes}) < len(quotes):
        raise FieldInvalid(field=Word(N_("Quotes")), problem=Word(N_("take each supplier once; a second quote of the same one proves nothing more.")))
    lowest = min((quote.amount for quote in quotes), default=None)
    amount = new.amount if new.amount is not None else lowest
    if amount is None:
        raise FieldInvalid(field=Word(N_("Reference price of one unit")), problem=Word(N_("enter an amount, or the quotes.")))
    if amount < 0 or (lowest is not None and lowest < 0):
        raise FieldInvalid(field=Word(N_("Reference price of one unit")), problem=Word(N_("enter 0 or more.")))
    if lowest is not None and amount > lowest:
        raise QuoteIsLower(lowest=yuan(lowest), amount=yuan(amount))
    days = [quote.dated_on for quote in quotes if quote.dated_on is not None]
    dated = min([*days, *([new.dated_on] if new.dated_on else [])], default=None)
    first_day = known.first_day(known.prices[kind_id], new.valid_from)
    _check_source(known, new.source_kind, [*days, dated], first_day, new.valid_until, by)
    if by is not None:
        known.demand_apart(kind_id)
        known.demand_no_past_rise(kind_id, amount, first_day)
    return replace(new, amount=amount, dated_on=dated, quotes=quotes)


def check_rent(known: Versions, kind_id: int, new: NewRent, by: int | None) -> None:
    """Raise what is wrong with a rent. Writes nothing."""
    tariff = (new.per_day, new.per_7_days, new.per_30_days)
    if any(amount is not None and amount < 0 for amount in tariff):
        raise FieldInvalid(field=Word(N_("Rent")), problem=Word(N_("enter 0 or more.")))
    first_day = known.first_day(known.rents[kind_id], new.valid_from)
    _check_source(known, new.source_kind, [new.dated_on], first_day, new.valid_until, by)
    if by is not None:
        known.demand_apart(kind_id)
        known.demand_no_past_rise_of_rent(kind_id, tariff, first_day)


def _check_source(known: Versions, source_kind: str, days: Sequence[date | None], first_day: date, last_day: date | None, by: int | None) -> None:
    if source_kind not in SOURCE_KINDS:
        raise FieldInvalid(field=Word(N_("Kind of source")), problem=Word(N_("choose one from the list.")))
    if by is not None and any(day is not None and day > known.today for day in days):
        raise FieldInvalid(field=Word(N_("Date of the source")), problem=Word(N_("it lies in the future. Enter the day on the paper.")))
    if last_day is not None and last_day < first_day:
        raise FieldInvalid(field=Word(N_("Holds until")), problem=Word(N_("it lies before the first day. Swap the two or leave it empty.")))


def _evidence(session: Session, by: int | None, file_id: int | None) -> int | None:
    """Return the id of a file that the person may read; raise NotFound for any other, so that nobody reads a paper by pointing at it."""
    if by is not None and file_id is not None:
        file_for(session, access_of(session, by), file_id)
    return file_id
