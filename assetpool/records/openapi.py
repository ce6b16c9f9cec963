"""The OpenAPI 3.1 document of the REST interface, made from the views themselves, and its pages; both public, nothing loaded from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from flask import Flask, Response, current_app, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from markupsafe import Markup, escape
from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaMode

from assetpool.core.errors import DomainError, FieldInvalid, NotAllowed, NotFound
from assetpool.org import access
from assetpool.records import rest
from assetpool.records.idempotency import LONGEST_KEY, IdempotencyKeyReused
from assetpool.records.schemas import Problem

bp = rest.blueprint("openapi", __name__, "About")

PREFIX = "/api/v1"
_PART = re.compile(r"<(?:(?P<kind>\w+)(?:\([^)]*\))?:)?(?P<name>\w+)>")
_FIGURE = re.compile(r"%\((\w+)\)[sd]")
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Kept per person for 90 days; the same key with the same request gives the same answer again, with another one 422.",
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY},
}
_LANGUAGE = {"name": "lang", "in": "query", "required": False, "description": "language of sentences", "schema": {"type": "string", "enum": ["zh", "en"]}}
_GENERAL = {
    400: "The request could not be read.",
    401: "No valid token.",
    403: "The roles or the token's scopes do not allow it.",
    422: "A value cannot be used.",
}


class _Schemas:
    """Collects the types of all operations and gives out references, then their definitions."""

    def __init__(self) -> None:
        self._adapters: list[tuple[str, JsonSchemaMode, TypeAdapter[Any]]] = []

    def of(self, kind: Any, mode: JsonSchemaMode) -> None:
        """Take a type into the document."""
        self._adapters.append((_key(kind, mode), mode, TypeAdapter(kind)))

    def made(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the schema of each type by name and mode, and the definitions they refer to."""
        by_key, definitions = TypeAdapter.json_schemas(self._adapters, ref_template="#/components/schemas/{model}")
        return {key: value for (key, _), value in by_key.items()}, definitions.get("$defs", {})


def _key(kind: Any, mode: JsonSchemaMode) -> str:
    return f"{mode} {kind.__module__}.{kind.__qualname__}"


def operations(app: Flask) -> list[tuple[str, str, str, Any, rest.Operation]]:
    """Return (path, method, chapter, view, operation) of every endpoint, in the order of paths."""
    found = []
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        operation = getattr(view, "__rest__", None)
        blueprint = app.blueprints.get(rule.endpoint.rpartition(".")[0])
        if operation is not None and isinstance(blueprint, rest.Tagged):
            method = "post" if "POST" in (rule.methods or ()) else "get"
            found.append((rule.rule.removeprefix(PREFIX), method, blueprint.chapter, view, operation))
    return sorted(found, key=lambda entry: entry[:2])


def document(app: Flask) -> dict[str, Any]:
    """Return the whole OpenAPI document of an application."""
    entries = operations(app)
    schemas = _Schemas()
    schemas.of(Problem, "serialization")
    for _, _, _, _, operation in entries:
        if operation.answer is not bytes:
            schemas.of(operation.answer, "serialization")
        for asked in (operation.body, operation.query):
            if asked is not None:
                schemas.of(asked, "validation")
    by_key, definitions = schemas.made()
    paths: dict[str, dict[str, Any]] = {}
    for path, method, chapter, view, operation in entries:
        plain = _PART.sub(r"{\g<name>}", path)
        paths.setdefault(plain, {})[method] = _operation(path, method, chapter, view, operation, by_key, definitions)
    for query in {_key(operation.query, "validation") for *_, operation in entries if operation.query is not None}:
        definitions.pop(by_key[query].get("$ref", "").rpartition("/")[2], None)
    used = sorted({chapter for _, _, chapter, _, _ in entries})
    return {
        "openapi": "3.1.0",
        "info": {"title": app.config.get("API_TITLE", "Shared public-asset pool"), "version": "1", "description": _DESCRIPTION, "license": {"name": "MIT"}},
        "servers": [{"url": PREFIX}],
        "security": [{"token": []}],
        "tags": [{"name": chapter} for chapter in used],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "description": _SCOPES}},
            "schemas": definitions,
            "responses": {
                "Problem": {"description": "A refusal.", "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}
            },
        },
    }


_DESCRIPTION = (
    "Money is integer fen (分), days are inclusive in the pool's time zone, moments are RFC 3339. Lists answer `items`, `next` (a cursor or null) and `total` "
    "(or null). Refusals are RFC 9457 problems with a stable `code` and their figures. Every POST takes an Idempotency-Key."
)
_SCOPES = (
    "`flask --app wsgi tokens create USER`, or POST /tokens. A token without scopes has all of its person's rights; with scopes it reads with `read`, "
    "writes with `write`, or does either on one kind of resource, named by the first part of the path (`assets`, `assets:read`)."
)


def _operation(
    path: str, method: str, chapter: str, view: Any, operation: rest.Operation, by_key: dict[str, Any], definitions: dict[str, Any]
) -> dict[str, Any]:
    summary, _, more = (view.__doc__ or "").strip().partition("\n")
    resource = path.split("/")[1].partition(".")[0]
    verb = "write" if method == "post" else "read"
    made: dict[str, Any] = {
        "tags": [chapter],
        "operationId": f"{method}{''.join(part.capitalize() for part in re.findall(r'[a-z]+', path))}",
        "summary": summary.rstrip("."),
        "x-scopes": [verb, resource, f"{resource}:{verb}"],
        "parameters": [*_path_parameters(path), *_query_parameters(operation, by_key, definitions), *([_KEY] if method == "post" else []), _LANGUAGE],
        "responses": _responses(path, operation, by_key),
    }
    if more.strip():
        made["description"] = " ".join(more.split())
    if operation.upload:
        part = {"type": "object", "required": ["file"], "properties": {"file": {"type": "string", "contentMediaType": "application/octet-stream"}}}
        made["requestBody"] = {"required": True, "content": {"multipart/form-data": {"schema": part}}}
    elif operation.body is not None:
        content = {"application/json": {"schema": by_key[_key(operation.body, "validation")]}}
        made["requestBody"] = {"required": operation.body_required, "content": content}
    return made


def _path_parameters(path: str) -> list[dict[str, Any]]:
    return [
        {"name": part["name"], "in": "path", "required": True, "schema": {"type": "integer", "minimum": 1} if part["kind"] == "int" else {"type": "string"}}
        for part in _PART.finditer(path)
    ]


def _query_parameters(operation: rest.Operation, by_key: dict[str, Any], definitions: dict[str, Any]) -> list[dict[str, Any]]:
    if operation.query is None:
        return []
    schema = by_key[_key(operation.query, "validation")]
    schema = definitions[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    required = schema.get("required", [])
    return [
        {
            "name": name,
            "in": "query",
            "required": name in required,
            "schema": _asked(field),
            **({"description": field["description"]} if "description" in field else {}),
        }
        for name, field in schema.get("properties", {}).items()
    ]


def _asked(field: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a query member: what is not given is left out, so null is nothing to be sent."""
    plain = {key: value for key, value in field.items() if key not in ("description", "title", "default" if field.get("default", "") in (None, "") else "")}
    choices = [choice for choice in plain.pop("anyOf", []) if choice != {"type": "null"}]
    return plain | (choices[0] if len(choices) == 1 else {"anyOf": choices} if choices else {})


def _responses(path: str, operation: rest.Operation, by_key: dict[str, Any]) -> dict[str, Any]:
    schema = {"type": "string", "contentMediaType": operation.media_type} if operation.answer is bytes else by_key[_key(operation.answer, "serialization")]
    found: dict[str, Any] = {
        str(operation.status): {"description": "Done." if operation.writes else "Found.", "content": {operation.media_type: {"schema": schema}}}
    }
    reasons: dict[int, list[str]] = {status: [text] for status, text in _GENERAL.items()}
    if operation.body is not None or operation.upload:
        reasons |= {413: ["The body is larger than 32 MB."], 415: ["The body is not JSON."]}
    if "<" in path or NotFound in operation.refuses:
        reasons.setdefault(404, []).append("Nothing visible has that name.")
    for refusal in _distinct(operation.refuses):
        reasons.setdefault(refusal.status, []).append(f"`{_code(refusal)}`: {(refusal.__doc__ or '').strip().partition(chr(10))[0]}")
    for status in sorted(reasons):
        content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
        found[str(status)] = {"description": " ".join(reasons[status]), "content": content}
    return found


def _distinct(refuses: Iterable[type[DomainError]]) -> list[type[DomainError]]:
    general = (FieldInvalid, NotAllowed, NotFound)
    return [refusal for refusal in dict.fromkeys(refuses) if refusal not in general]


def _code(refusal: type[DomainError]) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", refusal.__name__).lower()


def _kept() -> dict[str, Any]:
    """Return this application's document, made once."""
    if "openapi" not in current_app.extensions:
        current_app.extensions["openapi"] = document(current_app)
    found: dict[str, Any] = current_app.extensions["openapi"]
    return found


@bp.get("/openapi.json")
@access.public
def openapi() -> Response:
    """Give the OpenAPI document."""
    return Response(current_app.json.dumps(_kept()), content_type="application/json")


@bp.get("/docs")
@access.public
def docs() -> ResponseReturnValue:
    """Show the OpenAPI document as a page."""
    return render_template("docs/api.html", spec=_kept(), chapters=chapters(_kept()), problems=problems(current_app), models=models(_kept()), marked=marked)


def marked(text: str) -> Markup:
    """Return a remark with what stands between backticks as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))


def chapters(spec: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the operations by chapter, as the page shows them."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path, methods in spec["paths"].items():
        for method, operation in methods.items():
            entry = {"path": PREFIX + path, "method": method.upper(), "id": operation["operationId"], **operation}
            body = operation.get("requestBody", {}).get("content", {})
            entry["body"] = next((_name_of(kind["schema"]) for kind in body.values()), None)
            entry["answers"] = [
                (status, _name_of(next(iter(answer["content"].values()))["schema"]), answer["description"]) for status, answer in operation["responses"].items()
            ]
            found.setdefault(operation["tags"][0], []).append(entry)
    return [{"name": name, "operations": found[name]} for name in sorted(found)]


def models(spec: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the bodies and answers with their members, as the page shows them."""
    return [
        {
            "name": name,
            "description": schema.get("description", ""),
            "members": [(member, _kind_of(field), member in schema.get("required", []), field.get("description", "")) for member, field in members.items()],
        }
        for name, schema in sorted(spec["components"]["schemas"].items())
        if (members := schema.get("properties"))
    ]


def _name_of(schema: dict[str, Any]) -> str:
    return str(schema["$ref"].rpartition("/")[2]) if "$ref" in schema else str(schema.get("contentMediaType", schema.get("type", "")))


def _kind_of(field: dict[str, Any]) -> str:
    if "anyOf" in field:
        return " | ".join(dict.fromkeys(_kind_of(choice) for choice in field["anyOf"]))
    if "enum" in field:
        return " | ".join(str(choice) for choice in field["enum"])
    if field.get("type") == "array":
        return f"[{_kind_of(field.get('items', {}))}]"
    return _name_of(field) if "$ref" in field else str(field.get("format", field.get("const", field.get("type", "any"))))


def problems(app: Flask) -> list[dict[str, Any]]:
    """Return every refusal that an endpoint names, with its code, status and sentence."""
    known: dict[str, type[DomainError]] = {_code(kind): kind for kind in (FieldInvalid, NotAllowed, NotFound, IdempotencyKeyReused, rest.MalformedJson)}
    for _, _, _, _, operation in operations(app):
        known |= {_code(kind): kind for kind in operation.refuses}
    return [{"code": code, "status": known[code].status, "sentence": _FIGURE.sub(r"‹\1›", gettext(known[code].sentence))} for code in sorted(known)]
