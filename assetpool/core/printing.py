"""Papers are drawn in a process of its own, so that a server never carries the fonts and what they need, nor waits for a long print in its threads.

A press is started with the first paper of a process and answers one after the other; it ends by itself when it has had nothing to do for some time
(`press.IDLE`) or has grown large, and with this process. What goes in and out is plain values: a drawing must neither ask the database nor the request.
"""

from __future__ import annotations

import atexit
import os
import pickle
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, Final

from assetpool.core.errors import N_, DomainError

ROOT: Final = Path(__file__).resolve().parent.parent.parent
SECONDS_MAX: Final = 120
TRIES: Final = 2


class PrintingFailed(DomainError):
    """The press died or took too long."""

    status = 503
    sentence = N_("The paper could not be printed just now. Try again in a minute; if it happens again, tell whoever runs the server.")


class _Press:
    """The press of this process; `process` is None until something is printed."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        self.process: subprocess.Popen[bytes] | None = None
        self.lock = threading.Lock()

    def ask(self, task: bytes) -> bytes:
        """Give a task and return the answer; b'' when the press ended before it answered."""
        if self.process is None or self.process.poll() is not None:
            self.process = _started()
        process = self.process
        late = threading.Timer(SECONDS_MAX, process.kill)
        late.start()
        try:
            assert process.stdin is not None and process.stdout is not None
            process.stdin.write(len(task).to_bytes(8, "big") + task)
            process.stdin.flush()
            length = int.from_bytes(process.stdout.read(8), "big")
            answer = process.stdout.read(length)
            return answer if length and len(answer) == length else b""
        except OSError:
            return b""
        finally:
            late.cancel()

    def close(self) -> None:
        """End the press, if there is one."""
        process, self.process = self.process, None
        if process is not None:
            process.kill()
            process.communicate()


_here = _Press()
atexit.register(lambda: _press().close())


def _started() -> subprocess.Popen[bytes]:
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    command = [sys.executable, "-m", "assetpool.core.press"]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": path})


def _press() -> _Press:
    """Return this process's press; a forked worker gets its own."""
    global _here
    if _here.owner != os.getpid():
        _here = _Press()
    return _here


def printed(drawing: str, *values: Any) -> Any:
    """Return what a drawing makes of plain values; `drawing` is "module:function", and only the press imports it.

    Raise what the drawing raises, PrintingFailed when the press could not do it.
    """
    task, press = pickle.dumps((drawing, values), pickle.HIGHEST_PROTOCOL), _press()
    with press.lock:
        for _ in range(TRIES):
            answer = press.ask(task)
            if answer:
                break
            press.close()
        else:
            raise PrintingFailed()
    done, found = pickle.loads(answer)
    if not done:
        raise found
    return found


def press_id() -> int | None:
    """Return the process id of the press, None where nothing was printed lately."""
    process = _press().process
    return None if process is None or process.poll() is not None else process.pid
