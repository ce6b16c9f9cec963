"""Which slip a returned thing belongs to: each line of a batch finds its own, or says why it cannot."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.core.errors import N_, DomainError, FieldInvalid, NotFound, Word
from assetpool.core.tags import parse_tag
from assetpool.custody.models import Asset, Condition, State, Tranche
from assetpool.custody.queries import when_left
from assetpool.labels.meaning import rows_called
from assetpool.records.models import Document

COUNTS = ("good", "repair", "damaged", "lost", "unused")


class SlipAmbiguous(DomainError):
    """The tag is out on several slips; the line must name one of them."""

    sentence = N_("%(tag)s is out on several slips: %(listed)s. Say which one this comes from.")


class NotOut(DomainError):
    """Nothing of this tag is out (on that slip)."""

    sentence = N_("%(tag)s is not out on loan now. Check the tag, or look up where it stands.")


class NotAccepted(DomainError):
    """The things left, but the receiver has not accepted them yet."""

    sentence = N_("%(tag)s is on %(number)s, which nobody has accepted yet. Record first what was accepted and refused.")


class MoreThanOut(DomainError):
    """More units are brought back than are out."""

    sentence = N_("%(tag)s: %(counted)d counted, but only %(out)d are out. Count again, or name the other slip.")


@dataclass(frozen=True)
class Back:
    """One line of a return: a tag, or a slip with its line; with counts it is inspected at once, without it is only received.

    `arrived` says how many came (only without counts; None: all that is out). `condition` is the grade of what is good or unused,
    `checks` what was looked at: (item of the checklist, how many were found).
    """

    tag: str = ""
    slip: str = ""
    line_no: int | None = None
    arrived: int | None = None
    good: int = 0
    repair: int = 0
    damaged: int = 0
    lost: int = 0
    unused: int = 0
    condition: str = ""
    accessories: str = ""
    note: str = ""
    checks: tuple[tuple[int, int], ...] = ()

    @property
    def counted(self) -> int:
        """Return how many units the inspection counts name."""
        return self.good + self.repair + self.damaged + self.lost + self.unused


def check(line: Back) -> None:
    """Refuse a line that names nothing, or counts that are no counts."""
    numbers = [getattr(line, name) for name in COUNTS]
    if min(numbers) < 0 or (line.arrived is not None and line.arrived < 1):
        raise FieldInvalid(field=Word(N_("Counts")), problem=Word(N_("enter whole numbers, 0 or more.")))
    if line.condition and line.condition not in set(Condition):
        raise FieldInvalid(field=Word(N_("Condition")), problem=Word(N_("choose new, good, fair, poor or scrap.")))
    if not line.tag.strip() and not (line.slip.strip() and line.line_no):
        raise FieldInvalid(field=Word(N_("Lines")), problem=Word(N_("each line names a tag, or a slip and its line.")))


def find_out(session: Session, pool_id: int, lines: Sequence[Back]) -> list[list[Tranche]]:
    """Return for each line what is out under its tag or slip line, in the order it left; four queries however many lines, five with a former tag."""
    found, numbers = parts_out(session, pool_id, lines)
    return [one_slip(name, parts, numbers) for name, parts in found]


def parts_out(session: Session, pool_id: int, lines: Sequence[Back]) -> tuple[list[tuple[str, list[Tranche]]], dict[int, str]]:
    """Return for each line its name and what left under it, accepted or not, and the numbers of the slips by id; refuse only slips nobody knows."""
    said = {line: parse_tag(line.tag) for line in lines if line.tag.strip()}
    called = rows_called(session, pool_id, said.values(), Asset.id, Asset.tag)
    tags = {line: called[text].tag if text in called else text for line, text in said.items()}
    assets = {row.tag: row.id for row in called.values()}
    wanted = {line.slip.strip().upper() for line in lines if line.slip.strip()}
    statement = select(Document.number, Document.id).where(Document.pool_id == pool_id, Document.kind == "HS", Document.number.in_(wanted))
    slips = {row.number: row.id for row in session.execute(statement)} if wanted else {}
    for number in wanted - slips.keys():
        raise NotFound(what=number)
    out = select(Tranche).where(Tranche.state.in_((State.OUT, State.LOADED)), Tranche.count > 0).order_by(when_left(), Tranche.id)
    out = out.where(Tranche.asset_id.in_(set(assets.values())) | Tranche.document_id.in_(set(slips.values())))
    by_asset: dict[int, list[Tranche]] = defaultdict(list)
    by_slip: dict[int, list[Tranche]] = defaultdict(list)
    for tranche in session.scalars(out.execution_options(populate_existing=True)):
        by_asset[tranche.asset_id].append(tranche)
        by_slip[tranche.document_id or 0].append(tranche)
    ids = {part.document_id for parts in by_asset.values() for part in parts}
    numbers = {row.id: row.number for row in session.execute(select(Document.id, Document.number).where(Document.id.in_(ids)))}
    found = []
    for line in lines:
        slip_id = slips.get(line.slip.strip().upper())
        parts = by_asset[assets.get(tags[line], 0)] if line in tags else by_slip[slip_id or 0]
        parts = [part for part in parts if slip_id in (None, part.document_id) and line.line_no in (None, part.line_no)]
        found.append((tags.get(line) or f"{line.slip} · {line.line_no}", parts))
    return found, numbers


def one_slip(name: str, parts: list[Tranche], numbers: dict[int, str]) -> list[Tranche]:
    """Return what is out, all on one slip; raise NotOut when nothing is, NotAccepted when it never was accepted, SlipAmbiguous when several slips fit."""
    out = [part for part in parts if part.state == State.OUT]
    if not out:
        raise NotAccepted(tag=name, number=numbers[parts[0].document_id or 0]) if parts else NotOut(tag=name)
    slips = sorted({numbers[part.document_id or 0] for part in out})
    if len(slips) > 1:
        raise SlipAmbiguous(tag=name, listed=", ".join(slips), slips=slips)
    return out
