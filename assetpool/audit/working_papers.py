"""审计取证单: draft working papers in Word, one per act or entry: facts, the calculation taken apart, the papers, and room for opinion and signatures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from assetpool.audit.pack_page import TIMES
from assetpool.audit.wording import amount, at, joined, organization, share_of, thing
from assetpool.core.errors import N_
from assetpool.core.printing import printed
from assetpool.reports.wording import BASIS_WORDS
from assetpool.savings import policies, standing
from assetpool.savings.models import SavingEntry
from assetpool.savings.unfolding import Unfolded
from assetpool.savings.wording import COST_WORDS, ENTRY_WORDS, KIND_WORDS
from assetpool.savings.workings import workings

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SIGNED_BY = (N_("Audited organization, opinion"), N_("Auditors, signatures and date"), N_("Reviewed by, signature and date"))

Script = list[tuple[Any, ...]]
"""What stands on the sheets from top to bottom: the name of a shape and its values."""


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
    script: Script = []
    for number, (it, entry) in enumerate(subjects, start=1):
        if number > 1:
            script.append(("new_page",))
        _sheet(script, head, number, it, entry)
    content: bytes = printed("assetpool.audit.word:draw", script)
    return content


def _sheet(script: Script, head: Head, number: int, it: Unfolded, entry: SavingEntry | None) -> None:
    top = [(N_("Project"), head.project or head.pool), (N_("Sheet no."), f"{number}"),
           (N_("Audited organization"), organization(it, it.act.receiver_id)),
           (N_("Auditor"), head.auditor), (N_("Chain, height and head"), head.chain)]  # fmt: skip
    script += [("title", "审计取证单  Audit evidence sheet"), _table(top)]
    script += [_heading(N_("1. Facts")), _table(_facts(it, entry, head.zone))]
    script += [_heading(N_("2. Calculation")), *_calculation(it, entry)]
    script += [_heading(N_("3. Papers")), _table(_proofs(it))]
    script += [_heading(N_("4. Opinion of the auditor")), ("room", "", 3.2), *(("room", joined(sentence), 2.2) for sentence in SIGNED_BY)]


def _heading(sentence: str) -> tuple[Any, ...]:
    return "heading", joined(sentence)


def _table(rows: Sequence[tuple[str, str]]) -> tuple[Any, ...]:
    return "table", [(joined(name), value) for name, value in rows]


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


def _calculation(it: Unfolded, entry: SavingEntry | None) -> Script:
    script: Script = []
    shares = [share for share in it.shares if entry is None or entry.tranche_id is None or share.tranche_id == entry.tranche_id]
    for one in workings(it.act, shares or it.shares, policies.as_policy(it.policy)):
        script.append(("paragraph", joined(N_("For each of %(units)s units"), {"units": f"{one.units:,}"})))
        rows = [
            (
                joined(BASIS_WORDS.get(step.name, step.name), {}, "\n"),
                joined(step.sentence, step.figures, "\n"),
                amount(step.posted) if step.posted is not None else "",
            )
            for step in one.steps
        ]
        script.append(("columns", (joined(N_("Step")), joined(N_("How")), joined(N_("Yuan per unit"))), rows, (3.0, 10.4, 2.8)))
        whole = {"units": f"{one.units:,}", "each": amount(one.shares[0].posted_adopted), "sum": amount(one.units * one.shares[0].posted_adopted)}
        script.append(("paragraph", joined(TIMES, whole, "\n")))
    costs = [
        (joined(COST_WORDS.get(c.kind, c.kind)), f"{v.issuer} {v.number}" if v else c.reason or "—", amount(c.amount), amount(share_of(it, c.id)))
        for c, v in it.costs
    ]
    if costs:
        heads = (joined(N_("Cost")), joined(N_("Voucher or reason")), joined(N_("Yuan in all")), joined(N_("Share of this act, yuan")))
        script.append(("columns", heads, costs, (3.4, 6.8, 3.0, 3.0)))
    return script


def _proofs(it: Unfolded) -> list[tuple[str, str]]:
    found = []
    for proof in it.proofs:
        parts = [proof.detail, proof.day.isoformat() if proof.day else "", f"{proof.file.name} (SHA-256 {proof.file.digest})" if proof.file else ""]
        lacking = [joined(sentence) for sentence in proof.missing]
        found.append((proof.name, "; ".join([part for part in parts if part] + lacking) or joined(N_("on file"))))
    vouchers = {voucher.id: voucher for _, voucher in it.costs if voucher is not None and voucher.file_id in it.files}
    found += [(N_("Voucher"), f"{v.issuer} {v.number}: {it.files[v.file_id or 0].name} (SHA-256 {it.files[v.file_id or 0].digest})") for v in vouchers.values()]
    return found
