"""What a row is called: stable keys for machines, names in both languages for people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from assetpool.catalog.models import AssetClass, Kind, Store
from assetpool.events.models import Event
from assetpool.org.models import Organization

USUAL_CODE_SET = "GPC-2022"


class Label(NamedTuple):
    """A row's key and its name in both languages; all empty where nothing is named."""

    key: str = ""
    name: str = ""
    name_en: str = ""


NAMELESS = Label()


def labels(session: Session, by: str, raw: Iterable[Any]) -> dict[Any, Label]:
    """Return the labels of raw keys in one query; events are named by their id, organizations, stores and classes by their code.

    A class of another code set than the usual one carries its set before the code; one that no class list names is called by a kind in it.
    Months and kinds of saving name themselves.
    """
    wanted = {key for key in raw if key is not None}
    if by == "class":
        return _classes(session, wanted)
    if by in ("month", "kind") or not wanted:
        return {key: Label(key, key, key) for key in wanted}
    if by == "event":
        events = session.execute(select(Event.id, Event.name, Event.name_en).where(Event.id.in_(wanted)))
        return {row.id: called(by, row.id, None, row.name, row.name_en) for row in events}
    model: Any = Organization if by == "organization" else Store
    rows = session.execute(select(model.id, model.code, model.name, model.name_en).where(model.id.in_(wanted)))
    return {row.id: called(by, row.id, row.code, row.name, row.name_en) for row in rows}


def called(by: str, raw: Any, code: str | None, name: str, name_en: str) -> Label:
    """Return the label of a raw key from the row that it names."""
    return Label(class_key(*raw.split(":", 1)) if by == "class" else code or str(raw), name, name_en)


def class_key(code_set: str, code: str) -> str:
    """Return a class's key: the code, with its set before it where that is not the usual one."""
    return code if code_set == USUAL_CODE_SET else f"{code_set}:{code}"


def _classes(session: Session, wanted: set[str]) -> dict[Any, Label]:
    pairs = {key: (key.split(":", 1)[0], key.split(":", 1)[1]) for key in wanted}
    columns = (AssetClass.code_set, AssetClass.code, AssetClass.name, AssetClass.name_en)
    rows = session.execute(select(*columns).where(tuple_(*columns[:2]).in_(list(pairs.values())))) if pairs else ()
    named = {(row.code_set, row.code): (row.name, row.name_en) for row in rows}
    unnamed = [pair for pair in pairs.values() if pair not in named]
    if unnamed:
        found_kinds = select(Kind.class_code_set, Kind.class_code, func.min(Kind.name).label("name"), func.min(Kind.name_en).label("name_en"))
        found_kinds = found_kinds.where(tuple_(Kind.class_code_set, Kind.class_code).in_(unnamed)).group_by(Kind.class_code_set, Kind.class_code)
        named |= {(row.class_code_set, row.class_code): (row.name, row.name_en) for row in session.execute(found_kinds)}
    return {key: Label(class_key(*pair), *named.get(pair, (pair[1], pair[1]))) for key, pair in pairs.items()}
