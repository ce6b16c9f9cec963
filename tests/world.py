"""One small world for the tests: a city with a pool, a giving and a receiving department, a stranger, a person per role, two stores, three kinds.

`build` fills an empty migrated database inside an open act; `stock` brings things in; `at_work` is a fixture-ready template filler.
Ids and names are plain values, so a test may keep them across acts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from importlib import import_module
from importlib.util import find_spec

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.catalog import service as catalog
from assetpool.catalog.models import Kind, Store
from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.custody import service as custody
from assetpool.custody.models import Asset
from assetpool.org import service as org
from assetpool.org.models import Organization, Person, Role
from assetpool.prices import service as prices

PASSWORD = "open-the-store"
ZONE = "Asia/Shanghai"


@dataclass(frozen=True)
class World:
    """Ids of everything; each person's user name is the field's name."""

    pool: int
    city: int
    department_a: int
    department_b: int
    elsewhere: int
    main: int
    virtual: int
    desk: int
    chair: int
    computer: int
    clerk_a: int
    head_a: int
    organizer_b: int
    head_b: int
    approver: int
    approver2: int
    keeper: int
    keeper2: int
    reviewer: int
    valuer: int
    auditor: int
    administrator: int
    stranger: int
    finance: int


PEOPLE: tuple[tuple[str, str, str, str], ...] = (
    # user name, name, organization, role
    ("clerk_a", "王资产", "department_a", Role.CLERK),
    ("head_a", "李局长", "department_a", Role.HEAD),
    ("organizer_b", "张承办", "department_b", Role.ORGANIZER),
    ("head_b", "赵主任", "department_b", Role.HEAD),
    ("approver", "陈仓管", "city", Role.APPROVER),
    ("approver2", "周仓管", "city", Role.APPROVER),
    ("keeper", "刘保管", "city", Role.KEEPER),
    ("keeper2", "吴保管", "city", Role.KEEPER),
    ("reviewer", "郑核定", "city", Role.REVIEWER),
    ("valuer", "冯估价", "city", Role.VALUER),
    ("auditor", "许审计", "city", Role.AUDITOR),
    ("administrator", "管理员", "city", Role.ADMINISTRATOR),
    ("stranger", "路人甲", "elsewhere", Role.CLERK),
    ("finance", "钱财务", "city", Role.FINANCE),
)


def _organizations(session: Session, pool_id: int) -> dict[str, int]:
    city = org.add_organization(session, pool_id, "CITY", "示范市", "city", None, name_en="Model City")
    made = {"city": city.id}
    for key, code, name, english in (
        ("department_a", "A", "教育局", "Education Bureau"),
        ("department_b", "B", "体育局", "Sports Bureau"),
        ("elsewhere", "X", "气象局", "Weather Bureau"),
    ):
        made[key] = org.add_organization(session, pool_id, code, name, "department", city.id, name_en=english).id
    return made


def _people(session: Session, pool_id: int, organizations: dict[str, int]) -> dict[str, int]:
    made = {}
    for username, name, organization, role in PEOPLE:
        person = org.add_person(session, pool_id, username, name, PASSWORD)
        org.grant(session, person.id, organizations[organization], role)
        made[username] = person.id
    return made


def _kinds(session: Session, pool_id: int) -> dict[str, int]:
    dated = date(2026, 6, 1)
    desk = catalog.NewKind("办公桌", "A05010201", name_en="Office desk", spec="1400×700", measure="张", service_life_months=180, standard_cap=300_000)
    chair = catalog.NewKind("会议椅", "A05010303", name_en="Conference chair", measure="把", service_life_months=180, standard_cap=80_000, label_policy="lot")
    computer = catalog.NewKind("台式计算机", "A02010105", name_en="Desktop computer", measure="台", service_life_months=72, standard_cap=500_000, computer=True)
    made = {}
    for key, new, price, rent in (("desk", desk, 100_000, 300), ("chair", chair, 30_000, 100), ("computer", computer, 450_000, None)):
        quotes = [prices.Quote(supplier, price + more) for supplier, more in (("甲家具", 0), ("乙家具", 500), ("丙家具", 900))]
        kind = prices.add_kind(
            session,
            pool_id,
            new,
            None,
            prices.NewPrice(price, dated_on=dated, source="三家询价", source_kind="quotes", quotes=quotes),
            prices.NewRent(rent, per_7_days=rent * 6, per_30_days=rent * 20, source="租赁行情") if rent else None,
        )
        made[key] = kind.id
    return made


def build(session: Session) -> World:
    """Make the world inside an open act and return its ids."""
    pool = org.found_pool(session, "CITY", "示范市公物仓", ZONE)
    organizations = _organizations(session, pool.id)
    people = _people(session, pool.id, organizations)
    main = catalog.add_store(session, pool.id, "MAIN", "中心仓", organizations["city"], "physical", None, name_en="Central store")
    virtual = catalog.add_store(session, pool.id, "A-VIRTUAL", "教育局虚拟仓", organizations["department_a"], "virtual", None)
    catalog.load_classes(session, "GPC-2022", CLASSES)
    world = World(pool=pool.id, main=main.id, virtual=virtual.id, **organizations, **people, **_kinds(session, pool.id))
    if find_spec("assetpool.savings.policies") is not None:
        import_module("assetpool.savings.policies").install(session, pool.id)
    return world


CLASSES = (
    {"code": "A02000000", "parent": "", "name_zh": "设备", "name_en": "Equipment"},
    {"code": "A02010000", "parent": "A02000000", "name_zh": "信息化设备", "name_en": "IT equipment"},
    {"code": "A02010105", "parent": "A02010000", "name_zh": "台式计算机", "name_en": "Desktop computer", "unit": "台"},
    {"code": "A05000000", "parent": "", "name_zh": "家具和用具", "name_en": "Furniture and utensils"},
    {"code": "A05010000", "parent": "A05000000", "name_zh": "家具", "name_en": "Furniture", "unit": "件"},
    {"code": "A05010303", "parent": "A05010000", "name_zh": "会议椅", "name_en": "Conference chair", "unit": "把"},
)


def stock(
    session: Session,
    kind_id: int,
    count: int,
    *,
    lot: bool = False,
    store_id: int | None = None,
    owner_id: int | None = None,
    book_id: int | None = None,
    acquired_on: date | None = date(2024, 11, 22),
    value: int | None = 120_000,
    condition: str = "good",
    place: str = "A-01",
    serials: Sequence[str] = (),
) -> list[str]:
    """Bring `count` units of a kind into a store (the main one) inside an open act, as that many labels or as one lot; return their tags."""
    kind = session.get_one(Kind, kind_id)
    store = session.get_one(Store, store_id) if store_id else session.scalars(select(Store).where(Store.code == "MAIN")).one()
    owner = owner_id or session.scalars(select(Organization.id).where(Organization.code == "A")).one()
    custody.lock_stock(session, [(kind_id, store.id)])
    things = [
        custody.NewAsset(
            kind_id=kind_id,
            form="lot" if lot else "unit",
            count=count if lot else 1,
            store_id=store.id,
            origin_id=owner,
            owner_id=owner,
            book_id=book_id or owner,
            custodian_id=store.organization_id,
            condition=condition,
            inspected_good=condition in ("new", "good"),
            place=place,
            acquired_on=acquired_on,
            original_value=value,
            accumulated_depreciation=None if value is None else value // 5,
            serial=serials[number] if number < len(serials) else "",
        )
        for number in range(1 if lot else count)
    ]
    keeper = session.scalars(select(Person.id).where(Person.username == "keeper")).one()
    ids = custody.register(session, kind.pool_id, things, custody.Cause(None, None, keeper, clock.now()))
    tags = {row.id: row.tag for row in session.execute(select(Asset.id, Asset.tag).where(Asset.id.in_(ids)))}
    return [tags[i] for i in ids]


def fill(app: Flask) -> None:
    """Build the world in a database template (`make_template("world", world.fill)`), with 10 desks and a lot of 500 chairs in the main store."""
    with atomic() as session:
        found = build(session)
        stock(session, found.desk, 10)
        stock(session, found.chair, 500, lot=True)


def found() -> World:
    """Return the ids of a world that `fill` made, read back by their codes."""
    session = db.session()
    codes = {row.code: row.id for row in session.execute(select(Organization.code, Organization.id))}
    stores = {row.code: row.id for row in session.execute(select(Store.code, Store.id))}
    kinds = {row.name: row.id for row in session.execute(select(Kind.name, Kind.id))}
    people = {row.username: row.id for row in session.execute(select(Person.username, Person.id))}
    pool = session.scalars(select(Organization.pool_id).limit(1)).one()
    session.rollback()
    names = {field.name for field in fields(World)}
    return World(
        pool=pool,
        city=codes["CITY"],
        department_a=codes["A"],
        department_b=codes["B"],
        elsewhere=codes["X"],
        main=stores["MAIN"],
        virtual=stores["A-VIRTUAL"],
        desk=kinds["办公桌"],
        chair=kinds["会议椅"],
        computer=kinds["台式计算机"],
        **{name: number for name, number in people.items() if name in names},
    )


@pytest.fixture
def template(make_template: Callable[..., str]) -> str:
    """Name the template that holds the small world: `database_template = worlds.template` where tests start from it."""
    return make_template("world", fill)


@pytest.fixture
def apart(app: Flask) -> World:
    """Give the ids of the small world without pushing a context: `world = worlds.apart` where the requests of several people must not share one."""
    with app.app_context():
        return found()


def token(session: Session, person_id: int) -> dict[str, str]:
    """Make a bearer token inside an open act; return the header that carries it."""
    return {"Authorization": f"Bearer {org.issue_token(session, person_id)}"}


def bearer(app: Flask, username: str) -> dict[str, str]:
    """Make a token for one of the people in an act of its own; return the header that carries it."""
    with app.app_context(), atomic() as session:
        return token(session, getattr(found(), username))


@pytest.fixture
def bearers(app: Flask) -> Callable[[str], dict[str, str]]:
    """Give `bearer` of the application under test."""
    return lambda username: bearer(app, username)


def sign_in(app: Flask, username: str) -> FlaskClient:
    """Return a client of the pages signed in as one of the people."""
    client = app.test_client()
    with client.session_transaction() as kept, app.app_context():
        person = db.session().scalars(select(Person).where(Person.username == username)).one()
        kept["_user_id"], kept["_fresh"] = f"{person.id}:{person.session_epoch}", True
    return client
