"""Codes of their own: blank ones printed in batches and claimed by a thing later, and the labels of shelves, cages and event boxes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Store
from assetpool.core import clock
from assetpool.core.errors import N_, DomainError, FieldInvalid, NotFound, Word
from assetpool.core.tags import TagMistyped, TagUnreadable, parse_tag
from assetpool.custody import service as custody
from assetpool.custody.models import Asset
from assetpool.events.models import Event
from assetpool.labels.meaning import assets_called
from assetpool.labels.models import LabelBatch, LabelCode
from assetpool.org.models import Role
from assetpool.org.queries import access_of
from assetpool.org.service import demand

MOST_AT_ONCE = 5000


class NotBlank(DomainError):
    """The code is none of the blank ones."""

    status = 422
    sentence = N_("%(tag)s is not a blank label. Scan one that was printed in advance, or print the thing's own label.")


class BlankTaken(DomainError):
    """Another thing has claimed the blank code before."""

    sentence = N_("%(tag)s belongs to another thing already. Take the next blank label.")


class SeveralThings(DomainError):
    """A number names more than one thing."""

    sentence = N_("%(what)s names several things. Scan or type the tag of the one that gets the label.")


class PlaceHasLabel(DomainError):
    """The place has a code already."""

    sentence = N_("The place %(place)s has a label already. Print that one again.")


@dataclass(frozen=True)
class NewCode:
    """One code to make: what is written on it; a cage's lot by its tag and how many it holds; a box's event."""

    name: str = ""
    note: str = ""
    lot: str = ""
    holds: int = 0
    event_id: int | None = None


def make(session: Session, store_id: int, purpose: str, wanted: Sequence[NewCode], *, by: int) -> LabelBatch:
    """Make codes for a store in one batch; raise NotFound, NotAllowed, FieldInvalid, PlaceHasLabel."""
    store = session.get(Store, store_id)
    if store is None:
        raise NotFound(what=str(store_id))
    access = demand(session, by, Role.KEEPER, store.organization_id)
    if not 0 < len(wanted) <= MOST_AT_ONCE:
        raise FieldInvalid(field=Word(N_("Quantity")), problem=Word(N_("make between 1 and 5,000 labels at once.")))
    for new in wanted:
        if purpose != "blank" and not new.name.strip():
            raise FieldInvalid(field=Word(N_("Name")), problem=Word(N_("write what stands on the label.")))
    if purpose == "shelf":
        _new_places(session, store_id, [new.name.strip() for new in wanted])
    lots = _lots(session, access.pool_id, wanted) if purpose == "cage" else {}
    if purpose == "box":
        _known_events(session, access.pool_id, wanted)
    batch = LabelBatch(pool_id=access.pool_id, store_id=store_id, purpose=purpose, count=len(wanted), made_by=by, made_at=clock.now())
    session.add(batch)
    session.flush()
    for new, tag in zip(wanted, custody.next_tags(session, len(wanted)), strict=True):
        code = LabelCode(pool_id=access.pool_id, tag=tag, purpose=purpose, batch_id=batch.id, store_id=store_id)
        code.name, code.note, code.event_id = new.name.strip()[:80], new.note.strip()[:200], new.event_id
        if purpose == "cage":
            code.asset_id, code.holds = lots[new.lot], new.holds
        session.add(code)
    session.flush()
    return batch


def _new_places(session: Session, store_id: int, names: list[str]) -> None:
    known = set(session.scalars(select(LabelCode.name).where(LabelCode.store_id == store_id, LabelCode.purpose == "shelf", LabelCode.name.in_(names))))
    for number, name in enumerate(names):
        if name in known or name in names[:number]:
            raise PlaceHasLabel(place=name)


def _lots(session: Session, pool_id: int, wanted: Sequence[NewCode]) -> dict[str, int]:
    """Return the lots that cages hold units of, by what was typed."""
    found = assets_called(session, pool_id, {parse_tag(new.lot) for new in wanted})
    for new in wanted:
        lot = found.get(parse_tag(new.lot))
        if lot is None or lot.form != "lot":
            raise FieldInvalid(field=Word(N_("Lot")), problem=Word(N_("a cage holds units of a counted lot; scan that lot's label.")))
        if not 0 < new.holds <= 10_000:
            raise FieldInvalid(field=Word(N_("Holds")), problem=Word(N_("enter a whole number above 0.")))
    return {new.lot: found[parse_tag(new.lot)].id for new in wanted}


def _known_events(session: Session, pool_id: int, wanted: Sequence[NewCode]) -> None:
    ids = {new.event_id for new in wanted}
    known = set(session.scalars(select(Event.id).where(Event.pool_id == pool_id, Event.id.in_({i for i in ids if i is not None}))))
    if ids - known:
        raise NotFound(what=Word(N_("Event")))


@dataclass(frozen=True)
class Claim:
    """A blank code and the thing that gets it: its tag, its serial number or its number in the organization's books."""

    blank: str
    thing: str


def claim(session: Session, claims: Sequence[Claim], *, by: int) -> dict[str, str]:
    """Let things take blank codes as their tags; return the new tag by the old one.

    The old tag still leads to the thing. Raise NotBlank, BlankTaken, SeveralThings, NotFound, NotAllowed, FieldInvalid.
    """
    pool_id = access_of(session, by).pool_id
    blanks = [parse_tag(each.blank) for each in claims]
    ids = _things(session, pool_id, [each.thing for each in claims])
    if not claims or len(set(blanks)) < len(blanks) or len(set(ids)) < len(ids):
        raise FieldInvalid(field=Word(N_("Labels")), problem=Word(N_("pair each blank label with one thing, each once.")))
    assets = custody.lock_assets(session, ids)
    stores = select(Store.organization_id).where(Store.id.in_({asset.store_id for asset in assets.values()})).distinct()
    for organization_id in session.scalars(stores):
        demand(session, by, Role.KEEPER, organization_id)
    rows = select(LabelCode).where(LabelCode.pool_id == pool_id, LabelCode.tag.in_(blanks)).order_by(LabelCode.id).with_for_update()
    codes = {code.tag: code for code in session.scalars(rows.execution_options(populate_existing=True))}
    now, renamed = clock.now(), {}
    for tag, asset_id in zip(blanks, ids, strict=True):
        code, asset = codes.get(tag), assets[asset_id]
        if code is None or code.purpose != "blank":
            raise NotBlank(tag=tag)
        if code.claimed_at is not None:
            raise BlankTaken(tag=tag)
        code.asset_id, code.claimed_by, code.claimed_at = asset_id, by, now
        renamed[asset.tag], asset.tag = tag, tag
    _remember(session, [(assets[asset_id], former) for asset_id, former in zip(ids, renamed, strict=True)], by)
    session.flush()
    return renamed


def _things(session: Session, pool_id: int, texts: Sequence[str]) -> list[int]:
    """Return the one thing that each tag, present or former, or number on a thing names; two queries for the tags, one for the numbers."""
    tags: dict[str, str] = {}
    for text in texts:
        try:
            tags[text] = parse_tag(text)
        except TagMistyped:
            raise
        except TagUnreadable:
            continue
    called = assets_called(session, pool_id, tags.values())
    numbers = {text.strip() for text in texts if text not in tags} - {""}
    numbered = select(Asset.id, Asset.serial, Asset.external_no).where(Asset.pool_id == pool_id, or_(Asset.serial.in_(numbers), Asset.external_no.in_(numbers)))
    bearing: dict[str, set[int]] = defaultdict(set)
    for row in session.execute(numbered) if numbers else ():
        for number in {row[1], row[2]} & numbers:
            bearing[number].add(row[0])
    return [_one(text, {called[tags[text]].id} if tags.get(text) in called else bearing[text.strip()]) for text in texts]


def _one(text: str, found: set[int]) -> int:
    """Return the only thing that a text names; raise SeveralThings, NotFound."""
    if len(found) > 1:
        raise SeveralThings(what=text.strip())
    if not found:
        raise NotFound(what=text.strip()[:60])
    return next(iter(found))


def _remember(session: Session, renamed: Sequence[tuple[Asset, str]], by: int) -> None:
    """Keep what things were called, so that their old labels still open them; a label claimed before is kept already."""
    kept = set(session.scalars(select(LabelCode.tag).where(LabelCode.tag.in_([former for _asset, former in renamed]))))
    for asset, former in renamed:
        if former not in kept:
            session.add(
                LabelCode(
                    pool_id=asset.pool_id, tag=former, purpose="former", store_id=asset.store_id, asset_id=asset.id, claimed_by=by, claimed_at=clock.now()
                )
            )
