"""The beginning: the pool, its organizations, people, stores and kinds, as they were set up at the start of 2022."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from assetpool.catalog import service as catalog
from assetpool.catalog import shipped
from assetpool.core import clock
from assetpool.demo import catalogue
from assetpool.demo.people import CITY, ORGANIZATIONS, PASSWORD, PEOPLE, ROOT
from assetpool.demo.scene import ZONE, Scene, act
from assetpool.org import service as org
from assetpool.org.models import Person
from assetpool.savings import service as savings
from assetpool.standards import service as standards

FIRST_DAY = date(2022, 1, 11)

STORES: tuple[tuple[str, str, str, str, str, str], ...] = (
    # code, name, English name, organization, type, address
    ("CENTRAL", "蓉江市公物仓中心仓", "Rongjiang central store", ROOT, "physical", "蓉江市临江区仓前路 8 号"),
    ("BRANCH-QY", "青岩县分仓", "Qingyan branch store", "QY", "physical", "青岩县城关镇粮站路 2 号"),
    ("V-JYJ", "教育局虚拟仓", "Education Bureau virtual store", "RJ-JYJ", "virtual", "蓉江市第三中学新校区"),
    ("V-TYJ", "体育局虚拟仓", "Sports Bureau virtual store", "RJ-TYJ", "virtual", "蓉江市体育中心"),
    ("V-WJW", "卫健委虚拟仓", "Health Commission virtual store", "RJ-WJW", "virtual", "蓉江市卫健委机关"),
)


def found(scene: Scene) -> None:
    """Found the pool and fill the scene's names."""
    with act(clock.moment_on(FIRST_DAY, ZONE, 9)) as session:
        pool = org.found_pool(session, CITY, "蓉江市公物仓", ZONE, demonstration=True)
        scene.pool = pool.id
        for body in ORGANIZATIONS:
            made = org.add_organization(
                session, pool.id, body.code, body.name, body.kind, scene.organizations.get(body.parent), body.name_en, body.telephone, body.own_budget
            )
            scene.organizations[body.code] = made.id
        _people(session, scene)
        savings.install(session, pool.id)
        catalogue.load_classes(session)
        standards.load(session, pool.id, shipped.table("configuration_standard"))
        central: int | None = None
        for code, name, english, organization, form, address in STORES:
            parent = central if form == "physical" else None
            store = catalog.add_store(
                session, pool.id, code, name, scene.organizations[organization], form, None, name_en=english, address=address, parent_id=parent,
                telephone="028-0000 0110",
            )  # fmt: skip
            scene.stores[code] = store.id
            central = central or store.id
        catalogue.add_kinds(session, scene)


def _people(session: Session, scene: Scene) -> None:
    """Add the people; they share one password, so it is hashed once."""
    stored: str | None = None
    for number, inhabitant in enumerate(PEOPLE, start=1):
        telephone, address = f"028-0000 {number:04d}", f"{inhabitant.username}@rongjiang.example"
        person: Person = org.add_person(session, scene.pool, inhabitant.username, inhabitant.name, None if stored else PASSWORD, telephone, address)
        stored = stored or person.password_hash
        person.password_hash = stored
        scene.people[inhabitant.username] = person.id
        for role, code in inhabitant.roles:
            org.grant(session, person.id, scene.organizations[code], role)
