"""The costs of a slip or return in one place: vouchers and shares of them, own trucks and staff, compensation for what was lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.core.errors import DomainError, NotFound
from assetpool.core.models import Pool
from assetpool.core.money import yuan
from assetpool.core.web import translated
from assetpool.org import access
from assetpool.org.models import Role
from assetpool.org.queries import path_of
from assetpool.records.models import Document
from assetpool.records.queries import by_number
from assetpool.records.uploads import keep_within
from assetpool.savings import compensation, costs, late, queries, rates, service, vouchers
from assetpool.savings.cost_forms import CompensationForm, LateCostForm, OwnCostForm, VoucherPaperForm
from assetpool.savings.models import SavingAct
from assetpool.savings.wording import COST_WORDS, ENDING_WORDS

bp = Blueprint("costs", __name__)


@bp.get("/savings/costs/<number>")
@access.signed_in
def show(number: str) -> ResponseReturnValue:
    """Show what a slip or return cost, what is left of each voucher, and what was paid in for its losses."""
    return _page(number)


def _page(number: str, **typed: Any) -> str:
    session, mine = db.session(), access.current()
    document = _document(number)
    lines = queries.costs_of(session, document.id)
    papers = {voucher.id: voucher for _cost, voucher in lines if voucher is not None}
    acts = late.acts_on(session, document)
    losses = {act.id: compensation.open_loss(session, act.id) for act in acts}
    today = clock.today(session.get_one(Pool, mine.pool_id).time_zone)
    path = path_of(session, document.organization_id)
    forms = _forms(session, document, acts, losses, typed)
    bare = [(voucher.id, f"{voucher.issuer} {voucher.number}") for voucher in papers.values() if voucher.file_id is None]
    forms["paper"].voucher.choices = bare
    return render_template(
        "savings/costs.html",
        document=document,
        lines=lines,
        taken=vouchers.taken_of(session, list(papers)),
        concerned=acts,
        losses=losses,
        paid=compensation.compensations_of(session, [act.id for act in acts]),
        payers=compensation.PAYERS,
        cost_words=COST_WORDS,
        ending_words=ENDING_WORDS,
        may_add=mine.may((Role.KEEPER, Role.FINANCE), path),
        may_compensate=mine.may((Role.FINANCE, Role.ADMINISTRATOR), path),
        bare=bare,
        today=today,
        wrong=next((form for form in typed.values() if form.errors), None),
        **forms,
    )


def _forms(session: Session, document: Document, acts: list[SavingAct], losses: dict[int, int], typed: dict[str, Any]) -> dict[str, Any]:
    """Return the forms of the page, those that were typed into as they were, with what can be chosen."""
    today = clock.today(session.get_one(Pool, document.pool_id).time_zone)
    forms = {
        "cost": typed.get("cost") or LateCostForm(formdata=None),
        "own": typed.get("own") or OwnCostForm(formdata=None),
        "pay": typed.get("pay") or CompensationForm(formdata=None),
        "paper": typed.get("paper") or VoucherPaperForm(formdata=None),
    }
    forms["cost"].kind.choices = _kinds()
    forms["own"].rate.choices = _rates(session, document)
    forms["pay"].act.choices = _lost(acts, losses)
    forms["pay"].payer_kind.choices = [(key, _(word)) for key, word in compensation.PAYERS.items()]
    if forms["pay"].paid_on.data is None:
        forms["pay"].paid_on.data = today
    return forms


def _kinds() -> list[tuple[str, str]]:
    return [(kind, _(COST_WORDS[kind])) for kind in costs.KINDS if kind != "purchase"]


def _rates(session: Session, document: Document) -> list[tuple[int, str]]:
    today = clock.today(session.get_one(Pool, document.pool_id).time_zone)
    known = rates.rates_on(session, document.pool_id, today)
    return [(row.id, _("%(name)s: %(amount)s yuan per %(per)s", name=row.name, amount=yuan(row.amount), per=_(rates.MEASURES[row.per]))) for row in known]


def _lost(acts: list[SavingAct], losses: dict[int, int]) -> list[tuple[int, str]]:
    return [(act.id, _("line %(line)s: loss of %(loss)s yuan", line=act.line_no, loss=yuan(losses[act.id]))) for act in acts if losses[act.id]]


def _document(number: str) -> Document:
    document = by_number(db.session(), access.current(), number)
    if document.kind not in late.KINDS:
        raise NotFound(what=number)
    return document


def _kept(session: Session, upload: Any) -> int | None:
    return keep_within(session, upload, access.current().pool_id, access.me())


def _acted(number: str, name: str, form: Any, act: Callable[[Session], None], said: str) -> ResponseReturnValue:
    """Perform an act of the page, or show it again with what was typed and what is wrong."""
    if not form.validate():
        return _page(number, **{name: form}), 422
    try:
        with atomic() as session:
            act(session)
    except DomainError as refusal:
        form.refuse(translated(refusal))
        return _page(number, **{name: form}), refusal.status
    flash(said, "done")
    return redirect(url_for("costs.show", number=number), 303)


@bp.post("/savings/costs/<number>")
@access.role(Role.KEEPER, Role.FINANCE)
def add(number: str) -> ResponseReturnValue:
    """Add a late voucher, or a share of one that was entered before."""
    _document(number)
    form = LateCostForm()
    form.kind.choices = _kinds()

    def act(session: Session) -> None:
        line = service.CostLine(
            form.kind.data, form.amount.fen or 0, form.issuer.data, form.number.data, _kept(session, form.paper.data), total=form.total.fen,
            share=bool(form.share.data),
        )  # fmt: skip
        late.add(session, number, [line], by=access.me())

    return _acted(number, "cost", form, act, _("The cost was added and shared over the acts."))


@bp.post("/savings/costs/<number>/own")
@access.role(Role.KEEPER, Role.FINANCE)
def add_own(number: str) -> ResponseReturnValue:
    """Add own trucks or staff at the policy's rate."""
    document = _document(number)
    form = OwnCostForm()
    form.rate.choices = _rates(db.session(), document)

    def act(session: Session) -> None:
        late.add(session, number, [service.CostLine("other", 0, rate_id=form.rate.data, hundredths=form.hundredths)], by=access.me())

    return _acted(number, "own", form, act, _("The cost was reckoned at the rate, added and shared over the acts."))


@bp.post("/savings/costs/<number>/compensation")
@access.role(Role.FINANCE, Role.ADMINISTRATOR)
def compensate(number: str) -> ResponseReturnValue:
    """Record what was paid in for a loss; what the treasury paid itself takes nothing off it."""
    document = _document(number)
    session = db.session()
    acts = late.acts_on(session, document)
    form = CompensationForm()
    form.act.choices = _lost(acts, {act.id: compensation.open_loss(session, act.id) for act in acts})
    form.payer_kind.choices = list(compensation.PAYERS.items())

    def act(session: Session) -> None:
        paid = service.Paid(
            form.payer.data, form.payer_kind.data, form.amount.fen or 0, form.paid_on.data, form.issuer.data, form.number.data,
            _kept(session, form.paper.data), form.total.fen, bool(form.share.data),
        )  # fmt: skip
        row = service.compensate(session, form.act.data, paid, by=access.me(), document_id=document.id)
        credited.append(row.credited)

    credited: list[int] = []
    answer = _acted(number, "pay", form, act, _("The compensation is recorded."))
    if credited and not credited[0]:
        flash(_("It takes nothing off the loss: the treasury paid it itself, or nothing of the loss was left."), "info")
    return answer


@bp.post("/savings/costs/<number>/paper")
@access.role(Role.KEEPER, Role.FINANCE)
def attach(number: str) -> ResponseReturnValue:
    """Put the paper to a voucher that was entered without it."""
    document = _document(number)
    form = VoucherPaperForm()
    lines = queries.costs_of(db.session(), document.id)
    form.voucher.choices = [(paper.id, paper.number) for _cost, paper in lines if paper is not None]

    def act(session: Session) -> None:
        file_id = _kept(session, form.paper.data)
        if file_id is None:
            raise NotFound(what=_("Paper"))
        late.attach(session, number, form.voucher.data, file_id, by=access.me())

    return _acted(number, "paper", form, act, _("The paper is kept with its voucher."))
