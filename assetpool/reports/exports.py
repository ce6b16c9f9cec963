"""The report's raw material as CSV, written while it is read: all that a recomputation needs that shares nothing with this program.

Five files of one question (days, narrowing, who asks): `entries` of the period, the `acts` behind them, the `shares` of those acts, the `costs` behind
the entries, and the `things` (tranches of labels) that the acts moved. Amounts are whole fen, per unit in entries and shares (but `cost_fen` and
`lower_bound_fen`, which are the line's), days YYYY-MM-DD, truth 1 or 0, nothing where nothing is valued. COLUMNS says what each column holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, null, select
from sqlalchemy.orm import Session, aliased

from assetpool.catalog.models import Kind, Store
from assetpool.core.errors import N_
from assetpool.core.spreadsheets import csv_pages
from assetpool.custody.models import Asset, Movement, Tranche
from assetpool.org.models import Organization
from assetpool.records.models import Document
from assetpool.reports.labels import USUAL_CODE_SET
from assetpool.reports.ledger import Span
from assetpool.savings.models import Cost, SavingAct, SavingEntry, SavingReview, SavingShare, ValuationPolicy, Voucher

_BATCH = 1000

COLUMNS: dict[str, tuple[tuple[str, str], ...]] = {
    "entries": (
        ("entry", N_("Number of the entry")),
        ("height", N_("Its height in the chain")),
        ("digest", N_("Its digest in the chain")),
        ("act", N_("Act it belongs to")),
        ("what", N_("claim, accrual, cost, reversal or opening")),
        ("kind", N_("Kind of saving: loan, transfer or premises")),
        ("tranche", N_("Tranche it counts units of")),
        ("count", N_("Units")),
        ("days", N_("Claimed days")),
        ("purchase_fen", N_("Avoided cost by purchase, per unit")),
        ("rental_fen", N_("Avoided cost by rental, per unit")),
        ("consumption_fen", N_("Avoided cost by consumption, per unit")),
        ("adopted_fen", N_("Avoided cost on the policy’s basis, per unit")),
        ("stand_in", N_("Another basis stood in")),
        ("cost_fen", N_("Reuse cost, of the line")),
        ("cost_kind", N_("Kind of cost")),
        ("cost", N_("Cost it is a share of")),
        ("lower_bound_fen", N_("Avoided at least, of the line (opening statements)")),
        ("cap_fen", N_("Most that a unit may claim")),
        ("policy", N_("Valuation policy")),
        ("business_day", N_("Day it belongs to")),
        ("period", N_("Month it was posted in")),
        ("corrects_period", N_("Closed month that it corrects")),
        ("reverses", N_("Entry that it reverses")),
        ("reason", N_("Reason")),
    ),
    "acts": (
        ("act", N_("Act")),
        ("document", N_("Slip")),
        ("line", N_("Line of the slip")),
        ("kind", N_("Kind of saving: loan, transfer or premises")),
        ("policy", N_("Valuation policy of the day of hand-over")),
        ("event", N_("Number of the event")),
        ("receiver", N_("Code of the receiving organization")),
        ("giver", N_("Code of the giving organization")),
        ("store", N_("Code of the store")),
        ("class", N_("Class code, with its code set where that is not the usual one")),
        ("kind_name", N_("Kind of thing")),
        ("units", N_("Units")),
        ("valued_units", N_("Units that are valued")),
        ("accepted_on", N_("Day of acceptance")),
        ("due_on", N_("Due day")),
        ("opening", N_("Opening statement")),
        ("same_system", N_("Both under the same supervising department")),
        ("costed", N_("All costs are in")),
        ("grade", N_("Evidence grade")),
        ("reviewed", N_("proposed, accepted, rejected or reversed")),
        ("last_decision", N_("What the last review decided")),
    ),
    "shares": (
        ("act", N_("Act")),
        ("tranche", N_("Tranche")),
        ("count", N_("Units")),
        ("begun_height", N_("Height of its claim in the chain; 0 when it was parted from another tranche later")),
        ("acquired_on", N_("Day of acquisition")),
        ("price_fen", N_("P, per unit")),
        ("price_source", N_("Where P comes from")),
        ("life_months", N_("L, months")),
        ("life_days", N_("N, days")),
        ("used_days", N_("a, days")),
        ("n_numerator", N_("n, numerator")),
        ("n_denominator", N_("n, denominator")),
        ("rent_day_fen", N_("Rent for a day")),
        ("rent_7_days_fen", N_("Rent for 7 days")),
        ("rent_30_days_fen", N_("Rent for 30 days")),
        ("zero_reason", N_("Why it claims nothing")),
        ("stand_in", N_("Another basis stood in")),
        ("ended_on", N_("Day its claim ended")),
        ("ended_by", N_("What ended it")),
        ("posted_days", N_("Days posted")),
    ),
    "costs": (
        ("cost", N_("Cost")),
        ("document", N_("Document it was entered with")),
        ("kind", N_("Kind of cost")),
        ("amount_fen", N_("Amount")),
        ("voucher_issuer", N_("Issuer of the voucher")),
        ("voucher_number", N_("Number of the voucher")),
        ("reason", N_("Reason why there is no voucher")),
        ("business_day", N_("Day it belongs to")),
        ("shared", N_("Shared over acts")),
    ),
    "things": (
        ("tranche", N_("Tranche")),
        ("tag", N_("Label")),
        ("form", N_("unit or lot")),
        ("parent", N_("Tranche it was parted from")),
        ("units", N_("Units that it holds now")),
        ("parted_height", N_("Height of the movement that parted it; 0 for none")),
    ),
}
"""Per file, its columns in order with what each holds."""
FILES = tuple(COLUMNS)
FILE_WORDS = {
    "entries": N_("Entries of the period, as they stand in the chain"),
    "acts": N_("Acts behind the entries, with what decides where they stand"),
    "shares": N_("Shares of the acts: the terms frozen on the day of hand-over"),
    "costs": N_("Costs behind the entries, with their vouchers"),
    "things": N_("Tranches of the labels that the acts moved"),
}


def file_name(what: str, first_day: date, last_day: date) -> str:
    """Return the name under which a browser keeps a file."""
    return f"savings-{what}-{first_day}-{last_day}.csv"


def csv_of(session: Session, asked: Span, what: str) -> Iterator[bytes]:
    """Yield one of the FILES as CSV in UTF-8 with a byte order mark, in constant memory; text that a spreadsheet would run begins with '."""
    pages = session.execute(_STATEMENTS[what](asked), execution_options={"yield_per": _BATCH}).partitions(_BATCH)
    yield from csv_pages([name for name, _ in COLUMNS[what]], pages)


def _acts_asked(asked: Span) -> ColumnElement[bool]:
    return and_(SavingAct.pool_id == asked.pool_id, asked.seen, SavingAct.id.in_(select(SavingEntry.act_id).where(asked.entries)))


def _entries(asked: Span) -> Select[Any]:
    e = SavingEntry
    columns: Any = (
        e.id, e.height, e.digest, e.act_id, e.entry, e.kind, e.tranche_id, e.count, e.days, e.purchase, e.rental, e.consumption, e.adopted, e.stand_in,
        e.cost, e.cost_kind, e.cost_id, e.lower_bound, e.cap, ValuationPolicy.version, e.business_day, e.period, e.corrects_period, e.reverses_id, e.reason,
    )  # fmt: skip
    statement = select(*columns).join(SavingAct, SavingAct.id == e.act_id).join(ValuationPolicy, ValuationPolicy.id == e.policy_id)
    return statement.where(asked.entries, asked.seen).order_by(e.height)


def _acts(asked: Span) -> Select[Any]:
    a, giver = SavingAct, aliased(Organization)
    last = select(SavingReview.decision).where(SavingReview.act_id == a.id).order_by(SavingReview.height.desc()).limit(1).correlate(a).scalar_subquery()
    usual = Kind.class_code_set == USUAL_CODE_SET
    class_key = case((Kind.id.is_(None), null()), (usual, Kind.class_code), else_=Kind.class_code_set + ":" + Kind.class_code)
    columns: Any = (
        a.id, Document.number, a.line_no, a.kind, ValuationPolicy.version, a.event_id, Organization.code, giver.code, Store.code, class_key, Kind.name,
        a.units, a.valued_units, a.accepted_on, a.due_on, a.opening, a.same_system, a.costed, a.grade, a.reviewed, last,
    )  # fmt: skip
    return (
        select(*columns)
        .select_from(a)
        .join(Document, Document.id == a.document_id)
        .join(ValuationPolicy, ValuationPolicy.id == a.policy_id)
        .join(Organization, Organization.id == a.receiver_id)
        .outerjoin(giver, giver.id == a.giver_id)
        .outerjoin(Store, Store.id == a.store_id)
        .outerjoin(Kind, Kind.id == a.kind_id)
        .where(_acts_asked(asked))
        .order_by(a.id)
    )


def _shares(asked: Span) -> Select[Any]:
    s, e = SavingShare, SavingEntry
    claimed = and_(e.act_id == s.act_id, e.tranche_id == s.tranche_id, e.entry == "claim")
    begun = func.coalesce(select(func.min(e.height)).where(claimed).correlate(s).scalar_subquery(), 0)
    columns: Any = (
        s.act_id, s.tranche_id, s.count, begun, s.acquired_on, s.price, s.price_source, s.life_months, s.life_days, s.used_days, s.n_numerator, s.n_denominator,
        s.rent_day, s.rent_7_days, s.rent_30_days, s.zero_reason, s.stand_in, s.ended_on, s.ended_by, s.posted_days,
    )  # fmt: skip
    return select(*columns).join(SavingAct, SavingAct.id == s.act_id).where(_acts_asked(asked)).order_by(s.act_id, s.id)


def _costs(asked: Span) -> Select[Any]:
    c = Cost
    used = select(SavingEntry.cost_id).join(SavingAct, SavingAct.id == SavingEntry.act_id).where(asked.entries, asked.seen)
    columns: Any = (c.id, Document.number, c.kind, c.amount, Voucher.issuer, Voucher.number, c.reason, c.business_day, c.shared)
    statement = select(*columns).join(Document, Document.id == c.document_id).outerjoin(Voucher, Voucher.id == c.voucher_id)
    return statement.where(c.id.in_(used)).order_by(c.id)


def _things(asked: Span) -> Select[Any]:
    t = Tranche
    met = aliased(Tranche)
    moved = select(met.asset_id).join(SavingShare, SavingShare.tranche_id == met.id).join(SavingAct, SavingAct.id == SavingShare.act_id)
    parting = and_(Movement.tranche_id == t.id, Movement.from_tranche_id.is_not(None))
    parted = func.coalesce(select(func.max(Movement.height)).where(parting).correlate(t).scalar_subquery(), 0)
    columns: Any = (t.id, Asset.tag, Asset.form, t.parent_id, t.count, parted)
    statement = select(*columns).join(Asset, Asset.id == t.asset_id)
    return statement.where(t.asset_id.in_(moved.where(_acts_asked(asked)))).order_by(t.id)


_STATEMENTS: dict[str, Callable[[Span], Select[Any]]] = {"entries": _entries, "acts": _acts, "shares": _shares, "costs": _costs, "things": _things}
