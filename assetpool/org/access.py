"""Who is asking: sign-in state for pages, bearer tokens for the REST interface, and the mark every view must carry.

Our own pages' scripts ask the REST interface as the person signed in: they send `X-From-Page: 1`, a header that no form and no page of
another site can send here (a browser asks first, and we do not answer that question), so the cookie alone never acts. With `X-For-Person`
the page names whom it was made for: under the session of anybody else it is answered as if nobody were signed in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import wraps
from typing import Any, TypeVar

from flask import Flask, Request, abort, g, redirect, request, url_for
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_login import LoginManager, UserMixin, current_user
from sqlalchemy import Row, bindparam, select

from assetpool.core import clock
from assetpool.core.db import db
from assetpool.core.errors import N_, NotAllowed, Word
from assetpool.core.models import Pool
from assetpool.core.prepared import Prepared
from assetpool.core.web import is_api
from assetpool.org.models import ApiToken, Membership, Organization, Person, Role
from assetpool.org.queries import Access, access_of, granted
from assetpool.org.service import ROLE_WORDS, token_digest

View = TypeVar("View", bound=Callable[..., Any])
FROM_PAGE = "X-From-Page"
FOR_PERSON = "X-For-Person"
manager = LoginManager()


class Sessions(SecureCookieSessionInterface):
    """Cookies, but not for who brings a token: a machine's request is answered by its token alone, whatever cookies come along."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Return what the cookie holds, nothing beside a token."""
        return self.session_class() if _token(request) else super().open_session(app, request)


def _token(asked: Request) -> str:
    """Return the bearer token of a request to the REST interface, "" when it brings none."""
    scheme, _, token = asked.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and is_api() else ""


class SignedIn(UserMixin):  # type: ignore[misc]
    """The person of this request, as plain values that outlive the database session."""

    def __init__(self, person_id: int, name: str, username: str, epoch: int, scopes: frozenset[str] | None = None) -> None:
        self.id = person_id
        self.name = name
        self.username = username
        self.epoch = epoch
        self.scopes = scopes

    def get_id(self) -> str:
        """Return what the session cookie holds: the person and the epoch that a new password ends."""
        return f"{self.id}:{self.epoch}"


_ASKING = (
    select(
        Person.id,
        Person.name,
        Person.username,
        Person.session_epoch,
        Person.language,
        Person.pool_id,
        Pool.time_zone,
        Membership.role,
        Membership.organization_id,
        Organization.path,
    )
    .join(Pool, Pool.id == Person.pool_id)
    .outerjoin(Membership, Membership.person_id == Person.id)
    .outerjoin(Organization, Organization.id == Membership.organization_id)
    .where(Person.active)
    .order_by(Membership.id)
)
"""Who asks and what the person may do, in one query for every request."""
_BY_COOKIE = Prepared(_ASKING.where(Person.id == bindparam("person"), Person.session_epoch == bindparam("epoch")))
_BY_TOKEN = Prepared(
    _ASKING.add_columns(ApiToken.scopes)
    .join(ApiToken, ApiToken.person_id == Person.id)
    .where(ApiToken.digest == bindparam("digest"), ApiToken.revoked_at.is_(None))
)


@manager.user_loader  # type: ignore[untyped-decorator]
def _from_cookie(kept: str) -> SignedIn | None:
    if is_api() and not _from_own_page():
        return None
    person_id, _, epoch = kept.partition(":")
    if not (person_id.isdigit() and epoch.isdigit()) or (is_api() and request.headers.get(FOR_PERSON, person_id) != person_id):
        return None
    return _signed_in(_BY_COOKIE.rows(db.session(), person=int(person_id), epoch=int(epoch)))


def _from_own_page() -> bool:
    """Say whether a script of one of our own pages asks; what carries a token is a machine, whatever else it sends."""
    own = request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"
    return own and request.headers.get(FROM_PAGE) == "1" and "Authorization" not in request.headers


@manager.request_loader  # type: ignore[untyped-decorator]
def _from_token(asked: Request) -> SignedIn | None:
    token = _token(asked)
    if not token:
        return None
    rows = _BY_TOKEN.rows(db.session(), digest=token_digest(token))
    return _signed_in(rows, frozenset(rows[0].scopes.split()) if rows and rows[0].scopes else None)


def _signed_in(rows: Sequence[Row[*tuple[Any, ...]]], scopes: frozenset[str] | None = None) -> SignedIn | None:
    if not rows:
        return None
    person = rows[0]
    g.person_language = person.language
    g.zone = person.time_zone
    g.access = Access(person.id, person.pool_id, granted(rows))
    return SignedIn(person.id, person.name, person.username, person.session_epoch, scopes)


def current() -> Access:
    """Return what the signed-in person may do; loaded once per request."""
    if "access" not in g:
        g.access = access_of(db.session(), current_user.id)
    found: Access = g.access
    return found


def today() -> date:
    """Return the calendar day where the signed-in person's pool stands."""
    return clock.today(g.zone)


def me() -> int:
    """Return the signed-in person's id."""
    return int(current_user.id)


def scopes() -> frozenset[str] | None:
    """Return the scopes of the token that asks; None when it has all of the person's rights."""
    found: frozenset[str] | None = current_user.scopes
    return found


def public(view: View) -> View:
    """Mark a view that strangers may open."""
    view.__access__ = "public"  # type: ignore[attr-defined]
    return view


def signed_in(view: View) -> View:
    """Let only signed-in people pass; what they may do there the service asks."""
    return _guarded(view, ())


def role(*roles: str) -> Callable[[View], View]:
    """Let only people pass who hold one of the roles somewhere; for which organization the service asks."""
    return lambda view: _guarded(view, roles)


def _guarded(view: View, roles: tuple[str, ...]) -> View:
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if not current_user.is_authenticated:
            return abort(401) if is_api() else redirect(url_for("org.sign_in", next=request.full_path.rstrip("?") if request.method == "GET" else None))
        _scope_allows()
        if roles and not current().has(*roles):
            raise NotAllowed(role=Word(ROLE_WORDS[Role(roles[0])]))
        return view(*args, **kwargs)

    guarded.__access__ = roles or "signed_in"  # type: ignore[attr-defined]
    return guarded  # type: ignore[return-value]


def _scope_allows() -> None:
    """A token with scopes reads with `read`, writes with `write`, or does either under its feature's name."""
    scopes = current_user.scopes
    if scopes is None:
        return
    feature = request.path.split("/")[3].partition(".")[0] if is_api() and request.path.count("/") >= 3 else ""
    needed = "read" if request.method in ("GET", "HEAD", "OPTIONS") else "write"
    if not scopes & {needed, feature, f"{feature}:{needed}"}:
        raise NotAllowed(role=Word(N_("a token with the scope for this")))
