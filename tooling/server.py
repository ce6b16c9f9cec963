"""`dev.py run`: the pool on this computer, with its demonstration world, until somebody presses Ctrl+C."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from tooling.environment import ROOT, RUNTIME, Stopped, prepare, python, say

INSTANCE = ROOT / "instance"
PATIENCE = 60
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def run(arguments: list[str]) -> int:
    """Set up, make the data ready, serve; return when the server has ended."""
    if arguments not in ([], ["--https"], ["--http"]):
        raise Stopped(f"dev.py run knows --https and --http only (got {' '.join(arguments)}). HOST and PORT choose the address: PORT=9000 python3 dev.py run")
    host, port = os.environ.get("HOST") or "127.0.0.1", _port(os.environ.get("PORT") or "8000")
    prepare(RUNTIME)
    insist_on_free(host, port)
    certificate = certified(arguments)
    environment = settings(host, port, certificate)
    say("Looking after the database …")
    if subprocess.run([str(python()), "-m", "tooling.ready"], env=environment, check=False).returncode != 0:
        raise Stopped("The database could not be made ready; the reason stands above.")
    if certificate and not all(Path(file).exists() for file in certificate):
        say("Making the local authority and the certificate …")
        if subprocess.run([str(python()), "-m", "flask", "--app", "wsgi", "https", "setup"], env=environment, check=False).returncode != 0:
            raise Stopped("The certificate could not be made; the reason stands above.")
    insist_on_free(host, port)  # setting up took minutes; another program may have taken the port, and its answer is not ours
    return serve(host, port, environment)


def _port(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise Stopped(f"PORT is {text!r}; it must be a number from 1 to 65535.")
    return int(text)


def certified(arguments: list[str]) -> tuple[str, str] | None:
    """Return certificate and key to serve HTTPS with: those of the settings, or the local ones where `https setup` was run or --https asks; else None."""
    if arguments == ["--http"]:
        return None
    if os.environ.get("TLS_CERT") and os.environ.get("TLS_KEY"):
        return os.environ["TLS_CERT"], os.environ["TLS_KEY"]
    folder = Path(os.environ.get("DATA_DIR") or INSTANCE / "files") / "tls"
    local = str(folder / "server.pem"), str(folder / "server.key")
    if arguments != ["--https"] and not all(Path(file).exists() for file in local):
        return None
    if os.name == "nt":
        raise Stopped("On Windows HTTPS needs a proxy in front of the server. Start without it: python dev.py run --http")
    return local


def settings(host: str, port: int, certificate: tuple[str, str] | None = None) -> dict[str, str]:
    """Keep secret, environment and database address in `instance/`, where `flask` finds them later; return the server's environment."""
    word = os.environ.get("ENVIRONMENT") or "demo"
    INSTANCE.mkdir(mode=0o700, exist_ok=True)
    _keep("environment", word)
    if not (INSTANCE / "secret_key").exists():
        _keep("secret_key", secrets.token_hex(32))
    if os.environ.get("DATABASE_URL"):
        _keep("database_url", os.environ["DATABASE_URL"])
    else:
        (INSTANCE / "database_url").unlink(missing_ok=True)
    environment = {**os.environ, "ENVIRONMENT": word, "PYTHONUNBUFFERED": "1"}
    if certificate:
        environment["TLS_CERT"], environment["TLS_KEY"] = certificate
    else:
        environment.pop("TLS_CERT", None)
    environment.setdefault("PUBLIC_URL", address(host, port, bool(certificate)))
    environment.setdefault("SCHEDULED_WORK", "1")
    return environment


def _keep(name: str, text: str) -> None:
    """Write one small file that nobody else may read."""
    target = INSTANCE / name
    with open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)


def address(host: str, port: int, secure: bool = False) -> str:
    """Return the address a browser on this computer uses."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"{'https' if secure else 'http'}://{shown}:{port}"


def insist_on_free(host: str, port: int) -> None:
    """Stop with a plain sentence when something listens there already."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        if os.name != "nt":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Stopped(f"Nothing can listen on {host}:{port} ({error.strerror}). Choose another port: PORT={port % 65535 + 1} python3 dev.py run") from error


def command(host: str, port: int, environment: dict[str, str]) -> list[str]:
    """Return the server's command: gunicorn with threads, or waitress where gunicorn does not exist."""
    bound = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    if os.name == "nt":
        return [str(python()), "-m", "waitress", f"--listen={bound}", "--threads=8", "wsgi:app"]
    options = ["--worker-class=gthread", "--workers=2", "--threads=4", "--keep-alive=5", "--timeout=120", "--graceful-timeout=5"]
    heartbeat = ["--worker-tmp-dir=/dev/shm"] if Path("/dev/shm").is_dir() else []
    secured = [f"--certfile={environment['TLS_CERT']}", f"--keyfile={environment['TLS_KEY']}"] if environment.get("TLS_CERT") else []
    return [str(python()), "-m", "gunicorn", f"--bind={bound}", "--log-level=warning", *options, *secured, *heartbeat, "wsgi:app"]


def serve(host: str, port: int, environment: dict[str, str]) -> int:
    """Start the server, say when it answers and how to sign in, wait for its end."""
    say("Starting the server …")
    process = subprocess.Popen(command(host, port, environment), env=environment, start_new_session=os.name != "nt")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(process.terminate() or 0))
    try:
        shown = address(host, port, bool(environment.get("TLS_CERT")))
        _wait_for(f"{shown}/healthz", process)
        _announce(host, shown)
        return process.wait()
    except KeyboardInterrupt:
        say("\nStopping …")
        return 0
    finally:
        if process.poll() is None:
            process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    # The server is our own child on this computer: that it answers is asked here, not who it is.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=ssl._create_unverified_context()))
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise Stopped("The server ended while starting; the reason stands above.")
        try:
            with opener.open(url, timeout=5):
                return
        except urllib.error.HTTPError:
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise Stopped(f"The server did not answer within {PATIENCE} seconds.")


def _announce(host: str, shown: str) -> None:
    say("")
    say(f"  assetpool is running:  {shown}")
    if shown.startswith("https:"):
        say(f"  Phones trust it once they have the root from  {shown}/ca")
    sign_ins = INSTANCE / "sign-ins.txt"
    if sign_ins.exists():
        say("\n" + sign_ins.read_text(encoding="utf-8").rstrip())
        if host not in LOOPBACK:
            say(f"\n  Careful: it listens on {host}, so anyone on your network can sign in with these demonstration passwords.")
    say("\n  Stop it with Ctrl+C.\n")
