"""Look into a zipped workbook before anything parses it: how much is in it, how far its sheets reach, where formulas stand.

Sizes written in a zip are not believed: every part is unpacked once, counted and thrown away, so a bomb ends at the limit.
"""

from __future__ import annotations

import html
import io
import re
import struct
import zipfile
import zlib
from typing import Final

UNZIPPED_MAX: Final = 200 * 1024 * 1024
_CHUNK: Final = 1 << 20
_FAR_CELL = re.compile(rb' r="([A-Z]{3}\d+|[A-Z]{1,2}\d{6,})"[^>]*[^/]>')
_FORMULA = re.compile(rb"<f[ />]")
_PREFIXED_FORMULA = re.compile(rb"<(\w+:)f[ />]")
_CELL_AT = re.compile(rb'\br="([A-Z]{1,3})(\d+)"')
_VALUE = re.compile(rb"<(?:\w+:)?v[^>]*>[^<]+</")
_SHEET = re.compile(rb"<(?:\w+:)?sheet\s[^>]*>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")
_ODS_PART = re.compile(rb"<table:table-row\b([^>]*)>|<table:(?:covered-)?table-cell\b([^>]*)>|<table:table\b")
_REPEATED = re.compile(rb'number-(?:rows|columns)-repeated="(\d+)"')


class Archive:
    """A zip file in memory whose parts are unpacked under a limit. Raises zipfile.BadZipFile or zlib.error when it is broken."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            self._parts = {part.filename: part for part in file.infolist()}

    @property
    def names(self) -> frozenset[str]:
        """Return the names of all parts."""
        return frozenset(self._parts)

    def is_encrypted(self) -> bool:
        """Tell whether any part is locked by a password."""
        return any(part.flag_bits & 1 for part in self._parts.values())

    def unpacked_size(self, limit: int) -> int:
        """Return how many bytes of text parts it really holds, counted no further than just past the limit."""
        total = 0
        for name in self._parts:
            if name.endswith((".xml", ".rels", ".bin")):
                total += self._unpack(name, limit - total, None)
                if total > limit:
                    break
        return total

    def read(self, name: str) -> bytes:
        """Return one part, or nothing if there is none of that name."""
        if name not in self._parts:
            return b""
        out = bytearray()
        self._unpack(name, UNZIPPED_MAX, out)
        return bytes(out)

    def _unpack(self, name: str, limit: int, out: bytearray | None) -> int:
        part = self._parts[name]
        header = self._data[part.header_offset : part.header_offset + 30]
        if len(header) < 30:
            raise zipfile.BadZipFile(name)
        start = part.header_offset + 30 + sum(struct.unpack("<HH", header[26:30]))
        packed = self._data[start : start + part.compress_size]
        if part.compress_type == zipfile.ZIP_STORED:
            if out is not None:
                out += packed
            return len(packed)
        if part.compress_type != zipfile.ZIP_DEFLATED:
            raise zipfile.BadZipFile(name)
        unpacker, size = zlib.decompressobj(-15), 0
        while packed and size <= limit and not unpacker.eof:
            chunk = unpacker.decompress(packed, _CHUNK)
            packed = unpacker.unconsumed_tail
            size += len(chunk)
            if out is not None:
                out += chunk
        return size


def sheet_parts(archive: Archive) -> dict[str, str]:
    """Return sheet name → the part that holds it, of an XLSX workbook."""
    targets = {
        relation: target
        for tag in _RELATION.findall(archive.read("xl/_rels/workbook.xml.rels"))
        if (relation := _attribute(tag, "Id")) and (target := _attribute(tag, "Target"))
    }
    parts = {}
    for tag in _SHEET.findall(archive.read("xl/workbook.xml")):
        target = targets.get(_attribute(tag, r"\w+:id"), "")
        parts[_attribute(tag, "name")] = target.lstrip("/") if target.startswith("/") else "xl/" + target
    return parts


def _attribute(tag: bytes, name: str) -> str:
    found = re.search(rf"""\s{name}\s*=\s*(?:"([^"]*)"|'([^']*)')""", tag.decode("utf-8", "replace"))
    return html.unescape(found.group(1) or found.group(2) or "") if found else ""


def far_corner(sheet: bytes) -> tuple[int, int]:
    """Return the furthest (row, column) beyond row 99,999 or column ZZ that holds something; (0, 0) if nothing lies so far out."""
    row = column = 0
    for found in _FAR_CELL.finditer(sheet):
        name = found.group(1).decode()
        letters = name.rstrip("0123456789")
        row, column = max(row, int(name[len(letters) :])), max(column, _number(letters))
    return row, column


def formulas(sheet: bytes) -> dict[tuple[int, int], bool]:
    """Return the cells (0-based row, column) of an XLSX sheet that hold a formula, and whether its last result is stored with it."""
    cells: dict[tuple[int, int], bool] = {}
    # Nearly all writers use no prefix; looking for one in every tag would take longer than all else here.
    prefix_used = re.search(rb"<(\w+:)sheetData", sheet[:200_000])
    for found in (_PREFIXED_FORMULA if prefix_used else _FORMULA).finditer(sheet):
        prefix = prefix_used.group(1) if prefix_used else b""
        start = sheet.rfind(b"<" + prefix + b"c ", 0, found.start())
        end = sheet.find(b"</" + prefix + b"c>", found.start())
        cell = sheet[start:end] if 0 <= start < end else b""
        place = _CELL_AT.search(cell)
        if place:
            error = b't="e"' in cell[: cell.find(b">")]
            cells[int(place.group(2)) - 1, _number(place.group(1).decode()) - 1] = not error and _VALUE.search(cell) is not None
    return cells


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def ods_cells(content: bytes) -> int:
    """Return how many cells the fullest sheet of an OpenDocument file spreads to when repeated cells that hold something are written out."""
    most = total = wide = rows = 0
    filled = False
    for found in _ODS_PART.finditer(content):
        if found.group(2) is None:
            total += rows * wide if filled else 0
            wide, filled = 0, False
            rows = _times(found.group(1) or b"")
            if found.group(1) is None:
                most, total, rows = max(most, total), 0, 0
        elif b"value-type" in found.group(2):
            wide, filled = wide + _times(found.group(2)), True
    return max(most, total + (rows * wide if filled else 0))


def _times(attributes: bytes) -> int:
    found = _REPEATED.search(attributes)
    return int(found.group(1)) if found else 1
