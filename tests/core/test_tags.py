"""Tags: every number its own, and no slip of the finger leads to another thing."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetpool.core import tags
from assetpool.core.tags import ALPHABET, TagMistyped, TagUnreadable, make_tag, parse_tag

FIRST = ["ZC-8P4D-B", "ZC-BYNQ-B", "ZC-B9YT-H", "ZC-G5G50-7"]
numbers = st.integers(min_value=0, max_value=40_000_000_000)


def letters(tag: str) -> str:
    return tag.removeprefix("ZC-").replace("-", "")


def test_the_first_tags_stay_what_they_are_because_they_are_printed() -> None:
    assert [make_tag(number) for number in (0, 1, 2, 1_048_576)] == FIRST


def test_every_number_has_its_own_tag() -> None:
    made = {make_tag(number) for number in range(300_000)}
    assert len(made) == 300_000


def test_the_body_of_four_characters_is_used_to_the_last_one() -> None:
    assert len({tags._scramble(number, 20) for number in range(1 << 20)}) == 1 << 20


@pytest.mark.parametrize(("number", "length"), [(0, 9), (32**4 - 1, 9), (32**4, 10), (30_000_000, 10), (34_603_007, 10), (34_603_008, 11)])
def test_a_tag_grows_by_one_character_when_the_shorter_ones_are_used_up(number: int, length: int) -> None:
    assert len(make_tag(number)) == length


def test_neighbours_differ_in_most_characters() -> None:
    pairs = [(letters(make_tag(number)), letters(make_tag(number + 1))) for number in range(5_000)]
    alike = [sum(a == b for a, b in zip(one, other, strict=True)) for one, other in pairs]
    assert sum(alike) / len(alike) < 0.5
    assert max(alike) <= 4


@given(numbers)
def test_a_tag_reads_back_as_itself(number: int) -> None:
    assert parse_tag(make_tag(number)) == make_tag(number)


@given(numbers)
def test_every_single_wrong_character_is_found(number: int) -> None:
    code = letters(make_tag(number))
    for place, right in enumerate(code):
        for wrong in ALPHABET:
            if wrong != right:
                with pytest.raises(TagMistyped):
                    parse_tag("ZC" + code[:place] + wrong + code[place + 1 :])


@given(numbers)
def test_every_swap_of_two_characters_is_found_adjacent_or_not(number: int) -> None:
    code = letters(make_tag(number))
    for first, second in combinations(range(len(code)), 2):
        if code[first] != code[second]:
            swapped = list(code)
            swapped[first], swapped[second] = swapped[second], swapped[first]
            with pytest.raises(TagMistyped):
                parse_tag("ZC" + "".join(swapped))


def test_a_lost_or_doubled_character_rarely_makes_another_tag() -> None:
    passed = tried = 0
    for number in range(2_000_000, 2_002_000):
        code = letters(make_tag(number))
        for place in range(len(code)):
            for other in (code[:place] + code[place + 1 :], code[:place] + code[place] + code[place:]):
                tried += 1
                try:
                    parse_tag("ZC" + other)
                    passed += 1
                except TagMistyped:
                    pass
    assert passed / tried < 0.05


def test_a_leading_zero_cannot_be_lost() -> None:
    for body in ("0A1B2", "00000", "0ZZZZ"):
        assert tags.check_character(body) != tags.check_character(body[1:])


@pytest.mark.parametrize(
    "form",
    [
        "{tag}", "{low}", "  {tag}\r\n", "{bare}", "{lowbare}", "{wide}", "{spaced}", "{dashed}",
        "https://pool.example.gov.cn/a/{tag}", "HTTP://10.1.2.3:8000/A/{tag}", "http://[::1]/a/{lowbare}?from=label#top", "/a/{tag}",
        "https://other.example/pool/a/{tag}/", "https://pool.example/a/{wide}", "https://pool.example/a/{escaped}",
    ],
)  # fmt: skip
@given(number=numbers)
def test_the_many_ways_to_give_a_tag(form: str, number: int) -> None:
    tag = make_tag(number)
    bare = tag.replace("-", "")
    wide = "".join(chr(ord(character) + 0xFEE0) for character in tag)
    given_text = form.format(
        tag=tag,
        low=tag.lower(),
        bare=bare,
        lowbare=bare.lower(),
        wide=wide,
        spaced=" ".join(bare),
        dashed=tag.replace("-", "—"),
        escaped=tag.replace("-", "%2D"),
    )
    assert parse_tag(given_text) == tag


def test_o_i_and_l_are_read_as_the_digits_they_look_like() -> None:
    tag = "ZC-0101-" + tags.check_character("0101")
    assert parse_tag(tag.replace("0101", "OIol")) == tag


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "ZC",
        "ZC-",
        "桌子",
        "ZC-8F3",
        "8F3K2",
        "ZC-8U3K-2",
        "ZC-8F3K-2-0000000000000",
        "https://pool.example/",
        "https://pool.example/v/2026",
        "https://e.example/a/",
    ],
)
def test_what_is_no_tag_is_refused_by_name(text: str) -> None:
    with pytest.raises(TagUnreadable) as refusal:
        parse_tag(text)
    assert isinstance(refusal.value, ValueError)
    assert refusal.value.code == "tag_unreadable"


def test_a_wrong_check_character_is_named_with_the_tag() -> None:
    tag = make_tag(7)
    wrong = tag[:-1] + ALPHABET[(ALPHABET.index(tag[-1]) + 1) % 32]
    with pytest.raises(TagMistyped, match=wrong):
        parse_tag(wrong.lower())


def test_impossible_numbers_are_refused() -> None:
    for number in (-1, 32**13):
        with pytest.raises(ValueError, match=r"number|left"):
            make_tag(number)
