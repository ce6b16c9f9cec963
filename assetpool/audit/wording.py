"""Sentences of the papers an auditor takes away: each in Chinese and in English, with days as ISO dates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import force_locale, gettext

from assetpool.core.errors import Word
from assetpool.core.money import yuan
from assetpool.savings.unfolding import Unfolded

LANGUAGES = ("zh", "en")


def both(sentence: str, figures: Mapping[str, Any] | None = None) -> tuple[str, str]:
    """Return a sentence in Chinese and in English."""
    found = []
    for lang in LANGUAGES:
        with force_locale(lang):
            shown = {name: _shown(value) for name, value in (figures or {}).items()}
            found.append(str(gettext(sentence, **shown) if shown else gettext(sentence)))
    return found[0], found[1]


def _shown(value: Any) -> Any:
    if isinstance(value, Word):
        return gettext(str(value))
    return value.isoformat() if isinstance(value, date) else value


def joined(sentence: str, figures: Mapping[str, Any] | None = None, between: str = " ") -> str:
    """Return a sentence in both languages, one after the other; once where they are the same."""
    chinese, english = both(sentence, figures)
    return chinese if chinese == english else f"{chinese}{between}{english}"


def amount(fen: int | None) -> str:
    """Write fen as yuan, or that it is not valued."""
    return "—" if fen is None else yuan(fen)


def at(moment: datetime | None, zone: str) -> str:
    """Write a moment in the pool's time zone."""
    return "" if moment is None else moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


def thing(it: Unfolded) -> str:
    """Name what was handed over, in both languages."""
    kind = it.kinds.get(it.act.kind_id or 0)
    if kind is None:
        return joined("Opening statement")
    return " ".join(dict.fromkeys(part for part in (kind.name, kind.name_en, kind.spec) if part))


def organization(it: Unfolded, organization_id: int | None) -> str:
    """Name an organization of an act, in both languages."""
    found = it.organizations.get(organization_id or 0)
    return " ".join(dict.fromkeys(part for part in (found.name, found.name_en) if part)) if found else "—"


def share_of(it: Unfolded, cost_id: int) -> int:
    """Return the part of a cost that an act carries, in fen."""
    return sum(entry.cost or 0 for entry in it.entries if entry.cost_id == cost_id)
