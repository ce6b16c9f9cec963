"""The blueprint that all pages of labels share."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("labels", __name__)
