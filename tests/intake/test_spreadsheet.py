"""Table files of every make are opened; what is none is refused in a sentence, before it can do harm."""

from __future__ import annotations

import contextlib
import io
import struct
import subprocess
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from assetpool.core.errors import DomainError
from assetpool.intake import archive, parser, spreadsheet
from assetpool.intake.plaintext import decode, delimiter
from assetpool.intake.reading import read_rows
from assetpool.intake.spreadsheet import (
    EncodingWrong,
    FileBroken,
    FileEmpty,
    FileEncrypted,
    FileRefused,
    FileTooLarge,
    NotATable,
    QuoteOpen,
    SheetNotFound,
    TableTooLarge,
    UnpackedTooLarge,
    WebPageAsTable,
    Workbook,
)
from tests.intake.tables import LEDGER, csv_file, ods, replaced, xlsx, zipped

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SAMPLE = Path(__file__).parent / "samples" / "ledger.xls"
FAR_REPEATED = (
    '<table:table-row table:number-rows-repeated="1000000"><table:table-cell table:number-columns-repeated="1000" '
    'office:value-type="float" office:value="1"/></table:table-row>'
)


@pytest.mark.parametrize(
    ("filename", "data"),
    [
        ("a.xlsx", xlsx(LEDGER)),
        ("a.ods", ods(LEDGER)),
        ("a.xls", SAMPLE.read_bytes()),
        ("a.csv", csv_file(LEDGER)),
        ("a.tsv", csv_file(LEDGER, delimiter="\t")),
        ("wrong-name.xls", xlsx(LEDGER)),
    ],
)
def test_every_make_gives_the_same_rows(filename: str, data: bytes) -> None:
    reading = read_rows(data, filename)
    assert [(row.name, row.quantity, row.unit_value_fen, str(row.acquired_on)) for row in reading.rows] == [
        ("办公桌", 2, 120050, "2020-03-04"),
        ("会议椅", 10, 8500, "2021-05-06"),
    ]
    assert reading.header_row == 1 and reading.value_fen == 325_100


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"])
def test_chinese_text_is_read_in_its_encoding(encoding: str) -> None:
    reading = read_rows(csv_file(LEDGER, encoding), "a.csv")
    assert (reading.encoding, reading.rows[1].name) == (encoding, "会议椅")


def test_a_short_chinese_file_is_gb18030_and_japanese_and_western_ones_are_not() -> None:
    assert decode("名称,数量\n桌,1\n".encode("gb18030")) == ("名称,数量\n桌,1\n", "gb18030")
    japanese = "名称,設置位置\r\n消火器,正面入口のとなり\r\nイス,ロビー\r\n"
    assert decode(japanese.encode("shift_jis")) == (japanese, "shift_jis")
    spanish = "denominación,año\nSillón giratorio,1\nArmario pequeño,2\n"
    assert decode(spanish.encode("cp1252")) == (spanish, "cp1252")


def test_a_chosen_encoding_is_obeyed_or_refused() -> None:
    assert read_rows(csv_file(LEDGER, "gb18030"), "a.csv", encoding="gb18030").rows[0].name == "办公桌"
    with pytest.raises(EncodingWrong):
        read_rows(csv_file(LEDGER, "gb18030"), "a.csv", encoding="utf-8")


@pytest.mark.parametrize("mark", [",", "\t", ";", "|"])
def test_the_delimiter_is_found_where_others_stand_inside_fields(mark: str) -> None:
    text = csv_file([["name", "note", "quantity"], ["DESK, OAK; BROWN", "a|b", 3], ["CHAIR, OAK; BROWN", "a\tb", 4]], delimiter=mark).decode()
    assert delimiter(text) == mark


def test_line_breaks_in_quotes_and_a_sep_line_keep_the_row_numbers() -> None:
    reading = read_rows(b'sep=;\r\nname;quantity\r\n"two\nlines";1\r\nlast;2\r\n', "a.csv")
    assert [(row.row_no, row.name) for row in reading.rows] == [(3, "two lines"), (4, "last")]


def test_a_quotation_mark_that_is_never_closed_does_not_swallow_the_rows() -> None:
    with pytest.raises(QuoteOpen) as refused:
        read_rows(b'name,quantity\ndesk,1\n"27 inch screen,2\nchair,3\n', "a.csv")
    assert "row 3" in str(refused.value)
    assert read_rows(b'name,note\ndesk,"two\nlines"', "a.csv").stored == 1


@pytest.mark.parametrize(
    ("refusal", "data"),
    [
        (FileEmpty, b""),
        (FileEmpty, b"\xef\xbb\xbf \r\n\r\n"),
        (NotATable, b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"),
        (NotATable, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
        (NotATable, zipped({"word/document.xml": b"<w/>"})),
        (WebPageAsTable, "<html><table><tr><td>办公桌</td></tr></table></html>".encode()),
        (WebPageAsTable, b"<?xml version='1.0'?><Workbook/>"),
        (FileEncrypted, OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")),
        (FileBroken, OLE + b"\0" * 600),
        (FileBroken, xlsx(LEDGER)[:-60]),
        (FileBroken, xlsx(LEDGER)[:900]),
        (FileBroken, b"PK\x03\x04 nothing more"),
    ],
)
def test_what_is_no_table_is_refused_in_a_sentence(refusal: type[DomainError], data: bytes) -> None:
    with pytest.raises(refusal) as refused:
        read_rows(data, "given.xlsx")
    assert "given.xlsx" in str(refused.value) and refused.value.status in (413, 422)


def test_a_locked_zip_and_a_locked_opendocument_are_called_locked() -> None:
    locked = bytearray(xlsx(LEDGER))
    at = locked.rfind(b"PK\x01\x02")
    locked[at + 8] |= 1
    with pytest.raises(FileEncrypted):
        read_rows(bytes(locked), "a.xlsx")
    with pytest.raises(FileEncrypted):
        read_rows(replaced(ods(LEDGER), "META-INF/manifest.xml", b"<m/>", b"<manifest:encryption-data/>"), "a.ods")


def test_an_upload_that_is_too_large_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheet, "UPLOAD_MAX", 1000)
    with pytest.raises(FileTooLarge):
        read_rows(xlsx(LEDGER), "a.xlsx")


def test_a_bomb_is_refused_before_it_unfolds_even_when_its_size_is_lied_about(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "UNZIPPED_MAX", 1 << 20)
    bomb = zipped({"xl/workbook.xml": b"<workbook/>", "xl/worksheets/sheet1.xml": b" " * (4 << 20)})
    with pytest.raises(UnpackedTooLarge):
        read_rows(bomb, "a.xlsx")
    lying = bytearray(bomb)
    at = lying.rfind(b"PK\x01\x02")
    lying[at + 24 : at + 28] = struct.pack("<I", 10)
    with pytest.raises(UnpackedTooLarge):
        read_rows(bytes(lying), "a.xlsx")


@pytest.mark.parametrize("place", [b"XFD2", b"B900000", b"AAA2"])
def test_a_stray_cell_far_out_is_refused_and_not_allocated(place: bytes) -> None:
    with pytest.raises(TableTooLarge) as refused:
        read_rows(replaced(xlsx(LEDGER), "xl/worksheets/sheet1.xml", b'r="B2"', b'r="' + place + b'"'), "a.xlsx")
    assert "stray cells" in str(refused.value)


def test_a_stray_cell_is_seen_before_the_parser_would_make_room_for_it() -> None:
    data = replaced(xlsx(LEDGER, LEDGER), "xl/worksheets/sheet1.xml", b'r="B2"', b'r="XFD1048576"')
    with pytest.raises(TableTooLarge) as refused:
        read_rows(data, "a.xlsx", sheet="Sheet1")
    assert (refused.value.figures["rows"], refused.value.figures["columns"]) == (1048576, 16384)
    assert read_rows(data, "a.xlsx", sheet="Sheet2").stored == 2


def test_a_forged_workbook_that_kills_its_parser_is_called_damaged() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        book.add_worksheet().write(0, 0, "name")
    forged = replaced(out.getvalue(), "xl/sharedStrings.xml", b'uniqueCount="', b'uniqueCount="99999999999999')
    with pytest.raises(FileBroken):
        read_rows(forged, "a.xlsx")


def test_a_workbook_that_keeps_its_parser_busy_for_ever_is_given_up() -> None:
    endless = replaced(ods(LEDGER), "content.xml", b"</table:table></office:spreadsheet></office:body></office:document-content>", b"")
    with pytest.raises(parser.ParsingFailed) as given_up:
        parser.parse(endless, frozenset(), 100, 100, seconds=2)
    assert isinstance(given_up.value.__cause__, subprocess.TimeoutExpired)


def test_repeated_cells_of_an_opendocument_are_refused_and_its_usual_blank_tail_is_not() -> None:
    with pytest.raises(UnpackedTooLarge):
        read_rows(ods(LEDGER, FAR_REPEATED), "a.ods")
    tail = '<table:table-row table:number-rows-repeated="1048574"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    assert read_rows(ods(LEDGER, tail), "a.ods").stored == 2


def test_too_many_columns_are_refused() -> None:
    with pytest.raises(TableTooLarge):
        read_rows(csv_file([["name"] * 300]), "a.csv")


def test_a_sheet_is_taken_by_name_number_or_else_by_what_it_holds() -> None:
    data = xlsx([["填表说明"], ["请逐项填写"]], LEDGER, [["other"]], names=["说明", "台账", "空"])
    assert read_rows(data, "a.xlsx").sheet == "台账"
    assert read_rows(data, "a.xlsx", sheet="2").sheet == "台账"
    assert read_rows(data, "a.xlsx", sheet=" 台账 ").sheet == "台账"
    with pytest.raises(SheetNotFound) as refused:
        read_rows(data, "a.xlsx", sheet="台帐")
    assert "说明, 台账, 空" in str(refused.value)


def test_formulas_are_known_with_and_without_a_stored_result() -> None:
    data = xlsx([["name", "quantity"], ["desk", "=1+1"], ["chair", "=2+2"]])
    data = replaced(data, "xl/worksheets/sheet1.xml", b"<f>2+2</f><v/>", b"<f>2+2</f><v>4</v>")
    assert Workbook(data, "a.xlsx").table("Sheet1").formulas == {(1, 1): False, (2, 1): True}


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300), st.sampled_from([b"", b"PK\x03\x04", OLE, b"\xff\xfe", b"name,quantity\n"]))
def test_any_bytes_are_read_or_refused_in_a_sentence(data: bytes, start: bytes) -> None:
    with contextlib.suppress(FileRefused):
        read_rows(start + data, "a.xlsx")


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 4000), st.integers(0, 255))
def test_a_damaged_workbook_is_read_or_refused_in_a_sentence(at: int, byte: int) -> None:
    damaged = bytearray(xlsx(LEDGER))
    damaged[at % len(damaged)] = byte
    with contextlib.suppress(FileRefused):
        read_rows(bytes(damaged), "a.xlsx")
