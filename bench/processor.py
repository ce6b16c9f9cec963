"""Processor time of this process, its press and the database server beside it: what other work on the machine does not lengthen."""

from __future__ import annotations

import os
import time
from pathlib import Path

_PROC = Path("/proc")


class Processor:
    """Counts processor time in seconds, that of the processes this one started too; `server` is a PostgreSQL server whose children count as well."""

    def __init__(self, server: int | None = None) -> None:
        self.server = server
        self._children: list[Path] = []

    @property
    def known(self) -> bool:
        """Say whether the others' share can be told (on Linux only)."""
        return (_PROC / "self" / "schedstat").exists()

    def look(self) -> None:
        """Look which processes work for this one and for the server now; call it once their connections stand."""
        parents = {int(path.parent.name): _parent(path) for path in _PROC.glob("[0-9]*/stat")}
        self._children = [_PROC / str(process) / "schedstat" for process in parents if self._works_here(process, parents)]

    def _works_here(self, process: int, parents: dict[int, int]) -> bool:
        """Say whether a process was started by this one or by the server, or by whom they started."""
        while process := parents.get(process, 0):
            if process in (os.getpid(), self.server):
                return True
        return False

    def _of_others(self) -> float:
        total = 0
        for path in self._children:
            try:
                total += int(path.read_text().split()[0])
            except OSError:
                continue
        return total / 1e9

    def begin(self) -> tuple[float, float]:
        """Return a mark to measure from."""
        others = self._of_others()
        return others, time.process_time()

    def since(self, mark: tuple[float, float]) -> float:
        """Return the seconds worked since a mark."""
        own = time.process_time() - mark[1]
        return own + self._of_others() - mark[0]


def _parent(stat: Path) -> int:
    try:
        return int(stat.read_text().rsplit(")", 1)[1].split()[1])
    except (OSError, ValueError, IndexError):
        return 0
