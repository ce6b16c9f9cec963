"""Files on their way to becoming an intake: kept beside what was chosen and corrected, so that nothing typed is lost; and the columns of last time."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from assetpool.core import clock
from assetpool.core.errors import NotFound
from assetpool.intake.problems import Problem
from assetpool.intake.reading import Reading, read_rows

FOLDER = "imports"
KEPT_DAYS = 3
_TOKEN = re.compile(r"[0-9a-f]{24}")


@dataclass
class Upload:
    """A table file being looked at by one person: sheet and columns chosen, cells put right, rows left out."""

    token: str
    person_id: int
    file: str
    sheet: str | None = None
    mapping: dict[str, str] = field(default_factory=dict)
    corrections: dict[str, dict[str, str]] = field(default_factory=dict)
    left_out: list[int] = field(default_factory=list)


def keep(data_dir: str, person_id: int, file: str, content: bytes, mapping: Mapping[str, str] | None = None) -> Upload:
    """Keep a file and return it; files of earlier days are cleared away."""
    folder = Path(data_dir) / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    oldest = clock.now().timestamp() - KEPT_DAYS * 86400
    for path in folder.glob("*.table"):
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
            path.with_suffix(".json").unlink(missing_ok=True)
    upload = Upload(secrets.token_hex(12), person_id, file[:200], mapping=dict(mapping or {}))
    (folder / f"{upload.token}.table").write_bytes(content)
    save(data_dir, upload)
    return upload


def save(data_dir: str, upload: Upload) -> None:
    """Write down what was chosen and corrected."""
    path = Path(data_dir) / FOLDER / f"{upload.token}.json"
    partial = path.with_suffix(".part")
    partial.write_text(json.dumps(asdict(upload), ensure_ascii=False), encoding="utf-8")
    partial.replace(path)


def found(data_dir: str, token: str, person_id: int) -> Upload:
    """Return a person's own upload; raise NotFound."""
    path = Path(data_dir) / FOLDER / f"{token}.json"
    if not _TOKEN.fullmatch(token) or not path.is_file():
        raise NotFound(what=token)
    upload = Upload(**json.loads(path.read_text(encoding="utf-8")))
    if upload.person_id != person_id:
        raise NotFound(what=token)
    return upload


def forget(data_dir: str, upload: Upload) -> None:
    """Clear an upload away."""
    for suffix in ("table", "json"):
        (Path(data_dir) / FOLDER / f"{upload.token}.{suffix}").unlink(missing_ok=True)


def read(data_dir: str, upload: Upload) -> Reading:
    """Read a kept file as it was chosen and corrected; rows left out count as skipped."""
    content = (Path(data_dir) / FOLDER / f"{upload.token}.table").read_bytes()
    corrections = {int(row): cells for row, cells in upload.corrections.items()}
    reading = read_rows(content, upload.file, upload.sheet, upload.mapping, corrections=corrections)
    leave_out(reading, set(upload.left_out))
    return reading


def leave_out(reading: Reading, rows: set[int]) -> None:
    """Pass over refused rows that a person decided to leave out."""
    gone = [refused.row_no for refused in reading.refused if refused.row_no in rows]
    reading.skipped = sorted([*reading.skipped, *((row, "left_out") for row in gone)])
    reading.refused = [refused for refused in reading.refused if refused.row_no not in rows]
    reading.problems = [problem for problem in reading.problems if not _concerns(problem, set(gone))]


def _concerns(problem: Problem, rows: set[int]) -> bool:
    return problem.row in rows


def _columns(data_dir: str, organization_id: int) -> Path:
    return Path(data_dir) / FOLDER / f"columns-{organization_id}.json"


def columns_of(data_dir: str, organization_id: int) -> dict[str, str]:
    """Return the columns chosen by hand the last time something of an organization was imported."""
    path = _columns(data_dir, organization_id)
    kept: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return kept


def remember_columns(data_dir: str, organization_id: int, mapping: Mapping[str, str]) -> None:
    """Keep the columns chosen by hand for the organization's next file."""
    _columns(data_dir, organization_id).write_text(json.dumps(dict(mapping), ensure_ascii=False), encoding="utf-8")
