"""A sample is drawn again from its seed, on any machine."""

from __future__ import annotations

from hashlib import sha256

from hypothesis import given, settings
from hypothesis import strategies as st

from assetpool.audit.drawing import Chance, Item, draw, interval_for, monetary, random

items = st.lists(st.integers(0, 10_000), min_size=1, max_size=60).map(
    lambda values: [Item(100 + n, 100 + n, value, "AB"[n % 2]) for n, value in enumerate(values)]
)
seeds = st.text(min_size=1, max_size=20).filter(lambda text: text.encode("utf-8", "ignore") == text.encode("utf-8", "replace"))


def test_chance_is_sha_256_of_seed_and_counter() -> None:
    chance = Chance("2026-11 许审计")
    blocks = [int(sha256(f"2026-11 许审计:{i}".encode()).hexdigest(), 16) for i in range(3)]
    assert [chance.block() for _ in range(3)] == blocks
    assert Chance("x").below(10) == int(sha256(b"x:0").hexdigest(), 16) % 10


def test_a_sample_noted_once_is_drawn_for_ever() -> None:
    population = [Item(number, number, 100 * number) for number in range(1, 31)]
    assert [one.item.id for one in random(population, 5, "seed")] == GOLDEN_RANDOM
    assert [(one.item.id, one.hits) for one in monetary(population, 9_000, "seed")] == GOLDEN_MONETARY


GOLDEN_RANDOM = [1, 19, 28, 27, 5]
GOLDEN_MONETARY = [(10, 1), (17, 1), (21, 1), (25, 1), (29, 1)]


@settings(max_examples=200)
@given(items, st.integers(1, 70), seeds, st.sampled_from(["random", "monetary"]), st.booleans())
def test_the_same_seed_draws_the_same_sample_whatever_the_order(population: list[Item], size: int, seed: str, method: str, stratified: bool) -> None:
    first = draw(population, method, size, seed, 0, stratified)
    assert draw(list(reversed(population)), method, size, seed, 0, stratified) == first
    assert len({one.item.id for one in first}) == len(first)


@settings(max_examples=200)
@given(items, st.integers(1, 70), seeds)
def test_a_random_sample_has_its_size(population: list[Item], size: int, seed: str) -> None:
    assert len(random(population, size, seed)) == min(size, len(population))


@settings(max_examples=300)
@given(items, st.integers(1, 12_000), seeds)
def test_every_item_as_large_as_the_interval_is_met(population: list[Item], interval: int, seed: str) -> None:
    drawn = {one.item.id: one for one in monetary(population, interval, seed)}
    for item in population:
        if item.value >= interval:
            assert drawn[item.id].certain
            assert drawn[item.id].hits in (item.value // interval, item.value // interval + 1)
        if item.value == 0:
            assert item.id not in drawn
    total = sum(item.value for item in population)
    assert sum(one.hits for one in drawn.values()) in (total // interval, total // interval + 1)


@settings(max_examples=100)
@given(items, st.integers(1, 30), seeds)
def test_an_interval_that_fits_meets_about_as_many_as_asked(population: list[Item], size: int, seed: str) -> None:
    interval = interval_for(population, size)
    hits = sum(one.hits for one in monetary(population, interval, seed))
    if sum(item.value for item in population) >= size:
        assert size <= hits <= 2 * size + 1


def test_strata_share_the_size_and_another_seed_draws_another_sample() -> None:
    population = [Item(number, number, 100, "A" if number % 4 else "B") for number in range(400)]
    drawn = draw(population, "random", 40, "one", 0, True)
    assert sum(one.item.stratum == "A" for one in drawn) == 30 and len(drawn) == 40
    assert draw(population, "random", 40, "two", 0, True) != drawn


def test_each_item_is_as_likely_as_the_other() -> None:
    population = [Item(number, number, 1) for number in range(10)]
    met = [0] * 10
    for seed in range(4_000):
        for one in random(population, 3, str(seed)):
            met[one.item.id] += 1
    assert all(1_080 < count < 1_320 for count in met), met
