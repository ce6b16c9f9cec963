"""What every page and answer shares: refusals as sentences, safe headers, language, filters, cursors."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit
from zoneinfo import ZoneInfo

from flask import Flask, Response, current_app, flash, g, has_request_context, jsonify, make_response, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_babel import format_date, format_datetime, gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError
from werkzeug.exceptions import BadRequest, HTTPException, NotFound

from assetpool.core import clock
from assetpool.core.db import db
from assetpool.core.errors import N_, DomainError, FieldInvalid, Word
from assetpool.core.money import yuan

LANGUAGES = ("zh", "en")
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; script-src 'self'; style-src 'self'; "
    "worker-src 'self'; manifest-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = (
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(self), geolocation=(), microphone=()"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
)
"""On every answer that does not say otherwise itself."""
HTTP_SENTENCES = {
    400: N_("The request could not be read. Go back, reload the page and try again."),
    401: N_("Sign in first."),
    403: N_("Your roles do not allow this page. Ask an administrator if you need it."),
    404: N_("There is nothing at this address. Check it, or start from the desk of the day."),
    405: N_("This address does not take that kind of request."),
    413: N_("The upload is larger than 32 MB. Choose a smaller file, or split it."),
    415: N_("The request must be JSON."),
    500: N_("Something went wrong on our side. Nothing was saved. Try again, and tell an administrator if it stays."),
}


def is_api() -> bool:
    """Say whether the present request asks the REST interface."""
    return has_request_context() and request.path.startswith("/api/")


def language() -> str:
    """Return 'zh' or 'en': ?lang=, then the person's setting, then the session, then Accept-Language, then zh."""
    if not has_request_context():
        return "zh"
    asked = request.args.get("lang")
    if asked in LANGUAGES:
        if not is_api():
            session["lang"] = asked
        return str(asked)
    kept = session.get("lang") if not is_api() else None
    if kept in LANGUAGES:
        return str(kept)
    person = getattr(g, "person_language", None)
    if person in LANGUAGES:
        return str(person)
    return next((tag for value, _quality in request.accept_languages if (tag := value.lower().partition("-")[0]) in LANGUAGES), "zh")


def named(row: Any) -> str:
    """Return the name of an organization, kind, store or event in the reader's language; nothing for None."""
    return "" if row is None else str(row.name_en if language() == "en" and row.name_en else row.name)


def locale() -> str:
    """Return the Babel locale of the present request."""
    return "en" if language() == "en" else "zh"


def translated(error: DomainError) -> str:
    """Return a refusal's sentence in the reader's language, its word figures translated too."""
    figures = {name: gettext(str(value)) if isinstance(value, Word) else _shown(value) for name, value in error.figures.items()}
    return str(gettext(error.sentence, **figures) if figures else gettext(error.sentence))


def _shown(value: Any) -> Any:
    if isinstance(value, datetime):
        return moment(value)
    return format_date(value, "long") if isinstance(value, date) else value


def plain(value: Any) -> Any:
    """Return a figure as JSON can hold it."""
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return value if isinstance(value, (int, float, str, bool, list, dict, type(None))) else str(value)


def problem(status: int, code: str, title: str, detail: str, figures: Mapping[str, Any] | None = None) -> Response:
    """Return an RFC 9457 problem; the figures of the refusal stand beside the standard members."""
    body = {name: plain(value) for name, value in (figures or {}).items()}
    body |= {"type": f"/api/v1/docs#problem-{code}", "title": title, "status": status, "detail": detail, "code": code}
    answer = jsonify(body)
    answer.status_code = status
    answer.content_type = "application/problem+json"
    return answer


def refused(error: DomainError) -> ResponseReturnValue:
    """Answer a refusal: a problem for the REST interface; else back to the page it came from, or a page of its own."""
    sentence = translated(error)
    if is_api():
        return problem(error.status, error.code, gettext(HTTP_TITLES.get(error.status, N_("Refused"))), sentence, error.figures)
    back = request.referrer
    if request.method == "POST" and back and urlsplit(back).netloc == request.host and urlsplit(back).path != request.path:
        flash(sentence, "refusal")
        return redirect(back, 303)
    return make_response(render_template("errors/error.html", sentence=sentence, status=error.status), error.status)


HTTP_TITLES = {
    400: N_("Bad request"),
    401: N_("Not signed in"),
    403: N_("Not allowed"),
    404: N_("Not found"),
    409: N_("Conflict"),
    422: N_("Cannot be used"),
    429: N_("Too many requests"),
}


def _http_error(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if error.response is not None and status < 400:
        return error.response
    sentence = gettext(HTTP_SENTENCES.get(status, HTTP_SENTENCES[400] if status < 500 else HTTP_SENTENCES[500]))
    if is_api():
        answer = problem(status, error.name.lower().replace(" ", "_"), error.name, sentence)
        if status == 405 and getattr(error, "valid_methods", None):
            answer.headers["Allow"] = ", ".join(sorted(error.valid_methods))  # type: ignore[attr-defined]
        return answer
    return make_response(render_template("errors/error.html", sentence=sentence, status=status), status)


def _unreadable(error: DataError) -> ResponseReturnValue:
    """Answer what no row can hold (a zero character, a number past the largest) as an address at which nothing is, or as a form that cannot be read."""
    current_app.logger.warning("what %s asked no row can hold: %s", request.path, error.orig)
    db.session.rollback()
    return _http_error(NotFound() if request.method == "GET" else BadRequest())


def _csrf_error(error: CSRFError) -> ResponseReturnValue:
    sentence = gettext(N_("The page was open too long, so it could not be sent safely. What you typed is still there when you go back; reload and send again."))
    return make_response(render_template("errors/error.html", sentence=sentence, status=400), 400)


def _headers(answer: Response) -> Response:
    own = {name.lower() for name, _value in answer.headers}
    answer.headers.extend([(name, value) for name, value in HEADERS if name.lower() not in own])
    if answer.mimetype == "text/html":
        answer.headers.setdefault("Cache-Control", "no-store")
    return answer


def attachment(content: bytes | str | Iterable[bytes], media_type: str, name: str) -> Response:
    """Answer with a file to keep under a name (of plain letters), whole or as it is made."""
    return Response(content, content_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def cursor_of(*parts: int | str) -> str:
    """Pack the place where a list goes on."""
    return base64.urlsafe_b64encode(json.dumps(parts, separators=(",", ":")).encode()).decode().rstrip("=")


def parse_cursor(text: str | None, kinds: tuple[type, ...]) -> list[Any] | None:
    """Unpack a cursor made by `cursor_of`; raise FieldInvalid for anything else."""
    if not text:
        return None
    try:
        parts = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, UnicodeDecodeError):
        parts = None
    if not isinstance(parts, list) or len(parts) != len(kinds) or not all(type(p) is k for p, k in zip(parts, kinds, strict=True)):
        raise FieldInvalid(field=Word(N_("cursor")), problem=Word(N_("this is not a cursor of this list. Leave it out to start from the beginning.")))
    return parts


def wan(amount: int | None) -> str:
    """Write fen in 万元 (Chinese) or in CNY millions (English), two decimals, for summaries."""
    if amount is None:
        return str(gettext(N_("n/a")))
    size = 1_000_000 if language() == "zh" else 100_000_000
    rounded = (2 * abs(amount) * 100 + size) // (2 * size)
    digits = yuan(-rounded if amount < 0 else rounded)
    return f"{digits} 万元" if language() == "zh" else f"CNY {digits} m"


def day(value: date | None) -> str:
    """Write a day as people do."""
    return "" if value is None else str(format_date(value, "long" if language() == "zh" else "d MMM y"))


def moment(value: datetime | None, zone: str | None = None) -> str:
    """Write a moment in the pool's time zone."""
    if value is None:
        return ""
    local = value.astimezone(ZoneInfo(zone or str(getattr(g, "zone", "Asia/Shanghai")))).replace(tzinfo=None)
    return str(format_datetime(local, "y年M月d日 HH:mm" if language() == "zh" else "d MMM y, HH:mm", rebase=False))


def whole(text: str) -> int:
    """Read an id or a count from an address; raise ValueError for what no database holds."""
    number = int(text)
    if abs(number) >= 2**63:
        raise ValueError(text)
    return number


def lately(value: datetime) -> str:
    """Write a moment of the last days shortly: the hour if it was today, else the day."""
    zone = ZoneInfo(str(getattr(g, "zone", "Asia/Shanghai")))
    local, today = value.astimezone(zone), clock.now().astimezone(zone).date()
    if local.date() == today:
        return f"{local:%H:%M}"
    return str(format_date(local.date(), "M月d日" if language() == "zh" else "d MMM"))


def url_with_lang(lang: str) -> str:
    """Return the present address in another language."""
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    return f"{request.path}?{urlencode([*kept, ('lang', lang)])}"


def prepare(app: Flask) -> None:
    """Give the application its error answers, headers and template filters."""
    app.register_error_handler(DomainError, refused)
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(DataError, _unreadable)
    app.after_request(_headers)
    app.jinja_env.filters.update(yuan=lambda amount: gettext(N_("n/a")) if amount is None else yuan(amount), wan=wan, day=day, moment=moment, lately=lately)
    app.jinja_env.filters["named"] = named
    app.jinja_env.filters["count"] = lambda number: "" if number is None else f"{number:,}"
    app.jinja_env.filters["word"] = lambda word: gettext(str(word)) if word else ""
    app.jinja_env.globals.update(url_with_lang=url_with_lang)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
