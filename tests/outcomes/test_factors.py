"""Which published figure fits a kind, and that none is made up."""

from __future__ import annotations

import pytest

from assetpool.outcomes.factors import GROSS, MEASURES, NET, WASTE, Described, factor_for, grams, seeded

FURNITURE = "/A05000000/A05010000"


def described(path: str, words: str = "", code_set: str = "GPC-2022") -> Described:
    return Described(code_set, path, words)


@pytest.mark.parametrize(
    ("kind", "measure", "found"),
    [
        (described(f"{FURNITURE}/A05010301/", "办公椅 网布升降"), GROSS, 72_000),
        (described(f"{FURNITURE}/A05010301/", "办公椅 四脚"), GROSS, None),
        (described(f"{FURNITURE}/A05010301/", "办公椅 四脚"), NET, 35_000),
        (described(f"{FURNITURE}/A05010301/", "Office chair, SWIVEL"), GROSS, 72_000),
        (described(f"{FURNITURE}/A05010303/", "会议椅"), GROSS, 22_500),
        (described(f"{FURNITURE}/A05010303/", "会议椅"), NET, None),
        (described(f"{FURNITURE}/A05010303/", "会议椅"), WASTE, 5_200),
        (described(f"{FURNITURE}/A05010502/", "文件柜"), GROSS, 31_000),
        (described(f"{FURNITURE}/A05010502/", "文件柜 卷帘门"), GROSS, 50_000),
        (described(f"{FURNITURE}/A05010500/", "活动柜 钢制三抽"), GROSS, 44_000),
        (described(f"{FURNITURE}/A05010500/", "活动柜"), GROSS, None),
        (described("/A02000000/A02020000/A02021000/A02021003/", "A4黑白打印机"), GROSS, 130_000),
        (described("/A02000000/A02010000/A02010105/", "台式计算机"), GROSS, 301_000),
        (described("/A02000000/A02010000/A02010105/", "便携式计算机", "GPC-2013"), GROSS, None),
        (described("/A02000000/A02020000/A02020200/", "投影仪"), GROSS, None),
        (described("", "办公桌"), GROSS, None),
    ],
)  # fmt: skip
def test_a_kind_gets_the_figure_of_its_class_and_words_or_none(kind: Described, measure: str, found: int | None) -> None:
    factor = factor_for(kind, measure, seeded())
    assert (factor.grams if factor else None) == found


def test_every_figure_names_its_source_its_evidence_and_its_unit() -> None:
    for factor in seeded():
        assert factor.source and factor.evidence and factor.boundary and factor.class_codes and factor.code_set
        assert factor.unit == ("kg per item" if factor.measure == WASTE else "kg CO2e per item")
        assert factor.low <= factor.grams <= factor.high
        assert factor.spread == (factor.low < factor.high)
    assert {factor.measure for factor in seeded()} == set(MEASURES)


def test_no_two_figures_of_one_measure_fit_a_kind_equally_well() -> None:
    places = [(factor.measure, code, factor.words) for factor in seeded() for code in factor.class_codes]
    assert len(places) == len(set(places))


@pytest.mark.parametrize("text", ["", "0", "-3", "1.2345", "ten"])
def test_what_is_no_weight_in_grams_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        grams(text)
