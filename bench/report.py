"""The figures as a table and as a page: ratios first, since times belong to one machine and one hour."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Results = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Peer:
    """What was once measured at 100,000 assets: the leading inventory system and the floor on the same machine (seconds, or rows per second), and the bar."""

    words: str
    peer: dict[str, float]
    floor: dict[str, float]
    bar: float
    higher_is_better: bool = False


def _both(sqlite: float, postgresql: float) -> dict[str, float]:
    return {"sqlite": sqlite, "postgresql": postgresql}


PEERS = {
    "W1a": Peer("browse, first page with total", _both(0.075, 0.139), _both(0.00054, 0.0049), 20),
    "W1b": Peer("class, store and text, with total", _both(0.135, 0.650), _both(0.00058, 0.0017), 20),
    "W1s": Peer("text alone", _both(0.299, 0.431), _both(0.00045, 0.0013), 20),
    "W1c": Peer("page from the middle", _both(0.484, 1.768), _both(0.0023, 0.0166), 40),
    "W2": Peer("asset by scanned tag", _both(0.052, 0.090), _both(0.000015, 0.00012), 10),
    "W3": Peer("move 100 in one call", _both(1.170, 2.516), _both(0.0027, 0.0038), 20),
    "W4-100": Peer("labels, 100", _both(3.0, 4.2), _both(0.275, 0.275), 8),
    "W4-1000": Peer("labels, 1,000", _both(50, 59), _both(2.75, 2.75), 15),
    "W5": Peer("bulk import, rows/s", _both(270, 180), _both(45_000, 29_000), 20, True),
    "W6": Peer("CSV of everything", _both(249, 249), _both(0.31, 0.27), 100),
}
OTHERS = {
    "clients": "8 clients asking W1b, requests/s",
    "availability": "availability of a kind with 1,000 promises",
    "approve": "approving a request of 300 lines",
    "handover": "handing over 300 in one act",
    "report": "yearly savings report",
    "report_running": "the same while 900 loans run",
    "verify": "verifying the chain, rows/s",
}
READS = ("W1a", "W1b", "W1s", "W1c", "W2", "availability")
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def times_the_peer(workload: str, engine: str, figures: dict[str, float], of: str = "") -> float | None:
    """Return (peer ÷ floor then) × (floor now ÷ ours now), the other way round for rates; `of` is "" for medians, "_best" for the quickest runs."""
    known = PEERS[workload]
    if f"floor{of}" not in figures or f"ours{of}" not in figures:
        return None
    then = known.peer[engine] / known.floor[engine]
    now = figures[f"floor{of}"] / figures[f"ours{of}"]
    return 1 / (then * now) if known.higher_is_better else then * now


def _shown(workload: str, value: float) -> str:
    if workload == "W5":
        return f"{value:,.0f}/s"
    return f"{value * 1000:,.2f} ms" if value < 1 else f"{value:,.2f} s"


def _rows(results: Results) -> Iterator[tuple[str, ...]]:
    for engine, sizes in results.items():
        for size, figures in sizes.items():
            for name, known in PEERS.items():
                found = figures.get(name)
                if not found or "ours" not in found:
                    continue
                yield (
                    NAMES[engine], f"{int(size):,}", name, known.words, _shown(name, found["ours"]), _ratio(found, "floor"), _ratio(found, "bare"),
                    _verdict(known, times_the_peer(name, engine, found, "_cpu")), _verdict(known, times_the_peer(name, engine, found)),
                    _verdict(known, times_the_peer(name, engine, found, "_best")), f"≥ {known.bar:g}",
                )  # fmt: skip


def _verdict(known: Peer, times: float | None) -> str:
    return "" if times is None else f"{times:,.0f}" + ("" if times >= known.bar else " (below)")


def _ratio(found: dict[str, float], to: str) -> str:
    if to not in found:
        return ""
    return f"{found['ours'] / found[to]:,.1f}" if found["ours"] < 1000 else f"{found['ours'] / found[to]:,.2f}"


def _growth(results: Results) -> Iterator[tuple[str, ...]]:
    for engine, sizes in results.items():
        counted = sorted(sizes, key=int)
        if len(counted) < 2:
            continue
        least, most = sizes[counted[0]], sizes[counted[-1]]
        for name in READS:
            if "ours" in least.get(name, {}) and "ours" in most.get(name, {}):
                of = "_cpu" if "ours_cpu" in least[name] and "ours_cpu" in most[name] else "_best"
                plain, beside = (most[name][f"{what}{of}"] / least[name][f"{what}{of}"] for what in ("ours", "bare"))
                yield NAMES[engine], name, f"{plain / beside:.2f}", f"{plain:.2f}", f"{beside:.2f}", "≤ 1.5"


def _beside(results: Results) -> Iterator[tuple[str, ...]]:
    for engine, sizes in results.items():
        for size, figures in sizes.items():
            for name, words in OTHERS.items():
                found = figures.get(name, {})
                if "ours" in found:
                    yield NAMES[engine], f"{int(size):,}", words, _told(name, found)


def _told(name: str, found: dict[str, float]) -> str:
    if name == "clients":
        return f"{found['ours']:,.0f} (a bare answer from the same server: {found['bare']:,.0f})"
    if name == "verify":
        return f"{found['rows_per_second']:,.0f} ({found['rows']:,} rows; read and digested by hand: {found['by_hand']:,.0f})"
    if name == "report":
        told = f"{_shown(name, found['ours_best'])} over {found['entries']:,} entries; {found['ours_best'] / found['bare_best']:,.1f} times a bare answer"
        others = ", ".join(f"{part[3:]} {found[part] / found['bare_best']:,.0f}" for part in found if part.startswith("by_"))
        return f"{told}, {found['queries']} queries; by {others}"
    if name in ("availability", "report_running"):
        return f"{_shown(name, found['ours_best'])}; {found['ours_best'] / found['bare_best']:,.1f} times a bare answer"
    return _shown(name, found["ours"])


def _memory(results: Results) -> Iterator[tuple[str, ...]]:
    for engine, sizes in results.items():
        for size, figures in sizes.items():
            found = figures.get("memory", {})
            if "worker" in found:
                yield NAMES[engine], f"{int(size):,}", *(f"{found[part] / 1e6:.0f} MB" for part in ("started", "worker", "exporting", "printing", "press"))


PARTS = (
    (_rows, ("engine", "assets", "id", "work", "ours", "÷ floor", "÷ bare answer", "times the peer, processor time", "median", "quickest", "bar")),
    (_growth, ("engine", "id", "growth from the least to the most assets", "of its time", "of a bare answer's time", "bar")),
    (_beside, ("engine", "assets", "work the peer does not have", "ours")),
    (_memory, ("engine", "assets", "started", "after reading", "after exporting all", "after 1,000 labels", "its press, while it has work")),
)


def table(results: Results) -> str:
    """Return all figures as Markdown tables."""
    return "\n\n".join(_table(heads, list(rows(results))) for rows, heads in PARTS)


def _table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    if not rows:
        return ""
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def page(results: Results, about: dict[str, str]) -> str:
    """Return docs/bench.md."""
    return TEXT.format(table=table(results), **about)


TEXT = """# Benchmark

`python3 dev.py bench` builds a world of 2,000 kinds, 20 classes, 5 stores and N assets on each engine and asks assetpool's own REST interface, signed in,
with permissions and scoping. Read the ratios: times belong to one machine and one hour (written by a run of {at}, Python {python}, {machine}).

- **÷ floor**: against the same work by hand on the bare driver, with the right indexes, the same named members encoded to JSON, without HTTP or people
  (labels: the plain libraries; import: rows with a movement each into four indexes, by COPY on PostgreSQL; a scanned tag: ten in a row, divided by ten).
- **÷ bare answer**: against a Flask view that returns five kilobytes of JSON and does nothing.
- **times the peer**: the leading Python inventory system was measured once at 100,000 assets beside this floor; the figure is
  (peer ÷ floor then) × (floor now ÷ ours now). It is given three times: from processor time (of this process, its press and the database), which other work
  on the machine does not lengthen and which counts where the three disagree; from the medians by the clock; and from the quickest runs.
  The peer's CSV export was measured on SQLite only and is used for both engines; below 100,000 assets the figure compares with a smaller floor and
  is a hint only. For a scanned tag the floor of today is slower than the one measured beside the peer, so that its figure flatters; set beside the
  peer's own time it is still above the bar.
- W1a to W1c browse the list of things, W2 opens one by its tag, W3 moves a hundred in one call with a movement each, W4 prints labels, W5 imports a
  book with all checks, movements and the chain, W6 exports everything as CSV.
- Work the peer does not have: availability among 1,000 promises, approving and handing over 300 things of 300 kinds in one act, the yearly report from
  the sums kept with the entries (`--entries` sets how many), verifying the chain beside reading and digesting the same rows by hand.
- Growth is how much longer the same question takes among the most assets than among the fewest, as a share of how much longer the bare answer took in
  the same minutes: a bare answer knows no assets, so what it loses is the machine's. Both times stand beside it.
- Memory is the most that one worker ever held (resident, shared pages included), measured in a fresh process. Papers and labels are drawn by a press, a
  process of its own that a worker starts with the first paper and that ends when nothing was printed for five minutes; its peak stands apart.
- Both engines run without waiting for the disk on every commit. Processor time can be told on Linux only.

{table}
"""
