"""Pages stay under the strict policy: nothing inline, nothing from elsewhere, every word translatable."""

from __future__ import annotations

import re
from pathlib import Path

TEMPLATES = Path(__file__).resolve().parent.parent.parent / "templates"
INLINE = {
    "a style attribute": re.compile(r"<[a-z][^>]*\sstyle=", re.IGNORECASE),
    "an event attribute": re.compile(r"<[a-z][^>]*\son[a-z]+=", re.IGNORECASE),
    "a script in the page": re.compile(r"<script(?![^>]*\ssrc=)", re.IGNORECASE),
    "a style sheet in the page": re.compile(r"<style\b", re.IGNORECASE),
    "a part from elsewhere": re.compile(r"""<(?:script|img|link|iframe|source|video|audio)[^>]*\s(?:src|href)=["'](?:https?:)?//""", re.IGNORECASE),
    "a script address": re.compile(r"""(?:href|action)=["']javascript:""", re.IGNORECASE),
    "an HTML that is not escaped": re.compile(r"""[^'"\s]\s*\|\s*safe\b"""),
}
SHOWROOM = "gallery"
CHINESE = re.compile(r"[\u4e00-\u9fff]")
COMMENT = re.compile(r"\{#.*?#\}|<!--.*?-->", re.DOTALL)


def test_no_template_breaks_the_policy() -> None:
    found = [
        f"{path.relative_to(TEMPLATES)}:{text.count(chr(10), 0, match.start()) + 1}: {what}"
        for path in sorted(TEMPLATES.rglob("*.html"))
        for text in [path.read_text(encoding="utf-8")]
        for what, pattern in INLINE.items()
        for match in pattern.finditer(text)
    ]
    assert found == []


def test_no_template_holds_chinese_of_its_own() -> None:
    spoken = {
        str(path.relative_to(TEMPLATES)): sorted(set(CHINESE.findall(text)))
        for path in sorted(TEMPLATES.rglob("*.html"))
        for text in [COMMENT.sub("", path.read_text(encoding="utf-8")).replace("中文", "")]
        if CHINESE.search(text) and not path.name.startswith(SHOWROOM)
    }
    assert spoken == {}
