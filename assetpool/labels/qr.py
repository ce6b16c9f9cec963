"""What a label's code says and how strong it is: a short address in capitals, at the error level that its size bears."""

from __future__ import annotations

import math
from urllib.parse import urlsplit

from assetpool.core import qr
from assetpool.core.qr import svg as svg

LEAST_MODULE = 0.4
"""Millimetres a side below which phones begin to miss modules."""
GOOD_MODULE = 0.5
"""Millimetres a side from which a code is read even off a page scanned at 100 dots an inch."""
ROOMY_MODULE = 0.85
"""Millimetres a side that leave room for more modules, and so for the strongest level."""


def label_url(public_url: str, tag: str) -> str:
    """Return the address that a tag's code opens, below the public address of the site.

    Scheme, host and path are capitals, which name the same page; where the site itself lives below a path, that path is kept as it is.
    """
    parts = urlsplit(public_url if "//" in public_url else f"https://{public_url}")
    return f"{parts.scheme.upper()}://{parts.netloc.upper()}{parts.path.rstrip('/')}/A/{tag.upper()}"


def module(text: str, side: float, level: str) -> float:
    """Return the size in mm of one module of a text's code, `side` mm a side with its quiet zone; 0 where the text is too long for the level."""
    try:
        return side / qr.modules(text, level)
    except ValueError:
        return 0.0


def level_for(text: str, side: float) -> str:
    """Return the error level for a text's code of `side` mm: the strongest that costs no module size, H where there is room, less where modules get small."""
    sizes = {level: module(text, side, level) for level in qr.LEVELS}
    if sizes["H"] >= ROOMY_MODULE:
        return "H"
    size = sizes["M"] if sizes["M"] >= GOOD_MODULE else max(sizes.values())
    return [level for level in qr.LEVELS if math.isclose(sizes[level], size)][-1]


def least_side(text: str) -> float:
    """Return the side in mm, quiet zone included, from which phones read a text's code."""
    return LEAST_MODULE * qr.modules(text, "L")
