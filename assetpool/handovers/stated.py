"""What a body of the REST interface says, as the acts want it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from assetpool.core.web import translated
from assetpool.handovers import service
from assetpool.handovers.blockers import Blocked
from assetpool.handovers.schemas import AcceptLineBody, CostBody, IssueBody, ReceiverBody, SignatureBody
from assetpool.org import access
from assetpool.records.queries import file_for
from assetpool.savings.service import CostLine


def costs_said(lines: Sequence[CostBody], reason: str) -> service.Costs:
    """Return the costs of a body as the acts take them."""
    return service.Costs([_line(line) for line in lines], reason)


def _line(line: CostBody) -> CostLine:
    paper = line.voucher
    said = CostLine(line.kind.value, line.amount_fen or 0, reason=line.reason)
    if line.own is not None:
        said = replace(said, rate_id=line.own.rate_id, hundredths=line.own.hundredths)
    if paper is None:
        return said
    return replace(said, issuer=paper.issuer, number=paper.number, file_id=paper.file_id, total=paper.total_fen, share=paper.share)


def receipt_said(session: Session, name: str, phone: str, signature: SignatureBody | None) -> service.Receipt:
    """Return who received and how they signed; without a signature the caller vouches for it. Raise NotFound for a file that is not the caller's."""
    if signature is None:
        return service.Receipt(name, phone, attested=True)
    data = signature.data
    if signature.file_id is not None:
        data = f"file:{file_for(session, access.current(), signature.file_id).id}"
    return service.Receipt(name, phone, signature.method.value, data)


def counted_said(lines: Sequence[AcceptLineBody] | None) -> list[service.Counted] | None:
    """Return what came off the truck; None where nothing is said: everything as loaded."""
    return [service.Counted(line.tag, line.accepted, line.short, line.damaged, line.refused) for line in lines] if lines else None


def hand_over_said(session: Session, number: str, body: IssueBody, store_id: int | None) -> service.Loaded:
    """Hand things over as a body says; the list of blockers speaks the caller's language. Raise what `service.hand_over` raises."""
    receipt = None
    if body.received_by is not None:
        given = body.received_by if isinstance(body.received_by, ReceiverBody) else ReceiverBody(name=body.received_by)
        receipt = receipt_said(session, given.name, given.phone or body.phone, body.signature)
    try:
        return service.hand_over(
            session,
            number,
            [service.Item(line.tag, line.count) for line in body.lines],
            by=access.me(),
            costs=costs_said(body.costs, body.no_cost_reason),
            receipt=receipt,
            store_id=store_id,
            destination=body.destination,
            occurred_at=body.occurred_at,
        )
    except Blocked as blocked:
        raise blocked.said(translated) from blocked
