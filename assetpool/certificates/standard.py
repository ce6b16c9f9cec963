"""The allocation standard before buying: the cap that kinds carry, and who may allow more (with a reason that stands on the certificate)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.certificates.looking import canonical
from assetpool.certificates.models import NoStockCertificate, StockSearch
from assetpool.core import clock
from assetpool.core.errors import N_, DomainError, FieldInvalid, NotFound, SamePerson, Word
from assetpool.core.money import yuan
from assetpool.org.models import Organization, Role
from assetpool.org.service import demand

ALLOWERS = (Role.HEAD, Role.APPROVER)


class AboveStandard(DomainError):
    """The budget is above the cap of the allocation standard, and nobody allowed it."""

    status = 422
    sentence = N_(
        "Line %(line)s: %(amount)s yuan each is above the allocation standard of %(cap)s yuan (%(source)s). "
        "Search again with a lower budget, or have the head or an approver of the supervising organization allow it with a reason."
    )


def refuse_above(lines: Iterable[Mapping[str, Any]]) -> None:
    """Raise AboveStandard for the first line above a binding cap that nobody allowed."""
    for line in lines:
        found = line["standard"]
        if found and found["over"] and found["binding"] and not line["allowed"]:
            raise AboveStandard(line=line["line_no"], amount=yuan(line["budget_fen"]), cap=yuan(found["cap_fen"]), source=found["source"])


def may_allow(session: Session, search: StockSearch) -> int:
    """Return the organization whose head or approver may allow more: the one above the buyer (itself where none is above)."""
    owner = session.get_one(Organization, search.organization_id)
    return owner.parent_id or owner.id


def allow(session: Session, search_id: int, line_no: int, reason: str, *, by: int) -> None:
    """Allow a line of a search above the standard; raise SamePerson to the asker, NotAllowed, NotFound, FieldInvalid."""
    row = session.scalar(select(StockSearch).where(StockSearch.id == search_id).with_for_update().execution_options(populate_existing=True))
    if row is None:
        raise NotFound(what=str(search_id))
    demand(session, by, ALLOWERS, may_allow(session, row))
    if by == row.asked_by:
        raise SamePerson(number=str(search_id), earlier=Word(N_("requester")))
    if not reason.strip():
        raise FieldInvalid(field=Word(N_("Reason")), problem=Word(N_("say why more than the standard is needed.")))
    content = json.loads(row.content)
    line = next((one for one in content["lines"] if one["line_no"] == line_no), None)
    issued = session.scalar(select(NoStockCertificate.id).where(NoStockCertificate.search_id == row.id))
    if line is None or issued is not None or not (line["standard"] and line["standard"]["over"]):
        raise NotFound(what=str(line_no))
    line["allowed"] = {"reason": reason.strip()[:500], "by": by, "at": clock.now().isoformat()}
    row.content = canonical(content)
    session.flush()
