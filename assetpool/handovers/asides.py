"""What came back and was not expected: kept aside under a number, then matched to a slip, handed out to its owner, or put where it belongs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Store
from assetpool.core.errors import N_, DomainError, FieldInvalid, NotFound, Word
from assetpool.custody.models import Asset, State, Tranche
from assetpool.handovers import telling
from assetpool.handovers.aside_models import Aside
from assetpool.handovers.finding import Back
from assetpool.handovers.loading import Costs
from assetpool.handovers.models import Slip
from assetpool.handovers.returning import take_back
from assetpool.handovers.signing import Receipt
from assetpool.handovers.steps import ASIDE_STEPS
from assetpool.labels.meaning import asset_called
from assetpool.org.models import Organization, Role
from assetpool.org.service import demand
from assetpool.records import outbox
from assetpool.records import service as records
from assetpool.records.models import Document, PersonalFact

SORTS = {
    "no_label": N_("Without a label"),
    "wrong": N_("Not what was lent"),
    "foreign": N_("Somebody else’s"),
}
OUTCOMES = {
    "": N_("Lies aside"),
    "matched": N_("Matched to a slip"),
    "exchanged": N_("Settled by an exchange"),
    "handed_out": N_("Handed out to its owner"),
    "ours": N_("Stood in our books; put back"),
    "taken_in": N_("Taken in anew"),
}
FATES = ("good", "repair", "damaged", "unused")


class NotThatOwner(DomainError):
    """A thing of the pool is not given away as somebody else's."""

    sentence = N_("%(tag)s belongs to the pool, so it is not handed out as somebody else’s. Match it to its slip, or put it back.")


@dataclass(frozen=True)
class Found:
    """What is kept aside: its sort, what it looks like, how many; the label it bears, the slip it came with, whose it is, as far as known."""

    sort: str
    what: str
    count: int = 1
    tag: str = ""
    slip: str = ""
    owner_id: int | None = None
    owner_name: str = ""
    place: str = ""


def keep_aside(
    session: Session, store_id: int, found: Found, *, by: int, returned_by: str = "", telephone: str = "", occurred_at: datetime | None = None
) -> Document:
    """Keep something aside under a number and tell whom it concerns; raise FieldInvalid, NotFound, NotAllowed."""
    store = session.get(Store, store_id)
    if store is None:
        raise NotFound(what=str(store_id))
    access = demand(session, by, Role.KEEPER, store.organization_id)
    _check(found)
    slip = _slip(session, access.pool_id, found.slip) if found.slip.strip() else None
    asset = asset_called(session, access.pool_id, found.tag) if found.tag.strip() else None
    if found.owner_id is not None and session.get(Organization, found.owner_id) is None:
        raise NotFound(what=str(found.owner_id))
    when = records.occurrence(session, occurred_at)
    missed = missed_by(session, asset.id, slip.id if slip else None) if asset else []
    parties = [slip.receiver_id if slip else None, found.owner_id, *(other.receiver_id for other in missed)]
    document = records.create(session, access.pool_id, "KA", store.organization_id, "kept_aside", by, parties, found.what.strip())
    fact = records.keep_personal(session, access.pool_id, document.id, "returner", returned_by.strip(), telephone.strip()) if returned_by.strip() else None
    row = Aside(
        id=document.id,
        store_id=store.id,
        place=found.place.strip(),
        sort=found.sort,
        what=found.what.strip(),
        count=found.count,
        asset_id=asset.id if asset else None,
        slip_id=slip.id if slip else None,
        owner_id=found.owner_id,
        owner_name=found.owner_name.strip(),
        bringer_fact_id=fact.id if fact else None,
        kept_at=when,
        outcome="",
    )
    session.add(row)
    session.flush()
    _tell(session, document, row, [*([slip] if slip else []), *missed], by)
    return document


def _check(found: Found) -> None:
    if found.sort not in SORTS:
        raise FieldInvalid(field=Word(N_("What it is")), problem=Word(N_("choose one of the listed.")))
    if not found.what.strip() or len(found.what) > 300:
        raise FieldInvalid(field=Word(N_("What it looks like")), problem=Word(N_("describe it in up to 300 characters, so that its owner knows it.")))
    if found.count < 1:
        raise FieldInvalid(field=Word(N_("Quantity")), problem=Word(N_("enter a whole number above 0.")))
    if found.sort == "foreign" and found.tag.strip():
        raise NotThatOwner(tag=found.tag.strip().upper())
    for text, most, name in ((found.place, 80, N_("Place")), (found.owner_name, 200, N_("Owner"))):
        if len(text.strip()) > most:
            raise FieldInvalid(field=Word(name), problem=Word(N_("this text is too long. Shorten it.")))


def _slip(session: Session, pool_id: int, number: str) -> Slip:
    wanted = Document.number == number.strip().upper()
    slip = session.scalar(select(Slip).join(Document, Document.id == Slip.id).where(Document.pool_id == pool_id, wanted))
    if slip is None:
        raise NotFound(what=number)
    return slip


def missed_by(session: Session, asset_id: int, but: int | None) -> list[Slip]:
    """Return the slips, but for the one it came with, on which something of a label is out: their borrowers miss it, or hold it in the books alone."""
    statement = select(Slip).join(Tranche, Tranche.document_id == Slip.id)
    statement = statement.where(Tranche.asset_id == asset_id, Tranche.state == State.OUT, Tranche.count > 0).distinct().order_by(Slip.id)
    return [slip for slip in session.scalars(statement) if slip.id != but]


def _tell(session: Session, document: Document, row: Aside, slips: Iterable[Slip], by: int) -> None:
    """Tell the owner of somebody else's thing, and both borrowers of a swapped one."""
    concerned = list(slips)
    if row.sort == "foreign" and row.owner_id is not None:
        people = telling.receiving(session, [row.owner_id])
        outbox.tell(session, "aside_owner", pool_id=document.pool_id, people=people - {by}, document_id=document.id, facts={"what": row.what})
    if concerned:
        people = telling.receiving(session, [slip.receiver_id for slip in concerned]) | telling.requesters(session, [slip.id for slip in concerned])
        topic = "aside_swapped" if len({slip.receiver_id for slip in concerned}) > 1 else "aside_kept"
        outbox.tell(session, topic, pool_id=document.pool_id, people=people - {by}, document_id=document.id, facts={"what": row.what})


def lock(session: Session, number: str, by: int, *slips: str, revision: int | None = None) -> tuple[Document, Aside]:
    """Lock what lies aside, in the order of ids with the slips it meets; guard by the keeper of its store. Raise NotFound, NotAllowed, WrongState."""
    wanted = {text.strip().upper() for text in (number, *slips) if text.strip()}
    rows = session.execute(select(Document.id, Document.number, Document.kind).where(Document.number.in_(wanted))).all()
    own = next((row for row in rows if row.number == number.strip().upper() and row.kind == "KA"), None)
    if own is None:
        raise NotFound(what=number)
    requests = session.scalars(select(Slip.request_id).where(Slip.id.in_({row.id for row in rows}))).all()
    document = records.lock_ids(session, {row.id for row in rows} | set(requests))[own.id]
    row = session.scalars(select(Aside).where(Aside.id == own.id).execution_options(populate_existing=True)).one()
    demand(session, by, Role.KEEPER, session.get_one(Store, row.store_id).organization_id)
    records.unchanged(document, revision)
    return document, row


def match(
    session: Session,
    number: str,
    tag: str,
    slip: str,
    fate: str,
    *,
    by: int,
    costs: Costs,
    condition: str = "",
    revision: int | None = None,
    occurred_at: datetime | None = None,
) -> Document:
    """Say that what lies aside is a unit missing on a slip: it is taken back there with a receipt, whose document is returned.

    `fate` is good, repair, damaged or unused, or '' to inspect it later. Raise what `take_back` raises, WrongState, NotFound.
    """
    document, row = lock(session, number, by, slip, revision=revision)
    asset = asset_called(session, document.pool_id, tag)
    back = Back(asset.tag, slip, condition=condition, note=document.number)
    if fate and fate not in FATES:
        raise FieldInvalid(field=Word(N_("How it came")), problem=Word(N_("choose one of the listed.")))
    line = replace(back, **{fate: row.count}) if fate else replace(back, arrived=row.count)  # type: ignore[arg-type]
    name, telephone = person_of(session, row.bringer_fact_id)
    receipt = take_back(session, row.store_id, [line], by=by, returned_by=name, telephone=telephone, costs=costs, occurred_at=occurred_at)
    row.asset_id, row.return_id = asset.id, receipt.id
    row.slip_id = row.slip_id or _slip(session, document.pool_id, slip).id
    end(session, document, row, "matched", by, receipt.number)
    return receipt


def person_of(session: Session, fact_id: int | None) -> tuple[str, str]:
    """Return name and telephone of a kept personal fact, empty where there is none or it was erased."""
    fact = session.get(PersonalFact, fact_id) if fact_id else None
    return (fact.name, fact.telephone) if fact is not None and fact.erased_at is None else ("", "")


def hand_out(session: Session, number: str, receipt: Receipt, *, by: int, revision: int | None = None) -> Document:
    """Give somebody else's thing to its owner against a signature; raise NotThatOwner for a thing of the pool, FieldInvalid, WrongState."""
    document, row = lock(session, number, by, revision=revision)
    if row.asset_id is not None:
        raise NotThatOwner(tag=session.get_one(Asset, row.asset_id).tag)
    receipt.checked()
    fact = records.keep_personal(session, document.pool_id, document.id, "owner", receipt.name.strip(), receipt.telephone.strip(), receipt.method, receipt.data)
    row.taker_fact_id = fact.id
    end(session, document, row, "handed_out", by)
    return document


def put_back(session: Session, number: str, outcome: str, note: str, *, by: int, revision: int | None = None) -> Document:
    """Close what turned out to stand in our books already (`ours`), or was taken in anew (`taken_in`), with a word on why; raise FieldInvalid, WrongState."""
    document, row = lock(session, number, by, revision=revision)
    if outcome not in ("ours", "taken_in"):
        raise FieldInvalid(field=Word(N_("How it ended")), problem=Word(N_("choose one of the listed.")))
    if not note.strip():
        raise FieldInvalid(field=Word(N_("Remark")), problem=Word(N_("say what was found out and where the thing is now.")))
    end(session, document, row, outcome, by, note.strip())
    return document


def end(session: Session, document: Document, row: Aside, outcome: str, by: int, note: str = "") -> None:
    """Close a thing kept aside with its outcome; raise WrongState where it is closed already."""
    when = records.occurrence(session, None)
    records.step(session, document, "closed", by, "settle", ASIDE_STEPS, note, when)
    row.outcome, row.settled_at = outcome, when
    session.flush()
