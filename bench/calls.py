"""Calling an application in this process, as a server would, and timing it."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable
from statistics import median
from typing import Any

from flask import Flask, Response

from bench.processor import Processor


class Failed(RuntimeError):
    """An answer that no workload expects."""


def call(app: Flask, path: str, token: str = "", body: Any = None) -> bytes:
    """Ask the application and return the whole answer; raise Failed for anything but a 2xx."""
    plain, _, query = path.partition("?")
    content = b"" if body is None else json.dumps(body).encode()
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "GET" if body is None else "POST", "SCRIPT_NAME": "", "PATH_INFO": plain.encode().decode("latin-1"), "QUERY_STRING": query,
        "SERVER_NAME": "localhost", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1", "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(content)), "wsgi.version": (1, 0), "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(content),
        "wsgi.errors": io.StringIO(), "wsgi.multithread": True, "wsgi.multiprocess": True, "wsgi.run_once": False,
        "HTTP_ACCEPT": "application/json", "HTTP_HOST": "localhost",
    }  # fmt: skip
    if token:
        environ["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    status: list[str] = []

    def begin(line: str, _headers: Any, _problem: Any = None) -> Any:
        status.append(line)
        return lambda _data: None

    parts = app.wsgi_app(environ, begin)
    try:
        answer = b"".join(parts)
    finally:
        getattr(parts, "close", lambda: None)()
    if not status[0].startswith("2"):
        raise Failed(f"{path}: {status[0]} {answer[:500].decode(errors='replace')}")
    return answer


def drain(app: Flask, path: str, token: str) -> int:
    """Ask for a long answer and let it go by piece by piece; return its bytes."""
    plain, _, query = path.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "GET", "SCRIPT_NAME": "", "PATH_INFO": plain, "QUERY_STRING": query, "SERVER_NAME": "localhost", "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.version": (1, 0), "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(), "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True, "wsgi.multiprocess": True, "wsgi.run_once": False, "HTTP_AUTHORIZATION": f"Bearer {token}", "HTTP_HOST": "localhost",
    }  # fmt: skip
    parts = app.wsgi_app(environ, lambda _status, _headers, _problem=None: lambda _data: None)
    try:
        return sum(len(part) for part in parts)
    finally:
        getattr(parts, "close", lambda: None)()


def bare() -> Flask:
    """Return an application that answers five kilobytes of JSON and nothing else."""
    app = Flask("bare")
    answer = json.dumps({"items": ["x" * 200] * 25})

    @app.get("/")
    def _one() -> Response:
        return Response(answer, content_type="application/json")

    return app


def seconds(act: Callable[[], Any]) -> float:
    """Return how long an act takes."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def interleaved(acts: dict[str, Callable[[], Any]], rounds: int, most_seconds: float = 20.0, processor: Processor | None = None) -> dict[str, float]:
    """Run the acts by turns, after one warm-up each unless they are long; return their medians in seconds, and under `…_best` the quickest.

    Under `…_cpu` stands the median of the processor time, where it can be told. Stop early when time is up, after two rounds at least.
    """
    if rounds > 3:
        for act in acts.values():
            act()
    worked = processor or Processor()
    worked.look()
    taken: dict[str, list[float]] = {name: [] for name in acts}
    cpu: dict[str, list[float]] = {name: [] for name in acts}
    began = time.perf_counter()
    for number in range(rounds):
        for name, act in acts.items():
            mark = worked.begin()
            taken[name].append(seconds(act))
            cpu[name].append(worked.since(mark))
        if number >= 1 and time.perf_counter() - began > most_seconds:
            break
    found = {name: median(times) for name, times in taken.items()} | {f"{name}_best": min(times) for name, times in taken.items()}
    return found | ({f"{name}_cpu": median(times) for name, times in cpu.items()} if worked.known else {})
