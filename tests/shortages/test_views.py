"""The pages and the REST interface of shortages, as those see them who work with them."""

from __future__ import annotations

from assetpool.catalog.models import Kind
from assetpool.core.db import atomic, db
from assetpool.requisitions.drafting import Wish
from tests import counting
from tests import world as worlds
from tests.requisitions.conftest import Asking
from tests.shortages.test_feasible import call
from tests.shortages.test_shortages import declare, lose


def test_the_ways_out_are_taken_through_rest(asking: Asking) -> None:
    declare(asking)
    w = asking.world
    number = asking.approved(Wish(10, w.desk))
    lose(asking, 3)
    (risk,) = call(asking, "keeper", "GET", "/risks").json["items"]
    assert (risk["number"], risk["lacking"], [way["way"] for way in risk["ways"]]) == (number, 3, ["substitute", "part"])
    assert call(asking, "organizer_b", "GET", "/risks").json["items"] == []
    refused = call(asking, "organizer_b", "POST", f"/risks/{risk['id']}/rebook", {"way": "part"})
    assert refused.status_code == 403
    assert call(asking, "keeper", "POST", f"/risks/{risk['id']}/rebook", {"way": "substitute"}).status_code == 200
    again = call(asking, "keeper", "POST", f"/risks/{risk['id']}/rebook", {"way": "substitute"})
    assert (again.status_code, again.json["code"]) == (409, "no_longer_at_risk")
    assert call(asking, "keeper", "GET", "/risks").json["items"] == []


def test_queue_and_wishes_through_rest(asking: Asking) -> None:
    w = asking.world
    asking.approved(Wish(10, w.desk))
    number = asking.submitted(Wish(3, w.desk))
    entry = call(asking, "organizer_b", "POST", f"/requisitions/{number}/wait", {"line": 1}).json
    assert (entry["state"], entry["quantity"]) == ("waiting", 3)
    assert [item["id"] for item in call(asking, "keeper", "GET", "/waiting").json["items"]] == [entry["id"]]
    assert call(asking, "clerk_a", "GET", "/waiting").json["items"] == [], "who waits is not everybody's business"
    assert call(asking, "clerk_a", "POST", f"/waiting/{entry['id']}/leave").status_code == 403
    assert call(asking, "organizer_b", "POST", f"/waiting/{entry['id']}/leave").json == {"items": []}
    wish = call(asking, "organizer_b", "POST", "/wishes", {"words": "折叠桌"})
    assert wish.status_code == 201
    assert [item["words"] for item in call(asking, "organizer_b", "GET", "/wishes").json["items"]] == ["折叠桌"]


def test_the_pages_show_what_is_at_risk_who_waits_and_what_stands_in(asking: Asking) -> None:
    declare(asking, mutual=True)
    w = asking.world
    asking.approved(Wish(10, w.desk))
    number = asking.submitted(Wish(4, w.desk))
    with asking.app.app_context():
        engine = db.engine
        with atomic() as session:
            name = session.get_one(Kind, w.chair).name
    approver, organizer = worlds.sign_in(asking.app, "approver"), worlds.sign_in(asking.app, "organizer_b")
    assert f"/requisitions/{number}/lines/1/stand-in" in approver.get(f"/requisitions/{number}").get_data(as_text=True)
    shown = organizer.get(f"/requisitions/{number}").get_data(as_text=True)
    assert f"/requisitions/{number}/lines/1/wait" in shown and "stand-in" not in shown
    assert name in approver.get("/shortages/substitutes").get_data(as_text=True)
    assert organizer.get("/wishes?q=desk").status_code == 200
    lose(asking, 3)
    page = approver.get("/shortages").get_data(as_text=True)
    assert page.count('/part"') == 1
    with counting.queries(engine) as asked:
        approver.get("/shortages")
    assert len(asked) < 25
