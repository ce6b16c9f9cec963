"""A full book, made once, for tests of the audit."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.audit import book


@pytest.fixture
def database_template(make_template: Callable[..., str]) -> str:
    """Name the template that holds a book in which everything happened."""
    return make_template("book", book.fill)
