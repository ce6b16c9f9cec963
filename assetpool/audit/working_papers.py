"""审计取证单: draft working papers in Word, one per act or entry: facts, the calculation taken apart, the papers, and room for opinion and signatures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from assetpool.audit.pack_page import TIMES
from assetpool.audit.wording import amount, at, joined, organization, share_of, thing
from assetpool.core.errors import N_
from assetpool.reports.wording import BASIS_WORDS
from assetpool.savings import policies, standing
from assetpool.savings.models import SavingEntry
from assetpool.savings.unfolding import Unfolded
from assetpool.savings.wording import COST_WORDS, ENTRY_WORDS, KIND_WORDS
from assetpool.savings.workings import workings

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LATIN, CHINESE = "Times New Roman", "SimSun"
SIGNED_BY = (N_("Audited organization, opinion"), N_("Auditors, signatures and date"), N_("Reviewed by, signature and date"))


RIGHT = {3: 1, 4: 2}
"""So many of the last columns hold amounts, in a table of three or four."""


@dataclass(frozen=True)
class Head:
    """What stands on top of each sheet: pool, project, auditor, and height and head of the chain."""

    pool: str
    project: str
    auditor: str
    chain: str
    zone: str


def papers(head: Head, subjects: Iterable[tuple[Unfolded, SavingEntry | None]]) -> bytes:
    """Return one Word document with a sheet for each act or entry."""
    made = _blank()
    for number, (it, entry) in enumerate(subjects, start=1):
        if number > 1:
            made.add_page_break()
        _sheet(made, head, number, it, entry)
    kept = BytesIO()
    made.save(kept)
    return kept.getvalue()


def _blank() -> Any:
    made = docx.Document()
    page = made.sections[0]
    page.orientation = WD_ORIENT.PORTRAIT
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin, page.right_margin, page.top_margin, page.bottom_margin = Cm(2.8), Cm(2), Cm(2), Cm(2)
    style = made.styles["Normal"]
    style.font.name, style.font.size = LATIN, Pt(10)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), CHINESE)
    style.paragraph_format.space_after = Pt(2)
    return made


def _sheet(made: Any, head: Head, number: int, it: Unfolded, entry: SavingEntry | None) -> None:
    title = made.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = title.add_run("审计取证单  Audit evidence sheet")
    run.bold, run.font.size = True, Pt(16)
    _table(made, [(N_("Project"), head.project or head.pool), (N_("Sheet no."), f"{number}"),
                  (N_("Audited organization"), organization(it, it.act.receiver_id)),
                  (N_("Auditor"), head.auditor), (N_("Chain, height and head"), head.chain)])  # fmt: skip
    _heading(made, N_("1. Facts"))
    _table(made, _facts(it, entry, head.zone))
    _heading(made, N_("2. Calculation"))
    _calculation(made, it, entry)
    _heading(made, N_("3. Papers"))
    _table(made, _proofs(it))
    _heading(made, N_("4. Opinion of the auditor"))
    _room(made, "", 3.2)
    for sentence in SIGNED_BY:
        _room(made, joined(sentence), 2.2)


def _facts(it: Unfolded, entry: SavingEntry | None, zone: str) -> list[tuple[str, str]]:
    act, sums = it.act, it.amounts
    saving = None if act.opening or not act.costed or sums["adopted"] is None else sums["adopted"] - (sums["cost"] or 0)
    found = [
        (N_("Act"), f"{it.slip.number} · {act.line_no}"), (N_("Thing and units"), f"{thing(it)} × {act.units:,}"),
        (N_("Kind of saving"), joined(KIND_WORDS[act.kind])), (N_("Giver"), organization(it, act.giver_id)),
        (N_("Receiver"), organization(it, act.receiver_id)),
        (N_("Accepted, due"), f"{act.accepted_on.isoformat()}, {act.due_on.isoformat() if act.due_on else '—'}"), (N_("Policy"), it.policy.version),
    ]  # fmt: skip
    if entry is not None:
        found += [
            (N_("Entry"), f"{entry.id} · {joined(ENTRY_WORDS[entry.entry])} · {entry.business_day.isoformat()}"),
            (N_("Posted in it, yuan"), amount(entry.cost if entry.cost is not None else None if entry.adopted is None else entry.count * entry.adopted)),
            (N_("Digest"), f"{entry.height}: {entry.digest}"),
        ]
    return [
        *found,
        (N_("Avoided cost (estimate), yuan"), f"≥ {amount(sums['lower_bound'])}" if act.opening else amount(sums["adopted"])),
        (N_("Reuse cost, yuan"), amount(sums["cost"])),
        (N_("Net saving, yuan"), f"{amount(sums['adopted'])} − {amount(sums['cost'] or 0)} = {amount(saving)}" if saving is not None else amount(None)),
        (N_("Evidence grade, review"), f"{act.grade}, {joined(standing.REVIEWED_WORDS[act.reviewed])}"),
        *[(N_("Reviewed"), f"{at(r.recorded_at, zone)} {it.people[r.person_id].name if r.person_id in it.people else ''}: {r.reason}") for r in it.reviews],
    ]


def _calculation(made: Any, it: Unfolded, entry: SavingEntry | None) -> None:
    shares = [share for share in it.shares if entry is None or entry.tranche_id is None or share.tranche_id == entry.tranche_id]
    for one in workings(it.act, shares or it.shares, policies.as_policy(it.policy)):
        made.add_paragraph(joined(N_("For each of %(units)s units"), {"units": f"{one.units:,}"}))
        rows = [
            (
                joined(BASIS_WORDS.get(step.name, step.name), {}, "\n"),
                joined(step.sentence, step.figures, "\n"),
                amount(step.posted) if step.posted is not None else "",
            )
            for step in one.steps
        ]
        _columns(made, (joined(N_("Step")), joined(N_("How")), joined(N_("Yuan per unit"))), rows, (3.0, 10.4, 2.8))
        whole = {"units": f"{one.units:,}", "each": amount(one.shares[0].posted_adopted), "sum": amount(one.units * one.shares[0].posted_adopted)}
        made.add_paragraph(joined(TIMES, whole, "\n"))
    costs = [
        (joined(COST_WORDS.get(c.kind, c.kind)), f"{v.issuer} {v.number}" if v else c.reason or "—", amount(c.amount), amount(share_of(it, c.id)))
        for c, v in it.costs
    ]
    if costs:
        heads = (joined(N_("Cost")), joined(N_("Voucher or reason")), joined(N_("Yuan in all")), joined(N_("Share of this act, yuan")))
        _columns(made, heads, costs, (3.4, 6.8, 3.0, 3.0))


def _proofs(it: Unfolded) -> list[tuple[str, str]]:
    found = []
    for proof in it.proofs:
        parts = [proof.detail, proof.day.isoformat() if proof.day else "", f"{proof.file.name} (SHA-256 {proof.file.digest})" if proof.file else ""]
        lacking = [joined(sentence) for sentence in proof.missing]
        found.append((proof.name, "; ".join([part for part in parts if part] + lacking) or joined(N_("on file"))))
    vouchers = {voucher.id: voucher for _, voucher in it.costs if voucher is not None and voucher.file_id in it.files}
    found += [(N_("Voucher"), f"{v.issuer} {v.number}: {it.files[v.file_id or 0].name} (SHA-256 {it.files[v.file_id or 0].digest})") for v in vouchers.values()]
    return found


def _heading(made: Any, sentence: str) -> None:
    paragraph = made.add_paragraph()
    paragraph.paragraph_format.space_before = Pt(8)
    paragraph.paragraph_format.keep_with_next = True
    paragraph.add_run(joined(sentence)).bold = True


def _table(made: Any, rows: Sequence[tuple[str, str]]) -> None:
    table = made.add_table(rows=0, cols=2, style="Table Grid")
    _widths(table, (5, 11.2))
    for name, value in rows:
        cells = table.add_row().cells
        cells[0].width, cells[1].width = Cm(5), Cm(11.2)
        cells[0].text, cells[1].text = joined(name), value
        _shade(cells[0])


def _columns(made: Any, heads: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float]) -> None:
    table = made.add_table(rows=1, cols=len(heads), style="Table Grid")
    _widths(table, widths)
    for cell, text, width in zip(table.rows[0].cells, heads, widths, strict=True):
        cell.text, cell.width = text, Cm(width)
        _shade(cell)
    for row in rows:
        cells = table.add_row().cells
        for number, (cell, text, width) in enumerate(zip(cells, row, widths, strict=True)):
            cell.text, cell.width = text, Cm(width)
            if number and number >= len(heads) - RIGHT[len(heads)]:
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _widths(table: Any, widths: Sequence[float]) -> None:
    """Set the columns' widths (cm); some readers ask the table's grid and not its cells."""
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)


def _room(made: Any, text: str, height: float) -> None:
    """Leave an empty field to write in."""
    table = made.add_table(rows=1, cols=1, style="Table Grid")
    table.rows[0].height = Cm(height)
    table.rows[0].cells[0].text = text


def _shade(cell: Any) -> None:
    shade = OxmlElement("w:shd")
    shade.set(qn("w:val"), "clear")
    shade.set(qn("w:fill"), "EEF3F3")
    cell._tc.get_or_add_tcPr().append(shade)
