"""Trips and the gate as people meet them: a keeper plans and prints, a guard scans, a shared phone comes in by PIN."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from pathlib import Path

import pypdfium2
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select

from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.org import service as org
from assetpool.org.models import Role
from assetpool.records import erasing
from assetpool.records.models import Document
from assetpool.trips import gatekeeping
from assetpool.trips.models import GateWord
from assetpool.trips.planning import Part
from tests import world as worlds
from tests.counting import queries as counted
from tests.journeys.codes import codes_of
from tests.trips.conftest import Yard
from tests.walking import send


def prepared(app: Flask, units: int = 40) -> tuple[str, str, str]:
    """Return slip, trip and pass."""
    with app.app_context():
        return Yard(worlds.found()).passed(units)


def words(app: Flask) -> list[tuple[str, str]]:
    with app.app_context():
        return [(row.said, row.reason) for row in db.session().scalars(select(GateWord).order_by(GateWord.id))]


def key_of(page: str) -> str:
    found = re.search(r'name="key" value="([^"]+)"', page)
    assert found
    return found.group(1)


def test_a_keeper_plans_issues_and_prints_and_a_guard_lets_go(app: Flask) -> None:
    with app.app_context():
        yard = Yard(worlds.found())
        slip = yard.loaded(40)
        day, main = yard.today().isoformat(), yard.world.main
    keeper = worlds.sign_in(app, "keeper")
    page = keeper.get(f"/trips/new?slip={slip}").text
    assert f'name="load-{slip}-1"' in page and 'value="40"' in page
    typed = {"store_id": main, "day": day, "plate": "", "driver": "赵师傅", "hours": "4.5", "haulage": "300", f"load-{slip}-1": "30"}
    refused = send(keeper, "/trips/new", typed)
    assert refused.status_code == 422 and "赵师傅" in refused.text and 'value="30"' in refused.text
    made = send(keeper, "/trips/new", {**typed, "plate": "川a-12345"})
    trip = made.location.rsplit("/", 1)[-1]
    assert "川A12345" in keeper.get(f"/trips/{trip}").text
    assert send(keeper, f"/trips/{trip}/pass", {}, page=f"/trips/{trip}").status_code == 303
    with app.app_context():
        issued = db.session().scalars(select(Document.number).where(Document.kind == "GP")).one()
    paper = keeper.get(f"/trips/passes/{issued}.pdf").data
    scanned = codes_of(paper)[0]
    assert f"/V/{issued}/" in scanned
    guard = worlds.sign_in(app, "guard")
    seen = send(guard, "/gate", {"tag": scanned})
    assert seen.status_code == 303
    check = guard.get(seen.location)
    assert "川A12345" in check.text and "30" in check.text
    assert send(guard, f"/gate/{issued}/let-go", {"key": key_of(check.text)}, page=seen.location).status_code == 303
    assert words(app) == [("let_go", "")]
    again = send(guard, f"/gate/{issued}/let-go", {"key": "another"}, page=seen.location)
    assert again.status_code == 409 and [said for said, _ in words(app)] == ["let_go", "again"]


def test_a_refused_press_stays_refused_and_the_page_still_says_other_words(app: Flask) -> None:
    issued = prepared(app)[2]
    first, second = worlds.sign_in(app, "guard"), worlds.sign_in(app, "keeper2")
    page = f"/gate/{issued}"
    seen_before = key_of(second.get(page).text)
    assert send(first, f"{page}/let-go", {"key": key_of(first.get(page).text)}, page=page).status_code == 303
    for _ in range(2):
        assert send(second, f"{page}/let-go", {"key": seen_before}, page=page).status_code == 409
    assert send(second, f"{page}/enter", {"key": seen_before}, page=page).status_code == 303
    assert [said for said, _ in words(app)] == ["let_go", "again", "entered"]


def test_a_photo_of_the_pass_is_read_and_a_forged_code_is_not(app: Flask) -> None:
    _, trip, issued = prepared(app)
    keeper, guard = worlds.sign_in(app, "keeper"), worlds.sign_in(app, "guard")
    photo = io.BytesIO()
    pypdfium2.PdfDocument(keeper.get(f"/trips/passes/{issued}.pdf").data)[0].render(scale=2).to_pil().save(photo, "PNG")
    photo.seek(0)
    assert send(guard, "/gate", {"photo": (photo, "pass.png")}).status_code == 303
    forged = send(guard, "/gate", {"tag": f"https://elsewhere/v/{issued}/AAAAAAAA"})
    assert forged.status_code == 422 and issued in forged.text
    assert send(guard, "/gate", {"tag": "GP-2020-000001"}).status_code == 404
    assert trip in keeper.get("/trips").text


def test_stopping_keeps_a_reason_and_a_photo_without_its_place(app: Flask) -> None:
    _, trip, issued = prepared(app)
    guard = worlds.sign_in(app, "guard")
    page = f"/gate/{issued}"
    assert send(guard, f"{page}/stop", {"key": "a", "reason": ""}, page=page).status_code == 422
    taken = Image.new("RGB", (2000, 1000), "grey")
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (30.0, 40.0, 0.0)}
    kept = io.BytesIO()
    taken.save(kept, "JPEG", exif=exif)
    kept.seek(0)
    assert send(guard, f"{page}/stop", {"key": "b", "reason": "少两把", "photos": (kept, "truck.jpg")}, page=page).status_code == 303
    keeper = worlds.sign_in(app, "keeper")
    log = keeper.get("/gate/log?show=open").text
    shown = re.search(r"/photos/(\d+)/small", log)
    assert "少两把" in log and shown
    picture = Image.open(io.BytesIO(keeper.get(f"/photos/{shown.group(1)}").data))
    assert max(picture.size) <= 1280 and not picture.getexif()
    word = re.search(r"/gate/log/(\d+)", log)
    assert word and send(keeper, f"/gate/log/{word.group(1)}", {"answer": "补齐了"}, page="/gate/log").status_code == 303
    assert send(keeper, f"/trips/{trip}/release", {}, page=f"/trips/{trip}").status_code == 303
    assert "补齐了" in keeper.get("/gate/log").text


def by_pin(app: Flask) -> tuple[FlaskClient, str]:
    """Return a phone without account that today's PIN let in, and the PIN."""
    with app.app_context(), atomic() as session:
        yard = Yard(worlds.found())
        pin = gatekeeping.pin_of(app.config["SECRET_KEY"], gatekeeping.renew(session, yard.world.main, by=yard.world.keeper))
    phone = app.test_client()
    assert send(phone, "/gate", {"pin": "000000" if pin != "000000" else "111111", "name": "老李"}).status_code == 401
    assert send(phone, "/gate", {"pin": pin, "name": "老李"}).status_code == 303
    return phone, pin


def test_a_shared_phone_comes_in_by_the_pin_of_the_day(app: Flask) -> None:
    _, trip, issued = prepared(app)
    keeper = worlds.sign_in(app, "keeper")
    assert send(keeper, "/gate/pin", {"store": 0}, page="/gate/pin").status_code in (303, 404)
    phone, pin = by_pin(app)
    assert pin in keeper.get("/gate/pin").text
    page = f"/gate/{issued}"
    assert send(phone, f"{page}/let-go", {"key": key_of(phone.get(page).text)}, page=page).status_code == 303
    assert "老李" in keeper.get(f"/trips/{trip}").text
    assert send(phone, "/gate/left", {"plate": "川B00001", "store_id": 1, "key": "k", "reason": ""}).status_code == 303
    assert send(phone, "/gate/leave", {}, page="/gate").status_code == 303
    assert phone.get(page).status_code == 303 and phone.get("/gate/log").status_code in (302, 303)


def test_nobody_without_pin_or_role_sees_a_pass(app: Flask) -> None:
    _, trip, issued = prepared(app)
    stranger, clerk, far = app.test_client(), worlds.sign_in(app, "clerk_a"), worlds.sign_in(app, "guard_x")
    for client in (stranger, clerk):
        answer = client.get(f"/gate/{issued}")
        assert answer.status_code == 303 and "川A12345" not in client.get("/gate").text
    assert far.get(f"/gate/{issued}").status_code == 403
    assert worlds.sign_in(app, "stranger").get(f"/trips/{trip}").status_code == 404
    assert worlds.sign_in(app, "organizer_b").get(f"/trips/passes/{issued}.pdf").status_code == 403


def test_too_many_wrong_pins_close_the_page(app: Flask) -> None:
    phone, pin = by_pin(app)
    send(phone, "/gate/leave", {}, page="/gate")
    wrong = "999999" if pin != "999999" else "888888"
    answers = [send(phone, "/gate", {"pin": wrong, "name": "x"}).status_code for _ in range(6)]
    assert answers[:4] == [401] * 4 and answers[-1] == 429
    assert send(phone, "/gate", {"pin": pin, "name": "x"}).status_code == 429


def test_the_papers_carry_what_travels_and_codes_to_scan(app: Flask) -> None:
    slip, trip, issued = prepared(app, 30)
    with app.app_context():
        yard = Yard(worlds.found())
        today = yard.today()
        waiting = yard.approved([(yard.world.desk, 3), (yard.world.chair, 20)], today, today)
        chairs = yard.tags(yard.world.chair)[0]
    keeper = worlds.sign_in(app, "keeper")
    record = pypdfium2.PdfDocument(keeper.get(f"/trips/{trip}.pdf").data)
    text = "".join(page.get_textpage().get_text_range() for page in record)
    assert all(word in text for word in ("装卸工作记录表", "川A12345", "赵师傅", slip, "4.5", "300.00"))
    assert f"/V/{issued}/" in codes_of(keeper.get(f"/trips/passes/{issued}.pdf").data)[0]
    found = codes_of(keeper.get("/picks.pdf").data)
    assert any(code.upper().endswith(f"/A/{chairs}") for code in found)
    assert any(code.endswith(f"/handovers/new?request={waiting}") for code in found)


def test_finance_confirms_the_draft_with_a_voucher(app: Flask) -> None:
    slip, trip, issued = prepared(app)
    guard, finance = worlds.sign_in(app, "guard"), worlds.sign_in(app, "finance")
    page = f"/gate/{issued}"
    send(guard, f"{page}/let-go", {"key": key_of(guard.get(page).text)}, page=page)
    draft = finance.get(f"/trips/{trip}").text
    assert 'value="300.00"' in draft and 'value="120.00"' in draft
    paid = {"costs-0-kind": "haulage", "costs-0-amount": "300", "costs-0-issuer": "顺达", "costs-0-number": "N 9"}
    assert send(finance, f"/trips/{trip}/costs", {}, page=f"/trips/{trip}").status_code == 422
    assert send(finance, f"/trips/{trip}/costs", paid, page=f"/trips/{trip}").status_code == 303
    closed = finance.get(f"/trips/{trip}").text
    assert "顺达" in closed and "N9" in closed
    assert slip in closed


def test_lists_take_a_fixed_number_of_queries(app: Flask) -> None:
    keeper = worlds.sign_in(app, "keeper")
    prepared(app)
    pages = ("/trips", "/gate/log", "/picks", "/trips/new")
    before = {}
    for page in pages:
        keeper.get(page)
        with app.app_context(), counted(db.engine) as found:
            keeper.get(page)
        before[page] = len(found)
    for _ in range(3):
        with app.app_context():
            yard = Yard(worlds.found())
            yard.plan([Part(yard.loaded(5), 1, 2)])
    for page in pages:
        with app.app_context(), counted(db.engine) as found:
            keeper.get(page)
        assert len(found) <= before[page], page


def test_pictures_of_a_trip_are_kept(app: Flask, tmp_path: Path) -> None:
    _, trip, _ = prepared(app)
    kept = io.BytesIO()
    Image.new("RGB", (300, 200), "red").save(kept, "PNG")
    kept.seek(0)
    keeper = worlds.sign_in(app, "keeper")
    assert send(keeper, f"/photos/of/{trip}", {"photos": (kept, "truck.png")}, page=f"/trips/{trip}").status_code == 303
    assert "/small" in keeper.get(f"/trips/{trip}").text


def test_a_photo_of_a_truck_without_a_pass_is_seen_at_its_gate_only_and_the_guards_name_goes_after_its_term(app: Flask) -> None:
    prepared(app)
    kept = io.BytesIO()
    Image.new("RGB", (300, 200), "red").save(kept, "PNG")
    kept.seek(0)
    phone = by_pin(app)[0]
    assert send(phone, "/gate/left", {"plate": "川B00001", "store_id": 1, "key": "k", "reason": "", "photos": (kept, "truck.png")}).status_code == 303
    with app.app_context():
        world = worlds.found()
        with atomic() as session:
            org.grant(session, world.stranger, world.elsewhere, Role.KEEPER)
    for name, status in (("keeper", 200), ("approver", 200), ("guard", 200), ("auditor", 200), ("guard_x", 404), ("stranger", 404), ("clerk_a", 404)):
        assert worlds.sign_in(app, name).get("/photos/1").status_code == status, name
    assert "老李" in worlds.sign_in(app, "approver").get("/gate/log").text
    with app.app_context():
        with atomic() as session:
            erasing.settle(session, world.pool, 30, None, by=world.administrator)
        with clock.at(clock.now() + timedelta(days=31)), atomic() as session:
            assert erasing.erase_due(session, world.pool) == 1
    assert "老李" not in worlds.sign_in(app, "approver").get("/gate/log").text
