"""The one pattern of every REST endpoint: who asks, what the body holds, one act, one answer, and never twice.

In `<feature>/api.py`::

    bp = rest.blueprint("catalog", __name__, "Catalogue")

    @bp.get("/kinds/<int:kind_id>")
    @access.signed_in
    @rest.reads(KindAnswer, KindQuery, refuses=(NotFound,))
    def kind(asked: KindQuery, kind_id: int) -> rest.Json:
        return …                                  # a dict of plain values, days and moments; reads through db.session()

    @bp.post("/kinds")
    @access.signed_in
    @rest.writes(KindAnswer, NewKindBody, refuses=(KindExists,))
    def add_kind(session: Session, body: NewKindBody) -> rest.Json:
        return …                                  # runs inside `atomic()`; the act takes `by=access.me()`

`writes` opens the act, keeps the Idempotency-Key in it, and answers 201 (or `status=`). With `optional=True` an empty body counts as {}.
`asks` is a POST that only reads. Bodies and queries are pydantic models (records.schemas), answers TypedDicts. Refusals are DomainErrors;
`core.web` writes them as problems. A list of documents returns `rest.newest(asked, queries.page, …)`; any other list
`rest.page(items, next)`, with `rest.after(asked.cursor, (int,))` to go on.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from hashlib import sha256
from typing import Any, Literal, TypeVar

from flask import Blueprint, Response, abort, request
from pydantic import ValidationError
from pydantic_core import to_json
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assetpool.core.db import atomic, db
from assetpool.core.errors import N_, DomainError, FieldInvalid, NotFound, Word
from assetpool.core.web import cursor_of, parse_cursor
from assetpool.org import access
from assetpool.records import idempotency
from assetpool.records.bodies import explained
from assetpool.records.models import Document
from assetpool.records.schemas import LARGEST_ID, Body, ListQuery, Query

Json = Any
"""A TypedDict or dict of what JSON can hold, days and moments included; what it holds the answer type of the decorator says."""

View = Callable[..., Json]
Shown = Callable[..., Response]
Marked = Callable[[View], Shown]
AnyBody = TypeVar("AnyBody", bound=Body)
AnyQuery = TypeVar("AnyQuery", bound=Query)
AnyRow = TypeVar("AnyRow")


class MalformedJson(DomainError):
    """The body cannot be read as JSON."""

    status = 400
    sentence = N_("The body is not JSON in UTF-8 (%(where)s). Correct it and send it again.")


@dataclass(frozen=True)
class Operation:
    """What the OpenAPI document says of a view."""

    answer: Any
    query: type[Query] | None = None
    body: type[Body] | None = None
    body_required: bool = True
    status: int = 200
    refuses: tuple[type[DomainError], ...] = ()
    writes: bool = False
    upload: bool = False
    media_type: str = "application/json"


class Tagged(Blueprint):
    """A blueprint of the REST interface with its chapter in the documentation."""

    chapter: str = ""


def blueprint(feature: str, module: str, chapter: str) -> Tagged:
    """Return the blueprint `<feature>_api` under /api/v1; `chapter` is its heading in the documentation."""
    made = Tagged(f"{feature}_api", module, url_prefix="/api/v1")
    made.chapter = chapter
    return made


def reads(answer: Any, query: type[Query] | None = None, *, refuses: Sequence[type[DomainError]] = (), media_type: str = "application/json") -> Marked:
    """Mark a GET view: it is called with the checked query (if one is named) and the parts of the path, and returns its answer.

    An answer that is a Response already (a file) is passed on as it is.
    """
    operation = Operation(answer, query=query, refuses=tuple(refuses), media_type=media_type)

    def marked(view: View) -> Shown:
        @wraps(view)
        def shown(**path: Any) -> Response:
            _readable(path)
            found = view(**path) if query is None else view(asked(query), **path)
            return found if isinstance(found, Response) else _sent(_text(found), 200)

        return _described(shown, operation)

    return marked


def asks(answer: Any, body: type[Body], *, optional: bool = False, refuses: Sequence[type[DomainError]] = (), media_type: str = "application/json") -> Marked:
    """Mark a POST view that changes nothing (its question is too long for an address); it may answer a file."""
    operation = Operation(answer, body=body, body_required=not optional, refuses=tuple(refuses), media_type=media_type)

    def marked(view: View) -> Shown:
        @wraps(view)
        def shown(**path: Any) -> Response:
            _readable(path)
            found = view(said(body, optional), **path)
            return found if isinstance(found, Response) else _sent(_text(found), 200)

        return _described(shown, operation)

    return marked


def writes(
    answer: Any,
    body: type[Body] | None = None,
    *,
    status: Literal[200, 201] = 201,
    optional: bool = False,
    refuses: Sequence[type[DomainError]] = (),
    secret: str = "",
) -> Marked:
    """Mark a POST view that is an act: called inside `atomic()` with the session, the checked body and the parts of the path.

    Its answer is kept under the person's Idempotency-Key in the same transaction (the member `secret` names as null);
    a refusal is not kept and is judged anew.
    """
    operation = Operation(
        answer, body=body, body_required=body is not None and not optional, status=status, refuses=(*refuses, idempotency.IdempotencyKeyReused), writes=True
    )

    def marked(view: View) -> Shown:
        @wraps(view)
        def done(**path: Any) -> Response:
            _readable(path)
            spoken = None if body is None else said(body, optional)
            return once(lambda session: view(session, **path) if spoken is None else view(session, spoken, **path), request.get_data(), status, secret)

        return _described(done, operation)

    return marked


def uploads(answer: Any, *, prepare: Callable[[bytes], Any] = bytes, refuses: Sequence[type[DomainError]] = ()) -> Marked:
    """Mark a POST view that takes one file (multipart, part `file`): called inside `atomic()` with session, file name and bytes.

    With `prepare` the view gets what that made of the bytes before the act began.
    """
    operation = Operation(answer, status=201, refuses=(*refuses, idempotency.IdempotencyKeyReused), writes=True, upload=True)

    def marked(view: View) -> Shown:
        @wraps(view)
        def done(**path: Any) -> Response:
            _readable(path)
            given = request.files.get("file")
            if given is None:
                raise FieldInvalid(field="file", problem=Word(N_("send one file as multipart/form-data, in the part named file.")))
            name, content = given.filename or "file", given.read()
            ready = prepare(content)
            return once(lambda session: view(session, name, ready, **path), name.encode() + b"\0" + content, 201)

        return _described(done, operation)

    return marked


def once(act: Callable[[Session], Json], content: bytes, status: int, secret: str = "") -> Response:
    """Perform an act in its own transaction and answer it, or give the answer again that its Idempotency-Key brought before."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and (not 0 < len(key) <= idempotency.LONGEST_KEY or not key.isprintable()):
        raise FieldInvalid(field="Idempotency-Key", problem=Word(N_("use 1 to 200 printable characters.")))
    try:
        return _performed(act, content, status, secret, key)
    except IntegrityError as error:
        if "foreign key" not in str(error.orig).lower():
            raise
        raise FieldInvalid(field="body", problem=Word(N_("it names by its id something that does not exist."))) from error


def _performed(act: Callable[[Session], Json], content: bytes, status: int, secret: str, key: str | None) -> Response:
    with atomic() as session:
        if key is not None:
            kept = idempotency.claim(session, access.me(), key, request_digest(content))
            if kept is not None:
                answer = _sent(kept.body.encode(), kept.status)
                answer.headers["Idempotent-Replayed"] = "true"
                return answer
        found = act(session)
        text = _text(found)
        if key is not None:
            idempotency.keep(session, access.me(), key, status, (_text({**found, secret: None}) if secret else text).decode())
    return _sent(text, status)


def request_digest(content: bytes) -> str:
    """Return what makes a request the same one: method, address and body (JSON without regard to spaces and order)."""
    try:
        plain = json.dumps(json.loads(content), sort_keys=True, separators=(",", ":")).encode() if request.is_json and content else content
    except ValueError:
        plain = content
    return sha256(f"{request.method} {request.path}\n".encode() + plain).hexdigest()


def said(body: type[AnyBody], optional: bool) -> AnyBody:
    """Read the request's JSON body; raise MalformedJson (400), FieldInvalid (422), or 415 when it is something else."""
    content = request.get_data()
    if not content.strip() and optional:
        content = b"{}"
    elif not request.is_json:
        abort(415)
    try:
        found = body.model_validate_json(content)
    except ValidationError as error:
        problems = error.errors(include_url=False)
        if problems[0]["type"] == "json_invalid":
            raise MalformedJson(where=str(problems[0].get("ctx", {}).get("error", "")).partition(":")[0]) from error
        raise explained(problems) from error
    if b"\\u0000" in content or b"\0" in content:
        raise FieldInvalid(field="body", problem=Word(N_("take out the character with code 0.")))
    return found


def asked(query: type[AnyQuery]) -> AnyQuery:
    """Read what stands after the question mark; raise FieldInvalid for what cannot be used."""
    given = {name: value for name, value in request.args.items() if value.strip()}
    if any("\0" in value for value in given.values()):
        raise FieldInvalid(field="query", problem=Word(N_("take out the character with code 0.")))
    try:
        return query.model_validate_strings(given)
    except ValidationError as error:
        raise explained(error.errors(include_url=False)) from error


def after(cursor: str | None, kinds: tuple[type, ...], order: str | None = None) -> list[Any] | None:
    """Return where a list goes on, as `page` packed it; None at the beginning. A list of several orders begins its cursors with `order`."""
    parts = parse_cursor(cursor, kinds)
    if parts is not None and (any(isinstance(part, int) and abs(part) > LARGEST_ID for part in parts) or (order is not None and parts[0] != order)):
        return parse_cursor("-", kinds)
    return parts


def page(items: Sequence[Json], following: tuple[int | str, ...] | None, total: int | None = None, **more: Json) -> dict[str, Json]:
    """Return a page of a list; `following` is the place after its last item, None when nothing follows."""
    return {"items": items, "next": None if following is None else cursor_of(*following), "total": total, **more}


def newest(asked: ListQuery, found: Callable[..., Sequence[AnyRow]], paper: Callable[[AnyRow], Document], item: Callable[[AnyRow], Json]) -> Json:
    """Return a page of the documents one may see, newest first.

    `found(session, access, before=, limit=)` is the query of the list: one row more than `limit` where something follows; `paper` names a row's
    document, `item` what is answered of it.
    """
    before = after(asked.cursor, (int,))
    rows = found(db.session(), access.current(), before=before[0] if before else None, limit=asked.limit)
    shown = rows[: asked.limit]
    return page([item(row) for row in shown], (paper(shown[-1]).id,) if len(rows) > len(shown) else None)


def _readable(path: dict[str, Any]) -> None:
    """Answer 404 for a path that no row can have: numbers past the database's, characters it refuses."""
    for value in path.values():
        if (isinstance(value, int) and value > LARGEST_ID) or (isinstance(value, str) and "\0" in value):
            raise NotFound(what=str(value).replace("\0", "?"))


def _text(found: Json) -> bytes:
    return to_json(found)


def _sent(text: bytes, status: int) -> Response:
    return Response(text, status=status, content_type="application/json")


def _described(view: Shown, operation: Operation) -> Shown:
    view.__rest__ = operation  # type: ignore[attr-defined]
    return view
