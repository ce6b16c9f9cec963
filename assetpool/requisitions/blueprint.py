"""The blueprint that the pages of requests share, and how they say days."""

from __future__ import annotations

from flask import Blueprint

from assetpool.requisitions.wording import short_day

bp = Blueprint("requisitions", __name__)
bp.app_template_filter("short_day")(short_day)
