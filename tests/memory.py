"""A folder that forgets: test databases lie in memory where there is room, since making a database's thousand files on a disk costs more than most tests."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SHARED_MEMORY = Path("/dev/shm")
PROCESSES = Path("/proc")
PREFIX = "pool-sqlite-"
ROOM = 2 * 1024**3
"""Bytes that must be free: what two workers' templates on PostgreSQL take, several times over."""


def folder() -> Path | None:
    """Return the folder in memory, or None where there is none or it is small (a container's own has 64 MB)."""
    try:
        return SHARED_MEMORY if shutil.disk_usage(SHARED_MEMORY).free >= ROOM else None
    except OSError:
        return None


@contextmanager
def own_folder() -> Iterator[Path]:
    """Open a folder, in memory if there is room, that is gone afterwards; what a killed process left of its own is removed first."""
    above = folder() or Path(tempfile.gettempdir())
    for left in above.glob(f"{PREFIX}*"):
        if PROCESSES.is_dir() and not (PROCESSES / left.name.removeprefix(PREFIX).split("-")[0]).exists():
            shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=f"{PREFIX}{os.getpid()}-", dir=above) as made:
        yield Path(made)
