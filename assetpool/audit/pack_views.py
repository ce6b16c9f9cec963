"""What an auditor takes away: the evidence pack and the working papers of a sample or of one act."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator, Sequence

from flask import request, send_file
from flask.typing import ResponseReturnValue
from flask_login import current_user

from assetpool.audit import browsing, pack, samples, working_papers
from assetpool.audit.blueprint import INSIDE, bp, data_dir
from assetpool.audit.models import Sample
from assetpool.audit.wording import joined
from assetpool.core import clock
from assetpool.core.db import db
from assetpool.core.errors import N_
from assetpool.core.models import Pool
from assetpool.core.money import yuan
from assetpool.handovers import paper as handover_paper
from assetpool.handovers import queries as slips
from assetpool.handovers import receipts
from assetpool.handovers.models import Slip
from assetpool.org import access
from assetpool.records import papers as paper_frame
from assetpool.records.models import Document
from assetpool.requisitions import paper as requisition_paper
from assetpool.savings import unfolding
from assetpool.savings.models import SavingEntry
from assetpool.savings.unfolding import Unfolded
from assetpool.transfers import paper as transfer_paper

MOST_PAPERS = 300


@bp.get("/audit/samples/<int:sample_id>/pack.zip")
@access.role(*INSIDE)
def sample_pack(sample_id: int) -> ResponseReturnValue:
    """Give the evidence pack of a sample."""
    sample = samples.sample_of(db.session(), access.current().pool_id, sample_id)
    acts = list(dict.fromkeys(item.act_id for item in samples.items_of(db.session(), sample.id)))
    return _pack(acts, joined(N_("Sample %(id)s"), {"id": sample.id}) + f" {sample.purpose}", _drawn(sample), f"evidence-sample-{sample.id}.zip")


@bp.get("/audit/acts/<int:act_id>/pack.zip")
@access.role(*INSIDE)
def act_pack(act_id: int) -> ResponseReturnValue:
    """Give the evidence pack of one act."""
    act = unfolding.visible_act(db.session(), access.current(), act_id)
    number = db.session().get_one(Document, act.document_id).number
    return _pack([act.id], f"{number} · {act.line_no}", [], f"evidence-{number}-{act.line_no}.zip")


DRAWN_WORDS = {
    "act": N_("acts"),
    "entry": N_("entries"),
    "random": N_("at random"),
    "monetary": N_("monetary units"),
    "saving": N_("net saving, sign left out"),
    "avoided": N_("avoided cost"),
}


def _drawn(sample: Sample) -> list[tuple[str, str]]:
    return [
        (N_("Drawn are"), joined(DRAWN_WORDS[sample.unit])),
        (N_("Method"), joined(DRAWN_WORDS[sample.method]) + (" · " + joined(N_("stratified")) if sample.stratified else "")),
        (N_("Value of an item"), joined(DRAWN_WORDS[sample.measure])),
        (N_("Size asked for"), f"{sample.size:,}"),
        (N_("Interval, yuan"), yuan(sample.interval) if sample.interval else "—"),
        (N_("Seed"), sample.seed),
        (N_("Population frozen at"), f"{sample.height}:{sample.head}"),
        (N_("Population"), f"{sample.population:,}"),
        (N_("Days of acceptance"), f"{sample.first_day or '…'} – {sample.last_day or '…'}"),
    ]


def _pack(acts: Sequence[int], title: str, facts: list[tuple[str, str]], name: str) -> ResponseReturnValue:
    session, mine = db.session(), access.current()
    target = tempfile.TemporaryFile()  # noqa: SIM115 -- the answer reads from it and closes it
    pack.write(session, mine, acts, pack.About(title, facts, current_user.name), target, data_dir(), _printed)
    target.seek(0)
    return send_file(target, mimetype="application/zip", as_attachment=True, download_name=name)


def _printed(document: Document) -> bytes | None:
    """Return a document as it is printed, None for a kind without a paper of its own."""
    session, mine = db.session(), access.current()
    place = paper_frame.here()
    if document.kind == "HS":
        if session.get(Slip, document.id) is None:
            return None
        return handover_paper.slip_pdf(session, slips.slip(session, mine, document.number), place)
    if document.kind == "RT":
        return handover_paper.return_pdf(session, receipts.receipt(session, mine, document.number), place)
    maker = {"RQ": requisition_paper.pdf, "TR": transfer_paper.pdf}.get(document.kind)
    if maker is None:
        return None
    return maker(session, document, place)


@bp.get("/audit/samples/<int:sample_id>/papers.docx")
@access.role(*INSIDE)
def sample_papers(sample_id: int) -> ResponseReturnValue:
    """Give the draft working papers of a sample, a sheet per item."""
    session, mine = db.session(), access.current()
    sample = samples.sample_of(session, mine.pool_id, sample_id)
    items = samples.items_of(session, sample.id)[:MOST_PAPERS]
    subjects = [(item.act_id, item.subject_id if sample.unit == "entry" else None) for item in items]
    return _papers(sample.purpose or f"{sample.seed}", subjects, f"working-papers-sample-{sample.id}.docx")


@bp.get("/audit/acts/<int:act_id>/paper.docx")
@access.role(*INSIDE)
def working_paper(act_id: int) -> ResponseReturnValue:
    """Give the draft working paper of an act, or of the entry named in the address."""
    entry = request.args.get("entry", "")
    return _papers("", [(act_id, int(entry) if entry.isdecimal() and len(entry) < 19 else None)], f"working-paper-{act_id}.docx")


def _papers(project: str, subjects: Sequence[tuple[int, int | None]], name: str) -> ResponseReturnValue:
    session, mine = db.session(), access.current()
    pool, chain = session.get_one(Pool, mine.pool_id), browsing.head_of(session, mine.pool_id)
    head = working_papers.Head(pool.name, project, current_user.name, f"{chain.height}:{chain.digest}", pool.time_zone)
    content = working_papers.papers(head, _unfolded(subjects))
    return send_file(io.BytesIO(content), mimetype=working_papers.WORD, as_attachment=True, download_name=name, last_modified=clock.now())


def _unfolded(subjects: Sequence[tuple[int, int | None]]) -> Iterator[tuple[Unfolded, SavingEntry | None]]:
    session, mine = db.session(), access.current()
    for act_id, entry_id in subjects:
        entry = unfolding.visible_entry(session, mine, entry_id) if entry_id else None
        yield unfolding.unfold(session, mine, entry.act_id if entry else act_id), entry
