"""The workloads: each asks our REST, signed in and scoped, beside the floor and a bare answer; what the peer has no word for stands at the end."""

from __future__ import annotations

import gc
import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from flask import Flask

from assetpool.app import create_app
from assetpool.core import chain, clock
from assetpool.core.db import db
from assetpool.core.web import cursor_of
from bench import floor as floors
from bench import ledger, load, memory
from bench.calls import bare, call, drain, interleaved, seconds
from bench.floor import Floor
from bench.processor import Processor
from bench.world import TEXT, ZONE, World, root_code
from tests.counting import queries

BROWSE = ("W1a", "W1b", "W1s", "W1c")


@dataclass
class Bench:
    """One database under measurement: `figures` collects {workload: {measure: value}}; times in seconds."""

    app: Flask
    world: World
    floor: Floor
    size: int
    settings: dict[str, str]
    only: frozenset[str] = frozenset()
    figures: dict[str, dict[str, Any]] = field(default_factory=dict)
    bare_app: Flask = field(default_factory=bare)
    entries: int = 0
    processor: Processor = field(default_factory=Processor)

    def get(self, path: str) -> bytes:
        """Ask our REST as the keeper."""
        return call(self.app, f"/api/v1{path}", self.world.tokens["keeper"])

    def post(self, path: str, body: Any, who: str = "keeper") -> bytes:
        """Do something over our REST as one of the people."""
        return call(self.app, f"/api/v1{path}", self.world.tokens[who], body)

    def wants(self, *names: str) -> bool:
        """Say whether any of the workloads is asked for."""
        return not self.only or not self.only.isdisjoint(names)

    def compare(self, name: str, ours: Callable[[], Any], floor: Callable[[], Any] | None, rounds: int = 31, most: float = 8.0) -> None:
        """Time ours, the floor and a bare answer by turns."""
        acts: dict[str, Callable[[], Any]] = {"ours": ours, "bare": lambda: call(self.bare_app, "/")}
        if floor is not None:
            acts["floor"] = floor
        self.figures[name] = dict(interleaved(acts, rounds, most, self.processor))


def reads(bench: Bench) -> None:
    """W1a first page, W1b filter and text, W1s text alone, W1c from the middle, W2 by scanned tag."""
    words = quote(TEXT)
    filtered = f"/assets?class={root_code(1)}&store=S2&q={words}"
    pages = {"W1a": "/assets", "W1b": filtered, "W1s": f"/assets?q={words}"}
    by_hand = {"W1a": bench.floor.first_page, "W1b": bench.floor.filtered, "W1s": bench.floor.word}
    for name, path in pages.items():
        if bench.wants(name):
            bench.compare(name, lambda path=path: bench.get(path), by_hand[name], rounds=61)  # type: ignore[misc]
            bench.figures[name]["total"] = json.loads(bench.get(path))["total"]
    if bench.wants("W1c"):
        middle = _cursor_in_the_middle(bench)
        bench.compare("W1c", lambda: bench.get(f"/assets?cursor={middle}"), bench.floor.middle, rounds=61)
    if bench.wants("W2"):
        dice = random.Random(7)
        bench.compare("W2", lambda: bench.get(f"/assets/{dice.choice(bench.world.tags)}"), lambda: bench.floor.scanned(dice.randrange(bench.size)), rounds=101)
        bench.figures["W2"] |= {name: value / floors.SCANS for name, value in bench.figures["W2"].items() if name.startswith("floor")}


def _cursor_in_the_middle(bench: Bench) -> str:
    """Return the cursor a reader holds who has paged to the middle of the list."""
    with bench.app.app_context():
        newest = db.session().execute(db.text("SELECT max(id) FROM asset")).scalar_one()
        db.session.remove()
    return cursor_of("newest", int(newest) // 2)


def move_hundred(bench: Bench) -> None:
    """W3: a hundred things to another place in one call."""
    if not bench.wants("W3"):
        return
    turn = {"ours": 0, "floor": 0}

    def ours() -> None:
        turn["ours"] += 1
        start = turn["ours"] * 100 % (bench.size - 100)
        lines = [{"tag": tag} for tag in bench.world.tags[start : start + 100]]
        bench.post("/moves", {"lines": lines, "store_code": "S1", "place": f"搬{turn['ours']}"})

    def by_hand() -> None:
        turn["floor"] += 1
        bench.floor.move(turn["floor"] * 100 % (bench.size - 100), turn["floor"] % 50)

    bench.compare("W3", ours, by_hand, rounds=15)


def labels(bench: Bench) -> None:
    """W4: label PDFs of 100 and of 1,000 things; tags differ each time, so that no code is remembered."""
    turn = 0

    def pdf(count: int) -> bytes:
        nonlocal turn
        turn += 1
        start = turn * count % (bench.size - count)
        return bench.post("/labels.pdf", {"tags": bench.world.tags[start : start + count]})

    if bench.wants("W4", "W4-100"):
        bench.compare("W4-100", lambda: pdf(100), lambda: floors.labels(100), rounds=5, most=8)
    if bench.wants("W4", "W4-1000"):
        bench.compare("W4-1000", lambda: pdf(1000), lambda: floors.labels(1000), rounds=2)


def export(bench: Bench) -> None:
    """W6: all assets as one CSV file."""
    if bench.wants("W6"):
        bench.compare("W6", lambda: drain(bench.app, "/api/v1/assets.csv", bench.world.tokens["keeper"]), bench.floor.export, rounds=5)


def clients(bench: Bench) -> None:
    """Eight clients at once asking W1b of two workers on loopback; requests per second, beside a bare answer from the same server."""
    if bench.wants("clients"):
        path = f"/api/v1/assets?class={root_code(1)}&store=S2&q={quote(TEXT)}"
        ours = load.requests_per_second("wsgi:app", path, bench.world.tokens["keeper"], bench.settings)
        plain = load.requests_per_second("bench.calls:bare()", "/", "", bench.settings)
        bench.figures["clients"] = {"ours": ours, "bare": plain}


def used_memory(bench: Bench) -> None:
    """Peak memory of a worker in bytes: at its start, after reading, after exporting everything, after a thousand labels; and of its press."""
    if bench.wants("memory"):
        bench.figures["memory"] = memory.measured(bench.settings, bench.world.tokens["keeper"], bench.world.tags[:1000])


def promise(bench: Bench) -> None:
    """Availability of a kind with 1,000 open promises."""
    if bench.wants("availability"):
        ledger.promise(bench.app, bench.world)
        first = clock.today(ZONE) + timedelta(days=40)
        path = f"/kinds/{bench.world.lot_kind}/availability?from={first}&to={first + timedelta(days=20)}&quantity=4000"
        bench.compare("availability", lambda: bench.get(path), None, rounds=61)


def hand_over(bench: Bench) -> None:
    """Approve a request of 300 things, and hand all 300 over in one act."""
    if not bench.wants("handover", "approve"):
        return
    first = clock.today(ZONE)
    approving, handing = [], []
    for turn in range(3):
        last = bench.size - turn * 300
        tags = bench.world.tags[last - 300 : last]
        lines = [{"tag": tag} for tag in tags]
        body = {"kind": "loan", "first_day": str(first), "last_day": str(first + timedelta(days=5)), "lines": lines, "purpose": "测"}
        number = json.loads(bench.post("/requisitions", body, "organizer"))["number"]
        bench.post(f"/requisitions/{number}/submit", {}, "organizer")
        approving.append(seconds(lambda number=number: bench.post(f"/requisitions/{number}/approve", {}, "approver")))  # type: ignore[misc]
        act = {
            "lines": [{"tag": tag} for tag in tags],
            "no_cost_reason": "自提",
            "received_by": "张三",
            "signature": {"method": "typed_pin", "data": "1234"},
        }
        handing.append(seconds(lambda number=number, act=act: bench.post(f"/requisitions/{number}/issue", act)))  # type: ignore[misc]
    bench.figures["approve"] = {"ours": sorted(approving)[1], "lines": 300}
    bench.figures["handover"] = {"ours": sorted(handing)[1], "things": 300}


def verify(bench: Bench) -> None:
    """Rows per second of recomputing the chain."""
    if bench.wants("verify"):
        with bench.app.app_context():
            counted: dict[str, int] = {}

            def walk() -> None:
                counts, _height, _head, difference = chain.verify(db.session().connection(), bench.world.pool)
                assert difference is None, difference
                counted["rows"] = sum(counts.values())

            plain = ledger.by_hand(bench.world.pool)
            plain()
            figures = interleaved({"ours": walk, "floor": plain}, 2, processor=bench.processor)
            db.session.remove()
        rows = counted["rows"]
        bench.figures["verify"] = {**figures, "rows": rows, "rows_per_second": rows / figures["ours_best"], "by_hand": rows / figures["floor_best"]}


def report(bench: Bench) -> None:
    """The yearly savings report over as many ledger entries as there are assets, by month; then once by every other breakdown."""
    if bench.wants("report"):
        entries = ledger.entries(bench.app, bench.world, bench.entries or bench.size)

        bench.compare("report", lambda: _yearly(bench), None, rounds=61)
        with bench.app.app_context(), queries(db.engine) as sent:
            _yearly(bench)
        bench.figures["report"] |= {"entries": entries, "queries": len(sent)}
        for by in ("kind", "organization", "event", "class", "store"):
            _yearly(bench, by)
            bench.figures["report"][f"by_{by}"] = min(seconds(lambda by=by: _yearly(bench, by)) for _ in range(15))  # type: ignore[misc]


def report_running(bench: Bench) -> None:
    """The same yearly report while the loans of the hand-overs run: what each is worth by today is reckoned besides."""
    if bench.wants("report_running"):
        bench.compare("report_running", lambda: _yearly(bench), None, rounds=61)


def _yearly(bench: Bench, by: str = "month") -> bytes:
    return call(bench.app, f"/api/v1/savings?from={ledger.YEAR}-01-01&to={ledger.YEAR}-12-31&by={by}", bench.world.tokens["auditor"])


def bulk_import(bench: Bench) -> None:
    """W5: a CSV through the import engine, end to end, in rows per second."""
    if bench.wants("W5"):
        rows = min(bench.size, 20_000)
        rate, by_processor = ledger.imported(bench.app, bench.world, rows, bench.processor)
        bench.figures["W5"] = {"ours": rate, "floor": bench.floor.loaded, "rows": rows}
        if bench.processor.known:
            bench.figures["W5"] |= {"ours_cpu": by_processor, "floor_cpu": bench.floor.loaded_cpu}


ALL = (reads, labels, export, clients, used_memory, promise, report, move_hundred, hand_over, report_running, verify, bulk_import)


def application(settings: dict[str, str]) -> Flask:
    """Return the application on a database, settled as wsgi.py does."""
    app = create_app(settings)
    gc.collect()
    gc.freeze()
    return app
