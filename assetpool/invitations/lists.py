"""Acts on an event's list before it is handed in: rows taken over from a file or typed, lines put right, taken out, taken from a pack."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from assetpool.core.errors import N_, DomainError, FieldInvalid, NotFound, Word
from assetpool.events.models import Event, EventVenue
from assetpool.events.queries import venues_of
from assetpool.events.service import add_venue
from assetpool.invitations.matching import match, of_kinds
from assetpool.invitations.models import ListLine
from assetpool.invitations.reading import MOST_ROWS, Row
from assetpool.records.models import Document
from assetpool.requisitions.steps import EDITABLE

MOST_DAYS = 3660


class ListFull(DomainError):
    """More lines than one list holds."""

    status = 422
    sentence = N_("A list holds %(limit)d lines at most. Hand these in first, then go on with the others.")


@dataclass(frozen=True)
class Correction:
    """What a person wrote over a line; `kind_id` is set when one was chosen, else new words in `thing` are looked up anew."""

    thing: str
    quantity: int | None
    first_day: date
    last_day: date
    venue: str = ""
    kind_id: int | None = None
    contact_name: str = ""
    contact_telephone: str = ""
    note: str = ""


def open_lines(session: Session, event_id: int) -> list[ListLine]:
    """Return the lines that can still be written: not handed in, or of a request that was sent back."""
    back = select(Document.id).where(Document.state.in_(EDITABLE))
    statement = select(ListLine).where(ListLine.event_id == event_id, or_(ListLine.document_id.is_(None), ListLine.document_id.in_(back)))
    return list(session.scalars(statement.where(ListLine.submitted_at.is_(None) | ListLine.document_id.is_not(None)).order_by(ListLine.position, ListLine.id)))


def take_rows(session: Session, event: Event, rows: Sequence[Row], *, replace: bool = False) -> list[ListLine]:
    """Take rows over as lines, each matched to the catalogue; venues not known yet are added. `replace` drops the open lines first."""
    _lock(session, event)
    before = open_lines(session, event.id)
    if replace:
        drop(session, event, [line.id for line in before])
        before = []
    if len(before) + len(rows) > MOST_ROWS:
        raise ListFull(limit=MOST_ROWS)
    venues = {venue.name: venue for venue in venues_of(session, event.id)}
    found = match(session, event.pool_id, [row.thing for row in rows])
    position = session.scalar(select(func.max(ListLine.position)).where(ListLine.event_id == event.id)) or 0
    made = []
    for number, row in enumerate(rows, start=1):
        name = row.venue.strip()[:120]
        if name and name not in venues:
            venues[name] = add_venue(session, event, name)
        matched = found.get(row.thing)
        line = ListLine(
            event_id=event.id,
            position=position + number,
            venue_id=venues[name].id if name else None,
            thing=row.thing,
            kind_id=matched.candidates[0].kind_id if matched else None,
            sure=bool(matched and matched.sure),
            quantity=row.quantity,
            first_day=row.first_day or event.first_day,
            last_day=row.last_day or event.last_day,
            contact_name=row.contact,
            contact_telephone=row.telephone,
            note=row.note,
            said=row.said,
        )
        session.add(line)
        made.append(line)
        _tell_venue(venues.get(name), row)
    session.flush()
    return made


def _tell_venue(venue: EventVenue | None, row: Row) -> None:
    """The first contact named for a venue is whom to ask there."""
    if venue is not None and row.contact and not venue.contact_name:
        venue.contact_name, venue.contact_telephone = row.contact, row.telephone


def take_units(session: Session, event: Event, units: Mapping[int, int], venue: str = "") -> list[ListLine]:
    """Take kinds and quantities over as lines (from an event pack); the kinds are certain."""
    kinds = of_kinds(session, event.pool_id, units)
    wanted = [kind_id for kind_id, count in units.items() if kind_id in kinds and count]
    rows = [Row(" ".join(filter(None, (kinds[kind_id].name, kinds[kind_id].spec))), venue, units[kind_id]) for kind_id in wanted]
    made = take_rows(session, event, rows)
    for line, kind_id in zip(made, wanted, strict=True):
        line.kind_id, line.sure = kind_id, True
    session.flush()
    return made


def put_right(session: Session, event: Event, corrections: Mapping[int, Correction]) -> None:
    """Write over lines that are still open; words that were changed are matched anew. Raise NotFound and FieldInvalid."""
    _lock(session, event)
    lines = {line.id: line for line in open_lines(session, event.id)}
    for line_id in corrections:
        if line_id not in lines:
            raise NotFound(what=str(line_id))
    changed = {correction.thing.strip() for line_id, correction in corrections.items() if correction.thing.strip() != lines[line_id].thing}
    found = match(session, event.pool_id, changed)
    chosen = of_kinds(session, event.pool_id, [correction.kind_id for correction in corrections.values() if correction.kind_id is not None])
    venues = {venue.name: venue for venue in venues_of(session, event.id)}
    for line_id, correction in corrections.items():
        _check(correction)
        line, thing, name = lines[line_id], correction.thing.strip(), correction.venue.strip()[:120]
        if name and name not in venues:
            venues[name] = add_venue(session, event, name)
        if correction.kind_id is not None and correction.kind_id not in chosen:
            raise FieldInvalid(field=Word(N_("Kind")), problem=Word(N_("choose a kind from the catalogue.")))
        if thing != line.thing and correction.kind_id in (None, line.kind_id):
            matched = found.get(thing)
            line.kind_id, line.sure = (matched.candidates[0].kind_id, matched.sure) if matched else (None, False)
        elif correction.kind_id != line.kind_id:
            line.kind_id, line.sure = correction.kind_id, correction.kind_id is not None
        line.thing, line.venue_id = thing, venues[name].id if name else None
        line.quantity, line.first_day, line.last_day = correction.quantity, correction.first_day, correction.last_day
        line.contact_name, line.contact_telephone = correction.contact_name.strip()[:120], correction.contact_telephone.strip()[:60]
        line.note = correction.note.strip()[:300]
        if line.quantity is not None:
            line.said = ""
    session.flush()


def change(session: Session, event: Event, line_id: int, *, quantity: int | None = None, kind_id: int | None = None) -> None:
    """Take another quantity or another kind for one open line; raise NotFound."""
    _lock(session, event)
    line = next((line for line in open_lines(session, event.id) if line.id == line_id), None)
    if line is None or (kind_id is not None and kind_id not in of_kinds(session, event.pool_id, [kind_id])):
        raise NotFound(what=str(line_id))
    if quantity is not None and 0 < quantity <= 1_000_000:
        line.quantity = quantity
    if kind_id is not None:
        line.kind_id, line.sure = kind_id, True
    session.flush()


def confirm(session: Session, event: Event, line_ids: Iterable[int]) -> int:
    """Say that the kinds guessed for some open lines are right; return how many were."""
    _lock(session, event)
    wanted = set(line_ids)
    guessed = [line for line in open_lines(session, event.id) if line.id in wanted and line.kind_id is not None and not line.sure]
    for line in guessed:
        line.sure = True
    session.flush()
    return len(guessed)


def drop(session: Session, event: Event, line_ids: Iterable[int]) -> int:
    """Take lines out of the list that are still open; return how many there were."""
    wanted = set(line_ids)
    gone = [line for line in open_lines(session, event.id) if line.id in wanted]
    for line in gone:
        session.delete(line)
    session.flush()
    return len(gone)


def venues_with_lines(session: Session, event_id: int) -> set[int]:
    """Return the venues of an event at which lines of its list stand."""
    return {venue for venue in session.scalars(select(ListLine.venue_id).where(ListLine.event_id == event_id).distinct()) if venue is not None}


def _check(correction: Correction) -> None:
    if not correction.thing.strip():
        raise FieldInvalid(field=Word(N_("What")), problem=Word(N_("say what is needed.")))
    if correction.quantity is not None and not 0 < correction.quantity <= 1_000_000:
        raise FieldInvalid(field=Word(N_("Quantity")), problem=Word(N_("enter a whole number from 1 to 1,000,000.")))
    if correction.last_day < correction.first_day:
        raise FieldInvalid(field=Word(N_("Last day")), problem=Word(N_("it lies before the first day. Swap the two or choose a later day.")))
    if (correction.last_day - correction.first_day).days > MOST_DAYS:
        raise FieldInvalid(field=Word(N_("Last day")), problem=Word(N_("a loan lasts ten years at most. Ask for a transfer instead.")))


def _lock(session: Session, event: Event) -> None:
    """Let one device at a time write an event's list."""
    session.refresh(event, with_for_update=True)
