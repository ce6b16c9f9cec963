"""The blueprint that the pages of the savings report and of the acts behind it share."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("reports", __name__)
