"""What a bulletin may say: the published sentence to the letter, and its own words for a loss, for n/a, for a lower bound."""

from __future__ import annotations

from fractions import Fraction

import pytest

from assetpool.bulletins.naming import Called, Group, Provided, call
from assetpool.bulletins.sentence import Said, at_least, million, sentences, wan
from tests.savings import golden
from tests.savings.golden import fen

CLASSES = [Provided(line.name, "", line.units, line.purchase) for line in golden.G1_LINES]
ENGLISH = {
    "会议椅": "Meeting chair", "办公椅": "Office chair", "办公桌": "Office desk", "台式计算机": "Desktop computer", "文件柜": "Filing cabinet",
    "A4 黑白打印机": "A4 mono printer",
}  # fmt: skip
DESKS = Called((Group("办公桌", "office desks", 12, 1),), False, "办公设施设备", "office furniture and equipment")
PUBLISHED = '通过"公物仓"提供办公桌椅、电脑等办公设施设备2344件，节约财政资金184万元，经费节支率达70%'


def loan(saving: int | None, avoided: int | None = fen("2628600"), rate: Fraction | None = None, **more: object) -> Said:
    return Said("loan", call(CLASSES), 2344, 2344, avoided, saving, rate, **more)  # type: ignore[arg-type]


def zh(said: Said) -> str:
    (sentence,) = sentences(said, "zh")
    return sentence


def en(said: Said) -> str:
    (sentence,) = sentences(said, "en")
    return sentence


def test_the_universiade_reads_as_it_was_published() -> None:
    assert zh(loan(golden.G1_PURCHASE_SAVING, rate=Fraction(7, 10))) == PUBLISHED


def test_the_universiade_in_english() -> None:
    called = call([row._replace(name_en=ENGLISH[row.name]) for row in CLASSES])
    said = Said("loan", called, 2344, 2344, golden.G1_PURCHASE, golden.G1_PURCHASE_SAVING, Fraction(7, 10))
    expected = (
        "Through the public-asset pool, 2,344 items of office furniture and equipment such as office desks and chairs, computers were provided, "
        "saving CNY 1.84 million of public money, a saving rate reaching 70 %"
    )
    assert en(said) == expected


def test_one_fen_less_than_seven_tenths_is_about_seventy_percent() -> None:
    rate = Fraction(golden.G1_PURCHASE_SAVING - 1, golden.G1_PURCHASE)
    assert zh(loan(golden.G1_PURCHASE_SAVING - 1, rate=rate)).endswith("节约财政资金184万元，经费节支率约70%")
    assert en(loan(golden.G1_PURCHASE_SAVING - 1, rate=rate)).endswith("a saving rate of about 70 %")


def test_an_amount_is_about_where_the_exact_one_does_not_reach_it() -> None:
    assert "节约财政资金约184万元" in zh(loan(fen("1839999.99")))
    assert "saving about CNY 1.84 million" in en(loan(fen("1839999.99")))


def test_a_loss_is_said_as_a_loss_without_a_rate() -> None:
    said = loan(golden.G1_RENTAL_SAVING[90], golden.G1_RENTAL_90, rate=Fraction(-29988, 48870))
    assert zh(said).endswith("2344件，盘活成本高于测算支出约30万元")
    assert en(said).endswith("at a reuse cost CNY 299,880 above the estimated expense")
    for sentence in (zh(said), en(said)):
        assert "节约" not in sentence and "率" not in sentence and "rate" not in sentence and "saving" not in sentence
    assert zh(loan(fen("-714428.42"))).endswith("盘活成本高于测算支出71.4万元")


def test_without_a_rate_the_saving_stands_alone() -> None:
    assert zh(loan(golden.G1_PURCHASE_SAVING)).endswith("节约财政资金184万元")


def test_without_all_costs_neither_saving_nor_rate_is_said() -> None:
    sentence = zh(loan(None))
    assert sentence.endswith("原需支出（测算）约263万元，盘活成本尚未全部入账，净节约额和节支率不列示")
    assert "节约财政资金" not in sentence
    assert zh(loan(None, None)).endswith("原需支出尚未估值，节约额和节支率不列示")


def test_nothing_saved_is_said_so() -> None:
    assert zh(loan(0)).endswith("盘活成本与测算支出持平，未形成节约")


def test_a_lower_bound_stands_in_a_sentence_of_its_own() -> None:
    only = Said("transfer", call([]), lower_items=golden.G2_ITEMS, lower_bound=golden.G2_AVOIDED)
    assert zh(only) == '据期初结转材料，通过"公物仓"调剂资产11600件，避免支出至少8600万元（盘活成本不详，净节约额和节支率不列示）'
    assert "avoiding at least CNY 86.00 million" in en(only)
    both = sentences(loan(golden.G1_PURCHASE_SAVING, lower_items=3, lower_bound=fen("12345.67")), "zh")
    assert len(both) == 2 and "至少1.2万元" in both[1] and "不计入上述数字" in both[1]


def test_things_lent_twice_are_counted_once_with_the_loans_beside() -> None:
    assert "办公桌12件（30件次）" in zh(Said("loan", DESKS, 12, 30, 1000, 1000))
    assert "件次" not in zh(Said("loan", DESKS, 12, 12, 1000, 1000))


def test_kinds_have_their_own_words() -> None:
    assert '通过"公物仓"调剂办公桌12件' in zh(Said("transfer", DESKS, 12, 12, 1000, 1000))
    assert "were re-allocated" in en(Said("transfer", DESKS, 12, 12, 1000, 1000))
    assert "每年节约财政资金" in zh(Said("premises", DESKS, 1, 1, 1000, 1000))
    assert sentences(Said("loan", DESKS), "zh") == []


@pytest.mark.parametrize(
    ("yuan", "chinese", "english"),
    [
        ("1840020.00", "184万元", "CNY 1.84 million"),
        ("1845000.00", "约185万元", "about CNY 1.85 million"),
        ("184002.00", "18.4万元", "CNY 184,002"),
        ("184600.00", "约18.5万元", "CNY 184,600"),
        ("200000.00", "20万元", "CNY 200,000"),
        ("6500.00", "6500元", "CNY 6,500"),
        ("0.60", "约1元", "about CNY 1"),
    ],
)
def test_amounts_are_written_as_bulletins_do(yuan: str, chinese: str, english: str) -> None:
    assert wan(fen(yuan)) == chinese
    assert million(fen(yuan)) == english


def test_a_lower_bound_is_rounded_down() -> None:
    assert (at_least(fen("1999999.99")), at_least(fen("19999.99")), at_least(fen("9999.99"))) == ("199万元", "1.9万元", "9999元")


def test_the_main_classes_are_named_by_what_they_avoided_and_ordered_by_number() -> None:
    called = call(CLASSES)
    assert [(group.name, group.items) for group in called.groups] == [("办公桌椅", 1060), ("电脑", 290)]
    assert called.more and called.noun == "办公设施设备"
    tents = call([Provided("展览帐篷", "Exhibition tent", 8, 100), Provided("发电机", "Generator", 2, 50)])
    assert not tents.more and tents.noun == "物资设备"
    assert "展览帐篷、发电机共10件" in zh(Said("loan", tents, 10, 10, 1000, 1000))
