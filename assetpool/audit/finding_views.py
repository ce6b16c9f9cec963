"""Findings in pages: raise, answer, accept, ask again, withdraw."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from assetpool.audit import exceptions, findings, gathering
from assetpool.audit.blueprint import bp, sentence
from assetpool.audit.forms import AnswerForm, FindingForm, JudgeForm
from assetpool.core.db import atomic, db
from assetpool.core.errors import DomainError
from assetpool.core.web import language, translated
from assetpool.org import access
from assetpool.org.models import Role
from assetpool.org.queries import organizations
from assetpool.records import downloads
from assetpool.records.models import Document
from assetpool.records.queries import attachments_of, by_number
from assetpool.records.uploads import keep_within
from assetpool.savings import unfolding
from assetpool.savings.unfolding import visible_act

PAGE = 50
DAYS_TO_ANSWER = 15
JUDGED: dict[str, Callable[..., Document]] = {"accept": findings.accept, "ask_again": findings.ask_again, "withdraw": findings.withdraw}


@bp.get("/audit/findings", endpoint="findings")
@access.signed_in
def findings_page() -> ResponseReturnValue:
    """List the findings that this person may read."""
    session, mine = db.session(), access.current()
    show = request.args.get("show", "") if request.args.get("show") in ("open", "closed") else ""
    before = request.args.get("before", "")
    found = findings.listed(session, mine, show, int(before) if before.isdecimal() and len(before) < 19 else None, PAGE + 1)
    return render_template(
        "audit/findings.html", rows=found[:PAGE], show=show, following=found[PAGE - 1][0].id if len(found) > PAGE else None,
        is_auditor=mine.has(Role.AUDITOR), today=access.today(), awaits=findings.AWAITS_ANSWER,
    )  # fmt: skip


@bp.route("/audit/findings/new", methods=["GET", "POST"])
@access.role(Role.AUDITOR)
def new_finding() -> ResponseReturnValue:
    """Write a finding; `act`, `entry` and `exception` of the address say what it is about and fill in what is known."""
    session, mine = db.session(), access.current()
    act = visible_act(session, mine, _id("act")) if _id("act") else None
    form = FindingForm()
    lang = language()
    form.organization.choices = [(o.id, o.name_en if lang == "en" and o.name_en else o.name) for o in organizations(session, mine.pool_id)]
    if request.method == "GET":
        _prefill(form, act)
    if form.validate_on_submit():
        new = findings.NewFinding(
            form.organization.data, form.title.data, form.text.data, form.severity.data, form.due_on.data, act.id if act else None,
            _id("entry") or None, request.args.get("exception", ""),
        )  # fmt: skip
        try:
            with atomic() as writing:
                number = findings.raise_finding(writing, mine.pool_id, new, access.me()).number
        except DomainError as refusal:
            form.refuse(translated(refusal))
            return _new(form, _id("act")), refusal.status
        flash(gettext("%(number)s is raised; the organization finds it on its desk.", number=number), "done")
        return redirect(url_for("audit.finding", number=number), 303)
    return _new(form, act.id if act else 0), 422 if request.method == "POST" else 200


def _id(name: str) -> int:
    text = request.args.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 19 else 0


def _new(form: FindingForm, act_id: int) -> str:
    session, mine = db.session(), access.current()
    about = unfolding.unfold(session, mine, act_id) if act_id else None
    return render_template("audit/new_finding.html", form=form, about=about)


def _prefill(form: FindingForm, act: Any) -> None:
    form.due_on.data = access.today() + timedelta(days=DAYS_TO_ANSWER)
    if act is None:
        return
    form.organization.data = act.receiver_id
    rule = exceptions.BY_CODE.get(request.args.get("exception", ""))
    if rule is not None:
        day = None if rule.code in SPANNING else act.accepted_on
        gathered = gathering.gather(db.session(), act.pool_id, day, day, with_cards=False)
        told = [sentence(one) for one in rule.find(gathered) if one.act_id == act.id]
        form.title.data = gettext(rule.name)
        form.text.data = "\n".join([*told, gettext(rule.why)])


SPANNING = frozenset({"circular", "split", "repeated", "rotation", "outlier"})
"""Exceptions that compare an act with others, of other days."""


@bp.get("/audit/findings/<number>")
@access.signed_in
def finding(number: str) -> ResponseReturnValue:
    """Show a finding with what was said about it, and what this person may do."""
    return _show(number, AnswerForm(), JudgeForm())


def _show(number: str, answering: AnswerForm, judging: JudgeForm) -> str:
    session, mine = db.session(), access.current()
    it = findings.view(session, mine, number)
    answering.revision.data = judging.revision.data = it.document.revision
    is_open = it.document.state in findings.OPEN
    return render_template(
        "audit/finding.html",
        it=it,
        answering=answering if it.document.state in findings.AWAITS_ANSWER and findings.may_answer(session, mine, it.finding) else None,
        judging=judging if is_open and mine.has(Role.AUDITOR) else None,
        papers=[file for attachment, file in attachments_of(session, it.document.id)],
        today=access.today(),
        is_late=it.document.state in findings.AWAITS_ANSWER and it.finding.due_on < access.today(),
    )


@bp.post("/audit/findings/<number>/answer")
@access.role(*findings.ANSWERING)
def answer_finding(number: str) -> ResponseReturnValue:
    """Answer a finding for the organization it is addressed to, with papers."""
    form = AnswerForm()
    by_number(db.session(), access.current(), number, "AF")
    if form.validate_on_submit():
        try:
            with atomic() as session:
                sent = [keep_within(session, paper, access.current().pool_id, access.me()) for paper in form.papers.data or []]
                kept = [file_id for file_id in sent if file_id is not None]
                findings.answer(session, number, form.text.data, access.me(), kept, _revision(form))
        except DomainError as refusal:
            form.refuse(translated(refusal))
            return _show(number, form, JudgeForm(formdata=None)), refusal.status
        flash(gettext("Answered. The auditor looks at it next."), "done")
        return redirect(url_for("audit.finding", number=number), 303)
    return _show(number, form, JudgeForm(formdata=None)), 422


@bp.post("/audit/findings/<number>/judge")
@access.role(Role.AUDITOR)
def judge_finding(number: str) -> ResponseReturnValue:
    """Accept the answer, ask again, or withdraw the finding."""
    form = JudgeForm()
    if form.validate_on_submit():
        try:
            with atomic() as session:
                extra = {"due_on": form.due_on.data} if form.decision.data == "ask_again" else {}
                JUDGED[form.decision.data](session, number, form.text.data, access.me(), revision=_revision(form), **extra)
        except DomainError as refusal:
            form.refuse(translated(refusal))
            return _show(number, AnswerForm(formdata=None), form), refusal.status
        flash(gettext("Entered."), "done")
        return redirect(url_for("audit.finding", number=number), 303)
    return _show(number, AnswerForm(formdata=None), form), 422


def _revision(form: AnswerForm | JudgeForm) -> int | None:
    text = form.revision.data or ""
    return int(text) if text.isdecimal() and len(text) < 19 else None


@bp.get("/audit/findings/<number>/files/<int(max=9000000000000000000):file_id>")
@access.signed_in
def finding_file(number: str, file_id: int) -> ResponseReturnValue:
    """Give back a paper that came with an answer."""
    document = by_number(db.session(), access.current(), number, "AF")
    return downloads.attached(document, file_id)
