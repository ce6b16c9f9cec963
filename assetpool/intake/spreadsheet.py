"""Open a table file whatever its make (XLSX, XLSM, XLSB, XLS, ODS, CSV, TSV) and give its cells; refuse in a sentence what is none.

Limits are checked before a parser sees the bytes. Cells keep the place they have in the file: `rows[0][0]` is A1.
"""

from __future__ import annotations

import csv
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import Final

from assetpool.core.errors import N_, DomainError
from assetpool.intake import archive, parser, plaintext
from assetpool.intake.figures import Cell

UPLOAD_MAX: Final = 32 * 1024 * 1024
ROWS_MAX: Final = 200_000
COLUMNS_MAX: Final = 256
CELLS_MAX: Final = 10_000_000
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class FileRefused(DomainError):
    """A file that cannot be read as a table."""

    status = 422
    sentence = N_("%(file)s cannot be read.")


class FileTooLarge(FileRefused):
    """More bytes than an upload may have."""

    status = 413
    sentence = N_("%(file)s has %(size)s MB; at most %(limit)s MB are read. Split it, or save it without pictures.")


class UnpackedTooLarge(FileRefused):
    """A small file that unfolds into a huge one."""

    status = 413
    sentence = N_("%(file)s unfolds to more than %(limit)s MB and was not opened. Copy the table into a new workbook and send that.")


class TableTooLarge(FileRefused):
    """More rows or columns than are read at once."""

    status = 413
    sentence = N_(
        "The sheet reaches to row %(rows)s and column %(columns)s; at most %(row_limit)s rows and %(column_limit)s columns are read. "
        "Delete stray cells outside the table, or split it."
    )


class FileEmpty(FileRefused):
    """Nothing is in the file."""

    sentence = N_("%(file)s is empty. Choose the file that holds the table.")


class FileEncrypted(FileRefused):
    """A password keeps the file shut."""

    sentence = N_("%(file)s is protected by a password. Open it, save a copy without the password, and send the copy.")


class FileBroken(FileRefused):
    """The file is of a known make but damaged."""

    sentence = N_("%(file)s is damaged or incomplete. Open it in your spreadsheet program, save it as XLSX, and send that.")


class NotATable(FileRefused):
    """The file is something else."""

    sentence = N_("%(file)s is not a table this can read. Save it as XLSX, XLS, ODS or CSV and send that.")


class WebPageAsTable(FileRefused):
    """A web page that calls itself a spreadsheet, as some older systems export it."""

    sentence = N_("%(file)s is a web page with a spreadsheet's name. Open it in your spreadsheet program, save it as XLSX, and send that.")


class EncodingWrong(FileRefused):
    """The text is not in the encoding that was chosen."""

    sentence = N_("%(file)s is not text in %(encoding)s. Choose another encoding, or leave the choice to the program.")


class QuoteOpen(FileRefused):
    """A quotation mark that is never closed swallows all rows after it."""

    sentence = N_("A quotation mark opened in row %(row)s of %(file)s is never closed, so the rows after it run together. Close or delete it.")


class SheetNotFound(DomainError):
    """The workbook has no sheet of that name."""

    status = 422
    sentence = N_("There is no sheet “%(sheet)s”. The sheets are: %(sheets)s.")


@dataclass(slots=True)
class Table:
    """One sheet's cells. `formulas`: (row, column) from 0 → its result is stored; `merged`: (first, last) corners; `encoding` of text files only."""

    sheet: str
    rows: list[list[Cell]]
    encoding: str | None = None
    formulas: dict[tuple[int, int], bool] = field(default_factory=dict)
    merged: list[tuple[tuple[int, int], tuple[int, int]]] = field(default_factory=list)


class Workbook:
    """An opened file: `sheets` are the names of those that can be read, `visible` what a person sees; text files have one, named after the file."""

    def __init__(self, data: bytes, filename: str, encoding: str | None = None) -> None:
        self._file = filename
        self._sheets: dict[str, parser.Sheet] = {}
        self._reach: dict[str, tuple[int, int]] = {}
        self._formulas: dict[str, dict[tuple[int, int], bool]] = {}
        self._text: Table | None = None
        if len(data) > UPLOAD_MAX:
            raise FileTooLarge(file=filename, size=-(-len(data) // 1024**2), limit=UPLOAD_MAX // 1024**2)
        if not data.strip(b"\0 \t\r\n\xef\xbb\xbf"):
            raise FileEmpty(file=filename)
        if data.startswith(b"PK\x03\x04"):
            self._open_zip(data)
        elif data.startswith(_OLE):
            if "EncryptedPackage".encode("utf-16-le") in data:
                raise FileEncrypted(file=filename)
            self._open_book(data)
        else:
            self._open_text(data, encoding)

    @property
    def sheets(self) -> list[str]:
        """Return the names of all sheets."""
        return [self._text.sheet] if self._text else list(self._sheets)

    @property
    def visible(self) -> list[str]:
        """Return the names of the sheets a person sees."""
        return [sheet.name for sheet in self._sheets.values() if sheet.visible] or self.sheets

    def table(self, sheet: str) -> Table:
        """Return the cells of a sheet by its name or its number from 1. Raises SheetNotFound and TableTooLarge."""
        name = self._name(sheet)
        if self._text:
            return self._text
        found = self._sheets[name]
        if found.rows is None:
            _check_reach(*self._reach.get(name, (found.height, found.width)))
        return Table(name, found.rows or [], None, self._formulas.get(name, {}), found.merged)

    def is_filled(self, sheet: str) -> bool:
        """Tell whether a sheet holds more than one row."""
        found = self._sheets.get(sheet)
        return found is not None and (found.rows is None or len(found.rows) > 1)

    def _name(self, sheet: str) -> str:
        alike = [name for name in self.sheets if name.strip().casefold() == sheet.strip().casefold()]
        if alike:
            return sheet if sheet in alike else alike[0]
        if sheet.isdecimal() and 1 <= int(sheet) <= len(self.sheets):
            return self.sheets[int(sheet) - 1]
        raise SheetNotFound(sheet=sheet, sheets=", ".join(self.sheets))

    def _open_zip(self, data: bytes) -> None:
        try:
            packed = archive.Archive(data)
            if packed.is_encrypted():
                raise FileEncrypted(file=self._file)
            if packed.unpacked_size(archive.UNZIPPED_MAX) > archive.UNZIPPED_MAX:
                raise UnpackedTooLarge(file=self._file, limit=archive.UNZIPPED_MAX // 1024**2)
            if "xl/workbook.xml" in packed.names:
                self._survey(packed)
            elif "content.xml" in packed.names:
                if b"encryption-data" in packed.read("META-INF/manifest.xml"):
                    raise FileEncrypted(file=self._file)
                if archive.ods_cells(packed.read("content.xml")) > CELLS_MAX:
                    raise UnpackedTooLarge(file=self._file, limit=archive.UNZIPPED_MAX // 1024**2)
            elif "xl/workbook.bin" not in packed.names:
                raise NotATable(file=self._file)
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, ValueError) as fault:
            raise FileBroken(file=self._file) from fault
        self._open_book(data)

    def _survey(self, packed: archive.Archive) -> None:
        """Note how far the sheets of an XLSX workbook reach and where formulas stand."""
        for name, part in archive.sheet_parts(packed).items():
            xml = packed.read(part)
            corner = archive.far_corner(xml)
            if corner[0] > ROWS_MAX or corner[1] > COLUMNS_MAX:
                self._reach[name] = corner
            else:
                self._formulas[name] = archive.formulas(xml)

    def _open_book(self, data: bytes) -> None:
        try:
            sheets = parser.parse(data, frozenset(self._reach), ROWS_MAX, COLUMNS_MAX)
        except parser.PasswordNeeded as locked:
            raise FileEncrypted(file=self._file) from locked
        except parser.ParsingFailed as fault:
            raise FileBroken(file=self._file) from fault
        if not sheets:
            raise NotATable(file=self._file)
        self._sheets = {sheet.name: sheet for sheet in sheets}

    def _open_text(self, data: bytes, encoding: str | None) -> None:
        start = data[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
        if start.startswith((b"<!doctype html", b"<html", b"<table", b"<meta", b"<?xml", b"mime-version:")):
            raise WebPageAsTable(file=self._file)
        decoded = plaintext.decode(data, encoding)
        if decoded is None:
            raise EncodingWrong(file=self._file, encoding=encoding) if encoding else NotATable(file=self._file)
        text, used = decoded
        controls = sum(c < " " and c not in "\t\r\n\f\x1a" for c in text[:8192])
        if start.startswith((b"%pdf", b"{\\rtf", b"gif8")) or controls > 4:
            raise NotATable(file=self._file)
        try:
            rows: list[list[Cell]] = [list(row) for row in plaintext.rows(text)]
        except csv.Error as fault:
            raise FileBroken(file=self._file) from fault
        if plaintext.is_quote_open(text, rows):
            raise QuoteOpen(file=self._file, row=len(rows))
        _check_reach(len(rows), max(map(len, rows), default=0))
        self._text = Table(self._file.rsplit("/", 1)[-1].rsplit(".", 1)[0], rows, used)


def _check_reach(rows: int, columns: int) -> None:
    if rows > ROWS_MAX or columns > COLUMNS_MAX:
        raise TableTooLarge(rows=rows, columns=columns, row_limit=ROWS_MAX, column_limit=COLUMNS_MAX)
