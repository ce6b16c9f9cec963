"""Which labels to print: by tags, by the document that brought things in, or all of a store."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Kind, Store
from assetpool.core.errors import N_, DomainError, NotFound
from assetpool.core.tags import parse_tag
from assetpool.custody.models import OWNED, Asset, Movement
from assetpool.labels.qr import label_url
from assetpool.labels.sheet import Label
from assetpool.org.models import Organization
from assetpool.org.queries import Access
from assetpool.records.queries import by_number

MOST_LABELS = 20_000


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
        raise TagsUnknown(tags=", ".join(missing[:10]))
    return [found[tag] for tag in tags]


def by_document(session: Session, access: Access, number: str, public_url: str, language: str) -> list[Label]:
    """Return the labels that came into being by an intake, in the order they were made; raise NotFound."""
    document = by_number(session, access, number, "IN")
    made = select(Movement.asset_id).where(Movement.document_id == document.id, Movement.act == "receive")
    return _labels(session, _assets(access).where(Asset.id.in_(made)), public_url, language)


def by_store(session: Session, access: Access, code: str, public_url: str, language: str) -> list[Label]:
    """Return the labels of everything a store owns; raise NotFound."""
    store = session.scalar(select(Store).where(Store.code == code.strip(), Store.pool_id == access.pool_id))
    if store is None:
        raise NotFound(what=code)
    return _labels(session, _assets(access).where(Asset.store_id == store.id, Asset.state.in_(OWNED)), public_url, language)


def _assets(access: Access) -> Select[Asset, Kind, Organization, Store]:
    return (
        select(Asset, Kind, Organization, Store)
        .join(Kind, Kind.id == Asset.kind_id)
        .join(Store, Store.id == Asset.store_id)
        .join(Organization, Organization.id == Store.organization_id)
        .where(Asset.pool_id == access.pool_id)
        .order_by(Asset.id)
    )


def _labels(session: Session, statement: Select[Asset, Kind, Organization, Store], public_url: str, language: str) -> list[Label]:
    rows = session.execute(statement.limit(MOST_LABELS + 1)).all()
    if len(rows) > MOST_LABELS:
        raise TooManyLabels(count=len(rows))
    return [
        Label(
            tag=asset.tag,
            url=label_url(public_url, asset.tag),
            kind_name=kind.name if language == "zh" or not kind.name_en else kind.name_en,
            spec=kind.spec,
            organization=organization.name if language == "zh" or not organization.name_en else organization.name_en,
            found_telephone=store.telephone or organization.telephone,
            external_no=asset.external_no,
            count=max(asset.units, 1) if asset.form == "lot" else 1,
        )
        for asset, kind, organization, store in rows
    ]
