"""`init`: a real pool with its root organization, first store, classes, policies and administrator."""

from __future__ import annotations

import sys

import click
from flask import current_app
from flask_migrate import upgrade
from sqlalchemy import inspect
from sqlalchemy.orm import Session

from assetpool.catalog import service as catalog
from assetpool.catalog import shipped
from assetpool.catalog.classes import DEFAULT_CODE_SET
from assetpool.cli import frame
from assetpool.core.db import atomic, db
from assetpool.core.errors import N_, DomainError
from assetpool.org import service as org
from assetpool.org.models import OrganizationKind, Role
from assetpool.org.queries import the_pool
from assetpool.savings import policies
from assetpool.standards import service as standards


class PoolExists(DomainError):
    """A database holds one pool."""

    sentence = N_("This database already holds the pool “%(name)s”. Use another database: DATABASE_URL.")


def found(
    session: Session, name: str, code: str, kind: str, time_zone: str, store_code: str, store_name: str, demonstration: bool = False
) -> tuple[int, int, int]:
    """Make a pool with its root organization, first store, classes and policies inside an open act; return their ids (pool, root, store)."""
    pool = org.found_pool(session, code, name, time_zone, demonstration)
    root = org.add_organization(session, pool.id, code, name, kind, None)
    store = catalog.add_store(session, pool.id, store_code, store_name, root.id, "physical", None)
    catalog.load_classes(session, DEFAULT_CODE_SET, shipped.table("asset_classification"))
    standards.load(session, pool.id, shipped.table("configuration_standard"))
    policies.install(session, pool.id)
    return pool.id, root.id, store.id


def migrate_if_empty() -> None:
    """Bring a database without any table to head."""
    if not inspect(db.engine).get_table_names():
        db.session.remove()
        upgrade()


@click.command()
@click.option("--pool", "name", required=True, metavar="NAME", help="What the pool is called; its root organization too.")
@click.option("--admin", required=True, metavar="USER", help="User name of the first administrator; the password is asked for, or read from stdin.")
@click.option("--code", default="CITY", show_default=True, help="Code of the root organization.")
@click.option("--kind", type=click.Choice([kind.value for kind in OrganizationKind]), default="city", show_default=True, help="Level of the root organization.")
@click.option("--store-code", default="MAIN", show_default=True, help="Code of the first store.")
@click.option("--store-name", default="中心仓", show_default=True, help="Name of the first store.")
@click.option("--time-zone", metavar="IANA", help="The pool's time zone (default: the setting POOL_TIME_ZONE).")
@click.option("--password-stdin", is_flag=True, help="Read the password from the first line of stdin.")
@frame.json_option
@frame.act
def init(name: str, admin: str, code: str, kind: str, store_code: str, store_name: str, time_zone: str | None, password_stdin: bool, as_json: bool) -> None:
    """Make a new pool in an empty database."""
    migrate_if_empty()
    known = the_pool(db.session())
    if known is not None:
        raise PoolExists(name=known.name)
    if sys.stdin.isatty() and not password_stdin:
        password: str | None = click.prompt(f"Password of {admin}", hide_input=True, confirmation_prompt=True, err=True)
    else:
        password = frame.password_from_stdin(password_stdin)
    with atomic() as session:
        pool_id, root_id, _ = found(session, name, code, kind, time_zone or current_app.config["POOL_TIME_ZONE"], store_code, store_name)
        person = org.add_person(session, pool_id, admin, admin, password)
        org.grant(session, person.id, root_id, Role.ADMINISTRATOR)
    if password is None:
        click.echo(f"{admin} has no password yet: flask --app wsgi users password {admin}", err=True)
    made = {"pool": name, "organization": code, "store": store_code, "user": admin}
    frame.show(made, as_json, [f"The pool “{name}” is ready: organization {code}, store {store_code}, administrator {admin}."])
