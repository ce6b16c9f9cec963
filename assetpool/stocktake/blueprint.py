"""What the pages of stocktakes share: the blueprint, who plans, and the words."""

from __future__ import annotations

from flask import Blueprint

from assetpool.org.models import Role
from assetpool.stocktake.words import OUTCOME_WORDS, RESOLUTION_WORDS, WAY_WORDS, WHAT_LOOKS, WHAT_WORDS

bp = Blueprint("stocktake", __name__)
PLANNERS = (Role.KEEPER, Role.APPROVER, Role.CLERK)
WORDS = {"ways": WAY_WORDS, "whats": WHAT_WORDS, "looks": WHAT_LOOKS, "resolutions": RESOLUTION_WORDS, "outcomes": OUTCOME_WORDS}
