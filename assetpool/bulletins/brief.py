"""The brief around the sentence, in the form of government bulletins: title, lead, what was done with its table, and how it was reckoned.

Texts of a bulletin are its own, in both languages at once; they are printed and filed, so they do not change with the pages' translations.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from assetpool.bulletins.sentence import BASES, at_least, at_least_en, million, wan
from assetpool.core.money import percent, yuan

Values = Mapping[str, Any]
MOST_ROWS = {1: 8, 2: 4}
"""Rows of a table by how many tables there are, so that a brief stays on one page; the rest goes together."""

COSTS = {
    "haulage": ("搬运", "haulage"),
    "loading": ("装卸", "loading"),
    "repair": ("维修", "repair"),
    "cleaning": ("清洁", "cleaning"),
    "installation": ("安装", "installation"),
    "storage": ("仓储", "storage"),
    "labour": ("人工", "labour"),
    "purchase": ("本仓购置摊销", "the pool’s own purchases"),
    "loss": ("毁损灭失", "loss and damage"),
    "other": ("其他", "other"),
}
APART = {"proposed": ("待核定", "waiting for review"), "B": ("B 级", "grade B"), "C": ("C 级", "grade C"), "same_system": ("系统内调剂", "same system")}
KINDS = {"loan": ("借用", "Loans"), "transfer": ("调剂", "Transfers"), "premises": ("房屋盘活", "Premises")}


@dataclass(frozen=True)
class Grid:
    """One table: a title, heads (the first is text, the rest are figures), rows and a total."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...]


@dataclass(frozen=True)
class Brief:
    """A bulletin ready to be set: every text in one language."""

    language: str
    title: str
    lead: tuple[str, ...]
    done: tuple[str, ...]
    grids: tuple[Grid, ...]
    notes: tuple[str, ...]

    @property
    def headings(self) -> tuple[str, str, str]:
        """Return the headings of what was done, of the table, and of the notes."""
        return ("一、主要做法", "二、主要数据", "口径说明") if self.language == "zh" else ("1. What was done", "2. Figures", "How it was reckoned")


def brief(values: Values, language: str, title: str = "") -> Brief:
    """Return the brief of frozen figures in one language; without a title it gets the usual one."""
    zh = language == "zh"
    lead = tuple(f"{text}{'。' if zh else '.'}" for text in values["sentences"][language])
    done = tuple(line for kind in values["kinds"] if kind["item_loans"] for line in _done(kind, zh))
    tabled = [kind for kind in values["kinds"] if kind["classes"]]
    grids = tuple(_grid(kind, values, zh, MOST_ROWS.get(len(tabled), 3)) for kind in tabled)
    return Brief(language, title or usual_title(values, language), lead, done, grids, tuple(_notes(values, zh)))


def usual_title(values: Values, language: str) -> str:
    """Return the title a bulletin gets where nobody writes another."""
    days = period(date.fromisoformat(values["from"]), date.fromisoformat(values["to"]), language)
    about = values["event"] or values["organization"]
    if language == "zh":
        return f"{about['name']}公物仓保障及节约情况（{days}）" if about else f"{values['pool']}{days}盘活资产节约财政资金情况"
    return f"{about['name_en']}: what the public-asset pool provided and saved, {days}" if about else f"What the public-asset pool saved, {days}"


def period(first: date, last: date, language: str) -> str:
    """Return days as people name them: a year, a quarter, a month, else from day to day."""
    zh, following = language == "zh", last + timedelta(days=1)
    if first.day == 1 and following.day == 1:
        months = (following.year - first.year) * 12 + following.month - first.month
        if months == 12 and first.month == 1:
            return f"{first.year}年" if zh else str(first.year)
        if months == 3 and first.month % 3 == 1:
            quarter = first.month // 3 + 1
            return f"{first.year}年第{'一二三四'[quarter - 1]}季度" if zh else f"quarter {quarter} of {first.year}"
        if months == 1:
            return f"{first.year}年{first.month}月" if zh else f"{first:%B %Y}"
    return f"{day(first, language)}至{day(last, language)}" if zh else f"{day(first, language)} to {day(last, language)}"


def day(value: date, language: str) -> str:
    """Write a day as bulletins do."""
    return f"{value.year}年{value.month}月{value.day}日" if language == "zh" else f"{value.day} {value:%B %Y}"


def _done(kind: Values, zh: bool) -> list[str]:
    verb = {"loan": "借用", "transfer": "调剂", "premises": "盘活使用"}[kind["kind"]]
    found = []
    if zh:
        found.append(
            f"{verb}：{kind['receivers']}家单位签收交接单{kind['slips']}份，涉及资产{len(kind['classes'])}类{kind['items']}件、{kind['item_loans']}件次。"
        )
    else:
        noun = {"loan": "Loans", "transfer": "Transfers", "premises": "Premises"}[kind["kind"]]
        found.append(
            f"{noun}: {_many(kind['receivers'], 'organization')} signed {_many(kind['slips'], 'hand-over slip')} for {_many(kind['items'], 'item')}"
            f" in {_many(len(kind['classes']), 'class', 'classes')} ({_many(kind['item_loans'], 'loan of a thing', 'loans of things')})."
        )
    if kind["cost_fen"] and kind["costs"]:
        most = sorted(kind["costs"].items(), key=lambda pair: -pair[1])
        if zh:
            parts = "、".join(f"{COSTS[name][0]}{yuan(amount)}元" for name, amount in most if amount)
            found.append(f"盘活成本{yuan(kind['cost_fen'])}元，其中{parts}；原始凭证{kind['vouchers']}张。")
        else:
            parts = ", ".join(f"{COSTS[name][1]} {yuan(amount)}" for name, amount in most if amount)
            found.append(f"Reuse cost CNY {yuan(kind['cost_fen'])}: {parts}; {_many(kind['vouchers'], 'voucher')}.")
    return found


def _many(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _grid(kind: Values, values: Values, zh: bool, most: int) -> Grid:
    known = kind["saving_fen"] is not None
    rows = sorted(kind["classes"], key=lambda row: -(row["avoided_fen"] or 0))
    if len(rows) > most:
        rows = [*rows[: most - 1], _rest(rows[most - 1 :])]
    basis = BASES["zh" if zh else "en"][values["basis"]]
    if zh:
        heads = ("资产类别", "件数", "原需支出（测算）", "盘活成本", "净节约")
        title, total = f"{KINDS[kind['kind']][0]}（已核定、A级；{basis}；单位：元）", "合计"
    else:
        heads = ("Class", "Items", "Avoided cost", "Reuse cost", "Net saving")
        title, total = f"{KINDS[kind['kind']][1]} (accepted, grade A; on {basis}; CNY)", "Total"
    cells = tuple((row["name"] if zh else row["name_en"] or row["name"], *_cells(row, known)) for row in rows)
    return Grid(title, heads, cells, (total, *_cells(kind, known)))


def _rest(rows: Sequence[Values]) -> dict[str, Any]:
    whole: dict[str, Any] = {"name": "其他", "name_en": "Others"}
    for name in ("items", "avoided_fen", "cost_fen", "saving_fen"):
        amounts = [row[name] for row in rows]
        whole[name] = None if None in amounts else sum(amounts)
    return whole


def _cells(row: Values, known: bool) -> tuple[str, ...]:
    amounts = (row["avoided_fen"], row["cost_fen"], row["saving_fen"] if known else None)
    return (f"{row['items']:,}", *("—" if amount is None else yuan(amount) for amount in amounts))


def _notes(values: Values, zh: bool) -> list[str]:
    versions = ("、" if zh else ", ").join(values["policies"]) or "—"
    if zh:
        notes = [
            "净节约财政资金＝原需支出（测算）－盘活成本；经费节支率＝净节约÷原需支出。原需支出是按交接签收日所适用的计价办法测算的数，不是已发生的支出；"
            "金额以分计算，四舍五入一次。正文仅计已由事项以外人员核定、佐证A级的事项；约数以“约”标明，未达到的数不写“达”。",
        ]
        notes += [_range_zh(kind) for kind in values["kinds"] if kind["item_loans"]]
        apart = _apart(values, zh)
        notes += [f"未计入正文：{'；'.join(apart)}。"] if apart else []
        notes.append("各类节约（借用、调剂、房屋）不相加。应急物资储备和罚没财物另册登记，不在其内。")
        notes.append(f"计价办法版本：{versions}。账本链高 {values['chain']['height']}，链首 {values['chain']['head']}。扫码可查验本简报及其后有无更正。")
        return notes
    notes = [
        "Net saving = avoided cost (estimate) − reuse cost; saving rate = net saving ÷ avoided cost. Avoided cost is reckoned by the valuation "
        "policy of the day of acceptance; it is no expense that was made. Amounts are reckoned in fen and rounded once. The text holds only what a "
        "person outside the act accepted with evidence grade A; a rounded figure that is not reached is called “about”.",
    ]
    notes += [_range_en(kind) for kind in values["kinds"] if kind["item_loans"]]
    apart = _apart(values, zh)
    notes += [f"Not in the text: {'; '.join(apart)}."] if apart else []
    notes.append("Kinds of saving (loans, transfers, premises) are never added. Emergency reserve and confiscated goods stand in registers of their own.")
    notes.append(
        f"Valuation policy {versions}. Height of the chain {values['chain']['height']}, head {values['chain']['head']}. "
        "Scan the code to check this bulletin and whether it was corrected since."
    )
    return notes


def _range_zh(kind: Values) -> str:
    parts = []
    for name in ("purchase", "rental", "consumption"):
        avoided = kind["bases"][name]
        label = BASES["zh"][name]
        known = avoided is not None and kind["saving_fen"] is not None
        parts.append(
            f"{label}净节约{yuan(avoided - (kind['cost_fen'] or 0))}元" if known else f"{label}{'未估值' if avoided is None else f'{yuan(avoided)}元'}"
        )
    covered = f"{kind['item_loans']}件次中已估值{kind['coverage']['valued']}、成本齐全{kind['coverage']['costed']}"
    rate = "节支率不适用" if kind["rate"] is None else f"节支率{_exact(kind['rate'])}"
    return f"{KINDS[kind['kind']][0]}按三种口径：{'；'.join(parts)}。{covered}；{rate}。购置口径仅在确实避免了购置时成立。"


def _range_en(kind: Values) -> str:
    parts = []
    for name in ("purchase", "rental", "consumption"):
        avoided = kind["bases"][name]
        known = avoided is not None and kind["saving_fen"] is not None
        parts.append(
            f"{name} CNY {yuan(avoided - (kind['cost_fen'] or 0))}"
            if known
            else f"{name} {'not valued' if avoided is None else f'avoided CNY {yuan(avoided)}'}"
        )
    covered = f"Of {kind['item_loans']:,} loans of things {kind['coverage']['valued']:,} are valued and {kind['coverage']['costed']:,} have complete costs"
    rate = "rate n/a" if kind["rate"] is None else f"rate {_exact(kind['rate'])}"
    return f"{KINDS[kind['kind']][1]}, net saving on each basis: {'; '.join(parts)}. {covered}; {rate}. Purchase holds only where a purchase was truly avoided."


def _exact(rate: Values) -> str:
    exact = Fraction(rate["numerator"], rate["denominator"])
    return f"{exact.numerator}/{exact.denominator}＝{percent(exact)}%".replace("-", "−")


def _apart(values: Values, zh: bool) -> list[str]:
    there = ((kind, name) for kind in values["kinds"] for name in APART if kind["apart"][name]["items"] or kind["apart"][name]["item_loans"])
    return [_stands_apart(kind, name, zh) for kind, name in there]


def _stands_apart(kind: Values, name: str, zh: bool) -> str:
    """Say how many things stand apart in one place and what they avoided, at least that where a lower bound is among them."""
    apart, words = kind["apart"][name], APART[name]
    amount = apart["avoided_fen"]
    least = name == "C" and bool(kind["lower_bound_fen"]) and (amount or 0) >= 0
    if zh:
        written = "未估值" if amount is None else f"原需支出{f'至少{at_least(amount)}' if least else wan(amount) if amount >= 0 else yuan(amount)}"
        return f"{KINDS[kind['kind']][0]}{words[0]}{apart['items']}件，{written}"
    written = "not valued" if amount is None else f"avoided {f'at least {at_least_en(amount)}' if least else million(amount) if amount >= 0 else yuan(amount)}"
    return f"{KINDS[kind['kind']][1].lower()}, {words[1]}: {_many(apart['items'], 'item')}, {written}"
