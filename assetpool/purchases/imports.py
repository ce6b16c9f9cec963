"""Later purchases from a table file, read by the engine of intakes: payments of the treasury, new asset cards of an organization's books."""

from __future__ import annotations

from dataclasses import dataclass

from assetpool.core.errors import N_, DomainError
from assetpool.intake.reading import read_rows
from assetpool.purchases.service import NewPurchase


class RowsIncomplete(DomainError):
    """Some rows lack what a purchase needs; nothing was recorded."""

    status = 422
    sentence = N_(
        "%(count)d of %(rows)d rows cannot be recorded (rows %(which)s): each needs a class code, a quantity and the day it was bought. "
        "Nothing was recorded; put them right and load the file again."
    )


class NothingThere(DomainError):
    """No row below the headings."""

    status = 422
    sentence = N_("%(file)s holds no row that says what was bought. Check the sheet and its headings.")


@dataclass(frozen=True)
class Source:
    """Whose purchases a file holds and what the record is called; `file_id`: the kept file."""

    organization_id: int
    name: str
    file_id: int | None = None


def purchases_in(data: bytes, filename: str, source: Source, code_set: str = "GPC-2022") -> list[NewPurchase]:
    """Read what a file says was bought, all rows or none; raise FileRefused, NothingThere, RowsIncomplete.

    A row's number in the record is its own asset number where it has one, else its place in the file.
    """
    reading = read_rows(data, filename)
    if not reading.rows and not reading.refused:
        raise NothingThere(file=filename)
    wrong = [row.row_no for row in reading.refused] + [row.row_no for row in reading.rows if not row.class_code or row.acquired_on is None]
    if wrong:
        shown = ", ".join(str(number) for number in sorted(wrong)[:12]) + ("…" if len(wrong) > 12 else "")
        raise RowsIncomplete(count=len(wrong), rows=reading.rows_read, which=shown)
    return [
        NewPurchase(
            organization_id=source.organization_id,
            class_code=row.class_code,
            class_code_set=row.class_code_set or code_set,
            name=row.name,
            quantity=row.quantity,
            amount=None if row.unit_value_fen is None else row.unit_value_fen * row.quantity,
            bought_on=row.acquired_on,
            source=source.name,
            source_no=row.external_no or f"{filename}:{row.row_no}",
            file_id=source.file_id,
        )
        for row in reading.rows
        if row.acquired_on is not None
    ]
