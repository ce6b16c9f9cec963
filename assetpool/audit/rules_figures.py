"""Exceptions about the figures themselves: prices, lives, costs, evidence, and savings out of the ordinary (SAVINGS.md, rules 4, 5, 8, 13)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction

from assetpool.audit.facts import Act, Facts
from assetpool.audit.suspicion import Suspicion, about
from assetpool.core.errors import N_
from assetpool.core.money import rhu, yuan
from assetpool.reports import bands

ENOUGH_FOR_A_MEDIAN = 5
DEVIATIONS = 3
DEARER = Fraction(3, 2)
RENT_LIKE_PRICE = Fraction(4, 5)
YEAR = 366


def no_costs(facts: Facts) -> Iterator[Suspicion]:
    """Find acts without complete costs."""
    for act in facts.acts:
        if not act.costed and act.counts:
            yield about(act, "no_costs", N_("No costs and no reason why there are none."))


def costs_gone(facts: Facts) -> Iterator[Suspicion]:
    """Find acts that were rejected or reversed together with what had been spent on them."""
    for act in facts.acts:
        if act.reviewed in ("rejected", "reversed") and act.cost_gone > 0:
            yield about(act, "costs_gone", N_("With it costs of %(amount)s yuan left every figure."), act.cost_gone, amount=yuan(act.cost_gone))


def stale_prices(facts: Facts) -> Iterator[Suspicion]:
    """Find acts valued by a price or rent that was too old on the day of acceptance."""
    for act in facts.acts:
        if act.counts and {"price_stale", "rent_stale"} & set(act.missing):
            yield about(act, "price_stale", N_("On the day of acceptance the price or rent was older than the policy allows."))


def over_cap(facts: Facts) -> Iterator[Suspicion]:
    """Find kinds whose reference price stands above the allocation standard's cap, and acts valued above it."""
    for kind_id, (name, cap) in sorted(facts.caps.items()):
        price = facts.prices.get(kind_id)
        if price is not None and price > cap:
            sentence = N_("%(kind)s: reference price %(price)s yuan, the allocation standard allows %(cap)s.")
            yield Suspicion("over_cap", sentence, {"kind": name, "price": yuan(price), "cap": yuan(cap)}, subject=name, amount=price - cap)
    for act in facts.acts:
        highest = max((share.price for share in act.shares if share.price is not None), default=None)
        if act.counts and act.cap is not None and highest is not None and highest > act.cap:
            yield about(
                act, "over_cap", N_("Valued at %(price)s yuan per unit, the allocation standard allows %(cap)s."), price=yuan(highest), cap=yuan(act.cap)
            )


def past_life(facts: Facts) -> Iterator[Suspicion]:
    """Find acts that claim on units older than their service life."""
    for act in facts.acts:
        old = [s for s in act.shares if s.life_days is not None and s.used_days is not None and s.used_days >= s.life_days and s.claimed > 0]
        if old and act.counts:
            claimed = sum(share.count * share.claimed for share in old)
            yield about(act, "past_life", N_("%(units)s units past their service life claim %(amount)s yuan."), claimed,
                        units=sum(share.count for share in old), amount=yuan(claimed))  # fmt: skip


def grade_c(facts: Facts) -> Iterator[Suspicion]:
    """Find acts of grade C."""
    for act in facts.acts:
        if act.grade == "C" and (act.counts or act.opening):
            yield about(act, "grade_c", N_("Grade C: %(count)s papers or facts are missing."), count=len(act.missing))


def per_item(act: Act) -> Fraction | None:
    """Return the net saving per item, exact; avoided cost where costs are unknown."""
    whole = act.saving if act.saving is not None else act.avoided
    return None if whole is None or act.opening else Fraction(whole, act.units)


def outliers(facts: Facts) -> Iterator[Suspicion]:
    """Find acts outside the published bands, or more than three median deviations from the median of their class and kind."""
    peers: dict[tuple[str, str], list[tuple[Act, Fraction]]] = defaultdict(list)
    for act in facts.acts:
        each = per_item(act) if act.counts else None
        if each is None:
            continue
        limits = bands.limits(act.kind)
        if each < 0:
            yield about(act, "outlier", N_("%(each)s yuan per item: the reuse cost more than it spared."), each=yuan(rhu(each)))
        elif limits is not None and bands.is_far(act.kind, each):
            sentence = N_("%(each)s yuan per item; beside published figures it should lie between %(low)s and %(high)s.")
            yield about(act, "outlier", sentence, each=yuan(rhu(each)), low=yuan(rhu(limits.low)), high=yuan(rhu(limits.high)))
        peers[(act.kind, act.class_code)].append((act, each))
    for some in peers.values():
        yield from _far_from_peers(some)


def _far_from_peers(some: list[tuple[Act, Fraction]]) -> Iterator[Suspicion]:
    if len(some) < ENOUGH_FOR_A_MEDIAN:
        return
    middle = median([each for _, each in some])
    deviation = median([abs(each - middle) for _, each in some])
    for act, each in some:
        if deviation and abs(each - middle) > DEVIATIONS * deviation:
            yield about(act, "outlier", N_("%(each)s yuan per item; its class usually saves %(usual)s."), each=yuan(rhu(each)), usual=yuan(rhu(middle)))


def median(values: list[Fraction]) -> Fraction:
    """Return the middle value, or the mean of the two middle ones, exact."""
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def cheap_substitutes(facts: Facts) -> Iterator[Suspicion]:
    """Find acts that delivered another kind, cheaper than the price they were valued at, or without a price of its own."""
    for act in facts.acts:
        highest = max((share.price for share in act.shares if share.price is not None), default=None)
        if not act.counts or act.kind_id is None or act.kind_id == act.asked_kind_id or highest is None:
            continue
        price = facts.prices.get(act.kind_id)
        if price is None:
            yield about(
                act, "cheap_substitute", N_("Another kind was delivered, which has no price of its own; valued at %(price)s yuan."), price=yuan(highest)
            )
        elif price < highest:
            yield about(act, "cheap_substitute", N_("What was delivered costs %(own)s yuan and was valued at %(price)s."), own=yuan(price), price=yuan(highest))


def over_specification(facts: Facts) -> Iterator[Suspicion]:
    """Find acts that delivered something dearer by half or more than what was asked for, or than the budget."""
    for act in facts.acts:
        delivered = facts.prices.get(act.kind_id or 0)
        needed = [price for price in (facts.prices.get(act.asked_kind_id or 0), act.budget_price) if price]
        if act.counts and delivered is not None and needed and delivered >= DEARER * min(needed):
            yield about(act, "over_spec", N_("Delivered: %(own)s yuan a piece; needed: %(price)s."), own=yuan(delivered), price=yuan(min(needed)))


def rent_instead_of_purchase(facts: Facts) -> Iterator[Suspicion]:
    """Find loans whose rent has come to four fifths of the price of the thing or more."""
    for act in facts.acts:
        dear = [share for share in act.shares if share.price and share.rental >= RENT_LIKE_PRICE * share.price]
        if dear and act.counts and act.kind == "loan":
            rent, price = max((share.rental, share.price or 0) for share in dear)
            yield about(act, "rent_or_buy", N_("%(rent)s yuan of rent per unit, at a price of %(price)s."), rent=yuan(rent), price=yuan(price))


def recurring_as_total(facts: Facts) -> Iterator[Suspicion]:
    """Find recurring savings that run for more than a year or without end."""
    for act in facts.acts:
        if act.kind == "premises" and act.counts and (act.due_on is None or (act.due_on - act.accepted_on).days > YEAR):
            yield about(act, "recurring", N_("It recurs every year and has no end within one; report it per year."))
