"""The parts a paper is put together from: plain values, already worded and formatted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple


class Words(NamedTuple):
    """The same words in both languages; the paper's own language is printed larger."""

    zh: str
    en: str = ""


@dataclass(frozen=True)
class Field:
    """A labelled value of the head; a wide one takes the whole line."""

    label: Words
    value: str
    wide: bool = False


@dataclass(frozen=True)
class Column:
    """A column: `share` is its part of the width; figures and money are right-aligned."""

    title: Words
    share: float
    align: Literal["left", "right", "center"] = "left"
    heavy: bool = False


class Code(str):
    """A cell of a table that is printed as the QR code of its text, 18 mm a side."""


@dataclass(frozen=True)
class Table:
    """Rows of formatted texts under heads that repeat on every page; `total` is the last, heavy row."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    total: Sequence[str] | None = None
    title: Words | None = None


@dataclass(frozen=True)
class Figure:
    """A figure of a report: its name, its value as printed, and how it was found."""

    label: Words
    value: str
    note: str = ""


_NOBODY = Words("")
_NUMBER = Words("编号", "Number")
SIGN = (Words("签字", "Signature"), "")
DATE = (Words("日期", "Date"), "")


@dataclass(frozen=True)
class Box:
    """A box to sign and, with `seal`, to put a seal of 42 mm on.

    `party` is who signs, `lines` what is written there (a value left empty becomes a rule to write on), `picture` a drawn signature as PNG or JPEG.
    """

    title: Words
    party: str = ""
    lines: Sequence[tuple[Words, str]] = (SIGN, DATE)
    seal: bool = False
    picture: bytes | None = None


STORE = Words("仓库留存", "Store")
BORROWER = Words("借用单位留存", "Borrower")
GIVER = Words("调出单位留存", "Giving organization")
FINANCE = Words("财务留存", "Finance")
GATE = Words("门卫放行", "Gate")


@dataclass(frozen=True)
class Paper:
    """One document as it goes to the printer.

    `qr_url` is the verification address in the code, `address` the same as people type it. `mark` is printed pale across every page (a draft,
    a cancelled paper). `closing` prints “nothing below” under the tables, so that no line can be added by hand.
    """

    title: Words
    number: str
    state: Words
    qr_url: str
    language: Literal["zh", "en"] = "zh"
    issuer: Words = _NOBODY
    number_label: Words = _NUMBER
    head: Sequence[Field] = ()
    figures: Sequence[Figure] = ()
    charts: Sequence[bytes] = ()
    tables: Sequence[Table] = ()
    notes: Sequence[str] = ()
    boxes: Sequence[Box] = ()
    copies: Sequence[Words] = ()
    footer: str = ""
    address: str = ""
    mark: Words | None = None
    closing: bool = True
    made_at: datetime | None = None
