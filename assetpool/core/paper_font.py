"""The faces that papers and labels are set in, cut down once to the characters in use, because opening 30,000 glyphs takes half a second a paper.

The cut font is kept for the life of the process and grows with the texts; it only makes things fast, whoever meets a character outside it takes
the full font.
"""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Literal

import pylopdf_fonts_zh_cn
from fontTools import subset  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

Face = Literal["sans", "serif"]

_ALWAYS = "".join(map(chr, range(0x20, 0x7F))) + "·×÷—–−…〓％，。、；：？！（）《》“”‘’【】〔〕"
_MOST = 1500
_KEPT = 4
_DROPPED = ["GSUB", "GPOS", "GDEF", "BASE", "VORG", "vhea", "vmtx", "DSIG"]


class CutFont:
    """One font file and its cut, safe to ask from several threads."""

    def __init__(self, source: str) -> None:
        self.source = source
        with TTFont(source, lazy=True) as font:
            self.known = frozenset(font.getBestCmap())
        self._wanted: frozenset[int] = frozenset()
        self._files: list[Path] = []
        self._lock = threading.Lock()

    def serving(self, texts: Iterable[str]) -> str:
        """Return the path of a font that has all characters of the texts which the source has."""
        needed = frozenset(map(ord, "".join((_ALWAYS, *texts)))) & self.known
        with self._lock:
            if not needed <= self._wanted or not self._files[-1].exists():
                grown = needed | self._wanted
                self._wanted = grown if len(grown) <= _MOST else needed
                self._files.append(self._cut())
                for old in self._files[:-_KEPT]:
                    old.unlink(missing_ok=True)
                self._files = self._files[-_KEPT:]
            return str(self._files[-1])

    def _cut(self) -> Path:
        """Write a font of the wanted characters."""
        options = subset.Options(layout_features=[], hinting=False, notdef_outline=True, name_IDs=["*"], drop_tables=_DROPPED)
        font = subset.load_font(self.source, options, lazy=True)
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=self._wanted)
        cutter.subset(font)
        handle, name = tempfile.mkstemp(suffix=Path(self.source).suffix, dir=_folder())
        with os.fdopen(handle, "wb") as file:
            font.save(file)
        font.close()
        return Path(name)


@lru_cache(maxsize=8)
def cut_font(face: Face, font_path: str | None) -> CutFont:
    """Return the cut of a face that comes with the product, or of the font that replaces both faces."""
    return CutFont(font_path or str(pylopdf_fonts_zh_cn.serif_path() if face == "serif" else pylopdf_fonts_zh_cn.sans_path()))


@lru_cache(maxsize=1)
def _temporary(process: int) -> tempfile.TemporaryDirectory[str]:
    """Return this process's folder for cut fonts, removed at its end."""
    return tempfile.TemporaryDirectory(prefix="assetpool-fonts-")


def _folder() -> str:
    """Return the folder for cut fonts; a forked worker gets its own."""
    return _temporary(os.getpid()).name
