"""Many notices as one text: subject and body of a mail in the person's language. Pure; knows neither database nor request."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from assetpool.notices.topics import DUTY, GROUP_TITLES, GROUPS
from assetpool.notices.wording import Told

MOST_LINES = 40
"""Lines per group in one mail; the page behind the bell has the rest."""
LONGEST_SUBJECT = 150


def lines(tellings: Iterable[Told], language: str, public_url: str) -> dict[str, list[tuple[str, str, int]]]:
    """Return sentence, address and how often it was told, by group in the order of the choices; the same sentence stands once."""
    counted: dict[str, dict[tuple[str, str], int]] = {}
    for told in tellings:
        key = (told.sentence(language), f"{public_url}{told.path}")
        group = counted.setdefault(told.group, {})
        group[key] = group.get(key, 0) + 1
    return {group: [(*key, times) for key, times in counted[group].items()] for group in GROUPS if group in counted}


def subject(tellings: Sequence[Told], language: str, pool_name: str) -> str:
    """Return the subject: the sentence itself where there is only one, else how many and how many of them to decide."""
    found = {(told.sentence(language), told.path): told for told in tellings}
    if len(found) == 1:
        text = next(iter(found))[0]
    else:
        due = sum(told.group == DUTY for told in found.values())
        text = (f"{len(found)} notices" if language == "en" else f"{len(found)}条通知") + (
            (f", {due} to decide" if language == "en" else f"，其中{due}条待您审批") if due else ""
        )
    written = f"[{pool_name}] {text}" if language == "en" else f"【{pool_name}】{text}"
    return " ".join(written.split())[:LONGEST_SUBJECT]


def body(tellings: Sequence[Told], language: str, name: str, public_url: str) -> str:
    """Return the text of a mail: a greeting, the notices by group with their addresses, and where to choose otherwise."""
    english = language == "en"
    parts = [f"Dear {name}," if english else f"{name}，您好："]
    for group, found in lines(tellings, language, public_url).items():
        title = GROUP_TITLES[group][not english]
        parts.append(f"{title} ({len(found)})" if english else f"{title}（{len(found)}）")
        parts.extend(_line(*one, english) for one in found[:MOST_LINES])
        if len(found) > MOST_LINES:
            rest = len(found) - MOST_LINES
            parts.append(f"… and {rest} more: {public_url}/notices" if english else f"……另有{rest}条：{public_url}/notices")
    parts.append(
        f"This mail was written by the pool itself. Choose what you are told and how: {public_url}/me/notices"
        if english
        else f"本邮件由系统自动发送，请勿直接回复。设置接收方式：{public_url}/me/notices"
    )
    return "\n\n".join(parts) + "\n"


def _line(sentence: str, address: str, times: int, english: bool) -> str:
    often = "" if times == 1 else f" (×{times})" if english else f"（{times}次）"
    return f"· {sentence}{often}\n  {address}"
