"""The operators' commands, loaded when one is asked for: a server needs neither them nor what only they use (migrations, archives)."""

from __future__ import annotations

from importlib import import_module

import click
from flask import Flask
from flask.cli import AppGroup


class Commands(AppGroup):
    """The application's group of commands; `assetpool.cli.commands` is imported and registered at the first look into it."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app.name)
        self._app = app

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        self._load()
        return super().list_commands(ctx)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Return a command by its name, None when there is none."""
        self._load()
        return super().get_command(ctx, name)

    def _load(self) -> None:
        import_module("assetpool.cli.commands").register(self._app)
