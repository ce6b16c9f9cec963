"""Turn the bytes of a CSV or TSV file into rows: guess the encoding, then the delimiter."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Sequence
from typing import Final

ENCODINGS: Final = ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-8", "gb18030", "shift_jis", "cp1252")
_DELIMITERS: Final = (",", "\t", ";", "|")
_HIGH = re.compile(rb"[\x80-\xff]+")
_KANA = re.compile(r"[ぁ-んァ-ヶ]")
_SAMPLE: Final = 64 * 1024

csv.field_size_limit(1 << 20)


def decode(data: bytes, encoding: str | None = None) -> tuple[str, str] | None:
    """Return the text and the encoding's name, or None when the bytes are no text.

    A byte-order mark decides; then UTF-8, then GB18030, both strict. GB18030 accepts much that is not Chinese, so Japanese (kana appear as
    Shift_JIS) and western text (high bytes stand alone) are looked for before it is believed; western is also the last resort.
    """
    if encoding is not None:
        text = _try(data, encoding)
        return (text, encoding) if text is not None else None
    if data.startswith(codecs.BOM_UTF8):
        text = _try(data, "utf-8-sig")
        return (text, "utf-8-sig") if text is not None else _without_mark(data[3:])
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = _try(data, "utf-16")
        return (text, "utf-16") if text is not None else None
    return _without_mark(data)


def _without_mark(data: bytes) -> tuple[str, str] | None:
    if b"\0" in data[:_SAMPLE]:
        return _wide(data)
    text = _try(data, "utf-8")
    if text is not None:
        return text, "utf-8"
    runs = _HIGH.findall(data[: 4 * _SAMPLE])
    chinese = _try(data, "gb18030")
    if chinese is not None and sum(len(run) == 1 for run in runs) * 2 <= len(runs):
        japanese = _try(data, "shift_jis")
        kana = len(_KANA.findall(japanese)) if japanese else 0
        foreign = sum(ord(c) > 127 for c in japanese) if japanese else 0
        if japanese is None or kana * 5 < foreign or kana <= len(_KANA.findall(chinese)):
            return chinese, "gb18030"
        return japanese, "shift_jis"
    text = _try(data, "shift_jis")
    if text is not None and _KANA.search(text) and chinese is None:
        return text, "shift_jis"
    return data.decode("cp1252", "replace"), "cp1252"


def _wide(data: bytes) -> tuple[str, str] | None:
    sample = data[:_SAMPLE]
    for name, start in (("utf-16-le", 1), ("utf-16-be", 0)):
        if sample[start::2].count(0) * 4 > len(sample) // 2 and not sample[1 - start :: 2].count(0):
            text = _try(data, name)
            if text is not None:
                return text, name
    return None


def _try(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def delimiter(text: str) -> str:
    """Return the character between the fields: the one that cuts the first lines into the most, and most alike, pieces."""
    sample = text[:_SAMPLE]
    if len(text) > _SAMPLE:
        sample = sample[: sample.rfind("\n") + 1] or sample
    best, best_score = ",", 0.0
    for candidate in _DELIMITERS:
        widths = [len(row) for row in csv.reader(io.StringIO(sample, newline=""), delimiter=candidate) if any(row)][:200]
        if not widths:
            continue
        usual = max(set(widths), key=lambda width: (widths.count(width), width))
        score = (usual - 1) * widths.count(usual) / len(widths)
        if score > best_score:
            best, best_score = candidate, score
    return best


def rows(text: str) -> list[list[str]]:
    """Cut the text into rows of fields; a leading 'sep=;' line is obeyed and kept as an empty row. Raises csv.Error."""
    first = text[:6].casefold()
    if first.startswith("sep=") and len(text) > 4:
        mark, rest = text[4], text[5:]
        return list(csv.reader(io.StringIO(rest, newline=""), delimiter=mark))
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter(text)))


def is_quote_open(text: str, rows: Sequence[Sequence[object]]) -> bool:
    """Tell whether the last field ran on to the end of the file because its quotation mark is never closed."""
    last = rows[-1][-1] if rows and rows[-1] else ""
    return isinstance(last, str) and "\n" in last and not text.rstrip("\r\n \t\x1a").endswith('"')
