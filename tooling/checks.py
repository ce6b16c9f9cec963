"""`dev.py check`: what a machine can say about the code without running the suite, two checks at a time."""

from __future__ import annotations

import os
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

from tooling.environment import DEVELOPMENT, Stopped, prepare, python, say

MODULE = "-m"
LINES_SHOWN = 60
CHECKS: dict[str, list[str]] = {
    "types": [MODULE, "mypy"],
    "format": [MODULE, "ruff", "format", "--check", "--output-format=concise", "."],
    "lint": [MODULE, "ruff", "check", "--quiet", "--output-format=concise", "."],
    "templates": [MODULE, "djlint", "--lint", "--quiet", "templates"],
    "imports": ["-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
    "migrations": [MODULE, "tooling.migrations"],
    "translations": [MODULE, "tooling.translations"],
    "house": [MODULE, "pytest", "tests/house", "-q", "--no-header", "-p", "no:cacheprovider"],
}


def check(arguments: list[str]) -> int:
    """Run the named checks, or all; print each with its time and, where it fails, its output."""
    unknown = [name for name in arguments if name not in CHECKS]
    if unknown:
        raise Stopped(f"There is no check called {', '.join(unknown)}. There are: {', '.join(CHECKS)}.")
    prepare(DEVELOPMENT)
    names = arguments or list(CHECKS)
    began = time.monotonic()
    failed = []
    with ThreadPoolExecutor(max_workers=2) as pool:
        for name, (passed, seconds, output) in zip(names, pool.map(_run, names), strict=True):
            say(f"{'ok  ' if passed else 'FAIL'}  {name:<14} {seconds:5.1f} s")
            if not passed:
                failed.append(name)
                lines = output.strip().splitlines()
                say("\n".join(f"      {line}" for line in lines[:LINES_SHOWN]))
                if len(lines) > LINES_SHOWN:
                    say(f"      … {len(lines) - LINES_SHOWN} more lines: .venv/bin/python {' '.join(CHECKS[name])}")
    total = time.monotonic() - began
    say(f"\n{len(names) - len(failed)} of {len(names)} checks passed in {total:.0f} s." + (f" Failed: {', '.join(failed)}." if failed else ""))
    return 1 if failed else 0


def _run(name: str) -> tuple[bool, float, str]:
    began = time.monotonic()
    environment = {**os.environ, "PYTHONUTF8": "1", "ASSETPOOL_TEST_ENGINE": "sqlite"}
    result = subprocess.run([str(python()), *CHECKS[name]], capture_output=True, text=True, errors="replace", check=False, env=environment)
    return result.returncode == 0, time.monotonic() - began, result.stdout + result.stderr
