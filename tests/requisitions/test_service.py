"""The rules of requests, asked of the services as every door asks them."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from assetpool.catalog import service as catalog
from assetpool.core.db import atomic, db
from assetpool.core.errors import FieldInvalid, NotAllowed, NotFound, SamePerson, WrongState
from assetpool.org import service as org
from assetpool.org.models import Role
from assetpool.org.queries import access_of
from assetpool.records import service as records
from assetpool.records.models import Attachment, PersonalFact
from assetpool.records.queries import by_number
from assetpool.records.service import ChangedMeanwhile
from assetpool.requisitions import drafting, service
from assetpool.requisitions.drafting import Contact, KindWithdrawn, Wish
from assetpool.requisitions.models import RequisitionLine
from assetpool.reservations.models import Reservation
from assetpool.reservations.service import NotEnoughStock
from tests.requisitions.conftest import FIRST, LAST, Asking

REACHED = {"draft": "draft", "submitted": "stock_checked", "approved": "approved"}


def promised(asking: Asking, number: str) -> int:
    with asking.app.app_context():
        document = db.session().query(service.Document).filter_by(number=number).one()
        return db.session().scalar(select(func.sum(Reservation.open_units)).where(Reservation.document_id == document.id)) or 0


def test_each_step_reaches_its_state_and_only_approval_promises(asking: Asking) -> None:
    for make, state, units in ((asking.draft, "draft", 0), (asking.submitted, "stock_checked", 0), (asking.approved, "approved", 2)):
        number = make()
        assert (asking.state(number)[0], promised(asking, number)) == (state, units)


def test_who_asked_cannot_approve_although_the_role_is_held(asking: Asking) -> None:
    w = asking.world
    with asking.app.app_context(), atomic() as session:
        org.grant(session, w.approver, w.city, Role.CLERK)
    number = asking.submitted(by=w.approver)
    with pytest.raises(SamePerson):
        asking.act(service.approve, number, by=w.approver)
    assert asking.state(asking.act(service.approve, number, by=w.approver2))[0] == "approved"


@pytest.mark.parametrize("who", ["organizer_b", "clerk_a", "keeper", "auditor", "administrator"])
def test_only_an_approver_of_the_store_approves(asking: Asking, who: str) -> None:
    number = asking.submitted()
    with pytest.raises((NotAllowed, SamePerson)):
        asking.act(service.approve, number, by=getattr(asking.world, who))
    assert asking.state(number)[0] == "stock_checked"


def test_a_cut_needs_a_reason_and_lies_between_nothing_and_what_was_asked(asking: Asking) -> None:
    number = asking.submitted(Wish(5, asking.world.desk), Wish(10, asking.world.chair))
    for cuts, reason in (({1: 4}, ""), ({1: 6}, "more"), ({1: -1}, "less"), ({1: 0, 2: 0}, "nothing at all")):
        with pytest.raises(FieldInvalid):
            asking.act(service.approve, number, by=asking.world.approver, cuts=cuts, reason=reason)
    assert (asking.state(number)[0], promised(asking, number)) == ("stock_checked", 0)
    asking.act(service.approve, number, by=asking.world.approver, cuts={1: 4, 2: 0}, reason="others need them too")
    assert promised(asking, number) == 4


def test_too_much_is_refused_with_what_is_free_and_from_when(asking: Asking) -> None:
    w = asking.world
    asking.approved(Wish(8, w.desk))
    number = asking.submitted(Wish(5, w.desk))
    with pytest.raises(NotEnoughStock) as refused:
        asking.act(service.approve, number, by=w.approver)
    assert refused.value.figures == {"kind": "办公桌", "asked": 5, "free": 2, "free_from": date(2099, 3, 7)}
    assert (asking.state(number)[0], promised(asking, number)) == ("stock_checked", 0)


def test_one_line_too_much_promises_none_of_the_others(asking: Asking) -> None:
    number = asking.submitted(Wish(1, asking.world.chair), Wish(11, asking.world.desk))
    with pytest.raises(NotEnoughStock):
        asking.act(service.approve, number, by=asking.world.approver)
    assert promised(asking, number) == 0


def test_two_lines_of_a_kind_are_counted_together(asking: Asking) -> None:
    desk, number = asking.world.desk, asking.submitted(Wish(6, asking.world.desk), Wish(5, asking.world.desk))
    with pytest.raises(NotEnoughStock) as refused:
        asking.act(service.approve, number, by=asking.world.approver)
    assert (refused.value.figures["asked"], refused.value.figures["free"]) == (5, 4)
    asking.approved(Wish(6, desk), Wish(4, desk))


def test_a_kind_withdrawn_meanwhile_is_refused_at_every_step(asking: Asking) -> None:
    w = asking.world
    draft, waiting = asking.draft(), asking.submitted()
    with asking.app.app_context(), atomic() as session:
        catalog.withdraw(session, w.desk, w.administrator)
    for attempt in (
        lambda: asking.draft(),
        lambda: asking.act(service.submit, draft, by=w.organizer_b),
        lambda: asking.act(service.approve, waiting, by=w.approver),
    ):
        with pytest.raises(KindWithdrawn):
            attempt()


@pytest.mark.parametrize(
    ("first", "last", "more"),
    [
        (LAST, FIRST, {}),
        (FIRST, None, {}),
        (FIRST, date(2199, 1, 1), {}),
        (FIRST, LAST, {"kind": "gift"}),
        (FIRST, LAST, {"event_id": 4711}),
    ],
)
def test_days_kind_and_event_must_make_sense(asking: Asking, first: date, last: date | None, more: dict[str, object]) -> None:
    with pytest.raises(FieldInvalid):
        asking.draft(first=first, last=last, **more)


@pytest.mark.parametrize("quantity", [0, -1, 1_000_001])
def test_quantities_are_whole_and_in_bounds(asking: Asking, quantity: int) -> None:
    with pytest.raises(FieldInvalid):
        asking.draft(Wish(quantity, asking.world.desk))


def test_a_refused_draft_leaves_no_gap_in_the_numbers(asking: Asking) -> None:
    before = asking.draft()
    with pytest.raises(FieldInvalid):
        asking.draft(Wish(0, asking.world.desk))
    assert int(asking.draft()[-6:]) == int(before[-6:]) + 1


def test_a_decision_taken_on_an_old_page_is_refused(asking: Asking) -> None:
    number = asking.submitted()
    state, seen = asking.state(number)
    asking.act(service.send_back, number, by=asking.world.approver, reason="which building?")
    asking.act(service.submit, number, by=asking.world.organizer_b)
    assert asking.state(number) == (state, asking.state(number)[1])
    with pytest.raises(ChangedMeanwhile):
        asking.act(service.approve, number, by=asking.world.approver2, revision=seen)
    assert promised(asking, number) == 0


def test_rejecting_and_sending_back_need_words(asking: Asking) -> None:
    number = asking.submitted()
    for act in (service.reject, service.send_back):
        with pytest.raises(FieldInvalid):
            asking.act(act, number, by=asking.world.approver, reason="  ")


def test_taking_an_approved_request_back_frees_what_was_kept(asking: Asking) -> None:
    number = asking.approved(Wish(10, asking.world.desk))
    asking.act(service.cancel, number, by=asking.world.organizer_b)
    assert (asking.state(number)[0], promised(asking, number)) == ("cancelled", 0)
    assert asking.state(asking.approved(Wish(10, asking.world.desk)))[0] == "approved"
    with pytest.raises(WrongState):
        asking.act(service.cancel, number, by=asking.world.organizer_b)


def test_under_decision_it_is_withdrawn_and_rejected_it_stays_rejected(asking: Asking) -> None:
    withdrawn, rejected = asking.submitted(), asking.submitted()
    asking.act(service.cancel, withdrawn, by=asking.world.organizer_b)
    asking.act(service.reject, rejected, by=asking.world.approver, reason="not in the plan")
    assert (asking.state(withdrawn)[0], asking.state(rejected)[0]) == ("withdrawn", "rejected")
    with pytest.raises(WrongState):
        asking.act(service.submit, rejected, by=asking.world.organizer_b)


@pytest.mark.parametrize(
    ("who", "reads"),
    [("organizer_b", True), ("head_b", True), ("approver", True), ("keeper", True), ("auditor", True), ("clerk_a", False), ("stranger", False)],
)
def test_a_request_is_read_by_its_parties_and_those_above_them(asking: Asking, who: str, reads: bool) -> None:
    number = asking.submitted()
    with asking.app.app_context():
        mine = access_of(db.session(), getattr(asking.world, who))
        if reads:
            assert by_number(db.session(), mine, number).number == number
        else:
            with pytest.raises(NotFound):
                by_number(db.session(), mine, number)


def test_strangers_and_auditors_do_not_write_for_others(asking: Asking) -> None:
    number = asking.draft()
    for who in ("stranger", "auditor", "clerk_a"):
        with pytest.raises(NotAllowed):
            asking.draft(by=getattr(asking.world, who))
        with pytest.raises(NotAllowed):
            asking.act(service.submit, number, by=getattr(asking.world, who))


def rewrite(asking: Asking, number: str, *wishes: Wish, **more: object) -> None:
    with asking.app.app_context(), atomic() as session:
        drafting.rewrite(session, number, wishes, FIRST, LAST, by=asking.world.organizer_b, **more)  # type: ignore[arg-type]


def test_writing_anew_replaces_lines_and_receivers(asking: Asking) -> None:
    number = asking.draft(Wish(2, asking.world.desk), Wish(3, asking.world.chair), contacts=[Contact("何静", "13800002210")])
    rewrite(asking, number, Wish(7, asking.world.chair), contacts=[Contact("赵强")])
    with asking.app.app_context():
        lines = list(db.session().scalars(select(RequisitionLine)))
        assert [(line.kind_id, line.asked) for line in lines] == [(asking.world.chair, 7)]
        assert [fact.name for fact in db.session().scalars(select(PersonalFact))] == ["赵强"]
    with pytest.raises(ChangedMeanwhile):
        rewrite(asking, number, Wish(1, asking.world.desk), revision=0)


def test_papers_of_need_are_attached_and_a_stranger_s_file_cannot_be_named(asking: Asking) -> None:
    w = asking.world
    with asking.app.app_context(), atomic() as session:
        data = asking.app.config["DATA_DIR"]
        mine = records.keep_file(session, w.pool, data, "need.pdf", b"%PDF-1.7 need", w.organizer_b).id
        theirs = records.keep_file(session, w.pool, data, "secret.pdf", b"%PDF-1.7 secret", w.clerk_a).id
    number = asking.draft(Wish(2, w.desk, need_file_id=mine, budget_file_id=mine))
    with asking.app.app_context():
        assert sorted((row.purpose, row.line_no) for row in db.session().scalars(select(Attachment))) == [("budget", 1), ("need", 1)]
    with pytest.raises(NotFound):
        asking.draft(Wish(2, w.desk, need_file_id=theirs))
    rewrite(asking, number, Wish(2, w.desk))
    with asking.app.app_context():
        assert list(db.session().scalars(select(Attachment))) == []


def test_a_transfer_is_promised_for_good(asking: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    w = asking.world
    monkeypatch.setattr(service, "on_approved", {})
    asking.approved(Wish(3, w.desk), kind="transfer", last=None)
    number = asking.submitted(Wish(8, w.desk), first=date(2150, 1, 1), last=date(2150, 1, 2))
    with pytest.raises(NotEnoughStock) as refused:
        asking.act(service.approve, number, by=w.approver)
    assert (refused.value.figures["free"], refused.value.figures["free_from"]) == (7, None)
