"""An event whose organizer was let in by a link: the list is half done, and packs that anybody may begin with."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.orm import Session

from assetpool.demo.people import INVITED
from assetpool.demo.scene import Scene
from assetpool.demo.timeline import Story
from assetpool.events import packs
from assetpool.events import service as events
from assetpool.events.models import Event
from assetpool.events.packs import PackLine
from assetpool.invitations import lists
from assetpool.invitations import service as invitations
from assetpool.invitations.reading import Row

LIST = (
    ("大剧院主会场", "会议椅", 240, "蒋涵"),
    ("大剧院主会场", "folding tables", 30, "蒋涵"),
    ("大剧院主会场", "投影仪", 4, "蒋涵"),
    ("滨江公园分会场", "帐篷", 10, "叶青"),
    ("滨江公园分会场", "塑料凳", 200, "叶青"),
    ("滨江公园分会场", "移动厕所", 6, "叶青"),
    ("志愿者之家", "办公桌", 20, "叶青"),
    ("志愿者之家", "椅子", 60, "叶青"),
)


def stories(scene: Scene) -> Iterator[Story]:
    """Yield the stories of packs and of the organizer's list."""
    yield _packs(scene)
    yield _culture_festival(scene)


def _packs(scene: Scene) -> Story:
    session = yield (-50, 9)
    by, kinds = scene.people["zhoumin"], scene.kinds
    meeting = [PackLine(kinds[key], units) for key, units in (("stacking-chair", 10_500), ("folding-table", 2_500), ("projector", 67), ("whiteboard", 100))]
    outdoors = [PackLine(kinds[key], units) for key, units in (("tent", 400), ("plastic-stool", 9_000), ("folding-table", 1_500))]
    packs.write(session, scene.pool, "会议", meeting, by=by, name_en="Meeting", note="按人数测算，椅子含备用 5%")
    packs.write(session, scene.pool, "户外活动", outdoors, by=by, name_en="Outdoor event")


def _culture_festival(scene: Scene) -> Story:
    """Tell how the pool entered a festival and sent its link; the organizer has brought a list and goes on with it."""
    session = yield (-2, 10)
    by = scene.people["zhoumin"]
    said = events.Said(
        "蓉江市群众文化节", scene.day(40), scene.day(44), "Rongjiang Folk Culture Festival", 60_000_000, "蓉府办函〔2026〕58号", "市级文化专项资金", "2070109",
        (scene.organizations["RJ-TYJ"], scene.organizations["QY"]),
    )  # fmt: skip
    event = events.enter(session, scene.pool, scene.organizations["RJ-WLJ"], said, by=by)
    venues = [
        events.Venue("大剧院主会场", None, "蓉江市文化路 1 号", "1层", True, "08:00–11:00", "蒋涵", "028-0000 0301"),
        events.Venue("滨江公园分会场", None, "滨江大道", "地面", None, "06:00–08:00", "叶青", "028-0000 0302"),
    ]
    events.set_venues(session, event.id, venues, by=by)
    events.name_liaison(session, event.id, "蒋涵", "028-0000 0301", "jianghan@example.org", by=by)
    _invite(session, scene, event, by)
    session = yield (-1, 15)
    rows = [Row(thing, venue, units, contact=contact) for venue, thing, units, contact in LIST]
    lists.take_rows(session, session.get_one(Event, event.id), rows)


def _invite(session: Session, scene: Scene, event: Event, by: int) -> None:
    sent = invitations.invite(session, event.id, by=by, expires_on=scene.day(44), hauls="pool", sets_up="organizer", terms="帐篷需晾干后归还。")
    # A demonstration can be tried only if its link and code are known beforehand.
    token, code = INVITED
    sent.invitation.token_digest, sent.invitation.code_digest = invitations.digest(token), invitations.digest(token, code)
