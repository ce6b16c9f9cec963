"""Where the local authority's files lie below DATA_DIR, and what a phone needs of them: the root and its fingerprint."""

from __future__ import annotations

import hashlib
import ssl
from pathlib import Path

FOLDER = "tls"
ROOT = "root.pem"
CERTIFICATE, KEY = "server.pem", "server.key"


def root_of(data_dir: str) -> bytes | None:
    """Return the local authority's root certificate (DER), None where `https setup` was never run."""
    try:
        return ssl.PEM_cert_to_DER_cert((Path(data_dir) / FOLDER / ROOT).read_text(encoding="ascii"))
    except FileNotFoundError:
        return None


def fingerprint_of(root: bytes) -> str:
    """Return the SHA-256 fingerprint of a certificate, as phones show it: pairs of hex digits between colons."""
    return hashlib.sha256(root).digest().hex(":").upper()
