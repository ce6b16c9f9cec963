"""Read an organizer's list from a table file or from pasted lines: venue, thing, count, days, contact; nothing is refused that a person can put right."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from assetpool.core.errors import N_, DomainError
from assetpool.intake.days import parse_day
from assetpool.intake.figures import Cell, as_text, parse_count
from assetpool.intake.headings import plain
from assetpool.intake.spreadsheet import Workbook

SEARCHED_ROWS = 30
MOST_ROWS = 400
HEADINGS: Final[dict[str, str]] = {
    "venue": "场馆|场地|会场|点位|送达地点|送货地点|地点|使用地点|使用场所|区域|场馆名称|venue|place|location|site|drop point|bring to|deliver to|where",
    "thing": "物品|物资|物资名称|物品名称|品名|品目|名称|资产名称|设备名称|需求物资|借用物品|thing|things|item|items|what|name|kind|description|article",
    "spec": "规格|规格型号|型号|规格要求|spec|specification|model|size",
    "quantity": "数量|需求数量|借用数量|件数|申请数量|count|quantity|qty|number|how many|units",
    "days": "使用时间|使用日期|借用时间|借用日期|日期|时间|起止日期|使用期限|days|dates|period|when",
    "first_day": "开始日期|起始日期|开始时间|借用开始|起|从|到位日期|进场日期|进场时间|from|first day|start|start date|starts|begin",
    "last_day": "结束日期|截止日期|结束时间|归还日期|止|至|撤场日期|撤场时间|to|until|last day|end|end date|ends|return",
    "length": "天数|使用天数|借用天数|number of days|no of days|day count",
    "contact": "联系人|现场联系人|负责人|接收人|领用人|联系人姓名|contact|contact person|contact name|receiver|person",
    "telephone": "电话|联系电话|手机|手机号|联系方式|联系人电话|telephone|phone|mobile|tel|contact phone|contact number",
    "note": "备注|说明|要求|用途|note|notes|remark|remarks|comment",
}
_KNOWN: Final = {plain(word): name for name, words in HEADINGS.items() for word in words.split("|")}
_BRACKETS = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]")
_TOTAL = re.compile(r"^(?:合计|总计|小计|共计|total|sum)\b|^(?:合计|总计|小计|共计)")
_BETWEEN = re.compile(r"\s*(?:至|到|~|～|—{1,2}|–|--|\bto\b|\buntil\b)\s*|(?<=[日号\d])\s*-\s*(?=\d{1,2}月|\d{4}|\d{1,2}[日号])")
_MONTH_DAY = re.compile(r"(\d{1,2})\s*[月/.]\s*(\d{1,2})\s*[日号]?")
_DAY_ONLY = re.compile(r"(\d{1,2})\s*[日号]?")
_LENGTH = re.compile(r"(\d{1,3})\s*(?:天|日|days?)")
_TELEPHONE = re.compile(r"\+?\d[\d\s-]{5,}\d")
_PASTED_COUNT = re.compile(r"^(.*?)[\s,，x×*]*?(\d[\d,]*)\s*([一-鿿]{0,2}|pcs|pieces)?$", re.IGNORECASE)


class NoList(DomainError):
    """A file without anything that looks like a list of things."""

    status = 422
    sentence = N_("%(file)s has no column for things and none for how many. Take the template, or name the columns “thing” and “count”.")


class ListTooLong(DomainError):
    """More rows than one list takes."""

    status = 413
    sentence = N_("The list has more than %(limit)d rows. Send it in parts.")


class NoFile(DomainError):
    """Nothing was chosen."""

    status = 422
    sentence = N_("Choose the file that holds your list first.")


class NothingTyped(DomainError):
    """Nothing was typed."""

    status = 422
    sentence = N_("Type or paste at least one line, for example “folding chairs 300”.")


@dataclass(frozen=True)
class Row:
    """One row as it was understood; `quantity` None and `said` what stood there when it could not be read."""

    thing: str
    venue: str = ""
    quantity: int | None = None
    first_day: date | None = None
    last_day: date | None = None
    contact: str = ""
    telephone: str = ""
    note: str = ""
    said: str = ""


def read_file(data: bytes, filename: str, first_day: date, last_day: date) -> list[Row]:
    """Read every visible sheet of a table file; without a venue column the sheet's name is the venue. Raise FileRefused, NoList, ListTooLong.

    Days without a year are taken in the year of the event (`first_day` to `last_day`); rows without days get the event's.
    """
    book = Workbook(data, filename)
    found: list[Row] = []
    listed = 0
    for sheet in book.visible:
        cells = book.table(sheet).rows
        header, columns = _columns(cells)
        if header < 0:
            continue
        listed += 1
        several = len(book.visible) > 1 and "venue" not in columns
        found += _rows(cells[header + 1 :], columns, sheet if several else "", (first_day, last_day))
        if len(found) > MOST_ROWS:
            raise ListTooLong(limit=MOST_ROWS)
    if not listed or not found:
        raise NoList(file=filename)
    return found


def read_text(text: str, first_day: date, last_day: date, venue: str = "") -> list[Row]:
    """Read lines typed or pasted: with headings as a table, else `venue<tab>thing<tab>count…` or plainly “chairs 300” under a venue's name with a colon."""
    lines = [line.rstrip() for line in unicodedata.normalize("NFC", text).replace("\0", "").splitlines()]
    cells: list[list[Cell]] = [list(re.split(r"\t|[;；]", line)) for line in lines if line.strip()]
    if len(cells) > MOST_ROWS:
        raise ListTooLong(limit=MOST_ROWS)
    header, columns = _columns(cells)
    if header >= 0:
        return _rows(cells[header + 1 :], columns, venue, (first_day, last_day))
    found: list[Row] = []
    for row in cells:
        parts = [as_text(cell).strip() for cell in row]
        if len(parts) == 1 and parts[0].endswith((":", "：")):
            venue = parts[0].rstrip(":：").strip()
            continue
        found.append(_loose(parts, venue))
    return found


def _loose(parts: Sequence[str], venue: str) -> Row:
    """Read a line without headings: its last number is the count, what stands before it the thing, and before that the venue."""
    if len(parts) == 1:
        told = _PASTED_COUNT.match(parts[0])
        if told and told.group(1).strip(" ,，x×*"):
            return Row(told.group(1).strip(" ,，x×*"), venue, _count(told.group(2))[0])
        return Row(parts[0], venue)
    at = next((index for index, part in enumerate(parts) if index and _count(part)[0] is not None), None)
    if at is None:
        return Row(parts[0], venue, None, said=parts[1][:120])
    here = parts[at - 2] if at >= 2 else venue
    rest = [part for part in parts[at + 1 :] if part]
    telephone = next((part for part in rest if _TELEPHONE.fullmatch(part)), "")
    contact = next((part for part in rest if part != telephone), "")
    return Row(parts[at - 1], here, _count(parts[at])[0], contact=contact, telephone=telephone)


def _columns(cells: Sequence[Sequence[Cell]]) -> tuple[int, dict[str, int]]:
    """Return the heading row (from 0, −1: none) and field → column."""
    best: tuple[int, dict[str, int]] = (-1, {})
    for index, row in enumerate(cells[:SEARCHED_ROWS]):
        found: dict[str, int] = {}
        for column, cell in enumerate(row):
            label = cell if isinstance(cell, str) else ""
            name = _KNOWN.get(plain(label)) or _KNOWN.get(plain(_BRACKETS.sub("", label)))
            for part in re.split(r"[/／\n]", label) if name is None else ():
                name = name or _KNOWN.get(plain(part))
            if name is not None:
                found.setdefault(name, column)
        if {"thing", "quantity"} <= found.keys() and len(found) > len(best[1]):
            best = index, found
    return best


def _rows(cells: Sequence[Sequence[Cell]], columns: Mapping[str, int], venue: str, event: tuple[date, date]) -> list[Row]:
    """Read the rows below the headings; a venue, contact or days written once (in a merged cell) hold for the rows below it."""
    found: list[Row] = []
    held: dict[str, Cell] = {}
    for row in cells:
        said = {name: row[column] for name, column in columns.items() if column < len(row) and as_text(row[column])}
        if not said or _TOTAL.match(as_text(next(iter(said.values()))).casefold()):
            continue
        if set(said) <= {"thing", "venue"} and len([cell for cell in row if as_text(cell)]) == 1 and "venue" not in columns:
            venue = as_text(next(iter(said.values())))
            continue
        if "venue" in said and as_text(said["venue"]) != as_text(held.get("venue")):
            held = {"venue": said["venue"]}
        for name in ("contact", "telephone", "days", "first_day", "last_day", "length"):
            if name in said:
                held[name] = said[name]
        if "thing" in said:
            found.append(_row({**held, **said}, as_text(held.get("venue")) or venue, event))
    return found


def _row(said: Mapping[str, Cell], venue: str, event: tuple[date, date]) -> Row:
    thing = " ".join(part for part in (as_text(said["thing"]), as_text(said.get("spec"))) if part)
    quantity, unread = _count(said.get("quantity"))
    first, last, doubt = days_of(said, event)
    contact, telephone = as_text(said.get("contact")), as_text(said.get("telephone"))
    inside = _TELEPHONE.search(contact)
    if inside and not telephone:
        contact, telephone = contact.replace(inside.group(0), "").strip(" ,，/、"), inside.group(0).strip()
    doubts = " ".join(filter(None, (unread, doubt)))[:120]
    return Row(thing[:300], venue[:120], quantity, first, last, contact[:120], telephone[:60], as_text(said.get("note"))[:300], doubts)


def _count(cell: Cell) -> tuple[int | None, str]:
    """Return how many, or what stood there instead; 300张 and 1,200 are numbers."""
    text = as_text(cell)
    if not text:
        return None, ""
    try:
        count, _measure = parse_count(cell)
    except (ValueError, ArithmeticError):
        number = re.match(r"^\s*(\d[\d,，]*)\s*\D{0,6}$", unicodedata.normalize("NFKC", text))
        count = int(number.group(1).replace(",", "")) if number and len(number.group(1)) < 12 else 0
    return (count, "") if 0 < count <= 1_000_000 else (None, text)


def days_of(said: Mapping[str, Cell], event: tuple[date, date]) -> tuple[date, date, str]:
    """Return first and last day of a row and, if something could not be read, what stood there; the event's days stand in."""
    first, last = event
    unread = ""
    try:
        if "days" in said:
            first, last = _period(said["days"], event)
        if "first_day" in said:
            first = _one_day(said["first_day"], event)
        if "last_day" in said:
            last = _one_day(said["last_day"], event)
        elif "length" in said or ("first_day" in said and "days" not in said):
            length = re.search(r"\d{1,3}", as_text(said.get("length")))
            last = first + timedelta(days=max(1, int(length.group(0))) - 1) if length else max(first, event[1])
    except (ValueError, OverflowError):
        unread = "、".join(as_text(said[name]) for name in ("days", "first_day", "last_day") if name in said)
        first, last = event
    return (first, last, unread) if last >= first else (*event, f"{first.isoformat()} – {last.isoformat()}")


def _period(cell: Cell, event: tuple[date, date]) -> tuple[date, date]:
    if isinstance(cell, date | datetime):
        day = parse_day(cell).day
        return day, day
    text = unicodedata.normalize("NFKC", as_text(cell)).strip()
    length = _LENGTH.fullmatch(text)
    if length:
        return event[0], event[0] + timedelta(days=max(1, int(length.group(1))) - 1)
    parts = [part for part in _BETWEEN.split(text) if part and part.strip()]
    if len(parts) == 1:
        day = _one_day(parts[0], event)
        return day, day
    if len(parts) != 2:
        raise ValueError(text)
    first = _one_day(parts[0], event)
    short = _DAY_ONLY.fullmatch(parts[1].strip())
    last = first.replace(day=int(short.group(1))) if short else _one_day(parts[1], (first, event[1]))
    return first, last


def _one_day(cell: Cell, event: tuple[date, date]) -> date:
    """Read a day; without a year it lies in the event's, or after its turn."""
    if isinstance(cell, str):
        written = _MONTH_DAY.fullmatch(unicodedata.normalize("NFKC", cell).strip())
        if written:
            month, day = int(written.group(1)), int(written.group(2))
            years = dict.fromkeys((event[0].year, event[1].year))
            options = [date(year, month, day) for year in years]
            return min(options, key=lambda option: abs((option - event[0]).days))
    return parse_day(cell).day
