"""Which labels to print: by tags, by the document that brought things in, or all of a store; on which layouts and printers, how often before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Kind, Store
from assetpool.core.errors import N_, DomainError, NotFound
from assetpool.core.tags import parse_tag
from assetpool.custody.models import OWNED, Asset, Movement
from assetpool.events.models import Event
from assetpool.labels import shape
from assetpool.labels.layouts import LAYOUTS, Layout, layout_named
from assetpool.labels.models import LabelBatch, LabelCode, LabelCount, LabelLayout, LabelPrinter
from assetpool.labels.qr import label_url
from assetpool.labels.sheet import Label
from assetpool.org.models import Organization
from assetpool.org.queries import Access
from assetpool.records.queries import by_number

MOST_LABELS = 20_000
_AT_ONCE = 5000


class TooManyLabels(DomainError):
    """More labels than one file should hold."""

    status = 422
    sentence = N_("%(count)d labels are too many for one file. Print them intake by intake, at most 20,000 at once.")


class TagsUnknown(DomainError):
    """Some tags name nothing in this pool."""

    status = 404
    sentence = N_("Nothing carries these tags: %(tags)s. Compare them with the list, and leave out what does not exist.")


def by_tags(session: Session, access: Access, texts: Sequence[str], public_url: str, language: str) -> list[Label]:
    """Return the labels of the tags as typed or scanned, in that order; raise TagMistyped, TagUnreadable or TagsUnknown."""
    tags = list(dict.fromkeys(parse_tag(text) for text in texts if text.strip()))
    found = {label.tag: label for label in _labels(session, _assets(access).where(Asset.tag.in_(tags)), public_url, language)}
    missing = [tag for tag in tags if tag not in found]
    if missing:
        codes = _codes(access).where(LabelCode.tag.in_(missing), LabelCode.asset_id.is_(None) | (LabelCode.purpose == "cage"))
        found |= {label.tag: label for label in _code_labels(session, codes, public_url, language)}
        missing = [tag for tag in tags if tag not in found]
    if missing:
        raise TagsUnknown(tags=", ".join(missing[:10]))
    return [found[tag] for tag in tags]


def by_document(session: Session, access: Access, number: str, public_url: str, language: str) -> list[Label]:
    """Return the labels that came into being by an intake, or by turning a lot into singles, in the order they were made; raise NotFound."""
    document = by_number(session, access, number, "MV" if number.strip().upper().startswith("MV") else "IN")
    made = select(Movement.asset_id).where(Movement.document_id == document.id, Movement.act.in_(("receive", "single")))
    return _labels(session, _assets(access).where(Asset.id.in_(made)), public_url, language)


def by_store(session: Session, access: Access, code: str, public_url: str, language: str) -> list[Label]:
    """Return the labels of everything a store owns; raise NotFound."""
    store = session.scalar(select(Store).where(Store.code == code.strip(), Store.pool_id == access.pool_id))
    if store is None:
        raise NotFound(what=code)
    return _labels(session, _assets(access).where(Asset.store_id == store.id, Asset.state.in_(OWNED)), public_url, language)


def by_batch(session: Session, access: Access, batch_id: int, public_url: str, language: str) -> list[Label]:
    """Return the labels of a batch of codes; blanks that a thing has claimed are left out. Raise NotFound."""
    batch = session.get(LabelBatch, batch_id)
    if batch is None or batch.pool_id != access.pool_id:
        raise NotFound(what=str(batch_id))
    codes = _codes(access).where(LabelCode.batch_id == batch_id, (LabelCode.purpose != "blank") | LabelCode.claimed_at.is_(None))
    return _code_labels(session, codes, public_url, language)


def layouts(session: Session, pool_id: int) -> dict[str, Layout]:
    """Return every layout that is offered by its name: those shipped, then the pool's own."""
    own = select(LabelLayout).where(LabelLayout.pool_id == pool_id, LabelLayout.withdrawn_at.is_(None)).order_by(LabelLayout.name)
    return LAYOUTS | {row.name: shape.read(row.name, row.title, row.measures) for row in session.scalars(own)}


def layout(session: Session, pool_id: int, name: str) -> Layout:
    """Return a layout by its name; raise LayoutUnknown. A shipped one costs no query."""
    return LAYOUTS[name] if name in LAYOUTS else layout_named(name, layouts(session, pool_id))


def printers(session: Session, pool_id: int) -> list[LabelPrinter]:
    """Return the pool's printers by name."""
    return list(session.scalars(select(LabelPrinter).where(LabelPrinter.pool_id == pool_id).order_by(LabelPrinter.name)))


def printer(session: Session, pool_id: int, printer_id: int) -> LabelPrinter:
    """Return a printer; raise NotFound."""
    found = session.get(LabelPrinter, printer_id)
    if found is None or found.pool_id != pool_id:
        raise NotFound(what=str(printer_id))
    return found


def prints(session: Session, pool_id: int, tags: Iterable[str]) -> dict[str, LabelCount]:
    """Return how often the labels of tags were printed; tags never printed are missing."""
    wanted = sorted(set(tags))
    found: dict[str, LabelCount] = {}
    for first in range(0, len(wanted), _AT_ONCE):
        rows = select(LabelCount).where(LabelCount.pool_id == pool_id, LabelCount.tag.in_(wanted[first : first + _AT_ONCE]))
        found |= {row.tag: row for row in session.scalars(rows)}
    return found


def _assets(access: Access) -> Select[Asset, Kind, Organization, Store]:
    return (
        select(Asset, Kind, Organization, Store)
        .join(Kind, Kind.id == Asset.kind_id)
        .join(Store, Store.id == Asset.store_id)
        .join(Organization, Organization.id == Store.organization_id)
        .where(Asset.pool_id == access.pool_id)
        .order_by(Asset.id)
    )


def _codes(access: Access) -> Select[LabelCode, Organization, Store, Kind, Event]:
    return (
        select(LabelCode, Organization, Store, Kind, Event)
        .join(Store, Store.id == LabelCode.store_id)
        .join(Organization, Organization.id == Store.organization_id)
        .outerjoin(Asset, Asset.id == LabelCode.asset_id)
        .outerjoin(Kind, Kind.id == Asset.kind_id)
        .outerjoin(Event, Event.id == LabelCode.event_id)
        .where(LabelCode.pool_id == access.pool_id)
        .order_by(LabelCode.id)
    )


def _code_labels(session: Session, statement: Select[LabelCode, Organization, Store, Kind, Event], public_url: str, language: str) -> list[Label]:
    """Return the labels of blanks, shelves (place and store), cages (kind, name and what it holds) and boxes (event and name)."""
    found = []
    for code, organization, store, kind, event in session.execute(statement.limit(MOST_LABELS)):
        above = {"cage": _named(kind, language), "box": _named(event, language)}.get(code.purpose, code.name)
        below = {"shelf": _named(store, language)}.get(code.purpose, code.name)
        found.append(
            Label(
                tag=code.tag,
                url=label_url(public_url, code.tag),
                kind_name=above,
                spec=" · ".join(filter(None, (below, code.note))),
                organization=_named(organization, language),
                found_telephone=store.telephone or organization.telephone,
                count=max(code.holds, 1),
                purpose=code.purpose,
            )
        )
    return found


def _named(row: Kind | Event | Store | Organization | None, language: str) -> str:
    return "" if row is None else row.name_en if language != "zh" and row.name_en else row.name


def _labels(session: Session, statement: Select[Asset, Kind, Organization, Store], public_url: str, language: str) -> list[Label]:
    rows = session.execute(statement.limit(MOST_LABELS + 1)).all()
    if len(rows) > MOST_LABELS:
        raise TooManyLabels(count=len(rows))
    return [
        Label(
            tag=asset.tag,
            url=label_url(public_url, asset.tag),
            kind_name=_named(kind, language),
            spec=kind.spec,
            organization=_named(organization, language),
            found_telephone=store.telephone or organization.telephone,
            external_no=asset.external_no,
            count=max(asset.units, 1) if asset.form == "lot" else 1,
        )
        for asset, kind, organization, store in rows
    ]
