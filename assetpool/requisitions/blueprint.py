"""The blueprint that the pages of requests share, and how they name things."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint
from flask_babel import format_date

from assetpool.core.web import language

bp = Blueprint("requisitions", __name__)


@bp.app_template_filter("named")
def named(row: Any) -> str:
    """Return the name of an organization, kind, store or event in the reader's language."""
    if row is None:
        return ""
    return str(row.name_en if language() == "en" and row.name_en else row.name)


@bp.app_template_filter("short_day")
def short_day(value: date) -> str:
    """Write a day without its year, where the year is plain from what stands around it."""
    return str(format_date(value, "d MMM" if language() == "en" else "M月d日"))
