"""Walking through pages as a browser without scripts does: take the form's token, send the form."""

from __future__ import annotations

import html
import re
from typing import Any

from flask import has_app_context
from flask.testing import FlaskClient
from flask_babel import refresh
from werkzeug.test import TestResponse

_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def token(page: TestResponse) -> str:
    """Return the token of the first form on a page."""
    found = _TOKEN.search(page.text)
    assert found, "no form with a token on this page"
    return html.unescape(found.group(1))


def send(client: FlaskClient, url: str, data: dict[str, Any], page: str | None = None) -> TestResponse:
    """Send a form that stands on `page` (default: at its own address), with that page's token; redirects are not followed."""
    return client.post(url, data={"csrf_token": token(client.get(page or url)), **data}, headers={"Referer": f"http://localhost{page or url}"})


def in_english(client: FlaskClient) -> FlaskClient:
    """Return a client whose pages are in English from its first request on."""
    client.get("/catalog?lang=en")
    if has_app_context():  # A context that outlives the request would keep the language of the first one.
        refresh()
    return client
