"""The sheets a workbook's totals rest on: every act in its row, and every entry of every act."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from flask_babel import gettext

from assetpool.core.money import rhu
from assetpool.core.spreadsheets import letters, place
from assetpool.reports import wording
from assetpool.reports.figures import BASES
from assetpool.reports.lines import ActLine, EntryLine
from assetpool.savings.standing import STANDINGS
from assetpool.savings.wording import ENTRY_WORDS

ACTS, ENTRIES = "Acts", "Entries"
HEAD = 3
UNIT_AT, AMOUNT_AT, COST_AT, BOUND_AT = 6, 10, 14, 16
SUMS = (*BASES, "cost", "lower_bound")
"""What an act adds up from its entries."""
ACT_COLUMNS = (
    "row", "act", "slip", "line", "kind", "standing", "stands", "receiver", "thing", "units", "valued", "costed", "complete", "once",
    *(f"n_{name}" for name in SUMS), *SUMS, "costed_avoided", "costed_cost",
)  # fmt: skip
AT = {name: number for number, name in enumerate(ACT_COLUMNS)}


@dataclass
class Formats:
    """The looks of cells, made once per workbook."""

    plain: Any
    money: Any
    count: Any
    head: Any
    bold: Any
    total_money: Any
    total_count: Any
    percent: Any
    total_percent: Any
    title: Any
    note: Any


@dataclass
class Written:
    """Where the acts stand in their sheet, and how far its rows reach (0-based, the last not included)."""

    first: int = HEAD + 1
    end: int = HEAD + 1
    seen: set[tuple[int, str]] = field(default_factory=set)

    def column(self, name: str) -> str:
        """Return the absolute reference of a column of acts, for a formula on another sheet."""
        letter = letters(AT[name])
        return f"{ACTS}!${letter}${self.first + 1}:${letter}${max(self.end, self.first + 1)}"


def yuan(amount: int | None) -> float | None:
    """Return fen as yuan for a cell; a float only here, where spreadsheets know nothing else."""
    return None if amount is None else float(Fraction(int(amount), 100))


def write(acts: Any, entries: Any | None, found: Iterable[ActLine], numbers: dict[tuple[str, str], int], basis: str, looks: Formats) -> Written:
    """Fill both sheets (`entries` None: acts carry their sums as values); `numbers` gives each (row key, kind) its number in the report."""
    heads = _act_heads(basis)
    acts.write(0, 0, gettext("Acts behind the report"), looks.title)
    acts.write(1, 0, gettext("Each amount is the sum of its entries; a row of the report adds up the acts that carry its number and standing."), looks.note)
    acts.write_row(HEAD, 0, heads, looks.head)
    if entries is not None:
        entries.write(0, 0, gettext("Entries behind the acts"), looks.title)
        entries.write(1, 0, gettext("As they stand in the chain; amount = units × amount per unit, in yuan."), looks.note)
        entries.write_row(HEAD, 0, _entry_heads(), looks.head)
        entries.freeze_panes(HEAD + 1, 1)
        entries.set_column(0, 21, 14)
    acts.freeze_panes(HEAD + 1, 2)
    acts.set_column(0, len(heads), 13)
    acts.set_column(AT["n_adopted"], AT["n_lower_bound"], 7, None, {"level": 1, "hidden": True})
    done, at = Written(), HEAD + 1
    for line in found:
        begun = at
        if entries is not None:
            for entry in line.entries:
                _write_entry(entries, at, line, entry, looks)
                at += 1
        _write_act(acts, done, line, numbers.get((line.key, line.kind), 0), (begun, at) if entries is not None else None, basis, looks)
        done.end += 1
    return done


def _act_heads(basis: str) -> list[str]:
    series = [gettext(wording.BASIS_WORDS[name]) for name in BASES]
    plain = [
        gettext("Row"), gettext("Act"), gettext("Slip"), gettext("Line"), gettext("Kind of saving"), gettext("Where it stands"), gettext("Standing"),
        gettext("Receiver"), gettext("Kind"), gettext("Item loans"), gettext("Valued"), gettext("Costs complete"), gettext("All costs are in"),
        gettext("Counts in the total"),
    ]  # fmt: skip
    amounts = [*series, gettext("Reuse cost"), gettext("Avoided at least")]
    over = [gettext("Avoided cost where costs are complete"), gettext("Reuse cost where costs are complete")]
    return [*plain, *[f"n {name}" for name in amounts], *amounts, *over]


def _entry_heads() -> list[str]:
    series = [gettext(wording.BASIS_WORDS[name]) for name in BASES]
    begin = [gettext("Entry"), gettext("Height"), gettext("Act"), gettext("What"), gettext("Business day"), gettext("Units")]
    per_unit = [gettext("%(basis)s, per unit", basis=name) for name in series]
    return [*begin, *per_unit, *series, gettext("Reuse cost"), gettext("Kind of cost"), gettext("Avoided at least"), gettext("Policy"), gettext("Digest")]


def _write_entry(sheet: Any, at: int, line: ActLine, entry: EntryLine, looks: Formats) -> None:
    sheet.write_string(at, 0, str(entry.id))
    sheet.write_number(at, 1, entry.height)
    sheet.write_number(at, 2, line.act)
    sheet.write_string(at, 3, gettext(ENTRY_WORDS[entry.what]))
    sheet.write_string(at, 4, entry.business_day.isoformat())
    sheet.write_number(at, 5, entry.count, looks.count)
    for number, name in enumerate(BASES):
        per_unit = entry.series[name]
        if per_unit is not None:
            sheet.write_number(at, UNIT_AT + number, yuan(per_unit), looks.money)
            formula = f"=ROUND(F{at + 1}*{place(at, UNIT_AT + number)},2)"
            sheet.write_formula(at, AMOUNT_AT + number, formula, looks.money, yuan(per_unit * entry.count))
    if entry.cost is not None:
        sheet.write_number(at, COST_AT, yuan(entry.cost), looks.money)
        sheet.write_string(at, COST_AT + 1, gettext(wording.COST_WORDS.get(entry.cost_kind, entry.cost_kind)) if entry.cost_kind else "")
    if entry.lower_bound is not None:
        sheet.write_number(at, BOUND_AT, yuan(entry.lower_bound), looks.money)
    sheet.write_string(at, BOUND_AT + 1, entry.policy)
    sheet.write_string(at, BOUND_AT + 2, entry.digest)


def sums_of(line: ActLine) -> dict[str, list[int]]:
    """Return per sum the known amounts of an act's entries, in fen."""
    found: dict[str, list[int]] = {name: [] for name in SUMS}
    for entry in line.entries:
        for name in BASES:
            per_unit = entry.series[name]
            if per_unit is not None:
                found[name].append(per_unit * entry.count)
        for name, amount in (("cost", entry.cost), ("lower_bound", entry.lower_bound)):
            if amount is not None:
                found[name].append(amount)
    return found


def _write_act(sheet: Any, done: Written, line: ActLine, number: int, span: tuple[int, int] | None, basis: str, looks: Formats) -> None:
    at, sums = done.end, sums_of(line)
    units = line.units if line.alive else 0
    once = units > 0 and (line.act, line.kind) not in done.seen
    if once:
        done.seen.add((line.act, line.kind))
    texts = {"slip": line.document, "kind": gettext(wording.KIND_WORDS[line.kind]), "standing": line.stands, "stands": gettext(STANDINGS[line.stands])}
    for name, text in {**texts, "receiver": line.receiver, "thing": line.thing}.items():
        sheet.write_string(at, AT[name], text)
    counts = {"row": number, "act": line.act, "line": line.line_no, "units": units, "valued": line.valued if line.alive else 0}
    for name, value in {**counts, "costed": units if line.complete else 0, "complete": int(line.complete), "once": int(once)}.items():
        sheet.write_number(at, AT[name], value)
    columns = {**{name: AMOUNT_AT + i for i, name in enumerate(BASES)}, "cost": COST_AT, "lower_bound": BOUND_AT}
    for name, amounts in sums.items():
        many, total = len(amounts), sum(amounts)
        if span is None:
            sheet.write_number(at, AT[f"n_{name}"], many)
            sheet.write_number(at, AT[name], yuan(total), looks.money)
        else:
            letter = letters(columns[name])
            where = f"{ENTRIES}!{letter}{span[0] + 1}:{letter}{span[1]}"
            sheet.write_formula(at, AT[f"n_{name}"], f"=COUNT({where})", looks.count, many)
            sheet.write_formula(at, AT[name], f"=ROUND(SUM({where}),2)", looks.money, yuan(total))
    complete = place(at, AT["complete"])
    for name, of in (("costed_avoided", basis), ("costed_cost", "cost")):
        known = yuan(sum(sums[of])) if line.complete else 0
        sheet.write_formula(at, AT[name], f"=IF({complete}=1,{place(at, AT[of])},0)", looks.money, known)


def percent_value(rate: Fraction | None) -> float | None:
    """Return a rate as a cell holds it, to the hundredth of a percent."""
    return None if rate is None else float(Fraction(rhu(rate * 10000), 10000))
