"""The pages and the REST interface of what comes back: returns, things kept aside, exchanges, checklists."""

from __future__ import annotations

from assetpool.handovers import asides_api, asides_views, checklists_views, exchanges_views, returns_api, returns_views

PAGES = (returns_views.bp, asides_views.bp, exchanges_views.bp, checklists_views.bp)
REST = (returns_api.bp, asides_api.bp)
