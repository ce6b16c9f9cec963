"""The other end of `printing`: reads a drawing's name and its values, draws, answers, and ends when nobody has asked for long or much memory was used."""

from __future__ import annotations

import importlib
import os
import pickle
import select
import signal
import sys
import traceback
from typing import IO, Any, Final

if sys.platform != "win32":
    import resource

IDLE: Final = 300
"""Seconds without a task after which the press gives its memory back."""
LARGE: Final = 300 * 1024
"""Kilobytes: a press that ever held more ends after its answer."""


def answer_of(task: bytes) -> bytes:
    """Return a task's pickled answer: (True, what was drawn) or (False, what the drawing raised)."""
    drawing, values = pickle.loads(task)
    module, _, name = drawing.partition(":")
    try:
        found: tuple[bool, Any] = (True, getattr(importlib.import_module(module), name)(*values))
    except Exception as error:
        error.add_note(f"In the press:\n{traceback.format_exc()}")
        found = (False, error)
    return pickle.dumps(found, pickle.HIGHEST_PROTOCOL)


def _is_asked(source: IO[bytes]) -> bool:
    """Wait for the next task; say whether one came in time."""
    return sys.platform == "win32" or bool(select.select([source], [], [], IDLE)[0])


def _is_large() -> bool:
    return sys.platform != "win32" and resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > LARGE


def main() -> None:
    """Answer tasks from standard input, each a length of eight bytes and so many bytes; whatever else is said goes to standard error."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    while _is_asked(sys.stdin.buffer):
        length = int.from_bytes(sys.stdin.buffer.read(8), "big")
        if not length:
            return
        answer = answer_of(sys.stdin.buffer.read(length))
        answers.write(len(answer).to_bytes(8, "big") + answer)
        answers.flush()
        if _is_large():
            return


if __name__ == "__main__":
    main()
