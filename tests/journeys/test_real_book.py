"""A published property book of 7,608 rows goes through the whole job: imported, labelled, borrowed from, partly returned, accounted for."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from tests.journeys.codes import codes_of
from tests.journeys.machine import Machine, on
from tests.journeys.test_rest import MONDAY, PIN, haulage

BOOK = Path(__file__).resolve().parents[3] / "shared" / "data" / "real" / "leso-state-books" / "TN.xlsx"
SPORTS = "ATHLETIC AND SPORTING EQUIPMENT"

pytestmark = pytest.mark.skipif(not BOOK.exists(), reason="the published property book is not on this machine")


def import_book(app: Flask) -> dict[str, int]:
    result = app.test_cli_runner().invoke(args=["assets", "import", str(BOOK), "--organization", "A", "--store", "MAIN", "--json"])
    assert result.exit_code == 0, result.stderr
    return dict(json.loads(result.stdout))


def stocked(machine: Machine) -> tuple[list[str], int, int]:
    """Return the tags of the sporting goods, the kind with most units and its units."""
    found = machine.get("keeper", f"/assets?q={SPORTS.replace(' ', '%20')}&limit=200")
    tags = [row["tag"] for row in found["items"]]
    units = [int(row["units"]) for row in found["items"]]
    return tags, int(found["items"][0]["kind_id"]), sum(units)


def test_a_published_book_is_imported_lent_returned_and_reported(app: Flask) -> None:
    machine = Machine(app)
    with on(MONDAY):
        stated = import_book(app)
        assert (stated["stored"], stated["refused"], stated["units"], stated["value_fen"]) == (7608, 0, 41_626, 12_157_493_543)
        assert stated["rows_read"] == stated["stored"] + stated["skipped"]
        tags, kind_id, units = stocked(machine)
        assert (len(tags), units) == (22, 884)
        labels = codes_of(machine.pdf("keeper", "/labels.pdf", {"tags": tags, "layout": "a4-24"}))
        assert sorted(address.rsplit("/", 1)[1] for address in labels) == sorted(tags)
        body = {"organization_code": "B", "first_day": "2026-11-23", "last_day": "2026-12-02", "lines": [{"kind_id": kind_id, "quantity": 300}]}
        number = machine.post("organizer_b", "/requisitions", body, 201)["number"]
        machine.post("organizer_b", f"/requisitions/{number}/submit")
        assert machine.post("approver", f"/requisitions/{number}/approve")["state"] == "approved"
        lines, left = [], 300
        for row in machine.get("keeper", f"/assets?q={SPORTS.replace(' ', '%20')}&limit=200")["items"]:
            count = min(left, int(row["units"]))
            left -= count
            lines += [{"tag": row["tag"], "count": count}] if count else []
        body = {"lines": lines, "costs": haulage(machine, "keeper", "TN-1"), "received_by": "何静", "signature": PIN}
        slip = machine.post("keeper", f"/requisitions/{number}/issue", body)["slip"]
    with on(MONDAY + timedelta(days=5)):
        back = [{"tag": line["tag"], "good": line["count"]} for line in lines[:3]]
        machine.post("keeper", "/returns", {"returned_by": "何静", "lines": back, "no_cost_reason": "自运"})
        assert machine.get("keeper", f"/requisitions/{number}")["state"] == "partly_returned"
        report = machine.get("auditor", "/savings?from=2026-11-01&to=2026-12-31&by=organization")
        (row,) = [row for row in report["rows"] if row["key"] == "B"]
        assert sum(part["item_loans"] for part in row["apart"].values()) == 300
        assert machine.get("auditor", "/audit/verify")["ok"] is True
    assert slip.startswith("HS-")
