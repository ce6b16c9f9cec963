"""Stocktakes over REST: a whole count, sent twice and from several phones."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.custody.models import Asset
from assetpool.stocktake.models import StocktakeCount
from tests import counting as statements
from tests import world as worlds
from tests.world import World

database_template, world = worlds.template, worlds.apart
Call = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def call(app: Flask, client: FlaskClient, world: World) -> Call:
    with app.app_context(), atomic() as session:
        heads = {name: worlds.token(session, getattr(world, name)) for name in ("keeper", "keeper2", "approver", "stranger")}

    def asked(who: str, path: str, body: object = None, key: str = "") -> tuple[int, dict[str, Any]]:
        more = {"Idempotency-Key": key} if key else {}
        here = f"/api/v1{path}"
        answer = client.get(here, headers=heads[who]) if body is None else client.post(here, json=body, headers={**heads[who], **more})
        return answer.status_code, answer.get_json()

    return asked


def tags(app: Flask, kind_id: int) -> list[str]:
    with app.app_context():
        return list(db.session().scalars(select(Asset.tag).where(Asset.kind_id == kind_id).order_by(Asset.id)))


def frozen(call: Call) -> str:
    number = str(call("keeper", "/stocktakes", {"store_code": "MAIN"})[1]["number"])
    assert call("keeper", f"/stocktakes/{number}/freeze", {})[1] == {"number": number, "state": "frozen"}
    return number


def test_a_stocktake_goes_its_whole_way(app: Flask, call: Call, world: World) -> None:
    number = frozen(call)
    desks, chairs = tags(app, world.desk), tags(app, world.chair)
    lines = call("keeper", f"/stocktakes/{number}/lines?limit=200")[1]["items"]
    assert [(line["tag"], line["expected"], line["lot"]) for line in lines] == [*((tag, None, False) for tag in sorted(desks)), (chairs[0], None, True)]
    counts: list[dict[str, Any]] = [{"key": f"k{n}", "tag": f"https://else.where/a/{tag.lower()}"} for n, tag in enumerate(desks)]
    counts.append({"key": "c", "tag": chairs[0], "units": 499})
    status, answer = call("keeper", f"/stocktakes/{number}/counts", {"counts": counts})
    assert (status, answer["state"]) == (200, "counting")
    assert [one["outcome"] for one in answer["counts"]] == ["counted"] * 11
    assert call("keeper", f"/stocktakes/{number}")[1]["units_expected"] is None
    assert call("keeper", f"/stocktakes/{number}/finish", {})[1]["state"] == "recount"
    assert [line["tag"] for line in call("keeper2", f"/stocktakes/{number}/lines?again=true")[1]["items"]] == chairs
    status, refusal = call("keeper", f"/stocktakes/{number}/counts", {"counts": [{"key": "x", "tag": chairs[0], "units": 499}]})
    assert (status, refusal["code"]) == (403, "same_person")
    call("keeper2", f"/stocktakes/{number}/counts", {"counts": [{"key": "x", "tag": chairs[0], "units": 499}]})
    assert call("keeper2", f"/stocktakes/{number}/finish", {})[1]["state"] == "differences"
    shown = call("keeper", f"/stocktakes/{number}")[1]
    assert [(one["what"], one["units"], one["resolution"]) for one in shown["differences"]] == [("missing", 1, "held")]
    assert call("keeper", f"/stocktakes/{number}/differences/1", {"resolution": "lost", "note": "报失"})[0] == 200
    assert call("approver", f"/stocktakes/{number}/approve", {})[1]["state"] == "approved"
    assert call("keeper", f"/stocktakes/{number}/post", {})[1]["state"] == "posted"
    assert call("keeper", f"/assets/{chairs[0]}")[1]["units"] == 499


def test_counts_made_without_a_network_arrive_once_with_their_time(app: Flask, call: Call, world: World) -> None:
    number = frozen(call)
    desks = tags(app, world.desk)
    made_at = (clock.now()).isoformat()
    body = {"counts": [{"key": f"p-{n}", "tag": tag, "occurred_at": made_at} for n, tag in enumerate(desks)]}
    with clock.at(clock.now() + timedelta(hours=3)):
        first = call("keeper", f"/stocktakes/{number}/counts", body, key="act-1")[1]
        again = call("keeper", f"/stocktakes/{number}/counts", body, key="act-1")[1]
        anew = call("keeper", f"/stocktakes/{number}/counts", body, key="act-2")[1]
    assert first == again
    assert [one["kept"] for one in anew["counts"]] == [True] * 10
    with app.app_context():
        rows = db.session().execute(select(func.count(StocktakeCount.id), func.max(StocktakeCount.occurred_at))).one()
    assert (rows[0], rows[1].isoformat()) == (10, made_at)


def test_the_statements_of_counting_do_not_grow_with_the_counts(app: Flask, call: Call, world: World) -> None:
    number = frozen(call)
    desks = tags(app, world.desk)
    with app.app_context():
        engine = db.engine
    spent = []
    for few in (desks[:2], desks[2:]):
        with statements.queries(engine) as found:
            call("keeper", f"/stocktakes/{number}/counts", {"counts": [{"key": tag, "tag": tag} for tag in few]})
        spent.append(len(found))
    assert spent[1] <= spent[0]


def test_a_stranger_sees_no_stocktake_and_a_count_that_is_over_takes_none(app: Flask, call: Call, world: World) -> None:
    number = frozen(call)
    desks = tags(app, world.desk)
    assert call("stranger", f"/stocktakes/{number}")[0] == 404
    assert call("stranger", f"/stocktakes/{number}/counts", {"counts": [{"key": "a", "tag": desks[0]}]})[0] == 404
    call("keeper", f"/stocktakes/{number}/cancel", {})
    status, refusal = call("keeper", f"/stocktakes/{number}/counts", {"counts": [{"key": "a", "tag": desks[0]}]})
    assert (status, refusal["code"]) == (409, "wrong_state")
    assert call("keeper", "/stocktakes")[1]["items"][0]["state"] == "cancelled"
