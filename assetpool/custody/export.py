"""The list of assets as one CSV file of any length, written while it is read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from flask_babel import gettext
from sqlalchemy.orm import Session

from assetpool.core.errors import N_
from assetpool.core.spreadsheets import csv_pages
from assetpool.custody import finder

HEADINGS: tuple[tuple[str, str], ...] = (
    ("tag", N_("Tag")), ("kind_name", N_("Name")), ("spec", N_("Spec")), ("measure", N_("Unit of measure")), ("class_code", N_("Class")),
    ("units", N_("Units")), ("store_code", N_("Store")), ("store_name", N_("Store name")), ("place", N_("Place")), ("state", N_("Status")),
    ("condition", N_("Condition")), ("custodian_code", N_("Custodian")), ("custodian_name", N_("Custodian name")), ("brand", N_("Brand")),
    ("serial", N_("Serial number")), ("external_no", N_("Own number")),
)  # fmt: skip
_BATCH = 1000


def file_name(day: date) -> str:
    """Return the name under which a browser keeps the file."""
    return f"assets-{day:%Y-%m-%d}.csv"


def csv_of(session: Session, pool_id: int, wish: finder.Wish) -> Iterator[bytes]:
    """Yield the found assets as CSV in UTF-8 with a byte order mark, oldest first, in constant memory."""
    found = finder.everything(session, pool_id, wish, [name for name, _ in HEADINGS])
    pages = () if found is None else session.execute(found, execution_options={"yield_per": _BATCH}).partitions(_BATCH)
    yield from csv_pages([gettext(words) for _, words in HEADINGS], pages)
