"""What stands for and against each thing on a list that is scanned, in each mode of the desk: its line, its reason, its one-tap cure.

Nothing is locked and nothing changes: the act judges anew. Reads a fixed number of times however long the list.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from assetpool.catalog.models import Kind
from assetpool.core.errors import N_, DomainError
from assetpool.custody.models import State
from assetpool.floor.codes import Code, codes
from assetpool.floor.queries import Standing, standing
from assetpool.handovers import preview
from assetpool.handovers.blockers import Blocker
from assetpool.handovers.choosing import Item, read_tags
from assetpool.handovers.finding import Back, NotOut, SlipAmbiguous, one_slip, parts_out
from assetpool.labels.models import LabelCode
from assetpool.moves.service import MOVABLE, NotHere
from assetpool.org.queries import Access


class StandsElsewhere(DomainError):
    """A thing is not where the book has it."""

    sentence = N_("The book has it at %(place)s in %(store)s. Put it right here, or carry it back.")


@dataclass(frozen=True)
class Cure:
    """What one tap does about a reason: `drop` takes it off the list, `count` corrects the count, `open` leads to a page."""

    act: str
    label: str
    count: int | None = None
    url: str = ""


@dataclass(frozen=True)
class Row:
    """One tag of the list: what it is, how many of it count here, how many stand there; and what stands against it."""

    tag: str
    kind: Kind | None = None
    form: str = ""
    count: int = 0
    standing: int = 0
    state: str = ""
    place: str = ""
    store: str = ""
    slip: str = ""
    reason: DomainError | None = None
    cure: Cure | None = None
    remark: DomainError | None = None
    code: Code | None = None


@dataclass
class Judged:
    """A list as it stands: each thing, each line of a request with its running total, and how many things may go."""

    rows: list[Row] = field(default_factory=list)
    lines: list[preview.Tally] = field(default_factory=list)

    @property
    def picked(self) -> int:
        """Return how many units are on the list and may go."""
        return sum(row.count for row in self.rows if row.reason is None)

    @property
    def promised(self) -> int:
        """Return how many units the lines ask for."""
        return sum(line.promised for line in self.lines)


Judge = Callable[[Session, Access, str, Sequence[Item]], Judged]

DROP = Cure("drop", N_("Take off"))


def look(session: Session, access: Access, judge: Judge, target: str, items: Sequence[Item]) -> Judged:
    """Return a list judged as a mode does; the labels of shelves and cages and former labels are named, what cannot be read or stands there twice too."""
    readable, unread = read_tags(items)
    known = codes(session, (LabelCode.pool_id == access.pool_id) & LabelCode.tag.in_([item.tag for item in readable]))
    judged = judge(session, access, target, [item for item in readable if item.tag not in known])
    named = [Row(tag, reason=Blocker(tag, "unknown_tag"), cure=DROP, code=code) for tag, code in known.items()]
    return Judged([*judged.rows, *named, *(Row(tag, reason=reason, cure=DROP) for tag, reason in unread)], judged.lines)


def _cure(reason: DomainError, tag: str) -> Cure:
    """Return the one tap that goes on from a reason."""
    figures = reason.figures
    if reason.code == "fewer_units" and figures.get("found"):
        return Cure("count", N_("Count what stands here"), int(figures["found"]))
    if reason.code == "more_than_promised" and figures.get("promised"):
        return Cure("count", N_("Only as many as promised"), int(figures["promised"]))
    if reason.code == "bad_count":
        return Cure("count", N_("Count one"), 1)
    if reason.code == "on_loan":
        return Cure("open", N_("Take it back first"), url=f"/floor/back?tag={tag}")
    if reason.code == "loaded" and figures.get("slip", "—") != "—":
        return Cure("open", N_("Open the slip"), url=f"/handovers/{figures['slip']}")
    if reason.code in ("other_store", "arrived", "held"):
        return Cure("open", N_("Look at it"), url=f"/a/{tag}")
    return DROP


def out(session: Session, access: Access, target: str, items: Sequence[Item]) -> Judged:
    """Judge what is to go out for a request, against its promises; raise NotFound."""
    seen = preview.look(session, access, target, items)
    rows = []
    for row in seen.rows:
        form = row.asset.form if row.asset else ""
        here = {"standing": row.standing, "place": row.asset.place if row.asset else "", "state": row.asset.state if row.asset else ""}
        cure = _cure(row.reason, row.tag) if row.reason else None
        rows.append(Row(row.tag, row.kind, form, row.count, reason=row.reason, cure=cure, **here))  # type: ignore[arg-type]
    return Judged(rows, seen.tallies)


def back(session: Session, access: Access, _target: str, items: Sequence[Item]) -> Judged:
    """Judge what is brought back: each thing finds the slip it left on."""
    known = standing(session, access, [item.tag for item in items])
    found, numbers = parts_out(session, access.pool_id, [Back(item.tag) for item in items])
    rows = []
    for item, (_name, parts) in zip(items, found, strict=True):
        thing = known.get(item.tag)
        try:
            own = one_slip(item.tag, parts, numbers)
        except DomainError as reason:
            rows.append(_against_return(item, thing, reason))
            continue
        units = sum(part.count for part in own)
        count = min(item.count or units, units)
        slip = numbers[own[0].document_id or 0]
        rows.append(Row(item.tag, thing.kind if thing else None, thing.asset.form if thing else "", count, units, State.OUT, slip=slip))
    return Judged(rows)


def _against_return(item: Item, thing: Standing | None, reason: DomainError) -> Row:
    """Return why a thing cannot come back: nobody knows it, it is not out, not accepted yet, or out on several slips."""
    if thing is None:
        return Row(item.tag, reason=Blocker(item.tag, "unknown_tag"), cure=DROP)
    cure = Cure("open", N_("Look at it"), url=f"/a/{item.tag}") if isinstance(reason, NotOut | SlipAmbiguous) else DROP
    return Row(item.tag, thing.kind, thing.asset.form, 0, thing.standing, thing.state, thing.place, thing.store.code, reason=reason, cure=cure)


def move(session: Session, access: Access, _target: str, items: Sequence[Item]) -> Judged:
    """Judge what is to be carried elsewhere: only what stands in a store can be; whether it is promised, the act says."""
    return _standing_things(session, access, items, lambda _thing: None)


def find(session: Session, access: Access, target: str, items: Sequence[Item]) -> Judged:
    """Say where each thing is; with a shelf named first, say of each whether the book has it there."""
    store, _, place = target.partition("/")

    def misplaced(thing: Standing) -> DomainError | None:
        right = not place or (thing.store.code == store and thing.places <= {place})
        return None if right else StandsElsewhere(place=thing.place or "—", store=thing.store.name)

    return _standing_things(session, access, items, misplaced)


def _standing_things(session: Session, access: Access, items: Sequence[Item], remarked: Callable[[Standing], DomainError | None]) -> Judged:
    known = standing(session, access, [item.tag for item in items])
    rows = []
    for item in items:
        thing = known.get(item.tag)
        if thing is None:
            rows.append(Row(item.tag, reason=Blocker(item.tag, "unknown_tag"), cure=DROP))
            continue
        count = min(item.count or thing.units, thing.units)
        reason = None if thing.state in MOVABLE else NotHere(tag=item.tag)
        row = Row(
            item.tag, thing.kind, thing.asset.form, 0 if reason else count, thing.standing, thing.state, thing.place, thing.store.code, reason=reason,
            cure=Cure("open", N_("Look at it"), url=f"/a/{item.tag}") if reason else None, remark=None if reason else remarked(thing),
        )  # fmt: skip
        rows.append(row)
    return Judged(rows)
