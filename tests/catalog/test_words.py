"""Search words: what is stored and what is asked meet across width, case, plural and language."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetpool.catalog.words import fallback_terms, normalize, search_text, terms


def finds(query: str, *parts: str) -> bool:
    stored = search_text(*parts)
    return all(needle in stored for needle in terms(query))


def finds_loosely(query: str, *parts: str) -> bool:
    stored = search_text(*parts)
    return all(any(needle in stored for needle in group) for group in fallback_terms(query))


def test_the_plain_form_knows_neither_width_nor_case_nor_punctuation() -> None:
    assert normalize("Ａ４ 黑白－打印机（HP）") == "a4黑白打印机hp"
    assert normalize("50%_off\\") == "50off"


@pytest.mark.parametrize(
    ("query", "parts"),
    [
        ("desk", ("办公桌", "A05010201")),
        ("DESKS", ("办公桌",)),
        ("桌", ("DESK, OFFICE, STEEL",)),
        ("桌子", ("办公桌",)),
        ("椅", ("CHAIR,FOLDING",)),
        ("chairs", ("办公椅",)),
        ("air conditioner", ("空调机",)),
        ("空调", ("Air conditioner",)),
        ("laptop", ("便携式计算机",)),
        ("ｌａｐｔｏｐ", ("便携式计算机",)),
        ("电脑", ("Desktop computer",)),
        ("A4打印机", ("打印机 A4黑白",)),
        ("filing cabinets", ("Filing cabinet",)),
        ("batteries", ("BATTERY,STORAGE",)),
        ("benches", ("BENCH, PARK",)),
        ("athletic and sporting equipment", ("ATHLETIC AND SPORTING EQUIPMENT",)),
        ("7.62", ("RIFLE,7.62 MILLIMETER",)),
    ],
)
def test_a_query_finds_the_thing(query: str, parts: tuple[str, ...]) -> None:
    assert finds(query, *parts)


@pytest.mark.parametrize(
    ("query", "parts"),
    [("bed", ("数控机床",)), ("床", ("embedded board",)), ("desk", ("办公椅",)), ("fan", ("空调",)), ("ab", ("a", "b"))],
)
def test_a_query_does_not_find_another_thing(query: str, parts: tuple[str, ...]) -> None:
    assert not finds(query, *parts)


def test_desks_and_chairs_together_find_desks_or_chairs() -> None:
    assert fallback_terms("桌椅") == [["桌", "椅"]]
    assert not finds("桌椅", "办公桌")
    assert finds_loosely("桌椅", "办公桌") and finds_loosely("桌椅", "会议椅") and finds_loosely("桌椅", "CHAIR")
    assert not finds_loosely("桌椅", "投影仪")


def test_the_looser_search_keeps_what_stands_before_two_things() -> None:
    assert fallback_terms("办公桌椅") == [["办公"], ["桌", "椅"]]
    assert finds_loosely("办公桌椅", "办公椅") and not finds_loosely("办公桌椅", "会议椅")


def test_the_looser_search_leaves_english_and_single_characters_alone() -> None:
    assert fallback_terms("oak 桌") == [["oak"], ["桌"]]


def test_an_empty_query_asks_nothing() -> None:
    assert terms(" ，%_ ") == [] and fallback_terms("") == []


@given(st.text(max_size=40))
def test_needles_hold_no_wildcard_and_every_text_finds_itself(text: str) -> None:
    stored = search_text(text)
    for needle in terms(text):
        assert needle.isalnum() and not set(needle) & set("%_\\ ")
        assert needle in stored
