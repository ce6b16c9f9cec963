"""What a broken clause of the allocation standard says, as a refusal and as advice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from assetpool.core.errors import N_, DomainError
from assetpool.core.money import yuan


class StandardBroken(DomainError):
    """A clause of the allocation standard is broken, and nobody with the authority allowed it."""

    status = 422


class AboveStandard(StandardBroken):
    """The budget is above the cap."""

    sentence = N_(
        "Line %(line)s: %(amount)s yuan each is above the allocation standard of %(cap)s yuan (%(source)s). "
        "Search again with a lower budget, or have the head or an approver of the supervising organization allow it with a reason."
    )


class TooYoungToReplace(StandardBroken):
    """What is to be replaced has not served its years."""

    sentence = N_(
        "Line %(line)s: what is to be replaced is in use since %(since)s and too young: it has to serve %(years)s years, until %(until)s (%(source)s). "
        "Go on using it, have it repaired, or have the replacement allowed."
    )


class AgeUnknown(StandardBroken):
    """Nothing says how old the thing is that is to be replaced."""

    sentence = N_(
        "Line %(line)s: nothing says how old the replaced thing is; it has to serve %(years)s years (%(source)s). "
        "Give its tag or the day it was acquired, or have the replacement allowed."
    )


class TooManyForPosts(StandardBroken):
    """More than the number of posts allows."""

    sentence = N_(
        "Line %(line)s: %(posts)s posts may have %(most)s (%(source)s); %(held)s are there and %(quantity)s are wanted. Ask for fewer, or have more allowed."
    )


class PostsUnknown(StandardBroken):
    """The number goes by posts, and none are on file; only advises."""

    sentence = N_("Line %(line)s: the number goes by posts (%(source)s), and the posts of this organization are not on file.")


class EnergyClassTooLow(StandardBroken):
    """The class of energy efficiency is worse than may be bought."""

    sentence = N_("Line %(line)s: energy class %(energy)s is worse than %(worst)s, the worst that may be bought. Choose a better one, or have it allowed.")


BY_RULE: dict[str, type[StandardBroken]] = {
    "price": AboveStandard,
    "too_young": TooYoungToReplace,
    "age_unknown": AgeUnknown,
    "number": TooManyForPosts,
    "posts_unknown": PostsUnknown,
    "energy": EnergyClassTooLow,
}


def refusal(found: Mapping[str, Any], line: int) -> StandardBroken:
    """Return what a broken clause says of a line, its money and days as people write them."""
    figures = {name: value for name, value in found.items() if name not in ("rule", "binding")}
    for name, shown in (("cap_fen", "cap"), ("budget_fen", "amount")):
        if name in figures:
            figures[shown] = yuan(figures.pop(name))
    for name in figures.keys() & {"since", "until"}:
        figures[name] = date.fromisoformat(figures[name])
    return BY_RULE[found["rule"]](line=line, **figures)
