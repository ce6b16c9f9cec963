"""A price book between its dry run and its taking over: kept a few days beside who sent it."""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from assetpool.core import clock
from assetpool.core.errors import NotFound

FOLDER = "price-books"
KEPT_DAYS = 3
_TOKEN = re.compile(r"[0-9a-f]{24}")


@dataclass(frozen=True)
class Upload:
    """A price book that one person is looking at."""

    token: str
    person_id: int
    file: str


def keep(data_dir: str, person_id: int, file: str, content: bytes) -> Upload:
    """Keep a file and return it; files of earlier days are cleared away."""
    folder = Path(data_dir) / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    oldest = clock.now().timestamp() - KEPT_DAYS * 86400
    for path in folder.iterdir():
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
    upload = Upload(secrets.token_hex(12), person_id, file[:200])
    (folder / f"{upload.token}.table").write_bytes(content)
    (folder / f"{upload.token}.json").write_text(json.dumps(asdict(upload), ensure_ascii=False), encoding="utf-8")
    return upload


def found(data_dir: str, token: str, person_id: int) -> tuple[Upload, bytes]:
    """Return a person's own upload and its bytes; raise NotFound."""
    path = Path(data_dir) / FOLDER / f"{token}.json"
    if not _TOKEN.fullmatch(token) or not path.is_file():
        raise NotFound(what=token)
    upload = Upload(**json.loads(path.read_text(encoding="utf-8")))
    if upload.person_id != person_id:
        raise NotFound(what=token)
    return upload, path.with_suffix(".table").read_bytes()


def forget(data_dir: str, upload: Upload) -> None:
    """Clear an upload away."""
    for suffix in ("json", "table"):
        (Path(data_dir) / FOLDER / f"{upload.token}.{suffix}").unlink(missing_ok=True)
