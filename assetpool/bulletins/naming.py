"""How a bulletin names what was provided: the main classes by their everyday names, and what they are together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

EVERYDAY = {
    "台式计算机": ("电脑", "computers"),
    "便携式计算机": ("电脑", "computers"),
    "台式机": ("电脑", "computers"),
    "台式电脑": ("电脑", "computers"),
    "笔记本电脑": ("电脑", "computers"),
    "平板式计算机": ("电脑", "computers"),
    "A4黑白打印机": ("打印机", "printers"),
    "A4 黑白打印机": ("打印机", "printers"),
    "A3彩色打印机": ("打印机", "printers"),
    "文件柜": ("文件柜", "filing cabinets"),
}
STEMS = {"办公": "office ", "会议": "meeting ", "学生": "school ", "会客": "reception ", "课": "school ", "": ""}
OFFICE = ("桌", "椅", "柜", "凳", "沙发", "茶几", "计算机", "电脑", "打印机", "复印机", "一体机", "扫描仪", "投影", "显示", "碎纸", "电话", "服务器", "交换机")
MAIN = 2


class Provided(NamedTuple):
    """One class of things in the headline: its name in both languages, how many distinct things, and the avoided cost in fen."""

    name: str
    name_en: str
    items: int
    avoided: int


class Group(NamedTuple):
    """Classes under one everyday name."""

    name: str
    name_en: str
    items: int
    avoided: int


class Called(NamedTuple):
    """The words for what was provided: the main groups (`more`: there are others), and what all are together."""

    groups: tuple[Group, ...]
    more: bool
    noun: str
    noun_en: str


def call(provided: Sequence[Provided]) -> Called:
    """Return how things are named: the two groups that carry most of the avoided cost, the more numerous first."""
    groups = _grouped([row for row in provided if row.items])
    main = sorted(sorted(groups, key=lambda g: (-g.avoided, -g.items, g.name))[:MAIN], key=lambda g: (-g.items, g.name))
    whole = sum(row.items for row in provided)
    office = sum(row.items for row in provided if any(word in row.name for word in OFFICE))
    noun = ("办公设施设备", "office furniture and equipment") if whole and office * 2 >= whole else ("物资设备", "goods and equipment")
    return Called(tuple(main), len(groups) > len(main), *noun)


def _grouped(provided: Sequence[Provided]) -> list[Group]:
    """Put classes of one everyday name together, and desks with the chairs that go with them."""
    stems = {(stem, kind) for stem, kind in map(_stem, provided) if kind}
    found: dict[str, Group] = {}
    for row in provided:
        stem, kind = _stem(row)
        if kind and {(stem, "桌"), (stem, "椅")} <= stems:
            name, english = f"{stem}桌椅", f"{STEMS.get(stem, '')}desks and chairs"
        else:
            name, english = EVERYDAY.get(row.name, (row.name, (row.name_en or row.name).lower()))
        known = found.get(name, Group(name, english, 0, 0))
        found[name] = Group(name, english, known.items + row.items, known.avoided + row.avoided)
    return list(found.values())


def _stem(row: Provided) -> tuple[str, str]:
    """Return what a desk or chair is for and which of the two it is; the kind is empty for anything else."""
    plain = row.name.removesuffix("子")
    return (plain[:-1], plain[-1]) if plain[-1:] in ("桌", "椅") else (row.name, "")
