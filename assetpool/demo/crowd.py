"""Many more assets for trials under load, brought in by the machinery of opening balances."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from assetpool.core import clock
from assetpool.demo.catalogue import KINDS, fen
from assetpool.demo.scene import ZONE, Scene, act
from assetpool.intake import opening
from assetpool.intake.reading import Reading
from assetpool.intake.rows import Row

FIRST_DAY = date(2017, 1, 1)
DAYS = 365 * 7
ORGANIZATIONS = ("RJ-JYJ", "RJ-WJW", "RJ-WLJ", "RJ-TYJ", "QY-JYJ")
A_FILE = 25_000


def bring(scene: Scene, count: int) -> None:
    """Bring `count` single labels into the central store, in files of at most 25,000 rows, the same ones for the same count."""
    chance = Random(count)
    when = clock.moment_on(date(2024, 5, 8), ZONE, 11)
    for number, start in enumerate(range(0, count, A_FILE)):
        rows = [_row(chance, row_no) for row_no in range(2, 2 + min(A_FILE, count - start))]
        organization = ORGANIZATIONS[number % len(ORGANIZATIONS)]
        with act(when + timedelta(minutes=number)) as session:
            reading = _reading(f"{organization}-{number + 1:02d}.xlsx", rows)
            opening.take_over(session, reading, scene.organizations[organization], scene.stores["CENTRAL"], by=scene.people["liuqiang"])


def _row(chance: Random, row_no: int) -> Row:
    """Return one thing of a random kind, bought on a random day at about its price."""
    line = KINDS[chance.randrange(len(KINDS))]
    value = fen(line.price) * chance.randint(80, 115) // 100
    return Row(
        row_no=row_no, name=line.name, class_code=line.code, class_code_set="", spec=line.spec, measure=line.measure, quantity=1, unit_value_fen=value,
        acquired_on=FIRST_DAY + timedelta(days=chance.randrange(DAYS)), external_no=f"ZCK{chance.randrange(10**9):09d}", serial="",
        condition=chance.choice(("good", "good", "good", "fair", "poor")), brand="", tag="", organization="",
        place=f"{chance.choice('BCDEF')}-{row_no % 60:02d}", accumulated_depreciation_fen=None, lot=False, note="", code="",
    )  # fmt: skip


def _reading(name: str, rows: list[Row]) -> Reading:
    return Reading(file=name, sheet="", sheets=[], header_row=1, encoding=None, columns=[], mapping={}, rows=rows)
