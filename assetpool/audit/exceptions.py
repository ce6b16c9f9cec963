"""Exceptions: what the rules allow and an auditor should look at all the same; each with its reason, its figures and the way to its act."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from assetpool.audit import rules_buying, rules_dealings, rules_figures, rules_things
from assetpool.audit.facts import Facts
from assetpool.audit.suspicion import Suspicion
from assetpool.core.errors import N_

Find = Callable[[Facts], Iterator[Suspicion]]


@dataclass(frozen=True)
class Rule:
    """One kind of exception: its name, why it is worth a look, and the pure rule that finds it."""

    code: str
    name: str
    why: str
    find: Find


@dataclass(frozen=True)
class Group:
    """A kind of exception with what was found."""

    rule: Rule
    found: list[Suspicion] = field(default_factory=list)


RULES: tuple[Rule, ...] = (
    Rule("duplicates", N_("The same thing on two cards"), N_("One thing entered twice can be lent twice and saves twice."), rules_things.duplicates),
    Rule("own_loan", N_("Own things borrowed"), N_("Borrowing one's own thing spares nothing; it must claim 0."), rules_dealings.own_loans),
    Rule("circular", N_("There and back again"), N_("A thing that goes from A to B and from B to A spared nobody a purchase."), rules_dealings.circular),
    Rule(
        "two_roles", N_("One person in two roles"), N_("Who asks, approves, hands over, prices and reviews must be different people."), rules_dealings.two_roles
    ),
    Rule(
        "same_department",
        N_("Within one supervising department"),
        N_("Counted apart: the department might have moved the things without the pool."),
        rules_dealings.same_department,
    ),
    Rule("split", N_("Small batches in a row"), N_("A large need cut into small ones stays below a limit of approval."), rules_dealings.split_batches),
    Rule(
        "repeated",
        N_("The same need again and again"),
        N_("A need that comes back all the time is a lasting one: a transfer claims once, loans claim again."),
        rules_dealings.repeated_loans,
    ),
    Rule(
        "rotation",
        N_("Units of a lot in turns"),
        N_("The same receiver gets other units of the same lot right after the first came back, each with a fresh claim."),
        rules_dealings.rotation,
    ),
    Rule("bought_anyway", N_("Bought anyway"), N_("Who buys the same class soon after was not spared the purchase."), rules_dealings.bought_anyway),
    Rule(
        "certified_free",
        N_("Certificate although things were free"),
        N_("A no-stock certificate stands beside free stock of its class: the reason given must carry the purchase."),
        rules_buying.certified_although_free,
    ),
    Rule(
        "not_searched",
        N_("Bought without asking the pool"),
        N_("Who looks before buying has a certificate; without one nobody knows whether the pool had the things."),
        rules_buying.bought_without_search,
    ),
    Rule("late_return", N_("Late returns"), N_("Overdue days claim nothing, and somebody else may have waited for the things."), rules_dealings.late_returns),
    Rule(
        "reversed",
        N_("Reversed after review"),
        N_("A figure that was accepted and then taken back was perhaps reported meanwhile."),
        rules_dealings.reversed_after_review,
    ),
    Rule(
        "emergency_papers",
        N_("Emergency issue without papers"),
        N_("What leaves in an emergency is approved afterwards; without the papers nobody answers for it."),
        rules_dealings.emergency_papers,
    ),
    Rule("late_fact", N_("Facts entered late"), N_("Entries that correct an earlier period."), rules_dealings.late_facts),
    Rule("waiting", N_("Waiting long for review"), N_("Accepted by the receiver more than 60 days ago."), rules_dealings.waiting),
    Rule("no_costs", N_("Costs unknown"), N_("Without costs there is no net saving and no rate."), rules_figures.no_costs),
    Rule(
        "costs_gone",
        N_("Costs gone with a rejected act"),
        N_("What was spent stays spent: did part of it belong to other acts of the same slip?"),
        rules_figures.costs_gone,
    ),
    Rule("price_stale", N_("Stale prices"), N_("The price or rent behind the figure was older than the policy allows."), rules_figures.stale_prices),
    Rule("over_cap", N_("Price above the allocation standard"), N_("Nobody may buy at that price, so nobody was spared it."), rules_figures.over_cap),
    Rule("past_life", N_("Past service life"), N_("Things older than their service life still claim a saving."), rules_figures.past_life),
    Rule("grade_c", N_("Evidence grade C"), N_("The papers do not carry the figure."), rules_figures.grade_c),
    Rule(
        "outlier",
        N_("Saving per item out of the ordinary"),
        N_("Outside the published bands, or far from what its class usually saves."),
        rules_figures.outliers,
    ),
    Rule(
        "cheap_substitute",
        N_("Cheap substitute at the dear price"),
        N_("What was delivered is worth less than what the figure says was spared."),
        rules_figures.cheap_substitutes,
    ),
    Rule("over_spec", N_("Better than what was asked for"), N_("The receiver would not have bought a thing that dear."), rules_figures.over_specification),
    Rule(
        "rent_or_buy",
        N_("Rent instead of purchase"),
        N_("So many days of rent cost as much as the thing: a buyer would have bought."),
        rules_figures.rent_instead_of_purchase,
    ),
    Rule(
        "recurring",
        N_("Recurring, shown as a total"),
        N_("A rent avoided every year belongs to its year and ends with the old lease."),
        rules_figures.recurring_as_total,
    ),
)

BY_CODE = {rule.code: rule for rule in RULES}


def find(facts: Facts, code: str = "", more: tuple[Rule, ...] = ()) -> list[Group]:
    """Return each kind of exception with what was found, the dearest first; `code` asks for one kind only, `more` adds rules of others."""
    wanted = [rule for rule in (*RULES, *more) if not code or rule.code == code]
    return [Group(rule, sorted(rule.find(facts), key=_order)) for rule in wanted]


def _order(one: Suspicion) -> tuple[Any, ...]:
    return (-abs(one.amount or 0), one.act_id or 0, one.subject)
