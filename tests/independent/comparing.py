"""Comparing the report with the second reckoning, over every breakdown and basis."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from assetpool.core.db import db
from assetpool.org.queries import Access
from assetpool.reports import exports, kept, ledger, queries
from assetpool.reports.figures import BASES, BYS, Row
from tests.independent import recompute

FIRST, LAST = date(2021, 1, 1), date(2026, 12, 31)


def exported(access: Access, folder: Path, first: date = FIRST, last: date = LAST) -> Path:
    """Write the five files of a period."""
    folder.mkdir(exist_ok=True)
    asked = queries.ask(db.session(), access, first, last, "kind", "adopted")
    for what in exports.FILES:
        (folder / f"{what}.csv").write_bytes(b"".join(exports.csv_of(db.session(), asked, what)))
    return folder


def places(rows: tuple[Row, ...], basis: str) -> dict[tuple[str, str, str], dict[str, Any]]:
    """Return what the report says per row, kind and standing, without what is not posted yet."""
    found = {}
    for row in rows:
        for stands, figures in row.standings.items():
            if figures.acts:
                rate = figures.rate
                found[row.key, row.kind, stands] = {
                    "items": figures.items,
                    "item_loans": figures.item_loans,
                    "valued": figures.valued,
                    "costed": figures.costed,
                    **{series: figures.series[series] for series in BASES},
                    "cost": figures.cost,
                    "lower_bound": figures.lower_bound,
                    "rate": None if rate is None else {"numerator": rate.numerator, "denominator": rate.denominator},
                }
    return found


def same_as_by_act(access: Access, first: date, last: date) -> int:
    """Compare what the sums of whole months say with what the sums per act say, over every breakdown and basis; return how many were compared."""
    compared = 0
    for by in BYS:
        for basis in BASES:
            asked = queries.ask(db.session(), access, first, last, by, basis)
            months = kept.months_of(db.session(), asked)
            if months is not None:
                ours, slow = kept.found(db.session(), asked, months), queries.by_act(db.session(), asked)
                assert (ours.places, ours.kinds, ours.policies) == (slow.places, slow.kinds, slow.policies), (by, basis, months)
                assert kept.costs_by_kind(db.session(), asked, months) == ledger.costs_by_kind(db.session(), asked)
                compared += len(slow.places)
    return compared


def agree(access: Access, folder: Path, first: date = FIRST, last: date = LAST) -> int:
    """Compare both reckonings over every breakdown and basis; return how many places were compared."""
    exported(access, folder, first, last)
    compared, posted = 0, queries.ask(db.session(), access, first, last, "kind", "adopted").posted is not None
    for by in BYS:
        for basis in BASES:
            report = queries.report(db.session(), access, first, last, by, basis)
            second = recompute.reckon(str(folder), by, basis, posted)
            for ours, theirs in ((report.rows, second["rows"]), (report.totals, second["totals"])):
                expected = places(ours, basis)
                got = {(row["key"], row["kind"], row["standing"]): {name: row[name] for name in next(iter(expected.values()))} for row in theirs}
                assert got == expected, (by, basis)
                compared += len(got)
    return compared
