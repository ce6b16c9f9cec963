"""The sentence of a bulletin, in Chinese and English: what may be said of figures, and nothing beyond them.

A rounded figure stands without 约 only where the exact one reaches it. A loss is said as a loss; a rate that is n/a is left out; a lower bound is
said as 至少 and apart; a basis that is not the policy's is named; each kind of saving has a sentence of its own, so that nothing is ever added over
kinds (SAVINGS.md; PRODUCT.md D3).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from assetpool.bulletins.naming import Called
from assetpool.core.money import Fen, rhu, yuan
from assetpool.savings.valuation import has_reached

WAN, MILLION = 1_000_000, 100_000_000
BASES = {
    "zh": {"adopted": "办法口径", "purchase": "购置口径", "rental": "租赁口径", "consumption": "折旧口径"},
    "en": {"adopted": "the policy’s basis", "purchase": "the purchase basis", "rental": "the rental basis", "consumption": "the consumption basis"},
}
"""How the text calls the bases of avoided cost."""


@dataclass(frozen=True)
class Said:
    """What one kind of saving comes to: accepted grade A, amounts in fen (None: not known), and what opening statements took over at least."""

    kind: str
    called: Called
    items: int = 0
    item_loans: int = 0
    avoided: Fen | None = None
    saving: Fen | None = None
    rate: Fraction | None = None
    lower_items: int = 0
    lower_bound: Fen | None = None
    basis: str = "adopted"


def sentences(said: Said, language: str) -> list[str]:
    """Return the sentences of one kind of saving; none where there is nothing to say."""
    made = []
    if said.items or said.item_loans:
        made.append(_chinese(said) if language == "zh" else _english(said))
    if said.lower_bound is not None:
        made.append(_lower_zh(said, bool(made)) if language == "zh" else _lower_en(said, bool(made)))
    return made


def wan(amount: Fen) -> str:
    """Write an amount ≥ 0 as bulletins do: 184万元 from a million yuan on, 18.4万元 below, 6,500元 below ten thousand; 约 unless the exact one reaches it."""
    step = WAN if amount >= 100 * WAN else WAN // 10 if amount >= WAN else 100
    rounded = rhu(Fraction(amount, step))
    about = "" if rounded * step <= amount else "约"
    if step == 100:
        return f"{about}{rounded}元"
    return f"{about}{rounded}万元" if step == WAN else f"{about}{_tenth(rounded)}万元"


def at_least(amount: Fen) -> str:
    """Write a lower bound in 万元 or 元, rounded down so that it stays one."""
    if amount >= 100 * WAN:
        return f"{amount // WAN}万元"
    return f"{_tenth(amount // (WAN // 10))}万元" if amount >= WAN else f"{amount // 100}元"


def at_least_en(amount: Fen) -> str:
    """Write a lower bound in English, rounded down so that it stays one."""
    return f"CNY {yuan(amount // (MILLION // 100))} million" if amount >= MILLION else f"CNY {amount // 100:,}"


def million(amount: Fen) -> str:
    """Write an amount ≥ 0 in English: CNY 1.84 million from a million on, CNY 184,002 below; `about` unless the exact one reaches it."""
    step = MILLION // 100 if amount >= MILLION else 100
    rounded = rhu(Fraction(amount, step))
    about = "" if rounded * step <= amount else "about "
    return f"{about}CNY {yuan(rounded)} million" if step == MILLION // 100 else f"{about}CNY {rounded:,}"


def percent_zh(rate: Fraction) -> str:
    """Write a rate: 达70% only where it reaches it."""
    whole = rhu(rate * 100)
    return f"达{whole}%" if has_reached(rate, whole) else f"约{whole}%"


def percent_en(rate: Fraction) -> str:
    """Write a rate in English: reaching 70 % only where it does."""
    whole = rhu(rate * 100)
    return f"reaching {whole} %" if has_reached(rate, whole) else f"of about {whole} %"


def _tenth(tenths: int) -> str:
    return f"{tenths // 10}.{tenths % 10}" if tenths % 10 else str(tenths // 10)


def _things_zh(called: Called) -> str:
    named = "、".join(group.name for group in called.groups)
    return f"{named}等{called.noun}" if called.more or not named else named


def _things_en(called: Called) -> str:
    names = [group.name_en for group in called.groups]
    if called.more or not names:
        return f"{called.noun_en}{' such as ' + ', '.join(names) if names else ''}"
    return " and ".join(names)


def _chinese(said: Said) -> str:
    verb = {"loan": "提供", "transfer": "调剂", "premises": "盘活"}[said.kind]
    times = f"（{said.item_loans}件次）" if said.item_loans != said.items else ""
    joint = "共" if len(said.called.groups) > 1 and not said.called.more else ""
    return f'通过"公物仓"{verb}{_things_zh(said.called)}{joint}{said.items}件{times}，{_outcome_zh(said)}{_basis(said, "zh")}'


def _basis(said: Said, language: str) -> str:
    """Name the basis where it is not the policy's, since the sentence is quoted without its table."""
    if said.basis == "adopted" or said.avoided is None:
        return ""
    name = BASES[language][said.basis]
    return f"（按{name}测算）" if language == "zh" else f" (on {name})"


def _outcome_zh(said: Said) -> str:
    if said.saving is None:
        if said.avoided is None:
            return "原需支出尚未估值，节约额和节支率不列示"
        return f"原需支出（测算）{wan(said.avoided)}，盘活成本尚未全部入账，净节约额和节支率不列示"
    if said.saving < 0:
        return f"盘活成本高于测算支出{wan(-said.saving)}"
    if said.saving == 0:
        return "盘活成本与测算支出持平，未形成节约"
    rate = f"，经费节支率{percent_zh(said.rate)}" if said.rate is not None and said.rate > 0 else ""
    yearly = "每年" if said.kind == "premises" else ""
    return f"{yearly}节约财政资金{wan(said.saving)}{rate}"


def _english(said: Said) -> str:
    verb = {"loan": "provided", "transfer": "re-allocated", "premises": "put to use"}[said.kind]
    times = f" ({said.item_loans:,} loans of things)" if said.item_loans != said.items else ""
    number = "item" if said.items == 1 else "items"
    return f"Through the public-asset pool, {said.items:,} {number} of {_things_en(said.called)}{times} were {verb}, {_outcome_en(said)}{_basis(said, 'en')}"


def _outcome_en(said: Said) -> str:
    if said.saving is None:
        if said.avoided is None:
            return "whose avoided cost is not valued yet; neither saving nor rate is given"
        return f"for which {million(said.avoided)} would otherwise have been spent (estimate); reuse costs are not all in, so neither saving nor rate is given"
    if said.saving < 0:
        return f"at a reuse cost {million(-said.saving)} above the estimated expense"
    if said.saving == 0:
        return "at a reuse cost equal to the estimated expense, so nothing was saved"
    rate = f", a saving rate {percent_en(said.rate)}" if said.rate is not None and said.rate > 0 else ""
    yearly = " a year" if said.kind == "premises" else ""
    return f"saving {million(said.saving)} of public money{yearly}{rate}"


def _lower_zh(said: Said, beside: bool) -> str:
    verb = {"loan": "出借", "transfer": "调剂", "premises": "盘活"}[said.kind]
    begin = "另据期初结转材料，" if beside else "据期初结转材料，"
    end = "盘活成本不详，不计入上述数字" if beside else "盘活成本不详，净节约额和节支率不列示"
    return f'{begin}通过"公物仓"{verb}资产{said.lower_items}件，避免支出至少{at_least(said.lower_bound or 0)}（{end}）'


def _lower_en(said: Said, beside: bool) -> str:
    verb = {"loan": "lent", "transfer": "re-allocated", "premises": "put to use"}[said.kind]
    amount = at_least_en(said.lower_bound or 0)
    begin = "Apart from these figures, statements" if beside else "Statements"
    return f"{begin} taken over from before say that {said.lower_items:,} items were {verb}, avoiding at least {amount}; what it cost is not known, so neither saving nor rate is given"  # noqa: E501
