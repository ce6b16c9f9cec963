"""The pages of the price book share one blueprint."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("prices", __name__, url_prefix="/prices")
