"""What a report shows besides its rows: the way over the months, from whom to whom, and how plausible it is; for pages and for paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from flask_babel import gettext
from markupsafe import Markup
from sqlalchemy.orm import Session

from assetpool.core.money import rhu, yuan
from assetpool.core.web import language, wan
from assetpool.org.queries import names
from assetpool.reports import bands, charts, standout, wording
from assetpool.reports.asking import Asked
from assetpool.reports.charts import Link, Mark, Point
from assetpool.reports.figures import BASES, Report, Row
from assetpool.reports.ledger import Span

MOST_NAMED = 7


@dataclass(frozen=True)
class Month:
    """One month of the headline, amounts in fen (None: n/a), and the address of its acts."""

    key: str
    avoided: int | None
    cost: int | None
    saving: int | None
    url: str = ""


@dataclass(frozen=True)
class FlowRow:
    """One line of who gave to whom, named; amounts in fen."""

    giver: str
    receiver: str
    acts: int
    units: int
    avoided: int | None
    saving: int | None
    giver_code: str = ""
    receiver_code: str = ""


@dataclass(frozen=True)
class Plausible:
    """The saving per item in fen, what others published, and whether it lies far outside."""

    per_item: int
    published: tuple[Mark, ...]
    is_far: bool
    drawn: Markup


def months(report: Report, kind: str, asked: Asked | None = None) -> list[Month]:
    """Return the months of the headline of one kind, in their order; with addresses where a page asks."""
    found = []
    for row in report.rows:
        if row.kind == kind and row.headline.acts:
            url = asked.url("reports.acts", by=None, basis=None, kind=kind, standing="A", **asked.days_of(row.key)) if asked else ""
            found.append(Month(row.key, row.headline.avoided(report.basis), row.headline.known_cost, row.headline.saving(report.basis), url))
    return found


def trend(found: list[Month], caption: str) -> Markup:
    """Draw the months; those whose saving is n/a stay empty."""
    known = {month.key: month for month in found}
    points = []
    for key in _every(found[0].key, found[-1].key) if found else ():
        month = known.get(key)
        saving = month.saving if month else None
        points.append(Point(key, saving or 0, "" if saving is None else _short(saving), month.url if month else ""))
    return charts.trend(points, caption) if any(point.amount for point in points) else Markup("")


def _every(first: str, last: str) -> list[str]:
    """Return all months (YYYY-MM) from the first to the last, so that a quiet one is seen as a gap."""
    begun, end = (int(key[:4]) * 12 + int(key[5:]) - 1 for key in (first, last))
    return [f"{number // 12}-{number % 12 + 1:02d}" for number in range(begun, end + 1)]


def _short(amount: int) -> str:
    """Write an amount over a bar: in 万元 or thousands, without unit words in English."""
    if language() == "zh":
        return wan(amount)
    return f"{yuan(rhu(Fraction(amount, 1000)))} k"


def flow_rows(session: Session, asked: Span, kind: str) -> list[FlowRow]:
    """Return who gave to whom, named, the greatest avoided cost first."""
    found = standout.flows(session, asked, kind)
    known = names(session, [one for flow in found for one in (flow.giver_id, flow.receiver_id) if one is not None])
    english = language() == "en"

    def name(key: int | None) -> str:
        row = known.get(key) if key is not None else None
        return gettext("Held by the pool") if row is None else row.name_en if english and row.name_en else row.name

    return [
        FlowRow(
            name(flow.giver_id), name(flow.receiver_id), flow.acts, flow.units, flow.avoided, None if flow.avoided is None else flow.avoided - flow.cost,
            known[flow.giver_id].code if flow.giver_id in known else "", known[flow.receiver_id].code if flow.receiver_id in known else "",
        )
        for flow in found
    ]  # fmt: skip


def flows(rows: list[FlowRow], caption: str) -> Markup:
    """Draw who gave to whom by avoided cost; beyond the first few, the rest goes together."""
    givers = list(dict.fromkeys(row.giver for row in rows))[:MOST_NAMED]
    receivers = list(dict.fromkeys(row.receiver for row in rows))[:MOST_NAMED]
    together: dict[tuple[str, str], int] = {}
    for row in rows:
        pair = (row.giver if row.giver in givers else gettext("Others"), row.receiver if row.receiver in receivers else gettext("Others"))
        together[pair] = together.get(pair, 0) + (row.avoided or 0)
    return charts.flows([Link(giver, receiver, amount, _short(amount)) for (giver, receiver), amount in together.items()], caption)


def plausible(row: Row, basis: str) -> Plausible | None:
    """Return where the saving per item lies among published figures; None while it is unknown."""
    value = bands.per_item(row.headline, basis)
    if value is None:
        return None
    published = tuple(Mark(Fraction(band.per_item), gettext(band.name), yuan(band.per_item)) for band in bands.PUBLISHED.get(row.kind, ()))
    own = Mark(value, gettext("This report"), yuan(rhu(value)))
    return Plausible(rhu(value), published, bands.is_far(row.kind, value), charts.scale(published, own, gettext("Saving per item, in yuan")))


def by_basis(row: Row) -> dict[str, int | None]:
    """Return the net saving of the headline on each basis, in fen; None where it is not valued or a cost is unknown."""
    main = row.headline
    cost = main.known_cost
    known = cost is not None and main.costed >= main.item_loans and main.acts > 0
    return {name: main.series[name] - cost if known and cost is not None and main.series[name] is not None else None for name in BASES}  # type: ignore[operator]


def extent(values: Mapping[str, int | None]) -> tuple[int, int] | None:
    """Return the least and the greatest net saving over the bases; None while none is known."""
    known = [amount for amount in values.values() if amount is not None]
    return (min(known), max(known)) if known else None


def steps(row: Row, basis: str, costs: Mapping[str, int], url: str = "") -> list[Point]:
    """Return the way from avoided cost by kinds of cost to the net saving; empty while any of it is unknown."""
    avoided, saving = row.headline.avoided(basis), row.headline.saving(basis)
    if not row.headline.acts or avoided is None or saving is None:
        return []
    order = list(wording.COST_WORDS)
    parts = sorted(((kind, amount) for kind, amount in costs.items() if amount), key=lambda pair: order.index(pair[0]))
    middle = [Point(gettext(wording.COST_WORDS[kind]), -amount, yuan(-amount), url) for kind, amount in parts]
    begin = Point(gettext("Avoided cost (estimate)"), avoided, yuan(avoided), url, "start")
    return [begin, *middle, Point(gettext("Net saving"), saving, yuan(saving), url, "result")]
