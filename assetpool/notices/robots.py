"""What each kind of receiver takes: the JSON, how it is signed, and how it says yes. Pure; knows neither database nor network.

generic   JSON of ours, signed in headers: X-Assetpool-Signature is sha256=HMAC-SHA256(secret, timestamp + "." + body) in hexadecimal
wecom     企业微信 group robot: markdown; its address is its secret
dingtalk  钉钉 group robot: text; timestamp and signature stand in the address
feishu    飞书 group robot: text; timestamp and signature stand in the body
"""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import quote_plus

from assetpool.core.errors import N_
from assetpool.notices.topics import GROUP_TITLES

FORMS = {
    "generic": N_("Generic: JSON, signed with HMAC-SHA256"),
    "wecom": N_("WeCom group robot"),
    "dingtalk": N_("DingTalk group robot"),
    "feishu": N_("Feishu group robot"),
}
LONGEST = {"wecom": 3800, "dingtalk": 15000, "feishu": 15000}
"""Bytes of text that a robot takes in one message, with room to spare (WeCom takes 4096)."""


@dataclass(frozen=True)
class Request:
    """What is sent: address, headers and body."""

    url: str
    headers: Mapping[str, str]
    body: bytes


def message(form: str, groups: Mapping[str, Sequence[tuple[str, str, int]]], title: str, language: str, more: str) -> str:
    """Return the JSON text of a robot's message: a title, the notices by group, and where the rest is if not all fit."""
    mark = form == "wecom"
    parts, room = [f"**{title}**" if mark else title], LONGEST[form] - len(title.encode()) - len(more.encode()) - 60
    left = 0
    for group, found in groups.items():
        heading = GROUP_TITLES[group][language != "en"]
        parts.append(f"\n> {heading}" if mark else f"\n{heading}")
        room -= len(heading.encode()) + 4
        for sentence, address, times in found:
            often = f" ×{times}" if times > 1 else ""
            line = f"[{sentence}{often}]({address})" if mark else f"· {sentence}{often}\n  {address}"
            room -= len(line.encode()) + 1
            if room < 0:
                left += 1
            else:
                parts.append(line)
    if left:
        parts.append(f"… +{left} {more}")
    text = "\n".join(parts)
    contents: dict[str, dict[str, Any]] = {
        "wecom": {"msgtype": "markdown", "markdown": {"content": text}},
        "dingtalk": {"msgtype": "text", "text": {"content": text}},
        "feishu": {"msg_type": "text", "content": {"text": text}},
    }
    return json.dumps(contents[form], ensure_ascii=False)


def signed(form: str, url: str, secret: str, body: str, key: str, seconds: float) -> Request:
    """Return what to send now: the stored body signed with the present moment, as the receiver wants it."""
    headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "assetpool"}
    if form == "generic":
        stamp = str(int(seconds))
        content = body.encode()
        digest = hmac.new(secret.encode(), stamp.encode() + b"." + content, sha256).hexdigest()
        headers |= {"X-Assetpool-Timestamp": stamp, "X-Assetpool-Signature": f"sha256={digest}", "X-Assetpool-Delivery": key}
        return Request(url, headers, content)
    if form == "dingtalk" and secret:
        stamp = str(int(seconds * 1000))
        sign = base64.b64encode(hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), sha256).digest()).decode()
        return Request(f"{url}{'&' if '?' in url else '?'}timestamp={stamp}&sign={quote_plus(sign)}", headers, body.encode())
    if form == "feishu" and secret:
        stamp = str(int(seconds))
        sign = base64.b64encode(hmac.new(f"{stamp}\n{secret}".encode(), b"", sha256).digest()).decode()
        return Request(url, headers, json.dumps({"timestamp": stamp, "sign": sign, **json.loads(body)}, ensure_ascii=False).encode())
    return Request(url, headers, body.encode())


def refusal(form: str, status: int, answer: bytes) -> str:
    """Return why an answer is a no ('' for a yes): robots say 200 to everything and put their no into the body."""
    if not 200 <= status < 300:
        return f"HTTP {status}"
    if form == "generic":
        return ""
    try:
        said = json.loads(answer)
        code = said.get("errcode", said.get("code", said.get("StatusCode", 0)))
    except (ValueError, AttributeError):
        return "the answer is not what this robot answers"
    return "" if code == 0 else f"{code} {said.get('errmsg') or said.get('msg') or said.get('StatusMessage') or ''}".strip()
