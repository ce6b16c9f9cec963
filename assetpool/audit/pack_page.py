"""The page of an evidence pack: HTML that opens anywhere, without script or anything from outside, each line in Chinese and English."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from markupsafe import escape

from assetpool.audit.wording import amount, at, both, organization, share_of, thing
from assetpool.core.errors import N_
from assetpool.records.states import KIND_WORDS as DOCUMENT_WORDS
from assetpool.savings import policies, standing
from assetpool.savings.unfolding import Unfolded
from assetpool.savings.wording import COST_WORDS, ENTRY_WORDS, KIND_WORDS
from assetpool.savings.workings import workings

PURPOSES = {
    "evidence": N_("Evidence"), "signature": N_("Signature"), "need": N_("Need line"), "budget": N_("Budget paper"), "voucher": N_("Voucher"),
    "paper": N_("Signed paper"), "photo": N_("Photo"), "answer": N_("Answer"),
}  # fmt: skip
TIMES = N_("Adopted for these units: %(units)s × %(each)s = %(sum)s yuan.")
STYLE = (
    "body{font:15px/1.55 system-ui,'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif;color:#14212a;margin:0 auto;max-width:1080px;padding:24px}"
    "h1{font-size:24px}h2{font-size:19px;border-top:2px solid #0b5f63;padding-top:16px;margin-top:40px}h3{font-size:15px;margin:20px 0 6px}"
    "table{border-collapse:collapse;width:100%;margin:0 0 8px}th,td{border-bottom:1px solid #dfe6e8;padding:5px 8px;text-align:left;vertical-align:top}"
    "th{color:#41505a;font-weight:600}.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}.en{color:#5a6871}"
    "code{font-family:ui-monospace,Consolas,monospace;overflow-wrap:anywhere}.bad{color:#9c2719;font-weight:600}"
    "@media print{h2{break-before:page;border:0}body{padding:0}}"
)


@dataclass(frozen=True)
class Paper:
    """A file of the pack, or what became of it."""

    path: str
    name: str
    what: str
    missing: bool = False
    changed: bool = False
    erased_at: datetime | None = None
    digest: str = ""


def two(sentence: str, figures: Mapping[str, object] | None = None) -> str:
    """Write a sentence in Chinese, then in English beside it."""
    chinese, english = both(sentence, figures)
    return f"{escape(chinese)}" + (f' <span class="en" lang="en">{escape(english)}</span>' if english != chinese else "")


def head(pool: str, title: str, facts: Sequence[tuple[str, str]], by: str, made_at: datetime, zone: str, height: int, digest: str) -> str:
    """Begin the page: what it is, how the acts were chosen, and the state of the chain."""
    lines = [
        (two(N_("Pool")), escape(pool)), *[(two(name), escape(value)) for name, value in facts], (two(N_("Made by")), escape(by)),
        (two(N_("Made")), escape(at(made_at, zone))), (two(N_("Chain, height and head")), f"<code>{height}:{escape(digest)}</code>"),
    ]  # fmt: skip
    how = N_(
        "manifest.txt lists every file with its SHA-256; “sha256sum -c manifest.txt” checks them. The tables hold every column that the chain's digests cover."
    )
    return (
        f'<!doctype html><html lang="zh"><head><meta charset="utf-8"><title>{escape(title)}</title><style>{STYLE}</style></head><body>'
        f"<h1>{two(N_('Evidence pack'))}</h1><p>{escape(title)}</p>{_table([], lines)}<p>{two(how)}</p>"
    )


def foot() -> str:
    """End the page."""
    return "</body></html>\n"


def _table(heads: Sequence[str], rows: Iterable[Sequence[object]], numbers: frozenset[int] = frozenset()) -> str:
    top = "<tr>" + "".join(f"<th{_class(i in numbers)}>{h}</th>" for i, h in enumerate(heads)) + "</tr>" if heads else ""
    body = "".join(
        "<tr>" + "".join((f"<th>{c}</th>" if not heads and i == 0 else f"<td{_class(i in numbers)}>{c}</td>") for i, c in enumerate(row)) + "</tr>"
        for row in rows
    )
    return f"<table>{top}{body}</table>"


def _class(is_number: bool) -> str:
    return ' class="n"' if is_number else ""


def act(it: Unfolded, papers: Sequence[Paper], zone: str) -> str:
    """Write one act: facts, calculation, entries, costs, approvals, reviews, papers."""
    title = f"{it.slip.number} · {it.act.line_no} {thing(it)} × {it.act.units:,}"
    parts = [
        f'<h2 id="act-{it.act.id}">{escape(title)}</h2>',
        _table([], facts(it)),
        _calculation(it),
        _entries(it),
        _costs(it),
        _decisions(it, zone),
        _papers(papers, zone),
    ]
    return "".join(parts)


def facts(it: Unfolded) -> list[tuple[str, str]]:
    """Return what happened and what it comes to, as names and values."""
    row, sums = it.act, it.amounts
    saving = None if row.opening or not row.costed or sums["adopted"] is None else sums["adopted"] - (sums["cost"] or 0)
    avoided = f"≥ {amount(sums['lower_bound'])}" if row.opening else amount(sums["adopted"])
    lines = [
        (two(N_("Kind of saving")), two(KIND_WORDS[row.kind])), (two(N_("Receiver")), escape(organization(it, row.receiver_id))),
        (two(N_("Giver")), escape(organization(it, row.giver_id))), (two(N_("Store")), escape(it.store.name if it.store else "—")),
        (two(N_("Event")), escape(it.event.name if it.event else "—")), (two(N_("Accepted on")), escape(row.accepted_on.isoformat())),
        (two(N_("Due")), escape(row.due_on.isoformat() if row.due_on else "—")), (two(N_("Policy")), escape(it.policy.version)),
        (two(N_("Avoided cost (estimate), yuan")), escape(avoided)), (two(N_("Reuse cost, yuan")), escape(amount(sums["cost"]))),
        (two(N_("Net saving, yuan")), escape(amount(saving))),
        (two(N_("Purchase, rental, consumption, yuan")), escape(" / ".join(amount(sums[name]) for name in ("purchase", "rental", "consumption")))),
        (two(N_("Evidence grade")), escape(row.grade)), (two(N_("Review")), two(standing.REVIEWED_WORDS[row.reviewed])),
    ]  # fmt: skip
    return [(str(name), str(value)) for name, value in lines]


def _calculation(it: Unfolded) -> str:
    parts = [f"<h3>{two(N_('Calculation'))}</h3>"]
    for one in workings(it.act, it.shares, policies.as_policy(it.policy)):
        rows = [(escape(step.name), two(step.sentence, step.figures), escape(amount(step.posted)) if step.posted is not None else "") for step in one.steps]
        heads = (two(N_("Step")), two(N_("For each of %(units)s units"), {"units": f"{one.units:,}"}), two(N_("Yuan per unit")))
        whole = {"units": f"{one.units:,}", "each": amount(one.shares[0].posted_adopted), "sum": amount(one.units * one.shares[0].posted_adopted)}
        parts.append(_table(heads, rows, frozenset({2})) + f"<p>{two(TIMES, whole)}</p>")
    return "".join(parts)


def _entries(it: Unfolded) -> str:
    rows = [
        (e.height, two(ENTRY_WORDS[e.entry]), escape(e.business_day.isoformat()), f"{e.count:,}", escape(amount(e.adopted)), escape(amount(e.cost)),
         f"<code>{e.digest[:16]}…</code>")
        for e in it.entries
    ]  # fmt: skip
    heads = (
        two(N_("Height")),
        two(N_("Entry")),
        two(N_("Business day")),
        two(N_("Units")),
        two(N_("Adopted per unit, yuan")),
        two(N_("Cost, yuan")),
        two(N_("Digest")),
    )
    return f"<h3>{two(N_('Entries'))}</h3>{_table(heads, rows, frozenset({0, 3, 4, 5}))}"


def _costs(it: Unfolded) -> str:
    rows = [
        (
            two(COST_WORDS.get(cost.kind, cost.kind)), escape(f"{voucher.issuer} {voucher.number}" if voucher else cost.reason or "—"),
            escape(amount(cost.amount)), escape(amount(share_of(it, cost.id))),
        )
        for cost, voucher in it.costs
    ]  # fmt: skip
    heads = (two(N_("Cost")), two(N_("Voucher or reason")), two(N_("Yuan in all")), two(N_("Share of this act, yuan")))
    return f"<h3>{two(N_('Costs'))}</h3>{_table(heads, rows, frozenset({2, 3}))}" if rows else ""


def _decisions(it: Unfolded, zone: str) -> str:
    said = [(a.recorded_at, two(N_("Approval")), a.decision, a.person_id, a.reason) for a in it.approvals]
    said += [(r.recorded_at, two(N_("Review")), r.decision, r.person_id, r.reason) for r in it.reviews]
    rows = [
        (escape(at(moment, zone)), what, escape(decision), escape(it.people[who].name if who in it.people else "—"), escape(reason))
        for moment, what, decision, who, reason in sorted(said, key=lambda one: one[0])
    ]
    heads = (two(N_("When")), two(N_("What it is")), two(N_("Decision")), two(N_("Who")), two(N_("Reason")))
    return f"<h3>{two(N_('Approvals and reviews'))}</h3>{_table(heads, rows)}" if rows else ""


def _papers(papers: Sequence[Paper], zone: str) -> str:
    rows = [(two(DOCUMENT_WORDS.get(paper.what) or PURPOSES.get(paper.what, paper.what)), _paper(paper, zone)) for paper in papers]
    return f"<h3>{two(N_('Papers'))}</h3>{_table((two(N_('What it is')), two(N_('File'))), rows)}" if rows else ""


def _paper(paper: Paper, zone: str) -> str:
    if paper.erased_at is not None:
        gone = two(N_("Erased on %(day)s as the law asks; only its salted digest is left."), {"day": at(paper.erased_at, zone)})
        return f"{escape(paper.name)}: {gone} <code>{escape(paper.digest)}</code>"
    if paper.missing:
        return f'{escape(paper.name)}: <span class="bad">{two(N_("The file is missing in the store of files."))}</span>'
    link = f'<a href="{escape(quote(paper.path))}">{escape(paper.name)}</a>'
    return link + (f' <span class="bad">{two(N_("Its content is not what was kept."))}</span>' if paper.changed else "")
