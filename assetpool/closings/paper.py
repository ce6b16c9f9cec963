"""The closing sheet on paper (期末结账表): frozen totals, what was open, the anchor in the chain, and boxes for the two who sign."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from flask import current_app
from flask_babel import gettext

from assetpool.closings import wording
from assetpool.closings.checklist import WORDS
from assetpool.closings.queries import Shown
from assetpool.closings.sheet import kinds_on
from assetpool.closings.steps import SIGNERS
from assetpool.core import clock
from assetpool.core.errors import N_
from assetpool.core.money import percent, yuan
from assetpool.core.paper import DATE, FINANCE, SIGN, STORE, Box, Column, Field, Paper, Table, Words, render
from assetpool.core.web import moment
from assetpool.org.service import ROLE_WORDS
from assetpool.records.papers import in_both
from assetpool.records.service import check_of
from assetpool.records.states import STATE_WORDS
from assetpool.reports.wording import BASIS_WORDS, KIND_WORDS
from assetpool.savings.standing import STANDINGS

NOT_KNOWN = "—"
ACCEPTED = N_("Accepted, grade A")
BRIDGED = {
    "posted": N_("Posted in this period, as it stands now"),
    "late_facts_of_other_periods": N_("less: late facts of other periods posted here"),
    "late_facts_since": N_("plus: late facts of this period posted elsewhere"),
    "known_today": N_("As known today"),
}
NOTES = (
    N_("Totals are over the entries posted in this period. From the close on it takes no entry: a late fact stands in an open period and names this one."),
    N_("Kinds of saving are never added to one another. What waits for review, grades B and C and the same system stand apart, outside the headline."),
    N_("The anchor is height and digest of the chain: keep it elsewhere. “audit verify --anchor” then finds a book that was cut off or rewritten."),
)


def closing_paper(found: Shown, issuer: tuple[str, str], public_url: str, language: str) -> bytes:
    """Return the sheet as PDF, a copy for finance and one for the store."""
    document = found.document
    address = f"{public_url}/v/{document.number}/{check_of(current_app.config['SECRET_KEY'], document.number)}"
    figures, counts = found.sheet["figures"], found.sheet["figures"]["counts"]
    height, digest = found.anchor
    paper = Paper(
        title=in_both(N_("Closing sheet")),
        number=document.number,
        state=in_both(STATE_WORDS[document.state]),
        qr_url=address,
        address=address,
        language="zh" if language == "zh" else "en",
        issuer=Words(*issuer),
        head=(
            Field(in_both(N_("Period")), wording.called(found.period, language)),
            Field(in_both(N_("Policy")), ", ".join(figures["policies"]) or NOT_KNOWN),
            Field(in_both(N_("Entries")), f"{counts['entries']:,}"),
            Field(in_both(N_("Late facts")), f"{counts['late']:,}"),
            Field(in_both(N_("Figures frozen at height")), f"{found.sheet['chain']['height']:,}"),
            Field(in_both(N_("Closed at")), NOT_KNOWN if found.closed is None else moment(found.closed.recorded_at)),
            Field(in_both(N_("Digest of the sheet")), found.closing.digest, wide=True),
            Field(in_both(N_("Anchor (height:digest)")), f"{height}:{digest}", wide=True),
        ),
        tables=tuple(_tables(found)),
        notes=tuple(gettext(note) for note in NOTES),
        boxes=tuple(_boxes(found)),
        copies=(FINANCE, STORE),
        mark=None if document.state == "closed" else in_both(STATE_WORDS[document.state]),
        made_at=clock.now(),
    )
    return render(paper, current_app.config["FONT_PATH"] or None)


def _money(amount: int | None) -> str:
    return NOT_KNOWN if amount is None else yuan(amount)


def _tables(found: Shown) -> Iterator[Table]:
    for kind, totals in kinds_on(found.sheet["figures"]["totals"]).items():
        word = in_both(KIND_WORDS[kind])
        yield _headline(totals, Words(f"{word.zh} · 认定金额", f"{word.en}: adopted basis"))
        yield _bases(totals, Words(f"{word.zh} · 各口径原需支出", f"{word.en}: avoided cost on each basis"))
    yield from (_bridge(bridge) for bridge in found.sheet["bridges"])
    back = found.sheet["figures"]["taken_back"]
    if back:
        yield _taken_back(back)
    open_ones = [[gettext(WORDS[code]), f"{count:,}"] for code, count in found.sheet["checklist"].items() if count and code in WORDS]
    columns = (Column(in_both(N_("Open when the figures were frozen")), 80), Column(in_both(N_("Count")), 20, "right"))
    yield Table(columns, open_ones or [[gettext("Nothing was open."), ""]], title=in_both(N_("Checklist")))


def _headline(totals: dict[str, dict[str, Any]], title: Words) -> Table:
    columns = (
        Column(in_both(N_("Where it stands")), 24),
        Column(in_both(N_("Items")), 9, "right"),
        Column(in_both(N_("Item loans")), 9, "right"),
        Column(in_both(N_("Avoided cost")), 17, "right"),
        Column(in_both(N_("Reuse cost")), 15, "right"),
        Column(in_both(N_("Net saving")), 16, "right", heavy=True),
        Column(in_both(N_("Rate")), 10, "right"),
    )
    rows = []
    for stands, total in totals.items():
        rate = total["rate"]
        avoided = total["lower_bound"] if total["bases"]["adopted"] is None else total["bases"]["adopted"]
        rows.append(
            [
                gettext(STANDINGS[stands]),
                f"{total['items']:,}",
                f"{total['item_loans']:,}",
                _money(avoided),
                _money(total["cost"]),
                _money(total["saving"]["adopted"]),
                NOT_KNOWN if rate is None else f"{percent(Fraction(*rate))} %",
            ]
        )
    return Table(columns, rows, title=title)


def _bases(totals: dict[str, dict[str, Any]], title: Words) -> Table:
    names = ("purchase", "rental", "consumption")
    columns = (
        Column(in_both(N_("Where it stands")), 28),
        *[Column(in_both(BASIS_WORDS[name]), 16, "right") for name in names],
        Column(in_both(N_("Valued")), 12, "right"),
        Column(in_both(N_("Costs complete")), 12, "right"),
    )
    rows = [
        [gettext(STANDINGS[stands]), *[_money(total["bases"][name]) for name in names], f"{total['valued']:,}", f"{total['costed']:,}"]
        for stands, total in totals.items()
    ]
    return Table(columns, rows, title=title)


def _bridge(bridge: dict[str, Any]) -> Table:
    """Return what late facts make of the period, as it stood when the figures were frozen."""
    word = in_both(KIND_WORDS[bridge["kind"]])
    columns = (
        Column(Words(f"{word.zh} · {in_both(ACCEPTED).zh}", f"{word.en}: {in_both(ACCEPTED).en}"), 46),
        Column(in_both(N_("Avoided cost")), 18, "right"),
        Column(in_both(N_("Reuse cost")), 18, "right"),
        Column(in_both(N_("Net saving")), 18, "right", heavy=True),
    )
    rows = [[gettext(label), *[yuan(bridge[key][name]) for name in ("avoided_fen", "cost_fen", "saving_fen")]] for key, label in BRIDGED.items()]
    return Table(columns, rows[:-1], rows[-1], in_both(N_("Bridge to what is known today")))


def _taken_back(rows: list[dict[str, Any]]) -> Table:
    columns = (
        Column(in_both(N_("Kind of saving")), 20),
        Column(in_both(N_("Where an earlier sheet counted it")), 40),
        Column(in_both(N_("Avoided cost")), 20, "right"),
        Column(in_both(N_("Reuse cost")), 20, "right"),
    )
    shown = [[gettext(KIND_WORDS[row["kind"]]), gettext(STANDINGS[row["stands"]]), _money(row["adopted"]), _money(row["cost"])] for row in rows]
    return Table(columns, shown, title=in_both(N_("Rejected after an earlier close, taken back here")))


def _boxes(found: Shown) -> Iterator[Box]:
    for roles in SIGNERS:
        given = next((row for row in found.signatures if row.role in roles), None)
        title = in_both(ROLE_WORDS[roles[0]])
        if given is None:
            yield Box(title, lines=(SIGN, DATE), seal=True)
        else:
            lines = ((SIGN[0], found.people[given.person_id].name), (DATE[0], moment(given.recorded_at)))
            yield Box(title, party=gettext("signed with password"), lines=lines, seal=True)
