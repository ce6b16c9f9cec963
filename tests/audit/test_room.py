"""Samples, packs, working papers, exceptions and looks through the pages, over a book in which everything happened."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace

import docx
import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from assetpool.audit import gathering, samples
from assetpool.audit.models import Look, Sample
from assetpool.core import chain, clock
from assetpool.core.db import atomic, db
from assetpool.core.errors import NotAllowed
from assetpool.handovers.models import Slip
from assetpool.records import service as records
from assetpool.records.models import PersonalFact
from assetpool.savings import service as savings
from assetpool.savings.models import SavingAct, SavingEntry
from tests import world as worlds
from tests.audit import book
from tests.counting import queries
from tests.savings import ledger
from tests.world import World

ASKED = samples.Asked(unit="act", method="random", measure="saving", size=3, seed="2026-11 dice 4 2 6")


@pytest.fixture
def database_template(make_template: Callable[..., str]) -> str:
    """Name the template that holds a book in which everything happened."""
    return make_template("book", book.fill)


@pytest.fixture
def auditor(app: Flask) -> FlaskClient:
    """Sign the auditor in."""
    app.config["WTF_CSRF_ENABLED"] = False
    return worlds.sign_in(app, "auditor")


def opened(client: FlaskClient, address: str) -> TestResponse:
    """Get a page to its end, as a browser does."""
    answer = client.get(address)
    answer.get_data()
    answer.close()
    return answer


def grow(world: World) -> None:
    """Let the book grow by another loan and what it is worth by then."""
    with clock.at(ledger.at_noon(book.day(500))), atomic() as session:
        kind_id = ledger.add_kind(session, world, "新椅", 30_000, 100, 180, book.day(400))
        tag = ledger.bring(session, world, kind_id, 9, book.day(400))
        ledger.hand_over(session, world, tag, 5, book.day(500), book.day(520))
    with clock.at(ledger.at_noon(book.day(505))), atomic() as session:
        savings.accrue(session, world.pool, book.day(505))


@pytest.mark.parametrize("unit", ["act", "entry"])
@pytest.mark.parametrize("method", ["random", "monetary"])
@pytest.mark.parametrize("stratified", [False, True])
def test_a_sample_is_the_same_after_the_book_has_grown(world: World, unit: str, method: str, stratified: bool) -> None:
    asked = replace(ASKED, unit=unit, method=method, stratified=stratified)
    with atomic() as session:
        sample = samples.take(session, world.pool, asked, world.auditor)
        sample_id, items = sample.id, [(item.subject_id, item.value, item.stratum) for item in samples.items_of(session, sample.id)]
    assert items
    grow(world)
    with atomic() as session:
        kept = session.get_one(Sample, sample_id)
        assert samples.is_reproduced(session, kept)
        again = samples.take(session, world.pool, replace(asked, height=kept.height), world.auditor)
        assert [(item.subject_id, item.value, item.stratum) for item in samples.items_of(session, again.id)] == items
        assert samples.population(session, world.pool, asked, kept.height) != samples.population(session, world.pool, asked, kept.height + 20)


def test_a_sample_whose_values_were_changed_is_not_the_same_any_more(world: World) -> None:
    with atomic() as session:
        sample_id = samples.take(session, world.pool, ASKED, world.auditor).id
    with atomic() as session:
        item = samples.items_of(session, sample_id)[0]
        item.value += 1
        session.flush()
        assert not samples.is_reproduced(session, session.get_one(Sample, sample_id))


def test_only_an_auditor_draws(world: World) -> None:
    for who in (world.administrator, world.reviewer, world.stranger):
        with pytest.raises(NotAllowed), atomic() as session:
            samples.take(session, world.pool, ASKED, who)


def test_the_value_of_an_act_is_its_saving_or_its_avoided_cost(world: World) -> None:
    session = db.session()
    act = session.scalars(select(SavingAct).where(SavingAct.costed).order_by(SavingAct.id)).first()
    assert act is not None
    entries = session.scalars(select(SavingEntry).where(SavingEntry.act_id == act.id)).all()
    avoided = sum(entry.count * (entry.adopted or 0) for entry in entries)
    cost = sum(entry.cost or 0 for entry in entries)
    head = samples.ChainHead
    height = session.get_one(head, world.pool).height
    values = {item.id: item.value for item in samples.population(session, world.pool, ASKED, height)}
    assert cost and values[act.id] == abs(avoided - cost)
    values = {item.id: item.value for item in samples.population(session, world.pool, replace(ASKED, measure="avoided"), height)}
    assert values[act.id] == avoided


def draw(client: FlaskClient, **more: str) -> str:
    """Draw a sample through the page and return its address."""
    sent = {"unit": "act", "method": "random", "measure": "saving", "size": "4", "seed": "骰子 426", **more}
    answer = client.post("/audit/samples/new", data=sent)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return answer.location


def test_a_sample_through_the_pages(auditor: FlaskClient, app: Flask) -> None:
    page = draw(auditor, purpose="三季度", method="monetary", unit="entry", interval="1,000.00")
    shown = auditor.get(f"{page}?again=1&lang=en").get_data(as_text=True)
    assert "骰子 426" in shown and "every item, value and hit is the same" in shown and "1,000.00" in shown
    assert "三季度" in auditor.get("/audit/samples").get_data(as_text=True)
    assert auditor.post("/audit/samples/new", data={"size": "4", "seed": ""}).status_code == 422
    assert auditor.post("/audit/samples/new", data={"size": "4", "seed": "x", "first_day": "2040-01-01"}).status_code == 422
    assert auditor.get("/audit/samples/999").status_code == 404
    assert worlds.sign_in(app, "reviewer").get(page).status_code == 403
    assert worlds.sign_in(app, "administrator").post("/audit/samples/new", data={}).status_code == 403


@pytest.fixture
def papers(app: Flask) -> dict[str, int]:
    """Put a paper and an erased name on the slip of the first act; return ids."""
    with app.app_context(), atomic() as session:
        world = worlds.found()
    with app.app_context(), atomic() as session:
        act = session.scalars(select(SavingAct).where(~SavingAct.opening).order_by(SavingAct.id).limit(1)).one()
        file = records.keep_file(session, world.pool, app.config["DATA_DIR"], "签收 单/1.pdf", b"%PDF-1.7 evidence", world.keeper)
        records.attach(session, act.document_id, file.id, "paper")
        fact = records.keep_personal(session, world.pool, act.document_id, "driver", "王司机", "139", "drawn", "data:image/png;base64,iVBORw0KGgo=")
        request = ledger.request(session, world)
        session.add(
            Slip(
                id=act.document_id, request_id=request.id, purpose="loan", store_id=world.main, receiver_id=world.department_b, keeper_id=world.keeper,
                loaded_at=clock.now(),
            )
        )  # fmt: skip
        gone = records.keep_personal(session, world.pool, act.document_id, "volunteer", "李志愿", "138", "typed_pin", "1")
        gone.name = gone.telephone = gone.signature = ""
        gone.erased_at = clock.now()
        return {"act": act.id, "file": file.id, "fact": fact.id, "gone": gone.id}


def unpacked(answer: TestResponse) -> zipfile.ZipFile:
    """Open a pack and check every digest of its manifest."""
    assert answer.status_code == 200 and answer.mimetype == "application/zip"
    found = zipfile.ZipFile(io.BytesIO(answer.get_data()))
    manifest = json.loads(found.read("manifest.json"))
    listed = {one["path"]: one["sha256"] for one in manifest["files"]}
    assert set(listed) == set(found.namelist()) - {"manifest.json", "manifest.txt"}
    for path, digest in listed.items():
        assert hashlib.sha256(found.read(path)).hexdigest() == digest
    assert found.read("manifest.txt").decode() == "".join(f"{digest}  {path}\n" for path, digest in sorted(listed.items()))
    return found


def table(pack: zipfile.ZipFile, name: str) -> list[dict[str, str]]:
    """Read a table of a pack."""
    return list(csv.DictReader(io.StringIO(pack.read(f"tables/{name}.csv").decode("utf-8-sig"))))


def test_the_pack_of_an_act_holds_what_proves_it_and_nothing_that_was_erased(auditor: FlaskClient, papers: dict[str, int]) -> None:
    pack = unpacked(auditor.get(f"/audit/acts/{papers['act']}/pack.zip"))
    names = pack.namelist()
    assert any(name.startswith("documents/HS-") for name in names)
    assert [name for name in names if name.endswith("签收 单_1.pdf")] != []
    page = pack.read("index.html").decode()
    assert "<script" not in page and "http:" not in page and "https:" not in page and "src=" not in page
    assert "王司机" in page and "139" not in page
    everything = b"".join(pack.read(name) for name in names)
    assert "李志愿".encode() not in everything and b"Erased on" in everything
    entries = table(pack, "entries")
    with pytest.raises(StopIteration):
        next(row for row in entries if row["act_id"] != str(papers["act"]))
    assert entries and table(pack, "movements") and table(pack, "terms") and table(pack, "acts")[0]["act_id"] == str(papers["act"])


def test_the_tables_of_a_pack_hold_what_the_digests_cover(auditor: FlaskClient, papers: dict[str, int], app: Flask) -> None:
    pack = unpacked(auditor.get(f"/audit/acts/{papers['act']}/pack.zip"))
    with app.app_context():
        for row in table(pack, "entries"):
            stored = db.session().get_one(SavingEntry, int(row["id"]))
            assert {name: "" if (value := chain.raw(getattr(stored, name))) is None else str(value) for name in row} == row


def test_a_file_that_is_missing_or_changed_is_said_so(auditor: FlaskClient, papers: dict[str, int], app: Flask) -> None:
    with app.app_context():
        path = records.file_path(app.config["DATA_DIR"], db.session().get_one(records.File, papers["file"]).digest)
    path.write_bytes(b"%PDF-1.7 forged")
    assert "Its content is not what was kept." in unpacked(auditor.get(f"/audit/acts/{papers['act']}/pack.zip")).read("index.html").decode()
    path.unlink()
    pack = unpacked(auditor.get(f"/audit/acts/{papers['act']}/pack.zip"))
    assert "The file is missing" in pack.read("index.html").decode()
    assert json.loads(pack.read("manifest.json"))["missing"][0]["name"] == "签收 单/1.pdf"


def test_the_pack_of_a_sample_holds_each_act_once(auditor: FlaskClient) -> None:
    page = draw(auditor, unit="entry", size="9")
    pack = unpacked(auditor.get(f"{page}/pack.zip"))
    acts = [row["act_id"] for row in table(pack, "acts")]
    assert acts and len(acts) == len(set(acts))
    assert "骰子 426" in pack.read("index.html").decode()


def test_working_papers_take_the_calculation_apart(auditor: FlaskClient, papers: dict[str, int]) -> None:
    made = docx.Document(io.BytesIO(auditor.get(f"/audit/acts/{papers['act']}/paper.docx").get_data()))
    words = "\n".join([p.text for p in made.paragraphs] + [cell.text for t in made.tables for row in t.rows for cell in row.cells])
    assert "审计取证单" in words and "P = 1,600.00" in words and "9,999" not in words and "99.99" in words
    page = draw(auditor, unit="entry", size="3")
    several = docx.Document(io.BytesIO(auditor.get(f"{page}/papers.docx").get_data()))
    assert sum("审计取证单" in p.text for p in several.paragraphs) == 3


def test_exceptions_are_listed_and_exported(auditor: FlaskClient, app: Flask) -> None:
    page = auditor.get("/audit/exceptions?kind=no_costs&lang=en").get_data(as_text=True)
    assert "No costs and no reason why there are none." in page and "Raise a finding" in page
    rows = list(csv.reader(io.StringIO(auditor.get("/audit/exceptions.csv?lang=en").get_data().decode("utf-8-sig"))))
    book_ = openpyxl.load_workbook(io.BytesIO(auditor.get("/audit/exceptions.xlsx?lang=en").get_data()))
    assert book_.active is not None and book_.active.max_row == len(rows) > 5
    assert {row[0] for row in rows} >= {"Costs unknown", "Evidence grade C"}
    assert auditor.get("/audit/exceptions?kind=nonsense&page=99999999&from=x").status_code == 200
    assert worlds.sign_in(app, "administrator").get("/audit/exceptions").status_code == 200
    assert worlds.sign_in(app, "keeper").get("/audit/exceptions").status_code == 403


def test_the_exceptions_cost_the_same_queries_whatever_the_number_of_acts(world: World) -> None:
    def gathered() -> int:
        with queries(db.engine) as few:
            gathering.gather(db.session(), world.pool)
        db.session().rollback()
        return len(few)

    before = gathered()
    grow(world)
    assert gathered() == before < 25


def test_every_look_of_an_auditor_is_noted_and_nobody_elses(app: Flask, auditor: FlaskClient) -> None:
    with app.app_context():
        act = db.session().scalars(select(SavingAct.id).order_by(SavingAct.id).limit(1)).one()
    opened(auditor, f"/savings/acts/{act}?lang=en")
    opened(auditor, "/audit/chain")
    opened(auditor, f"/audit/acts/{act}/pack.zip")
    opened(worlds.sign_in(app, "reviewer"), f"/savings/acts/{act}")
    with app.app_context():
        noted = db.session().scalars(select(Look).order_by(Look.id)).all()
        found = worlds.found()
        assert {look.person_id for look in noted} == {found.auditor}
        assert [look.subject for look in noted] == [f"/savings/acts/{act}?lang=en", "/audit/chain", f"/audit/acts/{act}/pack.zip"]
    page = worlds.sign_in(app, "administrator").get("/audit/looks").get_data(as_text=True)
    assert f"/savings/acts/{act}?lang=en" in page
    assert worlds.sign_in(app, "reviewer").get("/audit/looks").status_code == 403


def test_a_look_by_the_machine_interface_is_noted_too(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        found = worlds.found()
    with app.app_context(), atomic() as session:
        headers = worlds.token(session, found.auditor)
    answer = client.get("/api/v1/audit/chain", headers=headers)
    answer.close()
    with app.app_context():
        assert db.session().scalars(select(Look.subject)).all() == ["/api/v1/audit/chain"]


def test_erased_names_stay_in_order_and_others_are_held_to_their_digest(auditor: FlaskClient, papers: dict[str, int], app: Flask) -> None:
    assert "The book holds" in auditor.post("/audit/verify?lang=en").get_data(as_text=True)
    with app.app_context(), atomic() as session:
        session.get_one(PersonalFact, papers["fact"]).name = "张司机"
    assert "The book differs" in auditor.post("/audit/verify?lang=en").get_data(as_text=True)


def test_the_page_of_an_act_offers_an_auditor_what_he_may_do(app: Flask, auditor: FlaskClient) -> None:
    with app.app_context():
        act = db.session().scalars(select(SavingAct.id).order_by(SavingAct.id).limit(1)).one()
    page = auditor.get(f"/savings/acts/{act}?lang=en").get_data(as_text=True)
    assert "Raise a finding" in page and f"/audit/acts/{act}/pack.zip" in page and f"/audit/acts/{act}/paper.docx" in page
    assert f"/audit/acts/{act}/" not in worlds.sign_in(app, "reviewer").get(f"/savings/acts/{act}").get_data(as_text=True)


def test_the_overview_looks_through_the_newest_acts_only(world: World) -> None:
    session = db.session()
    whole, newest = gathering.gather(session, world.pool), gathering.gather(session, world.pool, newest=2)
    assert newest.acts == whole.acts[-2:] != whole.acts
    assert gathering.gather(session, world.pool, newest=len(whole.acts) + 1).acts == whole.acts


@pytest.mark.parametrize("address", ["/s/one-time-secret", "/o/one-time-secret/status", "/cal/one-time-secret.ics"])
def test_a_look_through_a_secret_address_keeps_no_secret(app: Flask, auditor: FlaskClient, address: str) -> None:
    opened(auditor, address)
    with app.app_context():
        seen = list(db.session().scalars(select(Look.subject)))
    assert seen
    assert not [subject for subject in seen if "one-time-secret" in subject]
