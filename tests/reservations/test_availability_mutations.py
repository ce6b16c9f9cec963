"""Each clause of the definition matters: taken out of the rules, the comparison with the model fails."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from assetpool.reservations import availability, together
from tests.reservations.timelines import Case, cases, compare

MOST = 600
FIXED = settings(max_examples=MOST, derandomize=True, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))

CLAUSES = {
    "late loans are busy from today on": ("availability", "return max(due, today) + timedelta(days=turn_round)", "return due + timedelta(days=turn_round)"),
    "what is out keeps its turn-round": ("availability", "return max(due, today) + timedelta(days=turn_round)", "return max(due, today)"),
    "what is out without a due day is out without end": (
        "availability",
        "    if due is None:\n        return None",
        "    if due is None:\n        return today",
    ),
    "what arrived is busy through its turn-round": ("availability", "return max(due + timedelta(days=turn_round), today)", "return max(due, today)"),
    "what arrived is busy until it is inspected": (
        "availability",
        "return max(due + timedelta(days=turn_round), today)",
        "return due + timedelta(days=turn_round)",
    ),
    "holds and repairs last to their expected day": ("availability", "        return max(due, today)\n", "        return today\n"),
    "holds and repairs past their expected day last today": ("availability", "        return max(due, today)\n", "        return due\n"),
    "holds have no turn-round": ("availability", '    if state in ("held", "repair"):\n        return max(due, today)\n', ""),
    "promises keep their turn-round": ("availability", "min(last.toordinal() + turn_round, FOREVER)", "min(last.toordinal(), FOREVER)"),
    "transfers are promised without end": ("availability", "end = FOREVER if last is None else", "end = first.toordinal() if last is None else"),
    "past days are not asked": ("availability", "        return None if end < start else (start, end)", "        return start, max(start, end)"),
    "what is promised by tag is kept from today on": (
        "availability",
        "spans.extend(self._kept(asset, Steps.of(self._today, own)).spans() if asset in self._asset_units else own)",
        "spans.extend(own)",
    ),
    "a unit back before its pinned days counts once": (
        "availability",
        "return {asset: [*facts.get(asset, ()), *pins.get(asset, ())] for asset in {**facts, **pins}}",
        "return {asset: [(self._today, FOREVER, 1), *facts.get(asset, ()), *pins.get(asset, ())] for asset in {**facts, **pins}}",
    ),
    "a tag has no more units than it has": ("availability", "    room = units - raised.values[0]\n", "    room = 10**6\n"),
    "a tag keeps no more than its units": (
        "availability",
        "return kept.at_most(self._asset_units[asset_id]) if asset_id in self._asset_units else kept",
        "return kept",
    ),
    "promises without a tag count": (
        "availability",
        "        spans = list(self._unpinned_spans)\n        for asset, own",
        "        spans = []\n        for asset, own",
    ),
    "the least of the days counts": ("availability", "self.owned - self._busy.highest(*window))", "self.owned - self._busy.highest(window[0], window[0]))"),
    "the first to be approved is served first": ("availability", "key=lambda promise: (promise.order, promise.id)", "key=lambda promise: -promise.order"),
    "what is away comes before every promise": (
        "availability",
        "            if fact[1] >= self._today:\n                slack.take(*fact)",
        "            pass",
    ),
    "part of a promise is served": (
        "availability",
        "granted = max(0, min(count, slack.lowest(first, last)))",
        "granted = count if slack.lowest(first, last) >= count else 0",
    ),
    "a start needs all of its days": ("availability", "start + length_days - 1 + turn_round < following", "start < following"),
    "stores add up": (
        "together",
        "return sum(book.free(first, last, turn_round) for book in books)",
        "return max((book.free(first, last, turn_round) for book in books), default=0)",
    ),
    "each store counts by itself": (
        "together",
        "for book in several for day in book.changes() if day > start}",
        "for book in several[:1] for day in book.changes() if day > start}",
    ),
    "an earlier start is the latest of them": ("together", "if today <= day < latest}, reverse=True)", "if today <= day < latest})"),
    "as few stores as possible": (
        "together",
        'key=lambda store: (-room[store], codes.get(store, ""))',
        'key=lambda store: (room[store], codes.get(store, ""))',
    ),
}


@pytest.fixture
def load() -> Iterator[Callable[[str, str], ModuleType]]:
    """Give a loader of modules from text, which are forgotten afterwards."""
    names: list[str] = []

    def loaded(name: str, text: str) -> ModuleType:
        made = ModuleType(f"mutant_{name}")
        names.append(made.__name__)
        sys.modules[made.__name__] = made
        exec(compile(text, made.__name__, "exec"), made.__dict__)
        return made

    yield loaded
    for name in names:
        sys.modules.pop(name, None)


def source(module: ModuleType) -> str:
    return Path(str(module.__file__)).read_text(encoding="utf-8")


def judged(rules: ModuleType, stores: ModuleType, most: int = MOST) -> None:
    @settings(FIXED, max_examples=most)
    @given(cases())
    def judge(case: Case) -> None:
        compare(rules, stores, case)

    judge()


@pytest.mark.parametrize("clause", CLAUSES)
def test_without_the_clause_the_comparison_fails(clause: str, load: Callable[[str, str], ModuleType]) -> None:
    name, there, instead = CLAUSES[clause]
    module = {"availability": availability, "together": together}[name]
    text = source(module)
    assert text.count(there) == 1, "the clause stands in other words now: say here which"
    mutant = load(name, text.replace(there, instead))
    with pytest.raises(Exception) as failed:
        judged(mutant if name == "availability" else availability, mutant if name == "together" else together)
    assert not isinstance(failed.value, SyntaxError | ImportError | NameError)


def test_with_every_clause_the_same_comparison_holds(load: Callable[[str, str], ModuleType]) -> None:
    judged(load("availability", source(availability)), load("together", source(together)), 60)
