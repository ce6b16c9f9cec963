"""What an organizer typed over the lines of the list, on its way to the service: corrections for what can be read, sentences for what cannot."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from flask_babel import gettext as _

from assetpool.events.models import EventVenue
from assetpool.events.service import Venue
from assetpool.invitations.lists import Correction
from assetpool.invitations.models import ListLine

LIFT = {"yes": True, "no": False}


@dataclass
class Typed:
    """Corrections by line; `errors` {line: {field: sentence}}; lines that are not on the page are left alone."""

    corrections: dict[int, Correction] = field(default_factory=dict)
    errors: dict[int, dict[str, str]] = field(default_factory=dict)


def lines(sent: Mapping[str, str], known: Iterable[ListLine], venues: Mapping[int, EventVenue]) -> Typed:
    """Read the fields `thing-7`, `kind-7`, `quantity-7` … of the lines on the page."""
    found = Typed()
    for line in known:
        if f"thing-{line.id}" not in sent:
            continue
        wrong: dict[str, str] = {}
        thing = _text(sent, f"thing-{line.id}", 300) or line.thing
        quantity = _quantity(_text(sent, f"quantity-{line.id}", 20), wrong)
        first, last = _days(sent, line, wrong)
        venue = venues.get(line.venue_id or 0)
        if wrong:
            found.errors[line.id] = wrong
            continue
        found.corrections[line.id] = Correction(
            thing=thing,
            quantity=quantity,
            first_day=first,
            last_day=last,
            venue=_text(sent, f"venue-{line.id}", 120) if f"venue-{line.id}" in sent else venue.name if venue else "",
            kind_id=_number(sent.get(f"kind-{line.id}", "")),
            contact_name=_text(sent, f"contact-{line.id}", 120) if f"contact-{line.id}" in sent else line.contact_name,
            contact_telephone=_text(sent, f"telephone-{line.id}", 60) if f"telephone-{line.id}" in sent else line.contact_telephone,
            note=_text(sent, f"note-{line.id}", 300) if f"note-{line.id}" in sent else line.note,
        )
    return found


def _text(sent: Mapping[str, str], name: str, longest: int) -> str:
    return unicodedata.normalize("NFC", sent.get(name, "")).replace("\0", "").strip()[:longest]


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _quantity(text: str, wrong: dict[str, str]) -> int | None:
    plain = unicodedata.normalize("NFKC", text).replace(",", "")
    if not plain:
        return None
    if not plain.isdecimal() or len(plain) > 7 or not 0 < int(plain) <= 1_000_000:
        wrong["quantity"] = _("Enter a whole number from 1 to 1,000,000.")
        return None
    return int(plain)


def _days(sent: Mapping[str, str], line: ListLine, wrong: dict[str, str]) -> tuple[date, date]:
    found = []
    for name, present in (("first", line.first_day), ("last", line.last_day)):
        text = sent.get(f"{name}-{line.id}", "").strip()
        try:
            found.append(date.fromisoformat(text) if text else present)
        except ValueError:
            wrong[name] = _("Write the day as YYYY-MM-DD.")
            found.append(present)
    if not wrong and found[1] < found[0]:
        wrong["last"] = _("It lies before the first day. Swap the two or choose a later day.")
    return found[0], found[1]


def venues(sent: Mapping[str, str], known: Iterable[EventVenue]) -> list[Venue]:
    """Read what was typed about the venues on the page; a venue without a name keeps the one it had."""
    return [
        Venue(
            name=_text(sent, f"name-{venue.id}", 120) or venue.name,
            id=venue.id,
            address=_text(sent, f"address-{venue.id}", 200),
            floor=_text(sent, f"floor-{venue.id}", 40),
            lift=LIFT.get(sent.get(f"lift-{venue.id}", "")),
            window=_text(sent, f"window-{venue.id}", 80),
            contact_name=_text(sent, f"contact-{venue.id}", 120),
            contact_telephone=_text(sent, f"telephone-{venue.id}", 60),
        )
        for venue in known
    ]
