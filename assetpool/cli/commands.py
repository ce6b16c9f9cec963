"""The list of commands, once. A new command is registered here."""

from __future__ import annotations

from pathlib import Path

import click
from flask import Flask
from flask_migrate import Migrate

from assetpool.cli import calendars, demo, https, imports, labelling, people, price_books, proof, registers, saving, savings, setting_up
from assetpool.core.db import db

MIGRATIONS = Path(__file__).resolve().parent.parent.parent / "migrations"
COMMANDS: tuple[click.Group | click.Command, ...] = (
    setting_up.init,
    people.users,
    people.tokens,
    registers.organizations,
    registers.stores,
    registers.kinds,
    proof.audit,
    proof.jobs,
    imports.assets,
    calendars.holidays,
    price_books.prices,
    labelling.labels,
    https.https,
    demo.demo,
    savings.savings,
    saving.backup,
    saving.restore,
)


def register(app: Flask) -> None:
    """Give an application its commands, `db` for migrations among them; once is enough."""
    if "migrate" in app.extensions:
        return
    Migrate(app, db, directory=str(MIGRATIONS), render_as_batch=True)
    for command in COMMANDS:
        app.cli.add_command(command)
