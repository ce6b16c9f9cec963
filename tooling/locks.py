"""`dev.py lock`: writes the lock files anew from pyproject.toml, with hashes and without any address; needs uv."""

from __future__ import annotations

import shutil
import subprocess

from tooling.environment import DEVELOPMENT, NODE, RUNTIME, Stopped, python, say

OPTIONS = [
    "--universal",
    "--generate-hashes",
    "--python-version",
    "3.11",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--no-header",
    "--no-annotate",
    "--quiet",
]
LOCKS = {
    RUNTIME: ["pyproject.toml"],
    DEVELOPMENT: ["pyproject.toml", "--group", "dev", "--constraints", RUNTIME],
    NODE: ["--group", "node"],
}


def lock(arguments: list[str]) -> int:
    """Lock again; further arguments go to uv (`--upgrade` takes newer versions, else those locked are kept)."""
    beside = python().with_name("uv")
    uv = str(beside) if beside.exists() else shutil.which("uv")
    if uv is None:
        raise Stopped(f"Locking needs uv, which is not here. Install it with this line, then start again:\n\n    {python()} -m pip install uv")
    for target, sources in LOCKS.items():
        if subprocess.run([uv, "pip", "compile", *OPTIONS, *sources, "--output-file", target, *arguments], check=False).returncode != 0:
            raise Stopped(f"{target} could not be written; uv's reason stands above.")
        say(f"wrote {target}")
    return 0
