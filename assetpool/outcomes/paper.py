"""The list of praise on paper: first places in words, three lists, the same system apart, and the chain it rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from flask import current_app
from flask_babel import gettext

from assetpool.core import clock
from assetpool.core.errors import N_
from assetpool.core.paper import DATE, SIGN, Box, Column, Field, Paper, Table, Words, render
from assetpool.core.web import language
from assetpool.org.models import Organization
from assetpool.outcomes import wording
from assetpool.outcomes.ranking import Placed
from assetpool.outcomes.recognition import LISTS, Merit, Year
from assetpool.records.papers import in_both
from assetpool.savings.wording import KIND_WORDS


def praise_paper(
    found: Year,
    year: int,
    *,
    said: Sequence[str],
    issuer: tuple[str, str],
    address: str,
    chain: str,
    called: Callable[[Organization], str],
    money: Callable[[int | None], str],
) -> bytes:
    """Return the lists of one year and kind of saving as PDF; `address` is where the chain is checked, `said` what the bulletin says."""
    paper = Paper(
        title=in_both(N_("List of praise")),
        number=f"{year} · {gettext(KIND_WORDS[found.kind])}",
        number_label=in_both(N_("Year")),
        state=in_both(N_("Accepted, grade A")),
        qr_url=address,
        address=address.split("?", maxsplit=1)[0],
        language="zh" if language() == "zh" else "en",
        issuer=Words(*issuer),
        head=(
            Field(in_both(N_("Kind of saving")), gettext(KIND_WORDS[found.kind])),
            Field(in_both(N_("Year")), str(year)),
            Field(in_both(N_("Height and head of the chain")), chain, wide=True),
            *(Field(in_both(wording.LIST_WORDS[name]), sentence, wide=True) for name, sentence in zip(_named(found), said, strict=True)),
        ),
        tables=tuple(_tables(found, called, money)),
        notes=tuple(gettext(note) for note in wording.PRAISE_METHOD),
        boxes=(Box(in_both(N_("Prepared by")), lines=(SIGN, DATE)), Box(in_both(N_("Approved by")), lines=(SIGN, DATE), seal=True)),
        closing=True,
        made_at=clock.now(),
    )
    return render(paper, current_app.config["FONT_PATH"] or None)


def _named(found: Year) -> list[str]:
    return [name for name in LISTS if found.lists[name]]


def _tables(found: Year, called: Callable[[Organization], str], money: Callable[[int | None], str]) -> Iterator[Table]:
    for lists, apart in ((found.lists, False), (found.apart, True)):
        for name in LISTS:
            if apart and not lists[name]:
                continue
            title = in_both(wording.LIST_WORDS[name])
            if apart:
                same = in_both(N_("Same system"))
                title = Words(f"{title.zh} · {same.zh}", f"{title.en} · {same.en}")
            yield Table(_columns(name), [_row(each, name, called, money) for each in lists[name]], title=title)


def _columns(name: str) -> tuple[Column, ...]:
    return (
        Column(in_both(N_("Rank")), 8, "right"),
        Column(in_both(N_("Organization")), 48),
        Column(in_both(wording.FIGURE_WORDS[name]), 20, "right", heavy=True),
        Column(in_both(N_("Number of acts")), 10, "right"),
        Column(in_both(N_("Remark")), 14),
    )


def _row(each: Placed[Merit], name: str, called: Callable[[Organization], str], money: Callable[[int | None], str]) -> list[str]:
    merit = each.thing
    remark = gettext("%(reversed)s reversed, %(lower)s lower", reversed=merit.reversed, lower=merit.lower) if merit.doubtful else ""
    place = f"{each.place} =" if each.tied else str(each.place)
    return [place, called(merit.organization), money(merit.saving) if name == "saved" else f"{merit.things:,}", f"{merit.acts:,}", remark]
