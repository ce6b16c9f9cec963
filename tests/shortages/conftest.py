"""Short ways to requests in every state, as the tests of requests have them."""

from __future__ import annotations

from tests.requisitions.conftest import asking, database_template

__all__ = ["asking", "database_template"]
