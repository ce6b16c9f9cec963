"""Four worked rule sets, each of a named organization: a county with two steps, a city with finance over 50,000 yuan, temporary bodies always by finance,
and a small office that signs on paper; with two requests that wait under them, and an IOU."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from assetpool.approvals import rule_sets
from assetpool.approvals.rule_sets import Settings
from assetpool.approvals.rules import Kind, Place, Rule, RuleStep
from assetpool.demo.scene import Scene, signed, tags_in
from assetpool.demo.timeline import Story
from assetpool.handovers import lanes
from assetpool.handovers.service import Item
from assetpool.requisitions import drafting
from assetpool.requisitions import service as requisitions
from assetpool.requisitions.drafting import Contact, Wish

ASKING = frozenset({Kind.LOAN, Kind.REALLOCATION})
POOL = RuleStep("approver", Place.STORE, 2, days=2)


@dataclass(frozen=True)
class Example:
    """The rules of one organization, by its code; a step at a named organization is held there."""

    code: str
    note: str
    rules: tuple[Rule, ...]
    settings: Settings


SETTINGS = Settings()
EXAMPLES: tuple[Example, ...] = (
    Example(
        "BS",
        "县级两步：县政府负责人同意，再由公物仓审批",
        (Rule("县内借用、调剂", (RuleStep("head", Place.NAMED, 1, days=2), POOL), ASKING),),
        SETTINGS,
    ),
    Example(
        "XH",
        "5 万元以上须财政部门同意；同一单位同类 90 日内累计",
        (
            Rule("借用、调剂", (POOL,), ASKING),
            Rule("5 万元以上", (RuleStep("finance", Place.ROOT, 3, days=3),), ASKING, value_over=5_000_000),
        ),
        SETTINGS,
    ),
    Example(
        "LJ",
        "临时机构一律由财政部门与公物仓会签",
        (
            Rule("借用、调剂", (POOL,), ASKING),
            Rule("临时机构", (RuleStep("finance", Place.ROOT, 2, days=2),), ASKING, organization_kind="temporary"),
        ),
        SETTINGS,
    ),
    Example(
        "BS-DAG",
        "小单位纸质签批，扫描存档",
        (Rule("本单位负责人签字", (RuleStep("head", Place.ASKING, 1, days=3),), ASKING),),
        Settings(on_paper=True, emergency_units=0),
    ),
)


def stories(scene: Scene) -> Iterator[Story]:
    """Tell how the rules were published, and what waits under them."""
    yield _published(scene)
    yield _waiting(scene, "hanxue", "XH-JYJ", "全市中考考点布置", (("folding-table", 120), ("stacking-chair", 100)))
    yield _waiting(scene, "pengyu", "LJ-PCB", "普查员集中培训", (("stacking-chair", 60),))
    yield _lent_on_an_iou(scene)


def _published(scene: Scene) -> Story:
    session = yield (-95, 9)
    for example in EXAMPLES:
        organization_id = scene.organizations[example.code]
        named = [replace(rule, steps=tuple(_here(step, organization_id) for step in rule.steps)) for rule in example.rules]
        rule_sets.publish(session, organization_id, named, example.settings, by=scene.people["admin"], note=example.note)


def _lent_on_an_iou(scene: Scene) -> Story:
    """Two chairs for three days over the counter, signed by who asked for them."""
    session = yield (-1, 16)
    items = [Item(tag) for tag in tags_in(session, scene.kinds["office-chair"], scene.stores["CENTRAL"], 2)]
    lanes.hand_out(
        session, lanes.IOU, scene.organizations["LJ-MZJ"], scene.people["liangyu"], items, scene.day(1), by=scene.people["liuqiang"],
        receipt=signed("梁雨"), reason="接待来访群众",
    )  # fmt: skip


def _here(step: RuleStep, organization_id: int) -> RuleStep:
    return replace(step, organization_id=organization_id) if step.place == Place.NAMED else step


def _waiting(scene: Scene, who: str, code: str, purpose: str, things: tuple[tuple[str, int], ...]) -> Story:
    session = yield (-1, 15)
    by = scene.people[who]
    wishes = [Wish(count, scene.kinds[key]) for key, count in things]
    contacts = [Contact("值班室", "028-0000 0300")]
    organization_id = scene.organizations[code]
    document = drafting.draft(session, organization_id, wishes, scene.day(40), scene.day(44), by=by, purpose=purpose, contacts=contacts)
    requisitions.submit(session, document.number, by=by)
