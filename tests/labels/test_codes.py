"""Codes of their own: blanks that things claim, shelves, cages, event boxes; and what every scan of them leads to."""

from __future__ import annotations

from datetime import date
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from flask import Flask
from sqlalchemy import select

from assetpool.core.db import atomic, db
from assetpool.core.errors import FieldInvalid, NotAllowed, NotFound
from assetpool.core.tags import TagMistyped, parse_tag
from assetpool.custody.models import Asset
from assetpool.events import service as events
from assetpool.labels import code_queries, codes, queries
from assetpool.labels.meaning import assets_called, meaning
from assetpool.labels.models import LabelCode
from assetpool.org.queries import access_of
from tests import world as worlds
from tests.counting import queries as counted
from tests.walking import in_english, send

Claim, NewCode = codes.Claim, codes.NewCode


def made(world: worlds.World, purpose: str, *wanted: NewCode, by: int | None = None) -> list[str]:
    """The tags of a new batch."""
    with atomic() as session:
        batch = codes.make(session, world.main, purpose, wanted, by=by or world.keeper).id
        return list(session.scalars(select(LabelCode.tag).where(LabelCode.batch_id == batch).order_by(LabelCode.id)))


def tags(kind_id: int) -> list[str]:
    found = list(db.session().scalars(select(Asset.tag).where(Asset.kind_id == kind_id).order_by(Asset.id)))
    db.session().rollback()
    return found


def claimed(world: worlds.World, *pairs: tuple[str, str], by: int | None = None) -> dict[str, str]:
    with atomic() as session:
        return codes.claim(session, [Claim(blank, thing) for thing, blank in pairs], by=by or world.keeper)


def test_a_blank_becomes_the_tag_of_the_thing_it_was_stuck_on_and_the_old_tag_still_leads_there(world: worlds.World, app: Flask) -> None:
    (blank, other), (desk, *_rest) = made(world, "blank", NewCode(), NewCode()), tags(world.desk)
    assert meaning(db.session(), world.pool, blank).purpose == "blank"
    db.session().rollback()
    assert claimed(world, (desk, f"HTTPS://ELSEWHERE.EXAMPLE/A/{blank}")) == {desk: blank}
    session = db.session()
    asset = session.scalars(select(Asset).where(Asset.tag == blank)).one()
    assert meaning(session, world.pool, desk).asset is asset
    assert assets_called(session, world.pool, [desk, blank, other]) == {desk: asset, blank: asset}
    session.rollback()
    keeper = in_english(worlds.sign_in(app, "keeper"))
    assert keeper.get(f"/a/{desk}").location == f"/A/{blank}"
    assert desk in keeper.get(f"/a/{blank}").text
    assert keeper.get(f"/a/{other}").location == f"/labels/codes/{other}"
    assert claimed(world, (desk, other)) == {blank: other}
    assert keeper.get(f"/a/{desk}").location == keeper.get(f"/a/{blank}").location == f"/A/{other}"


def test_what_cannot_be_claimed_is_refused_in_words_and_changes_nothing(world: worlds.World) -> None:
    (blank, second), (desk, chair, *_rest) = made(world, "blank", NewCode(), NewCode()), tags(world.desk)
    claimed(world, (desk, blank))
    for pairs, refusal in (
        ([(chair, blank)], codes.BlankTaken),
        ([(chair, desk)], codes.NotBlank),
        ([(chair, chair)], codes.NotBlank),
        ([("NO-SUCH-NUMBER", second)], NotFound),
        ([("", second)], NotFound),
        ([(chair, second), (chair, second)], FieldInvalid),
        ([], FieldInvalid),
        ([(chair, second[:-1] + ("0" if second[-1] != "0" else "1"))], TagMistyped),
    ):
        with pytest.raises(refusal):
            claimed(world, *pairs)
    with pytest.raises(NotAllowed):
        claimed(world, (chair, second), by=world.stranger)
    assert tags(world.desk)[:2] == [blank, chair]


def test_a_thing_is_named_by_its_serial_number_only_where_that_is_its_alone(world: worlds.World) -> None:
    blanks = made(world, "blank", NewCode(), NewCode(), NewCode())
    with atomic() as session:
        worlds.stock(session, world.computer, 3, serials=["SN-1", "SN-2", "SN-2"])
    first = tags(world.computer)[0]
    assert claimed(world, ("SN-1", blanks[0])) == {first: blanks[0]}
    with pytest.raises(codes.SeveralThings):
        claimed(world, ("SN-2", blanks[1]))


def test_reserved_tags_never_meet_those_of_things(world: worlds.World) -> None:
    blanks = made(world, "blank", *[NewCode()] * 40)
    with atomic() as session:
        fresh = worlds.stock(session, world.desk, 40)
    assert len({*blanks, *fresh, *tags(world.desk)}) == 90


def printed(session: Any, world: worlds.World, code: str) -> Any:
    return queries.by_tags(session, access_of(session, world.keeper), [code], "https://x.example", "zh")[0]


def test_shelves_cages_and_boxes_say_what_they_are(world: worlds.World) -> None:
    (lot,) = tags(world.chair)
    (shelf,) = made(world, "shelf", NewCode("A-01"))
    (cage,) = made(world, "cage", NewCode("3号笼", lot=lot, holds=25))
    with atomic() as session:
        event = events.add(session, world.pool, "市运会", world.department_b, date(2126, 11, 1), date(2126, 11, 9), by=world.organizer_b).id
    (box,) = made(world, "box", NewCode("第7箱", note="插线板", event_id=event))
    session = db.session()
    label = printed(session, world, shelf)
    assert (label.kind_name, label.spec, label.purpose) == ("A-01", "中心仓", "shelf")
    label = printed(session, world, cage)
    assert (label.kind_name, label.spec, label.count, label.purpose) == ("会议椅", "3号笼", 25, "cage")
    label = printed(session, world, box)
    assert (label.kind_name, label.spec) == ("市运会", "第7箱 · 插线板")
    held = meaning(session, world.pool, cage)
    assert (held.purpose, held.asset.tag, held.count) == ("cage", lot, 25)
    code = session.scalars(select(LabelCode).where(LabelCode.tag == shelf)).one()
    assert code_queries.standing_at(session, code)[1] == 11
    assert code_queries.unlabelled_places(session, [world.main]) == []
    session.rollback()
    with pytest.raises(codes.PlaceHasLabel):
        made(world, "shelf", NewCode("A-01"))
    for wrong in (NewCode("笼", lot=tags(world.desk)[0], holds=2), NewCode("笼", lot=lot), NewCode("", lot=lot, holds=2)):
        with pytest.raises(FieldInvalid):
            made(world, "cage", wrong)
    with pytest.raises(NotAllowed):
        made(world, "shelf", NewCode("B-01"), by=world.clerk_a)


def test_a_stranger_who_scans_such_a_code_reads_only_whom_to_call(world: worlds.World, app: Flask) -> None:
    (shelf,), (blank,) = made(world, "shelf", NewCode("A-01")), made(world, "blank", NewCode())
    for code in (shelf, blank):
        page = app.test_client().get(f"/a/{code}?lang=en")
        assert (
            page.status_code == 200
            and "shared asset pool" in page.text
            and "A-01" not in page.text
            and "<form" not in page.text.split("<main")[1].split("</main")[0]
        )


def test_a_batch_is_made_printed_and_claimed_on_the_pages_without_scripts(world: worlds.World, app: Flask) -> None:
    keeper, things = in_english(worlds.sign_in(app, "keeper")), tags(world.desk)
    assert "Central store" in keeper.get("/labels/make/blank").text
    answer = send(keeper, "/labels/make/blank", {"store_id": world.main, "count": 3})
    assert answer.status_code == 303
    sheet = send(keeper, "/labels", {"batch": answer.location.split("batch=")[1].split("&")[0], "layout": "a4-24", "start": 1}, page=answer.location)
    page = pypdfium2.PdfDocument(sheet.data)[0].render(scale=2, grayscale=True).to_pil()
    blanks = [parse_tag(code.text) for code in zxingcpp.read_barcodes(page)]
    assert len(blanks) == 3
    list_of_pairs = ""
    for scan in (things[0], blanks[0], blanks[1], things[1], things[1], things[2]):
        shown = send(keeper, "/labels/claim", {"tag": scan, "pairs": list_of_pairs}).text
        list_of_pairs = shown.split("</textarea>")[0].rpartition(">")[2].strip()
    assert list_of_pairs.splitlines() == [f"{things[0]} → {blanks[0]}", f"{things[1]} → {blanks[1]}", f"{things[2]} →"]
    done = send(keeper, "/labels/claim?lang=en", {"act": "claim", "pairs": list_of_pairs})
    assert "2 things have their labels" in done.text and things[2] in done.text
    assert tags(world.desk)[:3] == [blanks[0], blanks[1], things[2]]
    listed = keeper.get("/labels/batches?lang=en").text
    assert "Blank labels" in listed and ">2<" in listed
    assert "belongs to another thing already" in send(keeper, "/labels/claim?lang=en", {"act": "claim", "pairs": f"{things[3]} → {blanks[0]}"}).text


def test_shelf_labels_are_proposed_from_the_places_in_use(world: worlds.World, app: Flask) -> None:
    keeper = in_english(worlds.sign_in(app, "keeper"))
    assert "A-01" in keeper.get("/labels/make/shelf").text
    answer = send(keeper, "/labels/make/shelf", {"store_id": world.main, "names": "A-01\r\nA-02\r\n"})
    sheet = send(keeper, "/labels", {"batch": answer.location.split("batch=")[1].split("&")[0], "layout": "a4-8", "start": 1}, page=answer.location)
    text = pypdfium2.PdfDocument(sheet.data)[0].get_textpage().get_text_range()
    assert "A-01" in text and "A-02" in text and "Central store" in text
    (first, _second) = list(db.session().scalars(select(LabelCode.tag).order_by(LabelCode.id)))
    db.session().rollback()
    with counted(db.engine) as asked:
        page = keeper.get(f"/labels/codes/{first}").text
    assert tags(world.desk)[0] in page and len(asked) < 20


def test_machines_reserve_claim_and_ask(world: worlds.World, app: Flask) -> None:
    with atomic() as session:
        header = worlds.token(session, world.keeper)
    client, desk = app.test_client(), tags(world.desk)[0]
    made_now = client.post("/api/v1/labels/blanks", json={"store_code": "MAIN", "count": 2}, headers=header)
    assert made_now.status_code == 201
    blank, spare = made_now.json["tags"]
    answer = client.post("/api/v1/labels/claims", json={"lines": [{"blank": blank, "thing": desk}]}, headers=header)
    assert (answer.status_code, answer.json) == (201, {"items": [{"former": desk, "tag": blank}]})
    again = client.post("/api/v1/labels/claims", json={"lines": [{"blank": blank, "thing": tags(world.desk)[1]}]}, headers=header)
    assert (again.status_code, again.json["code"]) == (409, "blank_taken")
    said = client.get(f"/api/v1/labels/codes/{desk}", headers=header).json
    assert (said["purpose"], said["asset"], said["count"]) == ("asset", blank, 1)
    assert client.get(f"/api/v1/labels/codes/{spare}", headers=header).json["purpose"] == "blank"
