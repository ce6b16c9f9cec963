"""`users` and `tokens`: who may sign in, with which roles, and the tokens of scripts."""

from __future__ import annotations

import sys

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from assetpool.cli import frame
from assetpool.core.db import atomic
from assetpool.org import service, signing_in
from assetpool.org.models import Role
from assetpool.org.queries import organization_by_code, person_by_username, root_of

users = AppGroup("users", help="People who sign in, and their roles.")
tokens = AppGroup("tokens", help="Tokens of scripts.")
_role = click.option("--role", "roles", type=click.Choice([role.value for role in Role]), multiple=True, required=True, help="May be given several times.")
_organization = click.option("--organization", metavar="CODE", help="For which organization and all below it (default: the root).")


@users.command("create")
@click.argument("username")
@_role
@_organization
@click.option("--name", default="", help="How the person is called on papers (default: the user name).")
@click.option("--password-stdin", is_flag=True, help="Read the password from the first line of stdin.")
@frame.as_option
@frame.json_option
@frame.act
def create(username: str, roles: tuple[str, ...], organization: str | None, name: str, password_stdin: bool, as_user: str | None, as_json: bool) -> None:
    """Add a person with one or more roles."""
    password = frame.password_from_stdin(True) if password_stdin else None
    digest = signing_in.hashed(password) if password is not None else ""
    with atomic() as session:
        pool = frame.pool_of(session)
        at = _at(session, pool.id, organization)
        by = frame.acting(session, as_user)
        person = service.add_person(session, pool.id, username, name or username)
        if digest:
            service.set_password(session, person, digest)
        for role in roles:
            service.appoint(session, person.id, at, role, by=by)
    without = "" if password else f" No password yet: flask --app wsgi users password {username}"
    made = {"user": username, "roles": sorted(roles), "organization": organization, "password": password is not None}
    frame.show(made, as_json, [f"{username} may now act as {', '.join(sorted(roles))}.{without}"])


@users.command("grant")
@click.argument("username")
@_role
@_organization
@frame.as_option
@frame.act
def grant(username: str, roles: tuple[str, ...], organization: str | None, as_user: str | None) -> None:
    """Give a person further roles."""
    with atomic() as session:
        at = _at(session, frame.pool_of(session).id, organization)
        by = frame.acting(session, as_user)
        person = person_by_username(session, username)
        for role in roles:
            service.appoint(session, person.id, at, role, by=by)


@users.command("password")
@click.argument("username")
@click.option("--password-stdin", is_flag=True, help="Read the password from the first line of stdin.")
@frame.act
def password(username: str, password_stdin: bool) -> None:
    """Set a new password and end the person's sessions."""
    asked = sys.stdin.isatty() and not password_stdin
    new = click.prompt("New password", hide_input=True, confirmation_prompt=True, err=True) if asked else frame.password_from_stdin(True) or ""
    digest = signing_in.hashed(new)
    with atomic() as session:
        service.set_password(session, person_by_username(session, username), digest)


def _at(session: Session, pool_id: int, code: str | None) -> int:
    if code:
        return organization_by_code(session, pool_id, code).id
    root = root_of(session, pool_id)
    if root is None:
        raise frame.NoPoolYet
    return root.id


@tokens.command("create")
@click.argument("username")
@click.option(
    "--scope", "scopes", multiple=True, metavar="SCOPE", help="read, write, or a resource such as assets or assets:read; none: all of the person's rights."
)
@click.option("--name", default="", help="What the token is for.")
@frame.json_option
@frame.act
def create_token(username: str, scopes: tuple[str, ...], name: str, as_json: bool) -> None:
    """Make a token for a person and print it, the only time it can be read."""
    with atomic() as session:
        frame.pool_of(session)
        person = person_by_username(session, username)
        token = service.issue_token(session, person.id, name, scopes)
        made = {"token": token, "user": person.username, "scopes": sorted(scopes)}
    frame.show(made, as_json, [token])
