"""`organizations`, `stores` and `kinds`: the registers, for scripts and for people."""

from __future__ import annotations

from typing import Any

import click
from flask.cli import AppGroup

from assetpool.catalog import queries as catalog
from assetpool.catalog import service as catalog_service
from assetpool.catalog.models import Kind, Price, Rent
from assetpool.cli import frame
from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.custody.queries import assets_per_store, units_per_kind
from assetpool.org import service as org
from assetpool.org.models import OrganizationKind, Role
from assetpool.org.queries import names, organization_by_code, root_of
from assetpool.org.queries import organizations as tree

organizations = AppGroup("organizations", help="The tree of organizations.")
stores = AppGroup("stores", help="Physical and virtual stores.")
kinds = AppGroup("kinds", help="What can be asked for.")
PAGE = 1000


@organizations.command("list")
@frame.json_option
@frame.act
def list_organizations(as_json: bool) -> None:
    """List the organizations, root first."""
    session = db.session()
    rows = tree(session, frame.pool_of(session).id)
    codes = {row.id: row.code for row in rows}
    data = [
        {"id": row.id, "code": row.code, "name": row.name, "name_en": row.name_en, "kind": row.kind, "parent_code": codes.get(row.parent_id or 0)}
        for row in rows
    ]
    frame.show(data, as_json, frame.columns(data, ("code", "kind", "parent_code", "name")))


@organizations.command("create")
@click.argument("code")
@click.option("--name", required=True)
@click.option("--parent", metavar="CODE", help="Default: the root.")
@click.option("--kind", type=click.Choice([kind.value for kind in OrganizationKind]), default="department", show_default=True)
@frame.as_option
@frame.act
def create_organization(code: str, name: str, parent: str | None, kind: str, as_user: str | None) -> None:
    """Add an organization."""
    with atomic() as session:
        pool = frame.pool_of(session)
        above = organization_by_code(session, pool.id, parent) if parent else root_of(session, pool.id)
        if above is None:
            raise frame.NoPoolYet
        org.demand(session, frame.acting(session, as_user), Role.ADMINISTRATOR, above.id)
        org.add_organization(session, pool.id, code, name, kind, above.id)


@stores.command("list")
@frame.json_option
@frame.act
def list_stores(as_json: bool) -> None:
    """List the stores with the number of labels in each."""
    session = db.session()
    rows = catalog.all_stores(session, frame.pool_of(session).id)
    owners = names(session, [row.organization_id for row in rows])
    counts = assets_per_store(session, [row.id for row in rows])
    data = [
        {
            "id": row.id,
            "code": row.code,
            "name": row.name,
            "name_en": row.name_en,
            "type": row.type,
            "organization_code": owners[row.organization_id].code,
            "assets": counts.get(row.id, 0),
        }
        for row in rows
    ]
    frame.show(data, as_json, frame.columns(data, ("code", "type", "organization_code", "assets", "name")))


@stores.command("create")
@click.argument("code")
@click.option("--name", required=True)
@click.option("--organization", metavar="CODE", help="Default: the root.")
@click.option("--type", "form", type=click.Choice(["physical", "virtual"]), default="physical", show_default=True)
@frame.as_option
@frame.act
def create_store(code: str, name: str, organization: str | None, form: str, as_user: str | None) -> None:
    """Open a store."""
    with atomic() as session:
        pool = frame.pool_of(session)
        at = organization_by_code(session, pool.id, organization) if organization else root_of(session, pool.id)
        if at is None:
            raise frame.NoPoolYet
        catalog_service.add_store(session, pool.id, code, name, at.id, form, frame.acting(session, as_user))


@kinds.command("list")
@click.option("--q", "query", default="", help="Words to look for.")
@click.option("--class", "class_code", default="", help="A class code; classes below it too.")
@frame.json_option
@frame.act
def list_kinds(query: str, class_code: str, as_json: bool) -> None:
    """List the kinds with today's price and rent and the units owned."""
    session = db.session()
    pool = frame.pool_of(session)
    today = clock.today(pool.time_zone)
    units = units_per_kind(session)
    data: list[dict[str, Any]] = []
    after: int | None = 0
    while after is not None:
        page, _ = catalog.listed_kinds(session, pool.id, query, class_code, after, PAGE, withdrawn=True)
        ids = [kind.id for kind in page]
        prices, rents = catalog.prices_on(session, ids, today), catalog.rents_on(session, ids, today)
        data += [_kind(kind, prices.get(kind.id), rents.get(kind.id), units.get(kind.id, 0)) for kind in page]
        after = ids[-1] if len(page) == PAGE else None
    frame.show(data, as_json, frame.columns(data, ("id", "class_code", "measure", "owned", "name", "spec")))


def _kind(kind: Kind, price: Price | None, rent: Rent | None, owned: int) -> dict[str, Any]:
    return {
        "id": kind.id,
        "class_code": kind.class_code,
        "class_code_set": kind.class_code_set,
        "class_confirmed": kind.class_confirmed,
        "name": kind.name,
        "name_en": kind.name_en,
        "spec": kind.spec,
        "measure": kind.measure,
        "reference_price_fen": price.amount if price else None,
        "rent_fen_per_day": rent.per_day if rent else None,
        "owned": owned,
        "withdrawn": kind.withdrawn_at is not None,
    }
