"""The tables of an evidence pack: acts, terms, entries, costs, reviews, approvals, movements and prices, one row each as the book holds them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assetpool.approvals.models import Approval
from assetpool.core import chain
from assetpool.core.spreadsheets import money
from assetpool.custody.models import Movement
from assetpool.savings.models import SavingEntry, SavingReview, SavingShare
from assetpool.savings.unfolding import Unfolded


def _columns(model: Any) -> tuple[str, ...]:
    return tuple(column.key for column in model.__table__.columns)


TABLES: dict[str, tuple[str, ...]] = {
    "acts": (
        "act_id", "slip", "line", "kind", "thing", "units", "receiver", "giver", "store", "event", "accepted_on", "due_on", "policy", "grade", "missing",
        "reviewed", "avoided_yuan", "cost_yuan", "saving_yuan", "purchase_yuan", "rental_yuan", "consumption_yuan", "lower_bound_yuan",
    ),
    "terms": _columns(SavingShare),
    "entries": _columns(SavingEntry),
    "costs": ("act_id", "cost_id", "document", "kind", "amount_yuan", "reason", "business_day", "voucher_issuer", "voucher_number", "voucher_amount_yuan"),
    "reviews": _columns(SavingReview),
    "approvals": _columns(Approval),
    "movements": _columns(Movement),
    "prices": ("act_id", "what", "id", "amount_yuan", "valid_from", "dated_on", "source", "source_kind", "quotes", "tax_included", "transport_included"),
}  # fmt: skip
"""Heads of each table. Entries, reviews, approvals and movements hold every column their digest covers, in the order it covers them."""


def rows_of(session: Session, it: Unfolded) -> dict[str, list[Sequence[Any]]]:
    """Return the rows of one act, table by table."""
    return {
        "acts": [_act(it)],
        "terms": _raw(it.shares, SavingShare),
        "entries": _raw(it.entries, SavingEntry),
        "costs": _costs(it),
        "reviews": _raw(it.reviews, SavingReview),
        "approvals": _raw(it.approvals, Approval),
        "movements": _raw(_movements(session, it), Movement),
        "prices": _prices(it),
    }


def _raw(rows: Sequence[Any], model: Any) -> list[Sequence[Any]]:
    return [[chain.raw(getattr(row, name)) for name in TABLES_OF[model.__tablename__]] for row in rows]


TABLES_OF = {"saving_share": TABLES["terms"], "saving_entry": TABLES["entries"], "saving_review": TABLES["reviews"], "approval": TABLES["approvals"],
             "movement": TABLES["movements"]}  # fmt: skip


def _movements(session: Session, it: Unfolded) -> list[Movement]:
    begun = select(func.min(Movement.height)).where(Movement.document_id == it.act.document_id).scalar_subquery()
    mine = Movement.tranche_id.in_([share.tranche_id for share in it.shares])
    return list(session.scalars(select(Movement).where(mine, Movement.height >= begun).order_by(Movement.height)))


def _act(it: Unfolded) -> Sequence[Any]:
    act, sums = it.act, it.amounts
    kind = it.kinds.get(act.kind_id or 0)
    saving = None if act.opening or not act.costed or sums["adopted"] is None else sums["adopted"] - (sums["cost"] or 0)
    receiver, giver = it.organizations.get(act.receiver_id), it.organizations.get(act.giver_id or 0)
    return (
        act.id, it.slip.number, act.line_no, act.kind, " ".join(part for part in (kind.name, kind.spec) if part) if kind else "", act.units,
        receiver.name if receiver else "", giver.name if giver else "", it.store.name if it.store else "", it.event.name if it.event else "",
        act.accepted_on, act.due_on, it.policy.version, act.grade, act.missing, act.reviewed, money(sums["adopted"]), money(sums["cost"]), money(saving),
        money(sums["purchase"]), money(sums["rental"]), money(sums["consumption"]), money(sums["lower_bound"]),
    )  # fmt: skip


def _costs(it: Unfolded) -> list[Sequence[Any]]:
    return [
        (
            it.act.id, cost.id, it.numbers.get(cost.document_id, ""), cost.kind, money(cost.amount), cost.reason, cost.business_day,
            voucher.issuer if voucher else "", voucher.number if voucher else "", money(voucher.amount) if voucher else "",
        )
        for cost, voucher in it.costs
    ]  # fmt: skip


def _prices(it: Unfolded) -> list[Sequence[Any]]:
    rows: list[Sequence[Any]] = []
    if it.price is not None:
        p = it.price
        rows.append(
            (it.act.id, "price", p.id, money(p.amount), p.valid_from, p.dated_on, p.source, p.source_kind, p.quotes, p.tax_included, p.transport_included)
        )
    if it.rent is not None:
        r = it.rent
        rows.append((it.act.id, "rent per day", r.id, money(r.per_day), r.valid_from, None, r.source, "", "", "", ""))
    return rows
