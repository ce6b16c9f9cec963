"""The world that is measured: 2,000 kinds in 20 classes under 4 roots, 5 stores of 10 places, N assets with a movement each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.catalog import service as catalog
from assetpool.catalog.books import kinds_for
from assetpool.catalog.models import Price
from assetpool.core import bulk, clock
from assetpool.core.db import atomic, db
from assetpool.custody import service as custody
from assetpool.custody.models import Asset
from assetpool.org import service as org
from assetpool.org.models import Role
from assetpool.savings import policies

NOUNS = ("桌椅", "书柜", "打印机", "投影仪", "帐篷", "空调", "电脑", "展板", "音响", "沙发")
ADJECTIVES = ("大型", "小型", "折叠", "木制", "钢制", "防火", "移动", "加固", "轻便", "标准")
CODE_SET = "GPC-2022"
ROOTS, LEAVES, STORES, PLACES, KINDS = 4, 20, 5, 10, 2000
TEXT = "桌椅"
ZONE = "Asia/Shanghai"
CHUNK = 20_000
LOT_UNITS = 5_000
PEOPLE = (("keeper", Role.KEEPER), ("approver", Role.APPROVER), ("organizer", Role.ORGANIZER), ("auditor", Role.AUDITOR), ("clerk", Role.CLERK))


@dataclass(frozen=True)
class World:
    """What the workloads need to know: ids, tokens and a spread of tags."""

    pool: int
    department: int
    people: dict[str, int]
    tokens: dict[str, str]
    kinds: list[int]
    stores: list[int]
    tags: list[str]
    lot_kind: int
    lot_tag: str


def leaf_code(leaf: int) -> str:
    """Return the class code of one of the twenty leaves."""
    return f"A{leaf // 5 + 1:02d}{leaf % 5 + 1:02d}0000"


def root_code(root: int) -> str:
    """Return the class code of one of the four roots."""
    return f"A{root + 1:02d}000000"


def kind_name(number: int) -> str:
    """Return the name of a kind: adjective, noun, number."""
    return f"{ADJECTIVES[number // 10 % 10]}{NOUNS[number % 10]}{number}型"


def kind_class(number: int) -> int:
    """Return the leaf that a kind belongs to; every leaf holds every noun."""
    return number // 100 % LEAVES


def placed(number: int) -> tuple[int, int, str]:
    """Return kind, store (both counted from 0) and place of the asset with a running number."""
    return number % KINDS, number // KINDS % STORES, f"{number * 7 // 3 % PLACES + 1:02d}区"


def build(size: int) -> World:
    """Fill an empty migrated database with the world and `size` assets; return what the workloads need."""
    with atomic() as session:
        pool = org.found_pool(session, "BENCH", "公物仓", ZONE).id
        city = org.add_organization(session, pool, "CITY", "示范市", "city", None).id
        department = org.add_organization(session, pool, "D1", "体育局", "department", city).id
        giver = org.add_organization(session, pool, "D2", "教育局", "department", city).id
        people, tokens = {}, {}
        for name, role in PEOPLE:
            person = org.add_person(session, pool, name, name).id
            org.grant(session, person, department if role == Role.ORGANIZER else city, role)
            people[name], tokens[name] = person, org.issue_token(session, person)
        stores = [catalog.add_store(session, pool, f"S{n + 1}", f"{n + 1}号仓", city, "physical", None).id for n in range(STORES)]
        policies.install(session, pool)
        kinds = _kinds(session, pool)
        lot_kind = catalog.add_kind(session, pool, catalog.NewKind("会议椅（租借）", leaf_code(0), measure="把", label_policy="lot"), None).id
    for start in range(0, size, CHUNK):
        with atomic() as session:
            custody.lock_stock(session, [(kind, store) for kind in kinds for store in stores])
            _register(session, pool, giver, city, people["keeper"], [_asset(n, kinds, stores, giver, city) for n in range(start, min(start + CHUNK, size))])
    with atomic() as session:
        custody.lock_stock(session, [(lot_kind, stores[0])])
        lot = custody.NewAsset(lot_kind, "lot", LOT_UNITS, stores[0], giver, giver, giver, city, inspected_good=True, acquired_on=date(2025, 1, 1))
        asset_id = custody.register(session, pool, [lot], custody.Cause(None, None, people["keeper"], clock.now()))[0]
        lot_tag = session.get_one(Asset, asset_id).tag
        tags = list(session.scalars(select(Asset.tag).where(Asset.form == "unit").order_by(Asset.id)))
    return World(pool, department, people, tokens, kinds, stores, tags, lot_kind, lot_tag)


def _kinds(session: Session, pool: int) -> list[int]:
    rows = [{"code": root_code(n), "parent": "", "name_zh": f"{n + 1}类"} for n in range(ROOTS)]
    rows += [{"code": leaf_code(n), "parent": root_code(n // 5), "name_zh": f"{n + 1}细类"} for n in range(LEAVES)]
    catalog.load_classes(session, CODE_SET, rows)
    wanted = [catalog.NewKind(kind_name(n), leaf_code(kind_class(n)), spec=f"规格{n}", measure="件", service_life_months=120) for n in range(KINDS)]
    found = kinds_for(session, pool, wanted)
    kinds = [found[(CODE_SET, new.class_code, new.name, new.spec)] for new in wanted]
    dated = date(2026, 1, 1)
    prices = [(kind, 100_000, dated, dated, "询价", "quotes", 3, True, True, clock.now()) for kind in kinds]
    columns = ("kind_id", "amount", "valid_from", "dated_on", "source", "source_kind", "quotes", "tax_included", "transport_included", "set_at")
    bulk.write(session, Price.__table__, columns, prices)  # type: ignore[arg-type]
    return kinds


def _asset(number: int, kinds: Sequence[int], stores: Sequence[int], giver: int, city: int) -> custody.NewAsset:
    kind, store, place = placed(number)
    return custody.NewAsset(
        kinds[kind], "unit", 1, stores[store], giver, giver, giver, city, inspected_good=True, place=place, acquired_on=date(2025, 1, 1),
        original_value=120_000, accumulated_depreciation=24_000, brand="品牌", serial=f"SN{number:08d}",
    )  # fmt: skip


def _register(session: Session, pool: int, giver: int, city: int, keeper: int, things: list[custody.NewAsset]) -> None:
    custody.register(session, pool, things, custody.Cause(None, None, keeper, clock.now()))


def settled(engine_name: str) -> None:
    """Bring the planner's statistics up to date, as the engine's own upkeep does after a while."""
    statement = "ANALYZE" if engine_name == "sqlite" else "VACUUM ANALYZE"
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(statement)
