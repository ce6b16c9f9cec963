"""Outcomes: what came of the pool besides money, and the way to each page of it."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from assetpool.org import access
from assetpool.outcomes import carbon_views as carbon_views
from assetpool.outcomes import demand_views as demand_views
from assetpool.outcomes import recognition_views as recognition_views
from assetpool.outcomes import use_views as use_views
from assetpool.outcomes.blueprint import bp as bp


@bp.get("/outcomes")
@access.signed_in
def index() -> ResponseReturnValue:
    """Offer the pages of outcomes, with what each of them answers."""
    return render_template("outcomes/index.html")
