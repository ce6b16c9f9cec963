"""The blueprint that the pages of intakes share."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("intake", __name__)
