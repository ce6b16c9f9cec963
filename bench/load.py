"""Eight clients against a real server with two workers on loopback."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CLIENTS, WORKERS, SECONDS = 8, 2, 3.0


def requests_per_second(application: str, path: str, token: str, settings: Mapping[str, str]) -> float:
    """Start gunicorn, let eight clients ask for some seconds, stop it; return answered requests per second."""
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        port = int(chosen.getsockname()[1])
    command = [sys.executable, "-m", "gunicorn", "--workers", str(WORKERS), "--bind", f"127.0.0.1:{port}", "--log-level", "error", "--keep-alive", "5"]
    command += ["--worker-class", "gthread", "--threads", "4", application]
    server = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **settings, "PYTHONPATH": str(ROOT)})
    try:
        _wait(port)
        _asked(port, path, token, 1.0)
        return _asked(port, path, token, SECONDS)
    finally:
        server.terminate()
        try:
            server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            server.kill()


def _wait(port: int) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def _asked(port: int, path: str, token: str, duration: float) -> float:
    answered = [0] * CLIENTS
    end = time.monotonic() + duration

    def ask(number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while time.monotonic() < end:
            try:
                connection.request("GET", path, headers={"Authorization": f"Bearer {token}"} if token else {})
                answer = connection.getresponse()
                answer.read()
            except OSError:
                break
            if answer.status == 200:
                answered[number] += 1
        connection.close()

    clients = [threading.Thread(target=ask, args=(number,)) for number in range(CLIENTS)]
    began = time.monotonic()
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    return sum(answered) / (time.monotonic() - began)
