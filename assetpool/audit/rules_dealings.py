"""Exceptions about who dealt with whom, how often, and in which roles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta

from assetpool.audit.facts import Act, Facts, Share
from assetpool.audit.suspicion import Suspicion, about
from assetpool.core.errors import N_, Word
from assetpool.core.money import yuan
from assetpool.savings.life import add_months
from assetpool.savings.zero import Zero

OWN = frozenset({Zero.OWN_THING.value, Zero.OWN_MONEY.value, Zero.RECENTLY_OWN.value})
CIRCLE_MONTHS = 24
SPLIT_DAYS, SPLIT_ACTS = 90, 4
SPLIT_LIMIT = 5_000_000
"""Up to 50,000 yuan an act counts as small; four such in 90 days, together above it, look cut."""
REPEATED_LOANS, REPEATED_MONTHS = 4, 24
ROTATION_DAYS = 30
PATIENCE = 60

ROLE_SENTENCES = {
    "keeper": N_("keeper"),
    "requester": N_("requester"),
    "valuer": N_("price setter"),
    "approver": N_("approver"),
    "reviewer": N_("reviewer"),
}


def own_loans(facts: Facts) -> Iterator[Suspicion]:
    """Find acts whose receiver owns the things (claiming 0, as they must, or not)."""
    for act in facts.acts:
        own = [share for share in act.shares if act.kind == "loan" and (share.owner_id == act.receiver_id or share.zero_reason in OWN)]
        if not own or not act.counts:
            continue
        units, claimed = sum(share.count for share in own), sum(share.count * share.claimed for share in own)
        if claimed:
            yield about(act, "own_loan", N_("The receiver owns %(units)s of these units, and %(amount)s yuan are claimed on them."), claimed,
                        units=units, amount=yuan(claimed))  # fmt: skip
        else:
            yield about(act, "own_loan", N_("The receiver owned %(units)s of these units now or lately; nothing is claimed on them."), 0, units=units)


def circular(facts: Facts) -> Iterator[Suspicion]:
    """Find things that went from A to B and within 24 months from B to A."""
    gone: dict[tuple[int, int, int], Act] = {}
    for act in sorted(facts.acts, key=lambda one: (one.accepted_on, one.id)):
        if act.giver_id is None or not act.counts:
            continue
        for thing in {share.thing for share in act.shares}:
            before = gone.get((thing, act.receiver_id, act.giver_id))
            if before is not None and add_months(before.accepted_on, CIRCLE_MONTHS) >= act.accepted_on:
                yield about(act, "circular", N_("The same thing had come the other way on %(day)s with %(slip)s."), day=before.accepted_on, slip=before.number)
                break
        for thing in {share.thing for share in act.shares}:
            gone[(thing, act.giver_id, act.receiver_id)] = act


def two_roles(facts: Facts) -> Iterator[Suspicion]:
    """Find people who stand in one act in two roles that must be apart."""
    for act in facts.acts:
        for person, roles in sorted(act.roles.items()):
            first, second = [Word(ROLE_SENTENCES[role]) for role in sorted(roles)][:2]
            yield about(act, "two_roles", N_("%(person)s is %(first)s and %(second)s of this act."), person=facts.people.get(person, str(person)),
                        first=first, second=second)  # fmt: skip


def same_department(facts: Facts) -> Iterator[Suspicion]:
    """Find acts between organizations under one supervising department."""
    for act in facts.acts:
        giver, receiver = facts.organizations.get(act.giver_id or 0), facts.organizations.get(act.receiver_id)
        below = giver is not None and receiver is not None and giver.parent_id is not None and giver.parent_id == receiver.parent_id
        parent = facts.organizations.get(receiver.parent_id or 0) if below and receiver is not None else None
        if act.same_system or (parent is not None and parent.kind == "department" and act.counts):
            yield about(act, "same_department", N_("Giver and receiver stand under one supervising department."))


def split_batches(facts: Facts) -> Iterator[Suspicion]:
    """Find one receiver's small acts of one class within 90 days that together pass the limit."""
    for some in _alike(facts, lambda act: (act.receiver_id, act.class_code)).values():
        small = [act for act in some if 0 < (act.avoided or 0) <= SPLIT_LIMIT]
        told: set[int] = set()
        for number, last in enumerate(small):
            window = [act for act in small[: number + 1] if (last.accepted_on - act.accepted_on).days <= SPLIT_DAYS]
            together = sum(act.avoided or 0 for act in window)
            if len(window) >= SPLIT_ACTS and together > SPLIT_LIMIT and last.id not in told:
                told |= {act.id for act in window}
                yield about(last, "split", N_("%(count)s small acts of this class within %(days)s days, together %(amount)s yuan."), together,
                            count=len(window), days=(last.accepted_on - window[0].accepted_on).days, amount=yuan(together))  # fmt: skip


def repeated_loans(facts: Facts) -> Iterator[Suspicion]:
    """Find a receiver that borrows one kind four times or more in 24 months."""
    for some in _alike(facts, lambda act: (act.receiver_id, act.kind_id), "loan").values():
        last = some[-1]
        window = [act for act in some if add_months(act.accepted_on, REPEATED_MONTHS) >= last.accepted_on]
        if len({act.number for act in window}) >= REPEATED_LOANS:
            together = sum(act.avoided or 0 for act in window)
            yield about(last, "repeated", N_("Borrowed %(count)s times since %(day)s, together %(amount)s yuan."), together,
                        count=len({act.number for act in window}), day=window[0].accepted_on, amount=yuan(together))  # fmt: skip


def rotation(facts: Facts) -> Iterator[Suspicion]:
    """Find a receiver that gets fresh units of a lot within 30 days after the first ones ended."""
    ended: dict[tuple[int, int], tuple[Act, Share]] = {}
    for act in sorted(facts.acts, key=lambda one: (one.accepted_on, one.id)):
        if act.kind != "loan" or not act.counts:
            continue
        lots = [share for share in act.shares if share.lot]
        for share in lots:
            before = ended.get((act.receiver_id, share.thing))
            if before is None or before[0].id == act.id or not share.claimed or not before[1].claimed or before[1].ended_on is None:
                continue
            if timedelta(0) <= act.accepted_on - before[1].ended_on <= timedelta(days=ROTATION_DAYS):
                yield about(act, "rotation", N_("Units of %(tag)s came back with %(slip)s on %(day)s; others of the same lot went out and claim again."),
                            tag=share.tag, slip=before[0].number, day=before[1].ended_on)  # fmt: skip
                break
        ended.update({(act.receiver_id, share.thing): (act, share) for share in lots})


def bought_anyway(facts: Facts) -> Iterator[Suspicion]:
    """Find acts whose receiver or giver bought the same class all the same, until finance decides on it."""
    acts = {act.id: act for act in facts.acts}
    for one in facts.bought:
        act = acts.get(one.act_id)
        if act is not None:
            who = N_("The giver bought %(name)s on %(day)s: %(units)s units of the act are in doubt.")
            usual = N_("The receiver bought %(name)s on %(day)s: %(units)s units of the act are in doubt.")
            yield about(act, "bought_anyway", who if one.by_giver else usual, name=one.name, day=one.bought_on, units=one.units)


def late_returns(facts: Facts) -> Iterator[Suspicion]:
    """Find loans whose units came back after the due day, or are still out after it."""
    for act in facts.acts:
        if act.kind != "loan" or act.due_on is None or act.opening:
            continue
        back = [share.ended_on for share in act.shares if share.ended_on is not None and share.ended_by in ("returned", "unused")]
        out = sum(share.count for share in act.shares if share.ended_by == "out")
        if out and facts.today > act.due_on:
            yield about(
                act, "late_return", N_("%(units)s units are still out, %(days)s days after the due day."), units=out, days=(facts.today - act.due_on).days
            )
        elif back and max(back) > act.due_on:
            yield about(act, "late_return", N_("The last units came back on %(day)s, %(days)s days late."), day=max(back), days=(max(back) - act.due_on).days)


def reversed_after_review(facts: Facts) -> Iterator[Suspicion]:
    """Find acts that were accepted on review and reversed later."""
    for act in facts.acts:
        if act.reversed_after_review:
            yield about(act, "reversed", N_("The act was accepted on review and reversed afterwards."))


def late_facts(facts: Facts) -> Iterator[Suspicion]:
    """Find acts with entries that correct an earlier period."""
    for act in facts.acts:
        if act.late:
            yield about(act, "late_fact", N_("An entry of this act corrects a period that was over."))


def emergency_papers(facts: Facts) -> Iterator[Suspicion]:
    """Find emergency issues whose papers did not come within a working day."""
    for one in facts.without_papers:
        said = N_("The papers of this emergency issue were due on %(day)s and came later.")
        missing = N_("The papers of this emergency issue were due on %(day)s and have not come.")
        yield Suspicion("emergency_papers", said if one.late else missing, {"day": one.due_on}, None, one.number, one.organization_id)


def waiting(facts: Facts) -> Iterator[Suspicion]:
    """Find acts that nobody reviewed for 60 days."""
    for act in facts.acts:
        if act.reviewed == "proposed" and not act.opening and (facts.today - act.accepted_on).days > PATIENCE:
            yield about(act, "waiting", N_("Not reviewed for %(days)s days."), days=(facts.today - act.accepted_on).days)


def _alike(facts: Facts, key: object, kind: str = "") -> dict[object, list[Act]]:
    found: dict[object, list[Act]] = defaultdict(list)
    assert callable(key)
    for act in sorted(facts.acts, key=lambda one: (one.accepted_on, one.id)):
        if act.counts and act.kind_id is not None and (not kind or act.kind == kind):
            found[key(act)].append(act)
    return found
