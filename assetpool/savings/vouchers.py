"""Vouchers: a paper is entered once in all pools; what it pays may be shared over several documents, never more than it says (SAVINGS.md, Costs)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Subquery, func, select, union_all
from sqlalchemy.orm import Session

from assetpool.core import clock
from assetpool.core.errors import N_, DomainError, FieldInvalid, Word
from assetpool.core.money import yuan
from assetpool.org.queries import access_of
from assetpool.records.models import Document
from assetpool.records.queries import file_for, visible_numbers
from assetpool.savings import seals
from assetpool.savings.cost_models import Compensation, RunningCost
from assetpool.savings.models import Cost, Voucher


class VoucherTaken(DomainError):
    """The issuer's number was entered before, in this pool or another, and no share of what is left was asked for."""

    sentence = N_(
        "Voucher %(voucher)s of %(issuer)s was already entered on %(where)s; %(left)s of its %(amount)s yuan are left. "
        "Check the number, or take a share of what is left; a voucher counts once."
    )


class VoucherExceeded(DomainError):
    """The parts would add up to more than the voucher says."""

    sentence = N_("Voucher %(voucher)s of %(issuer)s says %(amount)s yuan and %(left)s of them are left: %(asked)s cannot be taken from it.")


@dataclass(frozen=True)
class Part:
    """A part of a voucher: its amount in fen, the paper's own amount where it says more, the file; `share`: the paper was entered before, take of the rest."""

    issuer: str
    number: str
    amount: int
    total: int | None = None
    file_id: int | None = None
    share: bool = False


Keyed = tuple[str, str]


def voucher_key(issuer: str, number: str) -> Keyed:
    """Return issuer and number as they are compared: full-width forms, spaces and case make no difference."""

    def plain(text: str) -> str:
        return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).upper()

    return plain(issuer), plain(number)


def enter(session: Session, pool_id: int, parts: Sequence[Part], by: int, running: bool = False) -> dict[Keyed, int]:
    """Enter the vouchers of parts, or take shares of those entered before; return their ids by key.

    `running`: the parts pay for keeping a store, which what documents take of the same paper does not lessen.
    Raise VoucherTaken, VoucherExceeded, FieldInvalid, NotFound for a file that is not this person's.
    """
    wanted: dict[Keyed, list[Part]] = {}
    for part in parts:
        wanted.setdefault(voucher_key(part.issuer, part.number), []).append(part)
    return {key: _one(session, pool_id, key, some, by, running) for key, some in sorted(wanted.items())}


def _one(session: Session, pool_id: int, key: Keyed, parts: list[Part], by: int, running: bool) -> int:
    said = {part.total for part in parts if part.total is not None}
    asked = sum(part.amount for part in parts)
    for file_id in {part.file_id for part in parts if part.file_id is not None}:
        file_for(session, access_of(session, by), file_id)
    paper = next((part.file_id for part in parts if part.file_id is not None), None)
    statement = select(Voucher).where(Voucher.issuer == key[0], Voucher.number == key[1]).with_for_update().execution_options(populate_existing=True)
    voucher = session.scalar(statement)
    if voucher is not None:
        return _share(session, pool_id, voucher, parts[0], asked, said, by, running, all(part.share for part in parts))
    if any(part.share for part in parts):
        raise FieldInvalid(
            field=Word(N_("Voucher")), problem=Word(N_("this voucher was not entered before, so there is no share to take. Enter it with its amount."))
        )
    if len(said) > 1:
        raise FieldInvalid(field=Word(N_("Voucher")), problem=Word(N_("two lines give two different amounts for the same paper.")))
    amount = next(iter(said), asked)
    if asked > amount:
        raise VoucherExceeded(voucher=parts[0].number.strip(), issuer=parts[0].issuer.strip(), amount=yuan(amount), left=yuan(amount), asked=yuan(asked))
    voucher = Voucher(pool_id=pool_id, issuer=key[0], number=key[1], amount=amount, file_id=paper, entered_by=by, entered_at=clock.now())
    session.add(voucher)
    session.flush()
    seals.seal(session, pool_id, voucher)
    return voucher.id


def _share(session: Session, pool_id: int, voucher: Voucher, part: Part, asked: int, said: set[int], by: int, running: bool, wanted: bool) -> int:
    named = {"voucher": part.number.strip(), "issuer": part.issuer.strip(), "amount": yuan(voucher.amount), "amount_fen": voucher.amount}
    if voucher.pool_id != pool_id:
        raise VoucherTaken(where=Word(N_("another pool")), left="0.00", left_fen=0, **named)
    rest = left(session, voucher, running)
    if not wanted:
        raise VoucherTaken(where=_where(session, voucher, by), left=yuan(rest), left_fen=rest, **named)
    if asked > rest or said - {voucher.amount}:
        raise VoucherExceeded(left=yuan(rest), left_fen=rest, asked=yuan(asked), **named)
    if voucher.file_id is None and part.file_id is not None:
        attach(session, voucher, part.file_id)
    return voucher.id


def attach(session: Session, voucher: Voucher, file_id: int) -> None:
    """Put the paper to a voucher that was entered without it; its seal is renewed."""
    voucher.file_id = file_id
    seals.seal(session, voucher.pool_id, voucher)


def _where(session: Session, voucher: Voucher, by: int) -> str:
    """Name the first document a voucher was entered on, as far as the person may see it."""
    first = session.scalar(select(Cost.document_id).where(Cost.voucher_id == voucher.id).order_by(Cost.id).limit(1))
    first = first or session.scalar(select(Compensation.document_id).where(Compensation.voucher_id == voucher.id).order_by(Compensation.id).limit(1))
    if first is None:
        return Word(N_("the running cost of a store"))
    return visible_numbers(session, access_of(session, by), [first]).get(first) or Word(N_("another document"))


def left(session: Session, voucher: Voucher, running: bool = False) -> int:
    """Return what of a voucher no document took yet (`running`: no store's running cost)."""
    if running:
        taken = select(func.coalesce(func.sum(RunningCost.amount), 0)).where(RunningCost.voucher_id == voucher.id)
        return voucher.amount - int(session.scalar(taken) or 0)
    return voucher.amount - taken_of(session, [voucher.id]).get(voucher.id, 0)


def parts_of_all() -> Subquery:
    """Return what documents took of each voucher (voucher_id, amount), costs and compensation together, to be joined."""
    every = union_all(select(Cost.voucher_id, Cost.amount).where(Cost.voucher_id.is_not(None)), select(Compensation.voucher_id, Compensation.amount)).subquery()
    return select(every.c.voucher_id, func.sum(every.c.amount).label("amount")).group_by(every.c.voucher_id).subquery()


def taken_of(session: Session, voucher_ids: Collection[int]) -> dict[int, int]:
    """Return what documents took of vouchers, costs and compensation together."""
    parts = union_all(
        select(Cost.voucher_id, Cost.amount).where(Cost.voucher_id.in_(voucher_ids)),
        select(Compensation.voucher_id, Compensation.amount).where(Compensation.voucher_id.in_(voucher_ids)),
    ).subquery()
    statement = select(parts.c.voucher_id, func.sum(parts.c.amount)).group_by(parts.c.voucher_id)
    return {row[0]: int(row[1]) for row in session.execute(statement)}


def lines_of(session: Session, voucher_id: int) -> list[tuple[Document, int]]:
    """Return what each document took of a voucher as a cost, in the order entered."""
    statement = select(Document, Cost.amount).join(Cost, Cost.document_id == Document.id).where(Cost.voucher_id == voucher_id).order_by(Cost.id)
    return [(row[0], row[1]) for row in session.execute(statement)]
