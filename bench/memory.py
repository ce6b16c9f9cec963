"""The peak memory of one worker and of its press, measured in a process of its own."""

from __future__ import annotations

import json
import os
import re
import resource
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from assetpool.app import create_app
from assetpool.core.printing import press_id
from bench.calls import call, drain

ROOT = Path(__file__).resolve().parent.parent


def measured(settings: Mapping[str, str], token: str, tags: Sequence[str]) -> dict[str, int]:
    """Return peaks in bytes: 'started', 'worker' after reading, 'exporting' after exporting everything too, 'printing' after labels, 'press' of the press."""
    command = [sys.executable, "-m", "bench.memory", token, ",".join(tags)]
    found = subprocess.run(command, cwd=ROOT, env={**os.environ, **settings}, capture_output=True, text=True, check=True)
    answer: dict[str, int] = json.loads(found.stdout)
    return answer


def _peak(process: int | str = "self") -> int:
    """Return the most a process ever held; the kernel's own note where there is one, since the other one remembers the parent."""
    status = Path(f"/proc/{process}/status")
    if status.exists():
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text())
        if found:
            return int(found[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def main(token: str, tags: str) -> None:
    """Work as a worker does and print the peaks."""
    app = create_app(os.environ)
    started = _peak()
    for path in ("/assets", "/assets?q=%E6%A1%8C%E6%A4%85", "/assets?class=A01000000&store=S2", f"/assets/{tags.split(',')[0]}"):
        call(app, f"/api/v1{path}", token)
    read = _peak()
    drain(app, "/api/v1/assets.csv", token)
    exported = _peak()
    call(app, "/api/v1/labels.pdf", token, {"tags": tags.split(",")})
    print(json.dumps({"started": started, "worker": read, "exporting": exported, "printing": _peak(), "press": _peak(press_id() or "self")}))


if __name__ == "__main__":
    main(*sys.argv[1:])
