"""Every address of the product says who may use it."""

from __future__ import annotations

from flask import Flask

FRAMEWORK = {"static"}


def test_every_route_says_who_may_use_it(app: Flask) -> None:
    unmarked = sorted({rule.endpoint for rule in app.url_map.iter_rules() if not hasattr(app.view_functions[rule.endpoint], "__access__")})
    assert [endpoint for endpoint in unmarked if endpoint not in FRAMEWORK] == []


def test_every_address_that_changes_something_needs_a_person_or_is_public_on_purpose(app: Flask) -> None:
    open_writes = sorted(
        f"{rule.endpoint} {rule.rule}"
        for rule in app.url_map.iter_rules()
        if {"POST", "PUT", "PATCH", "DELETE"} & (rule.methods or set())
        and getattr(app.view_functions[rule.endpoint], "__access__", None) == "public"
        and not rule.rule.startswith(PUBLIC_WRITES)
    )
    assert open_writes == []


PUBLIC_WRITES = ("/sign-in", "/sign-out", "/language", "/s/<", "/o/<", "/v", "/a/<", "/found", "/gate")
