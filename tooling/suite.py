"""`dev.py test` and `dev.py bench`: the whole suite on both engines, and the figures."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
from pathlib import Path

from tooling.environment import DEVELOPMENT, prepare, python, say

ENGINES = {"--sqlite": "sqlite", "--postgres": "postgresql"}
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
ALONE = ("-n", "--numprocesses", "--pdb", "--collect-only", "--co")


def test(arguments: list[str]) -> int:
    """Run pytest once per engine; say at the very end what passed and what could not be tried."""
    chosen = [ENGINES[argument] for argument in arguments if argument in ENGINES] or list(ENGINES.values())
    rest = [argument for argument in arguments if argument not in ENGINES]
    prepare(DEVELOPMENT)
    lines: list[str] = []
    left_out: dict[str, int] = {}
    failed = False
    for engine in chosen:
        say(f"\n===== the suite on {NAMES[engine]} =====")
        began = time.monotonic()
        status, skipped = _pytest(engine, rest)
        failed = failed or status != 0
        left_out.update(skipped)
        lines.append(f"{NAMES[engine]}: {_word(status)} ({time.monotonic() - began:.0f} s).")
    say("")
    for reason, count in sorted(left_out.items()):
        say(f"Not run ({count}): {reason}")
    say(" ".join(lines))
    return 1 if failed else 0


def _word(status: int) -> str:
    return {0: "all passed", 1: "FAILED", 2: "interrupted", 5: "no test matches"}.get(status, f"could not run (pytest ended with {status})")


def _pytest(engine: str, arguments: list[str]) -> tuple[int, dict[str, int]]:
    """Run the suite on one engine; return pytest's status and the reasons of what it skipped."""
    spread = [] if any(argument.startswith(ALONE) or "::" in argument for argument in arguments) else ["-n", "2", "--dist", "worksteal"]
    with tempfile.TemporaryDirectory() as folder:
        note = Path(folder) / "skips.json"
        environment = {
            **os.environ,
            "ASSETPOOL_TEST_ENGINE": engine,
            "ASSETPOOL_TEST_SKIPS": str(note),
            "PYTHONUNBUFFERED": "1",
            # Where compiled code is not kept, each worker and each printing compiles all of it anew, for seconds.
            "PYTHONDONTWRITEBYTECODE": "",
        }
        status = subprocess.run([str(python()), "-m", "pytest", *spread, *arguments], env=environment, check=False).returncode
        skipped = json.loads(note.read_text(encoding="utf-8")) if note.exists() else {}
    return status, skipped


def bench(arguments: list[str]) -> int:
    """Run the benchmark with its own arguments."""
    prepare(DEVELOPMENT)
    return subprocess.run([str(python()), "-m", "bench", *arguments], check=False).returncode
