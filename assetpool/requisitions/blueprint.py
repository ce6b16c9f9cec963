"""The blueprint that the pages of requests share, and how they name things."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from assetpool.core.web import language
from assetpool.requisitions.wording import short_day

bp = Blueprint("requisitions", __name__)
bp.app_template_filter("short_day")(short_day)


@bp.app_template_filter("named")
def named(row: Any) -> str:
    """Return the name of an organization, kind, store or event in the reader's language."""
    if row is None:
        return ""
    return str(row.name_en if language() == "en" and row.name_en else row.name)
