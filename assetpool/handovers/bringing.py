"""The list of what is brought back while it grows: tags find their slips, a slip brings all that is out on it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from assetpool.catalog.models import Kind
from assetpool.core.errors import DomainError
from assetpool.core.web import translated
from assetpool.custody.models import Asset, State, Tranche
from assetpool.handovers.finding import COUNTS, Back
from assetpool.handovers.models import Slip
from assetpool.handovers.typed import number_in
from assetpool.labels.meaning import present_tags
from assetpool.org.models import Organization
from assetpool.org.queries import Access
from assetpool.records.models import Document
from assetpool.records.queries import visible

_SLIP = re.compile(r"^HS-\d{4}-\d{6}$", re.IGNORECASE)


@dataclass(frozen=True)
class Brought:
    """One line of the list: a tag on a slip, its counts as typed, condition and remarks."""

    key: str
    tag: str
    slip: str
    typed: dict[str, str]

    @property
    def is_counted(self) -> bool:
        """Say whether any inspection count was typed."""
        return any(self.typed.get(name, "").strip() not in ("", "0") for name in COUNTS)


@dataclass(frozen=True)
class Shown:
    """A line of the list with what is known about it: kind, receiver, due day, how many are out; or why it cannot be found."""

    line: Brought
    asset: Asset | None
    kind: Kind | None
    receiver: Organization | None
    slip: Slip | None
    out: int


def listed(form: MultiDict[str, str]) -> list[Brought]:
    """Return the list that stands in the page's form (`line` = tag|slip, counts under `<name>-<tag>|<slip>`)."""
    found = []
    for key in dict.fromkeys(form.getlist("line")):
        if key == form.get("remove"):
            continue
        tag, _sep, slip = key.partition("|")
        typed = {name: form.get(f"{name}-{key}", "") for name in (*COUNTS, "arrived", "condition", "accessories", "note")}
        fate = form.get(f"fate-{key}", "")
        if fate in COUNTS:
            typed[fate] = "1"
        found.append(Brought(key, tag, slip, typed))
    return found


def all_good(shown: Sequence[Shown]) -> list[Brought]:
    """Return the list with everything that has no count yet counted as good."""
    return [row.line if row.line.is_counted or not row.out else replace(row.line, typed={**row.line.typed, "good": str(row.out)}) for row in shown]


def with_texts(session: Session, access: Access, lines: Sequence[Brought], texts: Sequence[str]) -> tuple[list[Brought], str]:
    """Put what was scanned on top of the list: a tag with the slips it is out on, or everything out on a slip; and say what was wrong."""
    found = list(lines)
    said = ""
    for text in texts:
        if _SLIP.match(text.strip()):
            pairs = _out_on(session, access, number=text.strip().upper())
            missing = _("Nothing is out on %(number)s.", number=text.strip().upper())
        else:
            try:
                (tag,) = present_tags(session, access.pool_id, [text])
            except DomainError as unreadable:
                said = translated(unreadable)
                continue
            pairs = _out_on(session, access, tag=tag)
            missing = _("%(tag)s is not out on loan now. Check the tag, or look up where it stands.", tag=tag)
        if not pairs:
            said = missing
        for tag, slip in reversed(pairs):
            key = f"{tag}|{slip}"
            if all(line.key != key for line in found):
                found.insert(0, Brought(key, tag, slip, {}))
            elif len(texts) == 1 and len(pairs) == 1:
                said = _("%(tag)s stands in the list already.", tag=tag)
    return found, said


def _out_on(session: Session, access: Access, tag: str = "", number: str = "") -> list[tuple[str, str]]:
    statement = (
        select(Asset.tag, Document.number)
        .join(Tranche, Tranche.asset_id == Asset.id)
        .join(Document, Document.id == Tranche.document_id)
        .where(Tranche.state == State.OUT, Tranche.count > 0, visible(access))
        .group_by(Asset.tag, Document.number)
    )
    statement = statement.where(Asset.tag == tag) if tag else statement.where(Document.number == number)
    return [(row[0], row[1]) for row in session.execute(statement.order_by(Document.number, Asset.tag))]


def look(session: Session, access: Access, lines: Sequence[Brought]) -> list[Shown]:
    """Return the list with what is known about each line; three queries however long it is."""
    numbers, tags = {line.slip for line in lines}, {line.tag for line in lines}
    if not lines:
        return []
    slips = {
        row[0]: (row[1], row[2])
        for row in session.execute(
            select(Document.number, Slip, Organization)
            .join(Slip, Slip.id == Document.id)
            .join(Organization, Organization.id == Slip.receiver_id)
            .where(Document.number.in_(numbers), visible(access))
        )
    }
    assets = {row[0].tag: (row[0], row[1]) for row in session.execute(select(Asset, Kind).join(Kind, Kind.id == Asset.kind_id).where(Asset.tag.in_(tags)))}
    statement = select(Tranche.document_id, Tranche.asset_id, Tranche.count.label("units")).where(
        Tranche.document_id.in_([slip.id for slip, _ in slips.values()]), Tranche.state == State.OUT, Tranche.count > 0
    )
    out: dict[tuple[int | None, int], int] = {}
    for row in session.execute(statement):
        out[(row.document_id, row.asset_id)] = out.get((row.document_id, row.asset_id), 0) + row.units
    shown = []
    for line in lines:
        slip, receiver = slips.get(line.slip, (None, None))
        asset, kind = assets.get(line.tag, (None, None))
        count = out.get((slip.id, asset.id), 0) if slip and asset else 0
        shown.append(Shown(line, asset, kind, receiver, slip, count))
    return shown


def backs(lines: Sequence[Brought], checks: Mapping[str, tuple[tuple[int, int], ...]]) -> list[Back]:
    """Return the list as the act takes it, with what was looked at per line's key; raise FieldInvalid for what is no count."""
    found = []
    for line in lines:
        back = Back(line.tag, line.slip, condition=line.typed.get("condition", ""), note=line.typed.get("note", ""))
        back = replace(back, accessories=line.typed.get("accessories", ""), checks=checks.get(line.key, ()))
        if line.is_counted:
            counts = {name: number_in(line.typed.get(name), line.tag) for name in COUNTS}
            found.append(replace(back, **counts))  # type: ignore[arg-type]
        else:
            arrived = number_in(line.typed.get("arrived"), line.tag)
            found.append(replace(back, arrived=arrived or None))
    return found
