"""Processor time of this process and of the database server beside it: what other work on the machine does not lengthen."""

from __future__ import annotations

import time
from pathlib import Path

_PROC = Path("/proc")


class Processor:
    """Counts processor time in seconds; `server` is the process id of a PostgreSQL server whose children count too (Linux only)."""

    def __init__(self, server: int | None = None) -> None:
        self.server = server
        self._children: list[Path] = []

    @property
    def known(self) -> bool:
        """Say whether the server's share can be told."""
        return self.server is None or (_PROC / "self" / "schedstat").exists()

    def look(self) -> None:
        """Look which processes work for the server now; call it once their connections stand."""
        self._children = [] if self.server is None else [path.parent / "schedstat" for path in _PROC.glob("[0-9]*/stat") if _parent(path) == self.server]

    def _of_server(self) -> float:
        total = 0
        for path in self._children:
            try:
                total += int(path.read_text().split()[0])
            except OSError:
                continue
        return total / 1e9

    def begin(self) -> tuple[float, float]:
        """Return a mark to measure from."""
        server = self._of_server()
        return server, time.process_time()

    def since(self, mark: tuple[float, float]) -> float:
        """Return the seconds worked since a mark."""
        own = time.process_time() - mark[1]
        return own + self._of_server() - mark[0]


def _parent(stat: Path) -> int:
    try:
        return int(stat.read_text().rsplit(")", 1)[1].split()[1])
    except (OSError, ValueError, IndexError):
        return 0
