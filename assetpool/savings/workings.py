"""The arithmetic of an act taken apart for pencil and paper: the frozen terms, each step in words, and what it comes to per unit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from assetpool.core.errors import N_, Word
from assetpool.core.money import rhu, yuan
from assetpool.savings import posting
from assetpool.savings.models import SavingAct, SavingShare
from assetpool.savings.policy import ActKind, Basis, Policy
from assetpool.savings.rent import Rent, rent_for
from assetpool.savings.valuation import Terms, consumed
from assetpool.savings.zero import ZERO_SENTENCES, Zero

PRICE_FROM = {
    "asked_kind": N_("the reference price of the kind asked for"),
    "delivered_kind": N_("the reference price of the kind delivered"),
    "standard_cap": N_("the allocation standard's cap"),
    "budget": N_("the approved budget price"),
    "original_value": N_("the original value, bought less than 36 months before"),
}
BASIS_IN_TEXT = {"purchase": N_("purchase basis"), "rental": N_("rental basis"), "consumption": N_("consumption basis")}


@dataclass(frozen=True)
class Step:
    """One step: a name, a sentence with its figures (message id and values), and what is posted per unit in fen (None: nothing to post)."""

    name: str
    sentence: str
    figures: dict[str, Any]
    posted: int | None = None
    heavy: bool = False


@dataclass(frozen=True)
class Working:
    """The steps for so many like units of an act, and which of their tranches they stand for."""

    units: int
    shares: tuple[SavingShare, ...]
    steps: tuple[Step, ...]


FROZEN = (
    "price", "price_source", "life_months", "acquired_on", "life_days", "used_days", "n_numerator", "n_denominator", "rent_day", "rent_7_days",
    "rent_30_days", "zero_reason", "prior_claimed_days", "ended_on", "ended_by", "posted_days", "posted_purchase", "posted_rental",
    "posted_consumption", "posted_adopted", "carrying_amount",
)  # fmt: skip


def workings(act: SavingAct, shares: list[SavingShare], policy: Policy) -> list[Working]:
    """Return the steps of an act, like shares together, in the order they were handed over."""
    alike: dict[tuple[Any, ...], list[SavingShare]] = {}
    for share in shares:
        alike.setdefault(tuple(getattr(share, name) for name in FROZEN), []).append(share)
    return [Working(sum(share.count for share in some), tuple(some), tuple(_steps(act, some[0], policy))) for some in alike.values()]


def _steps(act: SavingAct, share: SavingShare, policy: Policy) -> Iterator[Step]:
    terms = posting.terms_of(act, share, policy)
    if share.price is None:
        yield Step("P", N_("No reference price is known for the day of hand-over, so nothing is valued."), {})
        return
    source = Word(PRICE_FROM.get(share.price_source, N_("the price on file")))
    yield Step("P", N_("P = %(price)s yuan per unit, the least of the prices known: %(source)s."), {"price": yuan(share.price), "source": source})
    yield from _newness(terms, share)
    full = terms.full_value
    if full is None:
        return
    yield Step("P × n", N_("Most that a unit can claim over all its acts: P × n = %(value)s yuan, less what others claimed before."), {"value": yuan(full)})
    if share.zero_reason:
        reason = ZERO_SENTENCES.get(Zero(share.zero_reason), share.zero_reason)
        yield Step("0", N_("It claims nothing: %(reason)s"), {"reason": Word(reason)})
    yield from _days(act, share)
    yield Step(
        "purchase",
        N_("Purchase: the smaller of P × n = %(value)s and what is left of the unit's cap; once, on acceptance."),
        {"value": yuan(full)},
        share.posted_purchase,
    )
    yield from _rental(terms, share, policy, full)
    yield from _consumption(terms, share)
    basis = policy.basis_for(ActKind(act.kind))
    if share.stand_in and basis is Basis.RENTAL:
        yield Step("adopted", N_("Adopted: no rent is on file, so consumption stands in; at best grade B."), {}, share.posted_adopted, True)
    else:
        yield Step("adopted", N_("Adopted by policy %(version)s: the %(basis)s."), _policy(policy, basis), share.posted_adopted, True)


def _policy(policy: Policy, basis: Basis) -> dict[str, Any]:
    return {"version": policy.version, "basis": Word(BASIS_IN_TEXT[basis.value])}


def _newness(terms: Terms, share: SavingShare) -> Iterator[Step]:
    if not terms.age_scales:
        yield Step("n", N_("n = 1: this policy does not scale by age."), {})
    elif terms.n is None:
        yield Step("n", N_("No service life is on file and the policy scales by age, so nothing is valued."), {})
    elif share.acquired_on is None:
        ratio = {"ratio": f"{share.n_numerator}/{share.n_denominator}"}
        yield Step("n", N_("n = %(ratio)s: the day of acquisition is unknown, so the whole life counts as used."), ratio)
    else:
        life, used = share.life_days or 0, share.used_days or 0
        exact = Fraction(max(0, life - used), life) if life else Fraction(0)
        floored = terms.n != exact
        figures: dict[str, Any] = {"life": f"{life:,}", "used": f"{used:,}", "ratio": f"{share.n_numerator}/{share.n_denominator}", "months": share.life_months}
        usual = N_("n = (N − a) ÷ N = (%(life)s − %(used)s) ÷ %(life)s = %(ratio)s; N from %(months)s months of service life, a to the acceptance.")
        least = N_("n = %(ratio)s, the policy's floor for things received in good condition; (N − a) ÷ N = (%(life)s − %(used)s) ÷ %(life)s is less.")
        yield Step("n", least if floored else usual, figures)


def _days(act: SavingAct, share: SavingShare) -> Iterator[Step]:
    if act.kind != ActKind.LOAN:
        return
    if share.ended_on is None:
        yield Step(
            "D", N_("Claimed days posted so far: D = %(days)s, from %(first)s; the loan still runs."), {"days": share.posted_days, "first": act.accepted_on}
        )
    else:
        figures = {"days": share.posted_days, "first": act.accepted_on, "last": share.ended_on}
        yield Step("D", N_("Claimed days: D = %(days)s, from %(first)s; ended on %(last)s, overdue days and days claimed before left out."), figures)


def _rental(terms: Terms, share: SavingShare, policy: Policy, full: int) -> Iterator[Step]:
    if terms.kind is not ActKind.LOAN:
        return
    if share.rent_day is None:
        yield Step("rental", N_("Rental: no rent is on file, so this basis is not valued."), {})
        return
    rent = Rent(share.rent_day, share.rent_7_days, share.rent_30_days)
    figures = {
        "days": share.posted_days,
        "day": yuan(share.rent_day),
        "week": "—" if share.rent_7_days is None else yuan(share.rent_7_days),
        "month": "—" if share.rent_30_days is None else yuan(share.rent_30_days),
        "rent": yuan(rent_for(rent, share.posted_days)),
        "most": yuan(rhu(full * (1 - policy.rho))),
        "rho": f"{policy.rho.numerator}/{policy.rho.denominator}" if policy.rho else "0",
    }
    sentence = N_(
        "Rental: cheapest mix for %(days)s days at %(day)s a day, %(week)s for 7, %(month)s for 30: %(rent)s; "
        "at most (1 − ρ) × cap, with ρ = %(rho)s and P × n: %(most)s."
    )
    yield Step("rental", sentence, figures, share.posted_rental)


def _consumption(terms: Terms, share: SavingShare) -> Iterator[Step]:
    if terms.life is None or terms.price is None:
        yield Step("consumption", N_("Consumption: no service life is on file, so this basis is not valued."), {})
        return
    before, days = share.prior_claimed_days, share.posted_days
    figures = {
        "price": yuan(terms.price),
        "life": f"{terms.life:,}",
        "until": f"{min(before + days, terms.life):,}",
        "upto": yuan(consumed(terms.price, terms.life, before + days)),
        "before": yuan(consumed(terms.price, terms.life, before)),
        "days_before": f"{before:,}",
    }
    first = N_("Consumption: P × min(k, N) ÷ N = %(price)s × %(until)s ÷ %(life)s = %(upto)s.")
    again = N_("Consumption: P × k ÷ N up to day %(until)s of %(life)s = %(upto)s, less %(before)s for the %(days_before)s days claimed before.")
    yield Step("consumption", again if before else first, figures, share.posted_consumption)
