"""Issuing a bulletin: its figures are frozen under a number, with the height and head of the chain they rest on."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.bulletins import brief, queries
from assetpool.bulletins.models import Bulletin
from assetpool.bulletins.queries import Question
from assetpool.core import clock
from assetpool.core.errors import N_, DomainError, NotFound
from assetpool.core.models import ChainHead
from assetpool.org.models import Role
from assetpool.org.queries import root_of
from assetpool.org.service import demand
from assetpool.records import service as records
from assetpool.records.models import Document

ISSUERS = (Role.FINANCE, Role.APPROVER, Role.ADMINISTRATOR)


class NothingToSay(DomainError):
    """The question has no answer that a bulletin could print."""

    status = 422
    sentence = N_("Nothing was accepted in this period, so a bulletin would have nothing to say. Choose other days, or review what waits.")


def issue(session: Session, pool_id: int, question: Question, by: int, title: str = "", title_en: str = "") -> Document:
    """Issue a bulletin on what stands now and return its document; without a title it gets the usual one. Raise NothingToSay."""
    root = root_of(session, pool_id)
    if root is None:
        raise NotFound(what=str(pool_id))
    demand(session, by, ISSUERS, root.id)
    document = records.create(session, pool_id, "BU", root.id, "published", by)
    # Nothing is posted while the head is held, so the figures are those of exactly the height that is printed with them.
    session.execute(select(ChainHead.height).where(ChainHead.pool_id == pool_id).with_for_update())
    values = queries.figures(session, pool_id, question)
    if not values["kinds"]:
        raise NothingToSay
    frozen = queries.canonical(values)
    session.add(
        Bulletin(
            document_id=document.id,
            pool_id=pool_id,
            first_day=question.first_day,
            last_day=question.last_day,
            event_id=question.event_id,
            organization_id=question.organization_id,
            basis=question.basis,
            title=title.strip()[:200] or brief.usual_title(values, "zh")[:200],
            title_en=title_en.strip()[:200] or brief.usual_title(values, "en")[:200],
            figures=frozen,
            digest=queries.digest(frozen),
            height=values["chain"]["height"],
            head=values["chain"]["head"],
            issued_by=by,
            issued_at=clock.now(),
        )
    )
    session.flush()
    return document
