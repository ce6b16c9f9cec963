"""Interpret one row of a table: a thing or a lot that can be stored, or the reasons why it cannot."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from assetpool.core.money import rhu, yuan
from assetpool.core.tags import parse_tag
from assetpool.intake.cells import TEXT_MAX, CellReader, Columns
from assetpool.intake.days import parse_day
from assetpool.intake.figures import FEN_MAX, Cell, as_code, is_placeholder, parse_condition, parse_count, parse_flag, to_fen

_NSN = re.compile(r"(\d{4})-[0-9A-Z]{2}-[0-9A-Z]{3}-[0-9A-Z]{4}", re.IGNORECASE)
_NSN_COLUMN = re.compile(r"(\d{4})(?:$|[^0-9A-Z]|[0-9A-Z]{9}$)", re.IGNORECASE)
_CODE_AND_NAME = re.compile(r"([A-Z]?\d[\w.]{2,})\s+\S", re.IGNORECASE)
_OUR_TAG = re.compile(r"ZC-[0-9A-Z]{4,12}-[0-9A-Z]", re.IGNORECASE)


@dataclass(slots=True)
class Row:
    """A row that can be stored. Values are fen of one unit; `lot`: counted under one label; `class_code_set` is '' where the file names none."""

    row_no: int
    name: str
    class_code: str
    class_code_set: str
    spec: str
    measure: str
    quantity: int
    unit_value_fen: int | None
    acquired_on: datetime.date | None
    external_no: str
    serial: str
    condition: str | None
    brand: str
    tag: str
    organization: str
    place: str
    accumulated_depreciation_fen: int | None
    lot: bool
    note: str
    code: str


@dataclass(slots=True)
class Refused:
    """A row that cannot be stored, with its cells as text by field, for a person to put right."""

    row_no: int
    cells: dict[str, str]


class RowReader(CellReader):
    """Read rows one after another, remembering numbers and tags that must not come twice."""

    def __init__(self, columns: Columns) -> None:
        super().__init__(columns)
        self.seen: dict[tuple[str, str], int] = {}
        self._claimed: list[tuple[str, str]] = []

    def read(self, row_no: int, cells: Mapping[str, Cell], formulas: Mapping[str, bool]) -> Row | None:
        """Return the row as it can be stored, or None; `problems` grows either way. `formulas`: field → whether the result is stored."""
        self.row_no, self.cells, self.formulas, self.is_refused = row_no, cells, formulas, False
        self._claimed = []
        if formulas:
            self._tell_formulas()
        code = self.code("code") if "code" in cells else ""
        name = self.text("name")
        if not name and code:
            name = code
            self.tell("name", "name_from_code", value=code)
        if not name:
            self.tell("name", "name_missing")
        quantity, counted_in = self._quantity()
        class_code, code_set = self._class(code)
        unit_value = self._unit_value(quantity)
        depreciation = self._depreciation(quantity, unit_value)
        acquired_on = self._day()
        tag, external_no = self._numbers()
        row = Row(
            row_no=row_no,
            name=name,
            class_code=class_code,
            class_code_set=code_set,
            spec=self._spec(),
            measure=self.optional("measure") or counted_in[: TEXT_MAX["measure"]],
            quantity=quantity,
            unit_value_fen=unit_value,
            acquired_on=acquired_on,
            external_no=external_no,
            serial=self._serial(),
            condition=self.word("condition", parse_condition, "condition_unknown"),
            brand=self.optional("brand"),
            tag=tag,
            organization=self.optional("organization"),
            place=self.optional("place"),
            accumulated_depreciation_fen=depreciation,
            lot=self._lot(quantity),
            note=self.text("note"),
            code=code,
        )
        if self.is_refused:
            # What a refused row claimed is free for the row that is stored.
            for key in self._claimed:
                del self.seen[key]
            return None
        return row

    def _tell_formulas(self) -> None:
        for name, has_value in self.formulas.items():
            if has_value:
                self.tell_cell(name, "formula")
            elif name in ("quantity", "unit_value", "acquired_on") or (name == "total_value" and self.is_blank("unit_value")):
                self.tell(name, "formula_without_value", value="=…", column=self.labels.get(name, name))
            else:
                self.tell(name, "formula_left_out", column=self.labels.get(name, name))

    def _quantity(self) -> tuple[int, str]:
        if "quantity" not in self.labels:
            return 1, ""
        cell = self.cells.get("quantity")
        if self.formulas.get("quantity") is False:
            return 1, ""
        if self.is_blank("quantity"):
            self.tell("quantity", "quantity_missing", column=self.labels["quantity"])
            return 1, ""
        if type(cell) is float and 1.0 <= cell <= 1e6 and cell.is_integer():
            return int(cell), ""
        try:
            quantity, measure = parse_count(cell)
        except ValueError:
            self.unreadable("quantity", "quantity_unreadable")
            return 1, ""
        if quantity < 1:
            self.tell_cell("quantity", "quantity_not_positive")
        return max(quantity, 1), measure

    def _spec(self) -> str:
        """Return specification and model, which some ledgers keep in two columns, as one."""
        spec, model = self.optional("spec"), self.optional("model")
        return f"{spec} {model}"[: TEXT_MAX["spec"]].strip() if spec and model and spec != model else spec or model

    def _class(self, code: str) -> tuple[str, str]:
        given, code_set = self.code("class_code") if "class_code" in self.labels else "", self.optional("class_code_set")
        if given:
            both = _CODE_AND_NAME.match(given)
            return (both.group(1) if both else given), code_set or self.columns.code_set
        if code:
            pattern = _NSN_COLUMN if self.labels.get("code", "").casefold().startswith(("nsn", "national stock")) else _NSN
            stock = pattern.match(code)
            if stock:
                return stock.group(1), "FSC"
        return "", code_set

    def _unit_value(self, quantity: int) -> int | None:
        unit, exact = self.amount("unit_value") if "unit_value" in self.labels else (None, Decimal(0))
        total, _ = self.amount("total_value") if "total_value" in self.labels else (None, Decimal(0))
        if self.is_refused:
            return unit
        if total and not unit:
            unit = rhu(Fraction(total, quantity))
            if unit * quantity != total:
                self.tell("total_value", "total_not_even", value=yuan(total), quantity=quantity, unit=yuan(unit))
        elif unit is not None and total is not None and unit * quantity != total and to_fen(exact * quantity)[0] != total:
            self.tell("total_value", "total_differs", value=yuan(total), expected=yuan(unit * quantity))
        priced = "unit_value" if "unit_value" in self.labels else "total_value"
        if unit is None and priced in self.labels:
            self.tell(priced, "price_missing", column=self.labels[priced])
        elif unit == 0:
            self.tell(priced, "price_zero")
        if unit is not None and unit * quantity > FEN_MAX:
            self.tell_cell(priced, "amount_too_large")
        return unit

    def _depreciation(self, quantity: int, unit_value: int | None) -> int | None:
        if "accumulated_depreciation" not in self.labels:
            return None
        total, _ = self.amount("accumulated_depreciation")
        if total is None:
            return None
        if unit_value is not None and total > unit_value * quantity:
            self.tell("accumulated_depreciation", "depreciation_exceeds_value", value=yuan(total))
        return rhu(Fraction(total, quantity))

    def _day(self) -> datetime.date | None:
        cell = self.cells.get("acquired_on")
        if self.is_blank("acquired_on") or self.formulas.get("acquired_on") is False:
            return None
        try:
            read = parse_day(cell, self.columns.day_first)
        except (ValueError, OverflowError):
            self.unreadable("acquired_on", "date_unreadable")
            return None
        if read.guess:
            self.tell_cell("acquired_on", "date_order_guessed" if read.guess == "order" else "date_incomplete", day=read.day.isoformat())
        return read.day

    def _numbers(self) -> tuple[str, str]:
        """Return our tag and the owner's number; a number in the form of our tags, with the right check character, is our tag."""
        given = as_code(self.cells.get("tag")) if "tag" in self.labels else ""
        external_no = self.code("external_no") if "external_no" in self.labels else ""
        tag = ""
        if given and not is_placeholder(given):
            tag = _tag(given)
            if not tag:
                self.tell("tag", "tag_unreadable", value=given[:60])
        elif _OUR_TAG.fullmatch(external_no) and (tag := _tag(external_no)):
            given, external_no = external_no, ""
        if given and not is_placeholder(given):
            self._tell_repeated("tag", tag or given[:60])
        if external_no:
            self._tell_repeated("external_no", external_no)
        elif "external_no" in self.labels and not tag:
            self.tell("external_no", "external_no_missing", column=self.labels["external_no"])
        return tag, external_no

    def _serial(self) -> str:
        serial = self.code("serial") if "serial" in self.labels else ""
        if serial:
            self._tell_repeated("serial", serial)
        return serial

    def _tell_repeated(self, name: str, value: str) -> None:
        key = (name, value.casefold())
        other = self.seen.get(key)
        if other is None:
            self.seen[key] = self.row_no
            self._claimed.append(key)
        else:
            self.tell(name, f"{name}_repeated", value=value, other=other)

    def _lot(self, quantity: int) -> bool:
        said = self.word("lot", parse_flag, "flag_unknown")
        return quantity > 1 if said is None else bool(said)


def _tag(text: str) -> str:
    try:
        return parse_tag(text)
    except ValueError:
        return ""
