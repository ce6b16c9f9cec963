"""The figures of a bulletin as they stand now, the bulletins that were issued, and whether an issued one still says what is so."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from assetpool.bulletins.models import Bulletin
from assetpool.bulletins.naming import Provided, call
from assetpool.bulletins.sentence import Said, sentences
from assetpool.core.errors import NotFound
from assetpool.core.models import Pool
from assetpool.events.models import Event
from assetpool.org.models import Organization, Role
from assetpool.org.queries import Access, Grant
from assetpool.records.models import Document
from assetpool.reports import ledger
from assetpool.reports import queries as reports
from assetpool.reports.figures import APART, Row
from assetpool.reports.ledger import Span
from assetpool.savings.models import SavingAct, SavingEntry
from assetpool.savings.standing import HEADLINE, counted, standing

VERSION = 1
HEADLINE_FIGURES = ("items", "item_loans", "avoided_fen", "cost_fen", "saving_fen", "rate", "lower_items", "lower_bound_fen")
"""What a bulletin states of a kind of saving; a later difference in one of these makes it out of date."""


@dataclass(frozen=True)
class Question:
    """What a bulletin is about: days (both included), basis, and the event or receiving organization it is narrowed to."""

    first_day: date
    last_day: date
    basis: str = "adopted"
    event_id: int | None = None
    organization_id: int | None = None

    def narrow(self) -> list[ColumnElement[bool]]:
        """Return the conditions on acts."""
        found: list[ColumnElement[bool]] = [] if self.event_id is None else [SavingAct.event_id == self.event_id]
        return found if self.organization_id is None else [*found, SavingAct.receiver_id == self.organization_id]


@dataclass(frozen=True)
class Since:
    """What became of an issued bulletin: the number of a later one on the same question, and whether its figures changed."""

    newer: str | None
    changed: bool


def everything(pool_id: int) -> Access:
    """Return the sight of a whole pool: a bulletin never says part of it because of who issues it."""
    return Access(0, pool_id, (Grant(Role.AUDITOR.value, 0, "/"),))


def figures(session: Session, pool_id: int, question: Question) -> dict[str, Any]:
    """Return all that a bulletin says, as JSON values; raise FieldInvalid for what cannot be asked, NotFound for an unknown event or organization."""
    seen = everything(pool_id)
    asked = reports.ask(session, seen, question.first_day, question.last_day, "kind", question.basis, question.narrow())
    report = reports.report(session, seen, question.first_day, question.last_day, "class", question.basis, question.narrow())
    costs, vouchers, reach = ledger.costs_by_kind(session, asked), ledger.voucher_count(session, asked), _reach(session, asked)
    kinds = []
    for total in report.totals:
        rows = [row for row in report.rows if row.kind == total.kind and row.headline.acts]
        made = _kind(total, rows, question.basis)
        if made["items"] or made["item_loans"] or made["lower_bound_fen"] is not None:
            kinds.append({**made, "costs": costs.get(total.kind, {}), "vouchers": vouchers.get(total.kind, 0), **reach.get(total.kind, _NO_REACH)})
    said = [_said(kind, question.basis) for kind in kinds]
    return {
        "version": VERSION,
        "pool": session.get_one(Pool, pool_id).name,
        "from": question.first_day.isoformat(),
        "to": question.last_day.isoformat(),
        "basis": question.basis,
        "event": _named(session, Event, question.event_id, pool_id),
        "organization": _named(session, Organization, question.organization_id, pool_id),
        "policies": list(report.policies),
        "chain": {"height": report.height, "head": report.head},
        "kinds": kinds,
        "sentences": {language: [text for one in said for text in sentences(one, language)] for language in ("zh", "en")},
    }


def _named(session: Session, model: Any, row_id: int | None, pool_id: int) -> dict[str, Any] | None:
    if row_id is None:
        return None
    row = session.get(model, row_id)
    if row is None or row.pool_id != pool_id:
        raise NotFound(what=str(row_id))
    return {"id": row.id, "name": row.name, "name_en": row.name_en or row.name}


def _kind(total: Row, rows: Sequence[Row], basis: str) -> dict[str, Any]:
    data, main = total.data(basis), total.headline
    apart = data["apart"]
    return {
        **{name: data[name] for name in ("kind", "acts", "items", "item_loans", "avoided_fen", "cost_fen", "saving_fen", "rate", "bases", "coverage")},
        "adopted_fen": main.series["adopted"],
        "lower_items": total.standings["C"].opening,
        "lower_bound_fen": total.lower_bound,
        "apart": {name: {key: apart[name][key] for key in ("items", "item_loans", "avoided_fen", "saving_fen")} for name in APART},
        "classes": [
            {"key": row.key, "name": row.label, "name_en": row.label_en}
            | {name: row.data(basis)[name] for name in ("items", "item_loans", "avoided_fen", "cost_fen", "saving_fen")}
            for row in rows
        ],
    }


_NO_REACH = {"receivers": 0, "stores": 0, "slips": 0}


def _reach(session: Session, asked: Span) -> dict[str, dict[str, int]]:
    """Return per kind of saving how many receivers, stores and slips stand behind the headline."""
    a = SavingAct
    entries = select(SavingEntry.act_id).where(asked.entries)
    of = {"receivers": a.receiver_id, "stores": a.store_id, "slips": a.document_id}
    counts = [func.count(func.distinct(column)).label(name) for name, column in of.items()]
    wanted = (a.pool_id == asked.pool_id, a.id.in_(entries), a.reviewed != "reversed", asked.seen, counted(), standing() == HEADLINE)
    rows = session.execute(select(a.kind, *counts).where(*wanted).group_by(a.kind))
    return {row.kind: {name: int(row._mapping[name]) for name in of} for row in rows}


def _said(kind: dict[str, Any], basis: str) -> Said:
    called = call([Provided(row["name"], row["name_en"], row["items"], row["avoided_fen"] or 0) for row in kind["classes"]])
    rate = kind["rate"] and Fraction(kind["rate"]["numerator"], kind["rate"]["denominator"])
    return Said(
        kind["kind"],
        called,
        kind["items"],
        kind["item_loans"],
        kind["avoided_fen"],
        kind["saving_fen"],
        rate,
        kind["lower_items"],
        kind["lower_bound_fen"],
        basis,
    )


def canonical(values: dict[str, Any]) -> str:
    """Return figures as the text that is frozen and whose digest is printed."""
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(text: str) -> str:
    """Return the digest of frozen figures."""
    return sha256(text.encode()).hexdigest()


def stated(values: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what a bulletin states and a later correction can make untrue."""
    return [{name: kind[name] for name in ("kind", *HEADLINE_FIGURES)} for kind in values["kinds"]]


def question_of(row: Bulletin) -> Question:
    """Return what an issued bulletin was asked."""
    return Question(row.first_day, row.last_day, row.basis, row.event_id, row.organization_id)


def issued(session: Session, pool_id: int, before: int | None = None, limit: int = 50) -> list[tuple[Bulletin, Document]]:
    """Return issued bulletins, the newest first, from below the document `before` on."""
    statement = select(Bulletin, Document).join(Document, Document.id == Bulletin.document_id).where(Bulletin.pool_id == pool_id)
    if before is not None:
        statement = statement.where(Bulletin.document_id < before)
    return [(row[0], row[1]) for row in session.execute(statement.order_by(Bulletin.document_id.desc()).limit(limit))]


def by_number(session: Session, pool_id: int, number: str) -> tuple[Bulletin, Document]:
    """Return an issued bulletin, which anybody of the pool may read; raise NotFound."""
    statement = select(Bulletin, Document).join(Document, Document.id == Bulletin.document_id)
    row = session.execute(statement.where(Document.number == number.strip().upper(), Bulletin.pool_id == pool_id)).first()
    if row is None:
        raise NotFound(what=number)
    return row[0], row[1]


def since(session: Session, row: Bulletin) -> Since:
    """Compare an issued bulletin with the ledger as it stands and with later bulletins on the same question."""
    asked = question_of(row)
    same = (
        Bulletin.pool_id == row.pool_id,
        Bulletin.first_day == asked.first_day,
        Bulletin.last_day == asked.last_day,
        Bulletin.basis == asked.basis,
        Bulletin.event_id.is_not_distinct_from(asked.event_id),
        Bulletin.organization_id.is_not_distinct_from(asked.organization_id),
        Bulletin.document_id > row.document_id,
    )
    newest = select(Document.number).join(Bulletin, Bulletin.document_id == Document.id).where(*same).order_by(Document.id.desc()).limit(1)
    now = json.loads(canonical(figures(session, row.pool_id, asked)))
    return Since(session.scalar(newest), stated(now) != stated(json.loads(row.figures)))
