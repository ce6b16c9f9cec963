"""What a label's code says: a short address in capitals, which a QR code stores in fewer and larger modules."""

from __future__ import annotations

from urllib.parse import urlsplit

from assetpool.core.qr import svg as svg


def label_url(public_url: str, tag: str) -> str:
    """Return the address that a tag's code opens, below the public address of the site.

    Scheme, host and path are capitals, which name the same page; where the site itself lives below a path, that path is kept as it is.
    """
    parts = urlsplit(public_url if "//" in public_url else f"https://{public_url}")
    return f"{parts.scheme.upper()}://{parts.netloc.upper()}{parts.path.rstrip('/')}/A/{tag.upper()}"
