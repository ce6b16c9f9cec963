"""Why a thing on the list cannot be loaded: each one named with its own sentence, all of them at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from assetpool.core.errors import N_, DomainError

SENTENCES: dict[str, str] = {
    "unknown_tag": N_("No thing carries this tag. Scan the label again, or look the thing up in the catalogue."),
    "other_store": N_("It stands in %(store)s. Make a slip of its own there, or move it here first."),
    "on_loan": N_("%(keeper)s handed it out on %(left)s; it is on loan to %(receiver)s until %(due)s (%(slip)s). Take it back first, or load another one."),
    "loaded": N_("%(keeper)s loaded it on %(left)s (%(slip)s). Take it off that slip first, or load another one."),
    "arrived": N_("It came back and is not inspected yet. Inspect it first, or load another one."),
    "held": N_("It is held in the store. Settle why first, or load another one."),
    "in_repair": N_("It is in repair. Load another one."),
    "lost": N_("It was declared lost. Whoever finds it reports it before it goes out again."),
    "damaged": N_("It was found damaged beyond repair. Load another one."),
    "disposed": N_("It was disposed of and no longer belongs to the pool."),
    "transferred": N_("It was given away for good and no longer belongs to the pool."),
    "not_asked_for": N_("%(kind)s is not what this request asks for. Put it back, or have the request changed."),
    "promised_in_other_store": N_("%(kind)s is promised to this request from another store. Load it there."),
    "promised_to_another": N_("It is promised by its tag to %(number)s. Load another one."),
    "more_than_promised": N_("Only %(promised)d more of %(kind)s may go out for this request. Leave the rest here, or have the request changed."),
    "fewer_units": N_("%(asked)d wanted, but only %(found)d stand here. Count again, or take the rest from another label."),
    "bad_count": N_("A count is a whole number above 0; a single thing counts 1."),
    "twice_in_list": N_("It stands in the list twice. Once is enough; change the count instead."),
}


class Blocker(DomainError):
    """One thing that cannot be loaded, and why."""

    def __init__(self, tag: str, name: str, **figures: Any) -> None:
        self.tag, self.name, self.sentence = tag, name, SENTENCES[name]
        super().__init__(**figures)

    @property
    def code(self) -> str:
        """Return the stable machine name of the reason."""
        return self.name


class Blocked(DomainError):
    """Some of the things on the list cannot be loaded; `blockers` names each with its reason."""

    sentence = N_("%(tags)s cannot be loaded. The reason stands beside each; take them off the list, or cure it.")

    def __init__(self, reasons: Sequence[DomainError], tags: Sequence[str], say: Callable[[DomainError], str] = str) -> None:
        self.reasons, self.tags = list(reasons), list(tags)
        shown = ", ".join(list(dict.fromkeys(tags))[:5]) + (" …" if len(set(tags)) > 5 else "")
        listed = [{"tag": tag, "code": reason.code, "sentence": say(reason)} for tag, reason in zip(tags, reasons, strict=True)]
        super().__init__(tags=shown, blockers=listed)

    def said(self, say: Callable[[DomainError], str]) -> Blocked:
        """Return the same refusal with each reason worded by `say` (in the reader's language)."""
        return Blocked(self.reasons, self.tags, say)


class LoanOver(DomainError):
    """The last day of the loan has passed."""

    sentence = N_("%(number)s ended on %(last)s, so nothing can go out for it any more. Ask for new days first.")

    def __init__(self, number: str, last: date) -> None:
        super().__init__(number=number, last=last)


class NothingToLoad(DomainError):
    """The list is empty."""

    status = 422
    sentence = N_("Nothing is on the list yet. Scan or type the first tag.")
