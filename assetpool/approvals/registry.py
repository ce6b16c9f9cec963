"""What the inbox can decide: for each kind of document, how to approve, reject and send back, and what approving would do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.orm import Session

from assetpool.core.errors import DomainError
from assetpool.records.models import Document

Act = Callable[..., Document]


@dataclass(frozen=True)
class Line:
    """One line of what a document asks: the thing, how many, how many are free for it (None: stock is not concerned), and a remark."""

    thing: str
    units: int
    free: int | None = None
    measure: str = ""
    remark: str = ""

    @property
    def short(self) -> int:
        """Return how many units are missing."""
        return 0 if self.free is None else max(0, self.units - self.free)


@dataclass(frozen=True)
class Matter:
    """What a document asks for, in a line of words and its lines; `barred` are the persons who may not decide it."""

    about: str
    lines: tuple[Line, ...] = ()
    barred: frozenset[int] = frozenset()

    @property
    def enough(self) -> bool:
        """Say whether everything asked for is free."""
        return not any(line.short for line in self.lines)


class Decided(Protocol):
    """What the service of a document that is decided upon offers; the module itself is passed."""

    approve: Act
    reject: Act
    send_back: Act


Matters = Callable[[Session, Sequence[Document]], Mapping[int, Matter]]


Chosen = tuple[str, int | None]
"""The number of a document and the revision that was seen of it."""


class Several(Protocol):
    """Approves several documents of a kind; what it refuses holds up none of the others."""

    def __call__(self, session: Session, chosen: Sequence[Chosen], *, by: int) -> dict[str, DomainError]:
        """Return by number why a document was refused."""


@dataclass(frozen=True)
class Deciding:
    """The service that decides on one kind of document, its acts called with session, number, by and a reason; the document's page; and what is asked.

    `matters` reads several documents of the kind at once, in a fixed number of queries, and answers by document id. `several` approves several in one
    act, in the order given, and returns by number why one was refused; without it each is approved in an act of its own.
    """

    service: Decided
    endpoint: str
    matters: Matters | None = None
    several: Several | None = None


kinds: dict[str, Deciding] = {}
