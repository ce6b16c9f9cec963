"""What can be wrong with a row, as sentences with the user's own words in them and what to do about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import field as filled
from typing import Any, Final

from assetpool.core.errors import N_

REFUSED: Final[dict[str, str]] = {
    "column_missing": N_("No column holds the name or a code of the things. Say which one does. The columns found are: %(columns)s."),
    "sheet_empty": N_("The sheet “%(sheet)s” holds no table."),
    "name_missing": N_("The row has neither a name nor a code. Write the name of the thing."),
    "quantity_missing": N_("The column “%(column)s” is empty. Write how many there are."),
    "quantity_not_positive": N_("The quantity is “%(value)s”. Write a number from 1 up, or delete the row."),
    "quantity_unreadable": N_("“%(value)s” in the column “%(column)s” is no whole number of pieces. Write it like 12."),
    "amount_unreadable": N_("“%(value)s” in the column “%(column)s” cannot be read as an amount. Write it like 1234.56."),
    "amount_negative": N_("“%(value)s” in the column “%(column)s” is below zero. Write what the thing once cost."),
    "amount_too_large": N_("“%(value)s” in the column “%(column)s” times the quantity is more than the book can hold. Check the figures."),
    "date_unreadable": N_("“%(value)s” in the column “%(column)s” is no date. Write it like 2023-04-01."),
    "tag_repeated": N_("Our tag %(value)s already stands in row %(other)s. Every label belongs to one thing; correct one of the two."),
    "tag_known": N_("Our tag %(value)s belongs to a thing that is in the pool already. Leave the row out, or take the tag out of it."),
    "formula_without_value": N_("“%(value)s” in the column “%(column)s” is a formula without a result. Put the value in its place."),
}

WARNINGS: Final[dict[str, str]] = {
    "name_from_code": N_("The row has no name; its code “%(value)s” is taken as the name."),
    "price_zero": N_("The price is 0. Check whether the thing really cost nothing."),
    "price_missing": N_("The column “%(column)s” is empty. The thing is stored without a value."),
    "price_column_missing": N_("No column holds a price, so the things are stored without a value."),
    "total_differs": N_("The total “%(value)s” is not quantity × unit value (%(expected)s). The unit value is taken."),
    "total_not_even": N_("The total “%(value)s” cannot be divided evenly by %(quantity)s; the unit value is rounded to %(unit)s."),
    "amount_rounded": N_("“%(value)s” in the column “%(column)s” has more than two decimals and is rounded to %(rounded)s."),
    "depreciation_exceeds_value": N_("The accumulated depreciation “%(value)s” is more than the value. Check both."),
    "date_order_guessed": N_("“%(value)s” could be read in two ways; it is taken as %(day)s. Write dates like 2023-04-01 to be sure."),
    "date_incomplete": N_("“%(value)s” is no full date; it is taken as %(day)s."),
    "external_no_missing": N_("The column “%(column)s” is empty. The thing is stored without the owner's number."),
    "external_no_column_missing": N_("No column holds the owner's numbers, so a thing listed twice could not be noticed."),
    "external_no_repeated": N_("The number “%(value)s” already stands in row %(other)s. Check whether a thing is listed twice."),
    "serial_repeated": N_("The serial number “%(value)s” already stands in row %(other)s. Check whether a thing is listed twice."),
    "external_no_known": N_("The number “%(value)s” already stands on the card %(tag)s of the pool. Check whether the thing is in the pool already."),
    "serial_known": N_("The serial number “%(value)s” already stands on the card %(tag)s of the pool. Check whether the thing is in the pool already."),
    "condition_unknown": N_("“%(value)s” is no condition known here. Write new, good, fair, poor or scrap."),
    "flag_unknown": N_("“%(value)s” in the column “%(column)s” is neither yes nor no; it is left out."),
    "tag_unreadable": N_("“%(value)s” is not one of our tags; the thing gets a new one."),
    "formula": N_("“%(value)s” in the column “%(column)s” comes from a formula; its last result is stored."),
    "formula_left_out": N_("The column “%(column)s” holds a formula without a result; it is left out."),
    "formula_as_text": N_("“%(value)s” in the column “%(column)s” looks like a formula; it is stored as text and never computed."),
    "text_shortened": N_("The text in the column “%(column)s” is longer than %(limit)s characters and is cut there."),
    "code_damaged": N_("“%(value)s” in the column “%(column)s” looks like a number that a spreadsheet program has shortened. Compare it with the original."),
    "other_sheets": N_("Only the sheet “%(sheet)s” was read. These hold data too: %(others)s."),
}

SKIPPED: Final[dict[str, str]] = {
    "total": N_("A line with totals"),
    "footer": N_("A page footer or signature line"),
    "section": N_("A heading between the rows"),
    "heading": N_("The headings repeated"),
    "left_out": N_("Left out by hand"),
}

FIELD_WORDS: Final[dict[str, str]] = {
    "name": N_("Name"),
    "code": N_("Code"),
    "class_code": N_("Class code"),
    "class_code_set": N_("Code set"),
    "spec": N_("Spec"),
    "model": N_("Model"),
    "brand": N_("Brand"),
    "measure": N_("Measure"),
    "quantity": N_("Quantity"),
    "unit_value": N_("Value of one"),
    "total_value": N_("Value in all"),
    "acquired_on": N_("Acquired on"),
    "external_no": N_("Number in the books"),
    "serial": N_("Serial number"),
    "condition": N_("Condition"),
    "tag": N_("Our tag"),
    "organization": N_("Organization"),
    "place": N_("Place"),
    "note": N_("Note"),
    "accumulated_depreciation": N_("Accumulated depreciation"),
    "lot": N_("Counted lot"),
}

_PLACES: Final = REFUSED | WARNINGS


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a row (1-based; 0: the file as a whole) and field; `level` is 'warning' or 'refused', `message` a sentence to translate."""

    row: int
    field: str
    level: str
    code: str
    figures: dict[str, Any] = filled(default_factory=dict)

    @property
    def message(self) -> str:
        """Return the message id, with the places for `figures` still open."""
        return _PLACES[self.code]


def problem_sentence(problem: Problem, translate: Callable[[str], str] = N_) -> str:
    """Write a problem as a sentence in the language of `translate` (which maps a message id to its translation)."""
    return translate(problem.message) % problem.figures


def skip_sentence(reason: str, translate: Callable[[str], str] = N_) -> str:
    """Write in words why a row was passed over."""
    return translate(SKIPPED[reason])
