"""What every operators' command shares: refusals as one sentence on stderr, `--json`, `--as`, and who acts by default."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any, TypeVar

import click
from flask.cli import with_appcontext
from flask_babel import force_locale, gettext
from sqlalchemy import select
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.orm import Session

from assetpool.core.errors import N_, DomainError, NotFound
from assetpool.core.models import Pool
from assetpool.core.web import plain, translated
from assetpool.org.models import Membership, Organization, Person, Role
from assetpool.org.queries import person_by_username, the_pool

Command = TypeVar("Command", bound=Callable[..., Any])


class Refused(click.ClickException):
    """A command that was understood and refused: its sentence goes to stderr, the status is 1."""

    exit_code = 1

    def show(self, file: Any = None) -> None:
        """Print the sentence alone."""
        click.echo(self.format_message(), file=file or sys.stderr)


class NoPoolYet(DomainError):
    """Nothing was set up in this database."""

    sentence = N_("There is no pool in this database yet. Make one: flask --app wsgi init --pool NAME --admin USER")


class NoTables(DomainError):
    """The database was never migrated."""

    sentence = N_("The database has no tables, or not today's. Bring it to head: flask --app wsgi db upgrade")


def spoken() -> str:
    """Return the language of the terminal: zh where its locale is Chinese, else en."""
    words = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "zh" if words.lower().startswith("zh") else "en"


def spoken_on_paper() -> str:
    """Return the language of papers that go to people of the pool: zh, unless the terminal's locale names English outright."""
    words = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "en" if words.lower().startswith("en") else "zh"


def act(command: Command) -> Command:
    """Give a command the application and its refusals (DomainErrors) their sentence and status 1."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        with force_locale(spoken()):
            try:
                return command(*args, **kwargs)
            except DomainError as refusal:
                raise Refused(translated(refusal)) from refusal
            except (OperationalError, ProgrammingError) as error:
                if "no such table" in str(error) or "UndefinedTable" in str(error) or "no such column" in str(error):
                    raise Refused(gettext(NoTables.sentence)) from error
                raise

    return with_appcontext(run)  # type: ignore[return-value]


def json_option(command: Command) -> Command:
    """Add `--json`: print data and nothing else."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else.")(command)


def as_option(command: Command) -> Command:
    """Add `--as USER`: who the act is entered under."""
    return click.option("--as", "as_user", metavar="USER", help="Who acts (default: the first administrator).")(command)


def pool_of(session: Session) -> Pool:
    """Return the pool; raise NoPoolYet."""
    pool = the_pool(session)
    if pool is None:
        raise NoPoolYet
    return pool


def acting(session: Session, username: str | None) -> int:
    """Return the person a command acts as: the one named, else the pool's first administrator."""
    if username:
        return person_by_username(session, username).id
    statement = (
        select(Person.id)
        .join(Membership, Membership.person_id == Person.id)
        .join(Organization, Organization.id == Membership.organization_id)
        .where(Membership.role == Role.ADMINISTRATOR.value, Person.active, Person.pool_id == pool_of(session).id)
        .order_by(Organization.parent_id.is_not(None), Person.id)
    )
    found = session.scalar(statement.limit(1))
    if found is None:
        raise NotFound(what="--as")
    return found


def show(data: Any, as_json: bool, lines: Sequence[str]) -> None:
    """Print the data as JSON, or the lines for people."""
    if as_json:
        click.echo(json.dumps(data, ensure_ascii=False, indent=2, default=plain))
    else:
        for line in lines:
            click.echo(line)


def columns(rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> list[str]:
    """Return rows as aligned columns for a terminal, with their heads."""
    cells = [[str("" if row[name] is None else row[name]) for name in names] for row in rows]
    widths = [max([len(name), *(len(line[i]) for line in cells)]) for i, name in enumerate(names)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in [list(names), *cells]]


def password_from_stdin(wanted: bool) -> str | None:
    """Return the first line of what is piped in (or typed, when it was asked for), None when there is none."""
    if not wanted and sys.stdin.isatty():
        return None
    return sys.stdin.readline().rstrip("\r\n") or None
