"""The acts that every document with an approval has over REST, made once: `deciding(bp, "/intakes", "IN", …)`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy.orm import Session

from assetpool.approvals.registry import Act, Decided
from assetpool.core.errors import DomainError, NotAllowed, NotFound, SamePerson, WrongState
from assetpool.org import access
from assetpool.records import rest
from assetpool.records.models import Document
from assetpool.records.queries import by_number
from assetpool.records.schemas import Body, DeclineBody, DocumentAnswer, Words

ACT = (NotAllowed, NotFound, WrongState)
DECISION = (NotAllowed, NotFound, SamePerson, WrongState)


def reached(document: Document) -> DocumentAnswer:
    """Answer the number of a document and the state it reached."""
    return {"number": document.number, "state": document.state}


class Deciding:
    """Adds acts on one kind of document to a blueprint; each is asked of a document that the person may see."""

    def __init__(self, bp: rest.Tagged, address: str, kind: str) -> None:
        """Name the blueprint, the address of the list (`/intakes`) and the kind of document."""
        self.bp, self.address, self.kind = bp, address, kind

    def plain(self, name: str, act: Act, sentence: str, refuses: Sequence[type[DomainError]] = ()) -> None:
        """Add an act without words."""
        self._add(name, Words, True, lambda session, number, body: act(session, number, by=access.me()), sentence, (*ACT, *refuses))

    def reasoned(self, name: str, act: Act, sentence: str, refuses: Sequence[type[DomainError]] = ()) -> None:
        """Add an act that takes a reason, if one is given."""
        self._add(name, Words, True, lambda session, number, body: act(session, number, by=access.me(), reason=body.reason), sentence, (*ACT, *refuses))

    def consent(self, name: str, act: Act, sentence: str, refuses: Sequence[type[DomainError]] = ()) -> None:
        """Add a decision that says yes, perhaps told later than it was taken."""
        self._add(
            name,
            Words,
            True,
            lambda session, number, body: act(session, number, by=access.me(), reason=body.reason, occurred_at=body.occurred_at),
            sentence,
            (*DECISION, *refuses),
        )

    def refusal(self, name: str, act: Act, sentence: str) -> None:
        """Add a decision that says no, with its reason."""
        self._add(name, DeclineBody, False, lambda session, number, body: act(session, number, by=access.me(), reason=body.reason), sentence, DECISION)

    def decisions(self, service: Decided, approve: str, reject: str, send_back: str, refuses: Sequence[type[DomainError]] = ()) -> None:
        """Add saying yes, saying no and sending back, each with its sentence; `refuses`: why a yes may be refused besides."""
        self.consent("approve", service.approve, approve, refuses)
        self.refusal("reject", service.reject, reject)
        self.refusal("send-back", service.send_back, send_back)

    def _add(
        self,
        name: str,
        body_type: type[Body],
        optional: bool,
        act: Callable[[Session, str, Words], Document],
        sentence: str,
        refuses: Sequence[type[DomainError]],
    ) -> None:
        kind = self.kind

        def done(session: Session, body: Words, number: str) -> rest.Json:
            return reached(act(session, by_number(session, access.current(), number, kind).number, body))

        done.__name__, done.__doc__ = name.replace("-", "_"), sentence
        marked = rest.writes(DocumentAnswer, body_type, status=200, optional=optional, refuses=refuses)
        self.bp.post(f"{self.address}/<number>/{name}")(access.signed_in(marked(done)))
