"""What is looked at when things come back: per class, editable, kept with the receipt in the words of that day."""

from __future__ import annotations

import pytest
from flask import Flask

from assetpool.core.db import atomic, db
from assetpool.core.errors import FieldInvalid, NotAllowed, NotFound
from assetpool.handovers import checklists
from assetpool.handovers import service as handovers
from assetpool.handovers.service import Back
from assetpool.records.models import Document
from tests.handovers.conftest import Floor, apart
from tests.walking import send
from tests.world import sign_in

pytestmark = pytest.mark.usefixtures("monday")


@pytest.fixture
def keys(floor: Floor) -> int:
    with atomic() as session:
        return checklists.add(session, "A05010000", "钥匙", "Keys", 2, by=floor.world.keeper).id


@pytest.mark.parametrize(
    ("item", "kind", "holds"),
    [
        ("A05010000", "A05010303", True),
        ("", "A02010105", True),
        ("A02000000", "A05010303", False),
        ("A10000000", "A11010100", False),
        ("A0501", "A05010201", True),
    ],
)
def test_an_item_holds_for_its_class_and_those_below(item: str, kind: str, holds: bool) -> None:
    assert checklists.applies(item, kind) is holds


def checks(number: str) -> dict[int, list[tuple[str, int, int]]]:
    document = db.session().query(Document).filter_by(number=number).one()
    found = {line: [(row.text, row.found, row.expected) for row in rows] for line, rows in checklists.found_on(db.session(), document.id).items()}
    db.session().rollback()
    return found


def test_accessories_are_counted_back_per_unit(floor: Floor, keys: int) -> None:
    w = floor.world
    chair = floor.tags(w.chair)[0]
    floor.lend(floor.approved([(w.chair, 10)]), [(chair, 10)])
    with pytest.raises(FieldInvalid):
        floor.back([Back(chair, good=3, checks=((keys, 7),))])
    assert floor.where(chair) == {"in_store": 490, "out": 10}
    assert checks(floor.back([Back(chair, good=3, checks=((keys, 5),))])) == {1: [("钥匙", 5, 6)]}
    receipt = floor.back([Back(chair, arrived=7)])
    with atomic() as session:
        checklists.take_off(session, keys, by=w.keeper)
        handovers.inspect(session, receipt, [handovers.Inspected(1, good=7, checks=((keys, 14),))], by=w.keeper)
    assert checks(receipt) == {1: [("钥匙", 14, 14)]}


def test_keepers_alone_edit_what_is_looked_at(floor: Floor, keys: int) -> None:
    w = floor.world
    for by in (w.organizer_b, w.clerk_a):
        with pytest.raises(NotAllowed), atomic() as session:
            checklists.add(session, "", "脚垫", by=by)
        with pytest.raises(NotAllowed), atomic() as session:
            checklists.take_off(session, keys, by=by)
    with pytest.raises(NotFound), atomic() as session:
        checklists.take_off(session, 999, by=w.keeper)
    for text, pieces in (("", 0), ("x", -1)):
        with pytest.raises(FieldInvalid), atomic() as session:
            checklists.add(session, "", text, pieces=pieces, by=w.keeper)


def test_the_page_asks_and_the_receipt_shows(app: Flask) -> None:
    floor = apart(app)
    w = floor.world
    desk = floor.tags(w.desk)[0]
    slip = floor.lend(floor.approved([(w.desk, 1)]), [(desk, None)])
    keeper = sign_in(app, "keeper")
    assert send(keeper, "/checklists", {"text": "", "pieces": "0"}).status_code == 422
    assert send(keeper, "/checklists", {"text": "抽屉钥匙", "class_code": "a05010000", "pieces": "2"}).status_code == 303
    assert send(keeper, "/checklists", {"text": "桌面无划痕", "pieces": "0"}).status_code == 303
    page = keeper.get(f"/returns/new?slip={slip}").text
    key = f"{desk}|{slip}"
    assert "抽屉钥匙" in page and f"check-1-{key}" in page
    sent = {
        "line": key,
        f"fate-{key}": "good",
        f"check-1-{key}": "1",
        f"check-2-{key}": "bad",
        "store_id": str(w.main),
        "no_cost_reason": "自有车",
        "act": "take_back",
    }
    answer = send(keeper, "/returns/new", sent)
    assert answer.status_code == 303
    shown = keeper.get(str(answer.location)).text
    assert "抽屉钥匙 1/2" in shown and "桌面无划痕 0/1" in shown
    assert "抽屉钥匙" in keeper.get(f"/handovers/{slip}").text
