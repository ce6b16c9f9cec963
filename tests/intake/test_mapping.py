"""The heading row is found and every column gets its field, by its words, by the cells below it, or by hand."""

from __future__ import annotations

import pytest

from assetpool.intake.figures import Cell
from assetpool.intake.mapping import ColumnUnknown, FieldUnknown, find_headings, letters, map_columns
from assetpool.intake.reading import read_rows
from tests.intake.tables import LEDGER, csv_file, xlsx

Rows = list[list[Cell]]


def mapped(rows: Rows, given: dict[str, str] | None = None) -> dict[str, str]:
    headings = find_headings(rows, given)
    return {name: headings.label(column) for name, column in map_columns(headings, rows, given).items()}


@pytest.mark.parametrize(
    ("labels", "fields"),
    [
        (
            [
                "序号",
                "资产编号",
                "资产名称",
                "分类代码",
                "规格型号",
                "计量单位",
                "数量",
                "单价",
                "原值",
                "累计折旧",
                "取得日期",
                "使用部门",
                "存放地点",
                "使用状况",
                "备注",
            ],
            "external_no name class_code spec measure quantity unit_value total_value accumulated_depreciation acquired_on organization place condition note",
        ),
        (
            ["Row", "State", "Station Name (LEA)", "Property Number", "NSN", "Item Name", "Quantity", "Ship Date", "UI", "Unit Cost", "Total Cost"],
            "organization external_no code name quantity acquired_on measure unit_value total_value",
        ),
        (
            ["CODIGO PATRIMONIAL", "DENOMINACION BIEN", "ESTADO BIEN", "MARCA", "MODELO", "SERIE", "OBSERVACIONES"],
            "external_no name condition brand model serial note",
        ),
        (["* 品　名（必填）", " 数 量 ", "单价（元）", "SN码", "ＱＴＹ"], "name quantity unit_value serial"),
        (["固定资产名称", "固定资产原值(元)", "公物仓编号", "是否批量"], "name total_value tag lot"),
        (["Asset Tag", "Name", "Model", "Manufacturer", "Purchase Cost", "Location", "Company"], "external_no name model brand unit_value place organization"),
    ],
)
def test_columns_are_known_by_their_words(labels: list[Cell], fields: str) -> None:
    assert set(mapped([labels, ["x"] * len(labels)])) == set(fields.split())


def test_a_foreign_tag_is_an_external_number_and_a_state_no_condition() -> None:
    found = mapped([["Asset Tag", "Name", "State"], ["A-1", "desk", "TN"]])
    assert found == {"external_no": "Asset Tag", "name": "Name"}


def test_a_doubtful_heading_is_settled_by_the_cells_below() -> None:
    assert mapped([["名称", "单位"], ["桌", "张"], ["椅", "把"]])["measure"] == "单位"
    assert mapped([["名称", "单位"], ["桌", "市教育局机关服务中心"], ["椅", "市财政局"]])["organization"] == "单位"
    assert "class_code" in mapped([["名称", "资产分类"], ["桌", "A05010201"]])
    assert "class_code" not in mapped([["名称", "资产分类"], ["桌", "家具"]])


def test_titles_above_the_headings_are_passed_over() -> None:
    rows: Rows = [["某某局固定资产台账"], ["单位：某某局", "", "", "日期：2024-01-01"], [], *LEDGER]
    headings = find_headings(rows)
    assert headings.row == 4 and mapped(rows)["name"] == "资产名称"


def test_merged_headings_in_two_rows_are_one() -> None:
    rows: Rows = [
        ["固定资产台账"],
        ["资产名称", "规格型号", "价值", "", "使用情况", ""],
        ["", "", "数量", "单价", "部门", "地点"],
        ["办公桌", "1.4m", 2, 1200.5, "办公室", "三楼"],
    ]
    headings = find_headings(rows)
    assert headings.row == 3
    assert mapped(rows) == {"name": "资产名称", "spec": "规格型号", "quantity": "数量", "unit_value": "单价", "organization": "部门", "place": "地点"}
    reading = read_rows(xlsx(rows, merged=["A1:F1", "A2:A3", "B2:B3", "C2:D2", "E2:F2"]), "a.xlsx")
    assert (reading.header_row, reading.stored, reading.rows[0].row_no, reading.rows[0].place) == (3, 1, 4, "三楼")


def test_a_data_row_is_never_taken_for_a_second_heading_row() -> None:
    rows: Rows = [["名称", "部门", "备注"], ["资产", "", "编号"], ["桌", "", ""]]
    assert find_headings(rows).row == 1


def test_columns_of_one_name_can_be_told_apart() -> None:
    assert find_headings([["name", "note", "note"], ["a", "b", "c"]]).labels == ["name", "note", "note (2)"]


def test_a_column_is_given_by_heading_letters_or_number_and_can_be_left_out() -> None:
    rows: Rows = [["what", "pieces", "note", "price"], ["desk", 3, "x", 5]]
    assert mapped(rows, {"name": "What"})["name"] == "what"
    assert mapped(rows, {"name": "A", "quantity": "2", "note": ""}) == {"name": "what", "quantity": "pieces", "unit_value": "price"}


def test_a_given_mapping_also_finds_an_unknown_heading_row() -> None:
    rows: Rows = [["list of things"], ["", "made by an office"], ["Sache", "Stück", "Preis"], ["desk", 3, 5]]
    headings = find_headings(rows, {"name": "Sache", "quantity": "Stück"})
    assert headings.row == 3
    assert map_columns(headings, rows, {"name": "Sache", "quantity": "Stück"}) == {"name": 0, "quantity": 1}


def test_an_unknown_field_or_column_is_refused_with_the_choices() -> None:
    with pytest.raises(FieldUnknown) as refused:
        read_rows(csv_file(LEDGER), "a.csv", mapping={"colour": "资产名称"})
    assert "quantity" in str(refused.value)
    with pytest.raises(ColumnUnknown) as refused_column:
        read_rows(csv_file(LEDGER), "a.csv", mapping={"name": "品名称号"})
    assert "资产名称, 规格型号" in str(refused_column.value)


def test_a_missing_name_column_is_one_problem_that_names_the_columns() -> None:
    reading = read_rows(csv_file([["颜色", "数量"], ["红", 1], ["蓝", 2]]), "a.csv")
    assert [(p.code, p.level, p.figures["columns"]) for p in reading.problems] == [("column_missing", "refused", "颜色, 数量")]
    assert (reading.rows_read, reading.stored, len(reading.refused)) == (2, 0, 2)


def test_letters_of_columns() -> None:
    assert [letters(n) for n in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
