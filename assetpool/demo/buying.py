"""Looking before buying: posts on file, a certificate that nothing was there, and a search above the allocation standard that waits for somebody above."""

from __future__ import annotations

from collections.abc import Iterator

from assetpool.certificates import service as certificates
from assetpool.certificates.looking import Days, Wanted
from assetpool.demo.scene import Scene
from assetpool.demo.timeline import Story
from assetpool.standards import service as standards

POSTS = (("RJ-WJW", 85), ("RJ-TYJ", 64), ("RJ-JYJ", 110), ("RJ-WLJ", 58))
DAYS_VALID = 30


def stories(scene: Scene) -> Iterator[Story]:
    """Yield the stories of posts, of a certificate and of a search above the standard."""
    yield _posts(scene)
    yield _certified(scene)
    yield _above(scene)


def _posts(scene: Scene) -> Story:
    session = yield (-40, 9)
    for code, posts in POSTS:
        standards.count_posts(session, scene.organizations[code], "", posts, by=scene.people["admin"], source="编办核定编制（演示）")


def _certified(scene: Scene) -> Story:
    session = yield (-6, 10)
    by, organization = scene.people["sunli"], scene.organizations["RJ-WJW"]
    lines = [Wanted("视频监控设备", "A02091107", 6, "门诊大厅", 320_000), Wanted("触控一体机", "A02020800", 30, "86寸", 1_680_000, energy=1)]
    kept = certificates.search(session, organization, lines, Days(scene.day(-6), None), by=by).id
    session = yield (-6, 11)
    certificates.issue(session, kept, {}, by=by, days_valid=DAYS_VALID)


def _above(scene: Scene) -> Story:
    session = yield (-1, 14)
    lines = [Wanted("便携式计算机", "A02010108", 40, "移动工作站", 960_000, energy=2, held=20)]
    days = Days(scene.day(1), None)
    certificates.search(
        session, scene.organizations["RJ-TYJ"], lines, days, by=scene.people["yangfan"], reason="replace", replaces="2023年购置的便携机（卡片号 BX-0231）"
    )
