"""Acts on the catalogue: classes, kinds, stores."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from assetpool.catalog.classes import DEFAULT_CODE_SET, ancestry, path_of, possible_ancestors
from assetpool.catalog.models import AssetClass, Kind, Store
from assetpool.catalog.words import search_text
from assetpool.core import clock
from assetpool.core.errors import N_, DomainError, FieldInvalid, NotAllowed, NotFound, Word
from assetpool.org.models import Organization, Role
from assetpool.org.queries import access_of
from assetpool.org.service import ROLE_WORDS, NameTaken, demand

MAY_DESCRIBE = (Role.CLERK, Role.KEEPER, Role.APPROVER, Role.VALUER, Role.ADMINISTRATOR)
MAY_WITHDRAW = (Role.VALUER, Role.ADMINISTRATOR, Role.APPROVER)
MAY_OPEN_STORES = (Role.ADMINISTRATOR, Role.APPROVER)


class KindExists(DomainError):
    """The same class, name and spec is in the catalogue already."""

    sentence = N_("%(name)s is in the catalogue already, as kind %(kind_id)d. Use that one, or give another name or spec.")


@dataclass(frozen=True)
class NewKind:
    """What a kind is; the class may be unknown to the code set, which is then flagged."""

    name: str
    class_code: str = ""
    class_code_set: str = DEFAULT_CODE_SET
    spec: str = ""
    measure: str = ""
    name_en: str = ""
    volume_litres: int | None = None
    service_life_months: int | None = None
    service_life_source: str = ""
    standard_cap: int | None = None
    standard_cap_source: str = ""
    turn_round_days: int = 0
    label_policy: str = "unit"
    register: str = "ordinary"
    computer: bool = False


def demand_anywhere(session: Session, by: int, roles: Iterable[str]) -> None:
    """Raise NotAllowed unless the person holds one of the roles for some organization: the catalogue is the whole pool's."""
    wanted = list(roles)
    if not access_of(session, by).has(*wanted):
        raise NotAllowed(role=Word(ROLE_WORDS[Role(wanted[-1])]))


def load_classes(session: Session, code_set: str, rows: Iterable[Mapping[str, str]]) -> int:
    """Put classes (code, parent, name_zh, name_en, unit, evidence) into a code set; those known already stay; return how many were given."""
    values = [
        {
            "code_set": code_set,
            "code": row["code"],
            "parent_code": row.get("parent") or None,
            "name": row["name_zh"],
            "name_en": row.get("name_en", ""),
            "measure": row.get("unit", ""),
            "evidence": row.get("evidence", ""),
        }
        for row in rows
    ]
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    if values:
        session.execute(dialect.insert(AssetClass).on_conflict_do_nothing(), values)
    return len(values)


def parents_above(session: Session, code_set: str, code: str) -> dict[str, str | None]:
    """Return {code: code above} of a class and everything above it; a code that is not known brings its possible ancestors."""
    found: dict[str, str | None] = {}
    wanted = {code, *possible_ancestors(code)}
    while wanted:
        statement = select(AssetClass.code, AssetClass.parent_code).where(AssetClass.code_set == code_set, AssetClass.code.in_(wanted))
        rows = session.execute(statement).all()
        found.update({row.code: row.parent_code for row in rows})
        wanted = {row.parent_code for row in rows if row.parent_code} - set(found)
    return found


def add_kind(session: Session, pool_id: int, new: NewKind, by: int | None) -> Kind:
    """Add a kind, not priced yet; raise KindExists. `by` None: the installation itself, when it fills a new pool."""
    if by is not None:
        demand_anywhere(session, by, MAY_DESCRIBE)
    if not new.name.strip():
        raise FieldInvalid(field=Word(N_("Name")), problem=Word(N_("say what the thing is called.")))
    known = kind_like(session, pool_id, new.class_code_set, new.class_code, new.name, new.spec)
    if known is not None:
        raise KindExists(name=known.name, kind_id=known.id)
    return _make_kind(session, pool_id, new)


def kind_like(session: Session, pool_id: int, code_set: str, code: str, name: str, spec: str) -> Kind | None:
    """Return the kind of that class, name and spec, if there is one."""
    return session.scalar(
        select(Kind).where(
            Kind.pool_id == pool_id, Kind.class_code_set == code_set, Kind.class_code == code.strip(), Kind.name == name.strip(), Kind.spec == spec.strip()
        )
    )


def kind_for(session: Session, pool_id: int, new: NewKind) -> Kind:
    """Return the kind of that class, name and spec, making it if there is none; the act that needs it has asked for the role."""
    return kind_like(session, pool_id, new.class_code_set, new.class_code, new.name, new.spec) or _make_kind(session, pool_id, new)


def _make_kind(session: Session, pool_id: int, new: NewKind) -> Kind:
    code = new.class_code.strip()
    parents = parents_above(session, new.class_code_set, code) if code else {}
    kind = Kind(**kind_values(pool_id, new, parents, _class(session, new.class_code_set, code)))
    session.add(kind)
    session.flush()
    return kind


def kind_values(pool_id: int, new: NewKind, parents: Mapping[str, str | None], named: AssetClass | None) -> dict[str, Any]:
    """Return a kind's columns: what was said of it, where its class stands, and the words it is found by; `named`: its class, if known."""
    code = new.class_code.strip()
    codes = ancestry(code, parents) if code else []
    return {
        "pool_id": pool_id,
        "class_code_set": new.class_code_set,
        "class_code": code,
        "class_confirmed": named is not None,
        "class_path": path_of(codes) if codes else "",
        "class_root": codes[0] if codes else "",
        "name": new.name.strip(),
        "name_en": new.name_en.strip(),
        "spec": new.spec.strip(),
        "measure": new.measure.strip() or (named.measure if named else "") or "件",
        "volume_litres": new.volume_litres,
        "service_life_months": new.service_life_months,
        "service_life_source": new.service_life_source,
        "standard_cap": new.standard_cap,
        "standard_cap_source": new.standard_cap_source,
        "turn_round_days": new.turn_round_days,
        "label_policy": new.label_policy,
        "register": new.register,
        "computer": new.computer,
        "search_text": search_text(new.name, new.name_en, new.spec, named.name if named else "", named.name_en if named else ""),
        "created_at": clock.now(),
    }


def _class(session: Session, code_set: str, code: str) -> AssetClass | None:
    return session.scalar(select(AssetClass).where(AssetClass.code_set == code_set, AssetClass.code == code)) if code else None


def withdraw(session: Session, kind_id: int, by: int) -> Kind:
    """Take a kind out of the catalogue: it can no longer be asked for; what exists of it stays."""
    demand_anywhere(session, by, MAY_WITHDRAW)
    kind = session.get(Kind, kind_id)
    if kind is None:
        raise NotFound(what=str(kind_id))
    kind.withdrawn_at = kind.withdrawn_at or clock.now()
    session.flush()
    return kind


def add_store(
    session: Session,
    pool_id: int,
    code: str,
    name: str,
    organization_id: int,
    type: str,
    by: int | None,
    *,
    name_en: str = "",
    address: str = "",
    telephone: str = "",
    parent_id: int | None = None,
) -> Store:
    """Open a physical or virtual store of an organization; raise NameTaken if the code exists."""
    organization = session.get(Organization, organization_id)
    if organization is None or organization.pool_id != pool_id:
        raise NotFound(what=str(organization_id))
    if by is not None:
        demand(session, by, MAY_OPEN_STORES, organization_id)
    code, name = code.strip(), name.strip()
    if not code or not name:
        raise FieldInvalid(field=Word(N_("Store")), problem=Word(N_("give a code and a name.")))
    if type not in ("physical", "virtual"):
        raise FieldInvalid(field=Word(N_("Type of store")), problem=Word(N_("choose physical or virtual.")))
    if session.scalar(select(Store.id).where(Store.pool_id == pool_id, Store.code == code)):
        raise NameTaken(name=code)
    store = Store(
        pool_id=pool_id, organization_id=organization_id, parent_id=parent_id, code=code, name=name, name_en=name_en, type=type, address=address,
        telephone=telephone, created_at=clock.now(),
    )  # fmt: skip
    session.add(store)
    session.flush()
    return store
