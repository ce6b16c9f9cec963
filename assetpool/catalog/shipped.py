"""The reference tables that come with the product."""

from __future__ import annotations

import csv
from importlib import resources


def table(name: str) -> list[dict[str, str]]:
    """Return the rows of a reference table by its name."""
    with resources.files("assetpool.catalog").joinpath("seed", f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))
