"""The ancestry of class codes, as a pure rule: the path that a kind keeps so that a class filter is one prefix."""

from __future__ import annotations

import re
from collections.abc import Mapping

DEFAULT_CODE_SET = "GPC-2022"

_LEVELS = re.compile(r"^([A-Z])(\d{2})(\d{2})(\d{2})(\d{2})$")
_GROUPED = re.compile(r"^\d{4}$")


def possible_ancestors(code: str) -> list[str]:
    """Return the codes that can stand above a code by its form alone, nearest first: A05010301 → A05010300, A05010000, A05000000.

    A four-digit code (as of the federal supply classes) stands under its first two digits; other forms say nothing.
    """
    levels = _LEVELS.match(code)
    if levels:
        letter, *parts = levels.groups()
        above = [letter + "".join(parts[:kept]) + "00" * (4 - kept) for kept in (3, 2, 1)]
        return [found for found in dict.fromkeys(above) if found != code]
    return [code[:2]] if _GROUPED.match(code) else []


def ancestry(code: str, parents: Mapping[str, str | None]) -> list[str]:
    """Return the codes from the root down to `code`; `parents` holds the known codes of its set with the code above each.

    A code that is not known hangs under the nearest ancestor that is, by its form; without one it is a root itself
    (a four-digit code under its group, known or not).
    """
    chain = [code]
    if code not in parents:
        known = next((above for above in possible_ancestors(code) if above in parents), None)
        if known is None:
            return [*(possible_ancestors(code) if _GROUPED.match(code) else []), code]
        chain.append(known)
    while (above := parents.get(chain[-1])) and above not in chain:
        chain.append(above)
    return chain[::-1]


def path_of(codes: list[str]) -> str:
    """Write an ancestry as a kind keeps it: '/A05000000/A05010000/A05010301/'."""
    return "/" + "/".join(codes) + "/"
