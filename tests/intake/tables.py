"""Make small table files for tests."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

import openpyxl

LEDGER = [
    ["资产名称", "规格型号", "数量", "单价", "取得日期", "资产编号"],
    ["办公桌", "1.4m", 2, 1200.5, "2020-03-04", "A-1"],
    ["会议椅", "", 10, 85, "2021/5/6", "A-2"],
]


def xlsx(*sheets: Sequence[Sequence[Any]], names: Sequence[str] = (), merged: Sequence[str] = ()) -> bytes:
    """Return an XLSX workbook; texts that begin with '=' become formulas without a stored result."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets):
        sheet = book.create_sheet(names[number] if names else f"Sheet{number + 1}")
        for row in rows:
            sheet.append(list(row))
        for area in merged:
            sheet.merge_cells(area)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def csv_file(rows: Sequence[Sequence[Any]], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    """Return a text file."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(encoding)


def ods(rows: Sequence[Sequence[Any]], more: str = "") -> bytes:
    """Return a smallest OpenDocument spreadsheet; `more` is put behind the rows as it is."""
    body = ""
    for row in rows:
        body += "<table:table-row>"
        for cell in row:
            if isinstance(cell, int | float):
                body += f'<table:table-cell office:value-type="float" office:value="{cell}"><text:p>{cell}</text:p></table:table-cell>'
            elif cell:
                body += f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>'
            else:
                body += "<table:table-cell/>"
        body += "</table:table-row>"
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2"><office:body><office:spreadsheet>'
        f'<table:table table:name="Ledger">{body}{more}</table:table></office:spreadsheet></office:body></office:document-content>'
    )
    return zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": content.encode(), "META-INF/manifest.xml": b"<m/>"})


def zipped(parts: dict[str, bytes]) -> bytes:
    """Return a zip file of such parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return out.getvalue()


def replaced(data: bytes, name: str, old: bytes, new: bytes) -> bytes:
    """Return a zip file with something in one of its parts replaced."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        parts = {part: file.read(part) for part in file.namelist()}
    # Writers differ in how they write an empty element.
    parts[name] = parts[name].replace(b" />", b"/>").replace(b"<v></v>", b"<v/>")
    assert old in parts[name]
    parts[name] = parts[name].replace(old, new, 1)
    return zipped(parts)
