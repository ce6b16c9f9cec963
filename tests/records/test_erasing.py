"""Names and files are erased by term or one by one; what was sealed can still be told."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update

from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.core.errors import FieldInvalid, NotAllowed, NotFound
from assetpool.events import service as events
from assetpool.events.models import EventVenue
from assetpool.invitations.erasing import NOBODY, erase_liaisons
from assetpool.org.models import Person
from assetpool.records import erasing, service
from assetpool.records.models import Document, PersonalFact
from assetpool.requisitions import drafting
from assetpool.requisitions import service as requisitions
from assetpool.requisitions.drafting import Contact, Wish
from tests import walking
from tests import world as worlds
from tests.world import World

CONTACT = Contact("何静", "13800002210")


@pytest.fixture
def database_template(make_template: object) -> str:
    assert callable(make_template)
    return str(make_template("world", worlds.fill))


@pytest.fixture
def world(app: Flask) -> World:
    with app.app_context():
        return worlds.found()


def asked(world: World) -> int:
    """Write a request with a receiver and take it back; return its document's id."""
    today = clock.today(worlds.ZONE)
    with atomic() as session:
        document = drafting.draft(
            session, world.department_b, [Wish(1, world.desk)], today, today, by=world.organizer_b, contacts=[Contact("何静", "13800002210")]
        )
        requisitions.cancel(session, document.number, by=world.organizer_b)
        return document.id


def names(document_id: int) -> list[str]:
    session = db.session()
    session.expire_all()
    return [fact.name for fact in erasing.facts_of(session, document_id)]


def test_names_go_after_their_term_and_only_where_the_paper_ended(app: Flask, world: World) -> None:
    with app.app_context():
        ended = asked(world)
        today = clock.today(worlds.ZONE)
        with atomic() as session:
            running = drafting.draft(session, world.department_b, [Wish(1, world.desk)], today, today, by=world.organizer_b, contacts=[CONTACT]).id
        later = clock.now() + timedelta(days=31)
        with clock.at(later), atomic() as session:
            assert erasing.erase_due(session, world.pool) == 0
            erasing.settle(session, world.pool, 30, None, by=world.administrator)
        with atomic() as session:
            assert erasing.erase_due(session, world.pool) == 0
        with clock.at(later), atomic() as session:
            assert erasing.erase_due(session, world.pool) == 1
        assert (names(ended), names(running)) == ([""], ["何静"])
        fact = db.session().query(PersonalFact).filter_by(document_id=ended).one()
        assert (fact.telephone, fact.salt, len(fact.digest)) == ("", "", 64)


@pytest.mark.parametrize(("kind", "state", "gone"), [("EX", "approved", 1), ("RQ", "approved", 0), ("RT", "inspected", 1), ("ST", "inspected", 0)])
def test_a_word_ends_the_paper_of_one_kind_and_not_of_another(app: Flask, world: World, kind: str, state: str, gone: int) -> None:
    with app.app_context():
        document_id = asked(world)
        with atomic() as session:
            erasing.settle(session, world.pool, 30, None, by=world.administrator)
            session.execute(update(Document).where(Document.id == document_id).values(kind=kind, state=state))
        with clock.at(clock.now() + timedelta(days=31)), atomic() as session:
            assert erasing.erase_due(session, world.pool) == gone


def test_a_file_is_erased_but_not_what_somebody_else_keeps_too(app: Flask, world: World) -> None:
    with app.app_context():
        document_id, folder = asked(world), app.config["DATA_DIR"]
        with atomic() as session:
            one = service.keep_file(session, world.pool, folder, "letter.pdf", b"%PDF-1.4 letter", world.organizer_b)
            twin = service.keep_file(session, world.pool, folder, "again.pdf", b"%PDF-1.4 letter", world.organizer_b)
            service.attach(session, document_id, one.id, "paper")
            service.attach(session, document_id, twin.id, "paper")
            path, ids = Path(service.file_path(folder, one.digest)), (one.id, twin.id)
        session = db.session()
        for number in ids:
            with atomic() as session:
                document = session.get_one(Document, document_id)
                with pytest.raises(NotAllowed):
                    erasing.erase_file(session, document, number, "本人要求", by=world.approver)
                with pytest.raises(FieldInvalid):
                    erasing.erase_file(session, document, number, " ", by=world.administrator)
                erasing.erase_file(session, document, number, "本人要求", by=world.administrator)
                with pytest.raises(NotFound):
                    erasing.erase_file(session, document, number, "本人要求", by=world.administrator)
            erasing.sweep(db.session(), world.pool, folder)
            assert path.exists() == (number == ids[0])


def test_the_administrator_erases_in_the_page(app: Flask, world: World) -> None:
    with app.app_context():
        document_id = asked(world)
        number, fact = db.session().get_one(Document, document_id).number, erasing.facts_of(db.session(), document_id)[0].id
    page = f"/admin/personal-data?number={number}"
    assert worlds.sign_in(app, "approver").get(page).status_code == 403
    administrator = worlds.sign_in(app, "administrator")
    assert "何静" in administrator.get(page).text
    walking.send(administrator, f"/admin/personal-data/{number}/name/{fact}", {"reason": "本人要求"}, page=page)
    assert "何静" not in administrator.get(page).text
    assert walking.send(administrator, "/admin/personal-data", {"facts_days": "365", "liaison_days": ""}, page=page).status_code == 303
    with app.app_context():
        held = erasing.terms(db.session(), world.pool)
        assert held is not None
        assert (held.facts_days, held.liaison_days, names(document_id)) == (365, None, [""])
    assert "365" in administrator.get("/admin/personal-data").text


def test_a_liaison_goes_some_days_after_the_event(app: Flask, world: World) -> None:
    with app.app_context():
        today = clock.today(worlds.ZONE)
        with atomic() as session:
            event = events.enter(session, world.pool, world.department_b, events.Said("运动会", today, today), by=world.approver).id
            person = events.name_liaison(session, event, "何静", "13800002210", "h@example.org", by=world.approver).id
            events.set_venues(session, event, [events.Venue("体育馆", None, "", "", None, "", "何静", "13800002210")], by=world.approver)
            erasing.settle(session, world.pool, None, 10, by=world.administrator)
        for days, name in ((10, "何静"), (11, NOBODY)):
            with clock.at(clock.now() + timedelta(days=days)), atomic() as session:
                assert erase_liaisons(session, world.pool) == (name == NOBODY)
            db.session().expire_all()
            row = db.session().get_one(Person, person)
            assert (row.name, bool(row.telephone), bool(row.email), row.active) == (name, name != NOBODY, name != NOBODY, name != NOBODY)
            assert bool(db.session().query(EventVenue).one().contact_name) == (name != NOBODY)
