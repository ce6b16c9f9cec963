"""The press: what it draws comes back, what goes wrong is said, and its end is nobody's loss."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

import pytest

from assetpool.core import printing


def test_what_is_drawn_comes_back_from_another_process() -> None:
    assert printing.printed("os:getpid") == printing.press_id() != os.getpid()


def test_what_a_drawing_refuses_is_refused_here_with_the_place_it_came_from() -> None:
    with pytest.raises(ValueError, match="invalid literal") as refused:
        printing.printed("builtins:int", "a")
    assert "In the press" in refused.value.__notes__[0]


def test_a_press_that_ended_meanwhile_is_started_again() -> None:
    first = printing.printed("os:getpid")
    os.kill(first, signal.SIGKILL)
    assert printing.printed("os:getpid") != first


def test_a_drawing_that_kills_its_press_is_a_refusal_and_the_next_one_is_drawn() -> None:
    with pytest.raises(printing.PrintingFailed):
        printing.printed("os:_exit", 1)
    assert printing.printed("math:isqrt", 81) == 9


def test_what_a_drawing_says_aloud_does_not_disturb_its_answer() -> None:
    assert printing.printed("builtins:print", "aloud") is None
    assert printing.printed("os:write", 1, b"aloud") == 5


def test_threads_get_their_own_answers() -> None:
    found: dict[int, int] = {}
    threads = [threading.Thread(target=lambda n=n: found.update({n: printing.printed("math:isqrt", n * n)})) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {n: n for n in range(20)}


def test_a_press_that_nobody_asks_ends() -> None:
    command = [sys.executable, "-c", "from assetpool.core import press; press.IDLE = 0.1; press.main()"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert process.wait(timeout=30) == 0
    finally:
        process.kill()
        process.communicate()
