"""Every page that shows papers, figures or people is noted when an auditor opens it; what is left out is left out on purpose."""

from __future__ import annotations

from flask import Flask

from assetpool.audit.looks import NOT_NOTED


def test_what_is_not_noted_exists_and_is_open_to_everybody_signed_in(app: Flask) -> None:
    names = {name.removesuffix("_api") for name in app.blueprints}
    assert names >= NOT_NOTED
    kept = sorted(
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint.partition(".")[0].removesuffix("_api") in NOT_NOTED
        and "GET" in (rule.methods or set())
        and getattr(app.view_functions[rule.endpoint], "__access__", "public") not in ("public", "signed_in")
    )
    assert kept == []
