"""Acts of closing: draft a sheet, sign it (two different people), close the period for good, or give the draft up.

Drafting posts what running loans are worth at the period's end and freezes the figures; closing finds the same figures again or refuses. While
a period is being closed nobody posts in the pool. There is no opening again: a correction is a late fact in an open period.
"""

from __future__ import annotations

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from assetpool.approvals.models import Approval
from assetpool.catalog.models import Price, Rent
from assetpool.closings import sheet
from assetpool.closings.checklist import WORDS, Item, checklist
from assetpool.closings.steps import CLOSE, DRAFTERS, KIND, SIGN, SIGNATURES, SIGNERS, STEPS
from assetpool.core import chain, clock
from assetpool.core.errors import N_, DomainError, NotAllowed, NotFound, SamePerson, Word, WrongState
from assetpool.core.models import Pool
from assetpool.org.models import Organization, Role
from assetpool.org.queries import access_of, root_of
from assetpool.org.service import ROLE_WORDS, demand
from assetpool.records import outbox
from assetpool.records import service as records
from assetpool.records.models import Document
from assetpool.records.states import STATE_WORDS
from assetpool.reports.queries import chain_head
from assetpool.savings import periods, running
from assetpool.savings.models import SavingAct, SavingEntry
from assetpool.savings.period_models import ClosedPeriod, Closing
from assetpool.savings.periods import Period


class AlreadyClosed(DomainError):
    """The period takes no entry any more."""

    sentence = N_("%(period)s is closed. What became known later is entered in an open period and names this one.")


class CannotClose(DomainError):
    """Something blocks the period."""

    sentence = N_("%(period)s cannot be closed yet: %(what)s (%(count)d).")


class NotSigned(DomainError):
    """Fewer than two people have signed."""

    sentence = N_("%(number)s for %(period)s has %(signed)d of 2 signatures. Finance and a reviewer or head sign it, two different people; then close it.")


class NoSheet(DomainError):
    """Nobody has drafted a sheet for the period."""

    status = 404
    sentence = N_("There is no closing sheet for %(period)s. Draft one on the page of closings and let two people sign it.")


class FiguresChanged(DomainError):
    """The ledger says something else by now than what was signed."""

    sentence = N_("The figures of %(period)s have changed since %(number)s was drafted. Draft a new sheet and sign that one.")


class PriceSetterSigns(DomainError):
    """Who sets prices does not sign what they come to."""

    status = 403
    sentence = N_("You set a price or rent that %(number)s rests on, so another person must sign it.")


def draft(session: Session, pool_id: int, name: str, by: int) -> Document:
    """Post running loans up to the period's end, freeze its figures and return the sheet; an unfinished earlier sheet is given up.

    Raise NoSuchPeriod, AlreadyClosed, CannotClose (with the first thing that blocks).
    """
    period, root = periods.named(name), _root(session, pool_id)
    demand(session, by, DRAFTERS, root.id)
    _demand_open(session, pool_id, period)
    for unfinished in records.lock_ids(session, _unfinished(session, pool_id, period)).values():
        records.step(session, unfinished, "cancelled", by, "cancel", STEPS)
    if period.last_day < clock.today(session.get_one(Pool, pool_id).time_zone):
        running.accrue(session, pool_id, period.last_day, by)
    document = records.create(session, pool_id, KIND, root.id, "draft", by, note=period.name)
    chain.seal(session)  # What was posted just now belongs to the figures and to the height they are frozen at.
    items = _demand_nothing_blocks(session, pool_id, period)
    height, head = chain_head(session, pool_id)
    report = sheet.report_on(session, pool_id, period)
    text = sheet.canonical(
        {
            "form": sheet.FORM,
            "number": document.number,
            "period": period.name,
            "months": list(period.months),
            "chain": {"height": height, "head": head},
            "checklist": {item.code: item.count for item in items},
            "figures": sheet.figures(session, pool_id, period, report),
            "bridges": [bridge.data() for bridge in report.bridges],
        }
    )
    session.add(
        Closing(
            id=document.id,
            pool_id=pool_id,
            period=period.name,
            first_day=period.first_day,
            last_day=period.last_day,
            sheet=text,
            digest=sheet.digest_of(text),
        )
    )
    session.flush()
    roles = [(role, root.id) for signers in SIGNERS for role in signers]
    outbox.tell(session, "closing_to_sign", pool_id=pool_id, roles=roles, document_id=document.id, facts={"period": period.name})
    return document


def sign(session: Session, number: str, digest: str, by: int) -> Document:
    """Sign a sheet as the person saw it (its digest): one of finance, one reviewer or head, two different people.

    Raise SamePerson for a second signature of one person, PriceSetterSigns, NotAllowed without a role that is still to sign.
    """
    document, closing = _sheet(session, number)
    role = signing_role(session, document, closing, by)
    if digest != closing.digest:
        raise FiguresChanged(period=closing.period, number=document.number)
    given = _signatures(session, closing)
    records.step(session, document, "signed" if given else "half_signed", by, "sign", STEPS)
    if given:
        people = {document.created_by, *(row.person_id for row in given)} - {by}
        outbox.tell(session, "closing_signed", pool_id=document.pool_id, people=people, document_id=document.id, facts={"period": closing.period})
    _decide(session, document, closing, SIGN, role, by)
    return document


def signing_role(session: Session, document: Document, closing: Closing, by: int) -> Role:
    """Return as what a person would sign a sheet now; raise WrongState, SamePerson, NotAllowed, PriceSetterSigns where they cannot."""
    if document.state not in ("draft", "half_signed"):
        raise WrongState(number=document.number, state=Word(STATE_WORDS[document.state]))
    given = _signatures(session, closing)
    if by in {row.person_id for row in given}:
        raise SamePerson(number=document.number, earlier=Word(N_("signer")))
    due = [roles for roles in SIGNERS if not any(row.role in roles for row in given)]
    role = next((role for roles in due for role in roles if _holds(session, by, role, document)), None)
    if role is None:
        raise NotAllowed(role=Word(ROLE_WORDS[due[0][0]]))
    if _set_a_price(session, closing, by):
        raise PriceSetterSigns(number=document.number)
    return role


def close(session: Session, number: str, by: int) -> Document:
    """Close the period of a sheet that two people signed: from now on it takes no entry. Nothing is posted in the pool meanwhile.

    Raise NotSigned, AlreadyClosed, CannotClose, FiguresChanged.
    """
    document, closing = _sheet(session, number)
    demand(session, by, DRAFTERS, document.organization_id)
    period = periods.named(closing.period)
    periods.hold_still(session, closing.pool_id)
    _demand_open(session, closing.pool_id, period)
    signed = len({row.person_id for row in _signatures(session, closing)})
    if document.state != "signed" or signed < SIGNATURES:
        raise NotSigned(number=document.number, period=period.name, signed=signed)
    now_found = sheet.figures(session, closing.pool_id, period, sheet.report_on(session, closing.pool_id, period))
    if sheet.digest_of(closing.sheet) != closing.digest or sheet.read(closing.sheet)["figures"] != now_found:
        raise FiguresChanged(period=period.name, number=document.number)
    _demand_nothing_blocks(session, closing.pool_id, period)
    sheet.freeze(session, closing.pool_id, document.id, period)
    known, now = set(periods.closed_names(session, closing.pool_id)), clock.now()
    session.add_all(
        ClosedPeriod(pool_id=closing.pool_id, period=name, document_id=document.id, closed_at=now) for name in period.contained if name not in known
    )
    records.step(session, document, "closed", by, "close", STEPS)
    _decide(session, document, closing, CLOSE, next(role for role in DRAFTERS if _holds(session, by, role, document)), by)
    return document


def close_period(session: Session, pool_id: int, name: str, by: int) -> Document:
    """Close a period by its name with the sheet that is under way; raise NoSheet where there is none, and what `close` raises."""
    period = periods.named(name)
    _demand_open(session, pool_id, period)
    ids = _unfinished(session, pool_id, period)
    if not ids:
        raise NoSheet(period=period.name)
    return close(session, session.get_one(Document, ids[-1]).number, by)


def give_up(session: Session, number: str, by: int) -> Document:
    """Give an unfinished sheet up; its number stays in the books."""
    document, _ = _sheet(session, number)
    demand(session, by, DRAFTERS, document.organization_id)
    records.step(session, document, "cancelled", by, "cancel", STEPS)
    return document


def _sheet(session: Session, number: str) -> tuple[Document, Closing]:
    document = records.lock(session, number, KIND)
    closing = session.get(Closing, document.id, populate_existing=True)
    if closing is None:
        raise NotFound(what=number)
    return document, closing


def _root(session: Session, pool_id: int) -> Organization:
    root = root_of(session, pool_id)
    if root is None:
        raise NotFound(what=str(pool_id))
    return root


def _demand_open(session: Session, pool_id: int, period: Period) -> None:
    if period.name in periods.closed_names(session, pool_id):
        raise AlreadyClosed(period=period.name)


def _demand_nothing_blocks(session: Session, pool_id: int, period: Period) -> list[Item]:
    items = checklist(session, pool_id, period)
    for item in items:
        if item.blocks and item.count:
            raise CannotClose(period=period.name, what=Word(WORDS[item.code]), count=item.count)
    return items


def _unfinished(session: Session, pool_id: int, period: Period) -> list[int]:
    statement = select(Closing.id).join(Document, Document.id == Closing.id).where(Closing.pool_id == pool_id, Closing.period == period.name)
    return list(session.scalars(statement.where(Document.state.in_(STEPS)).order_by(Closing.id)))


def _signatures(session: Session, closing: Closing) -> list[Approval]:
    """Return the chained signatures under exactly this sheet."""
    mine = (Approval.document_id == closing.id, Approval.step == SIGN, Approval.decision == "yes", Approval.content_digest == closing.digest)
    return list(session.scalars(select(Approval).where(*mine).order_by(Approval.height)))


def _holds(session: Session, by: int, role: Role, document: Document) -> bool:
    return access_of(session, by).may(role, session.get_one(Organization, document.organization_id).path)


def _set_a_price(session: Session, closing: Closing, by: int) -> bool:
    period = periods.named(closing.period)
    inside = select(SavingEntry.act_id).where(
        SavingEntry.pool_id == closing.pool_id, SavingEntry.period.between(period.first_month, period.last_month), SavingEntry.entry != "opening"
    )
    priced = exists().where(Price.id == SavingAct.price_id, Price.set_by == by)
    rented = exists().where(Rent.id == SavingAct.rent_id, Rent.set_by == by)
    return session.scalar(select(SavingAct.id).where(SavingAct.id.in_(inside), or_(priced, rented)).limit(1)) is not None


def _decide(session: Session, document: Document, closing: Closing, step: str, role: Role, by: int) -> None:
    now = clock.now()
    chain.append(
        session, Approval, pool_id=document.pool_id, document_id=document.id, step=step, decision="yes", role=role.value,
        organization_id=document.organization_id, person_id=by, reason=closing.period, content_digest=closing.digest, occurred_at=now, recorded_at=now,
    )  # fmt: skip
