"""References of what an import writes by the hundred thousand are checked once a statement, not once a row, on PostgreSQL from 18 on.

Nothing may be written that refers to nothing, and nothing may go that is referred to, as before: the foreign keys of asset, tranche, movement and
intake_line stay declared, under their names, and refuse with the same error. But PostgreSQL would look up every one of 28 references for every row,
which takes three quarters of an import's time. Declared as not enforced by itself, they are enforced by triggers here: after an INSERT or COPY each
distinct value is looked up once, under the same lock (FOR KEY SHARE), so that nobody can delete it meanwhile; after an UPDATE whatever changed; after
a DELETE, or a change of its id, of what they refer to, nobody may still refer to it. Older servers and SQLite keep their own checks.
"""

from __future__ import annotations

from collections.abc import Iterator

from alembic import op

revision = "0027"
down_revision = "0025"
branch_labels = None
depends_on = None

STANDING = {"pool_id": "pool", "kind_id": "kind", "store_id": "store", "custodian_id": "organization"}
OWNING = {"owner_id": "organization", "book_id": "organization", "document_id": "document"}
REFERENCES: dict[str, dict[str, str]] = {
    "asset": STANDING | {"predecessor_id": "asset"},
    "tranche": STANDING | OWNING | {"origin_id": "organization", "asset_id": "asset", "parent_id": "tranche"},
    "movement": STANDING | OWNING | {"person_id": "person", "asset_id": "asset", "tranche_id": "tranche", "from_tranche_id": "tranche"},
    "intake_line": {"intake_id": "intake", "kind_id": "kind"},
}
UNCHANGING = frozenset({"movement"})
NEVER_FEW = frozenset({"asset", "tranche"})
"""What nearly every new row refers to in another row: looking for equal ones is in vain."""


def upgrade() -> None:
    """Let the triggers check in the server's place."""
    if not _can_be_declared_only():
        return
    for table, references in REFERENCES.items():
        for column in references:
            op.execute(f"ALTER TABLE {table} ALTER CONSTRAINT fk_{table}_{column} NOT ENFORCED")
        _make_trigger(table, "refers", _looked_up(table), "INSERT", "REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT")
        if table not in UNCHANGING:
            changed = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in references)
            _make_trigger(table, "refers_again", _looked_up_again(table), f"UPDATE OF {', '.join(references)}", f"FOR EACH ROW WHEN ({changed})")
    for target in _targets():
        _make_trigger(target, "referred_to", _not_referred_to(target), "DELETE OR UPDATE OF id", "FOR EACH ROW")


def _can_be_declared_only() -> bool:
    dialect = op.get_bind().dialect
    return dialect.name == "postgresql" and (getattr(dialect, "server_version_info", None) or (0,)) >= (18,)


def _targets() -> list[str]:
    return sorted({target for references in REFERENCES.values() for target in references.values()})


def _make_trigger(table: str, name: str, body: str, deed: str, how: str) -> None:
    """Make a trigger with a function of its own; it fires also where rows are replicated."""
    op.execute(f"CREATE FUNCTION {table}_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} RETURN NULL; END $$")
    op.execute(f"CREATE TRIGGER {table}_{name} AFTER {deed} ON {table} {how} EXECUTE FUNCTION {table}_{name}()")
    op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_{name}")


def _refusal(table: str, column: str) -> str:
    name = f"fk_{table}_{column}"
    return (
        f'RAISE EXCEPTION \'table "{table}" violates foreign key constraint "{name}"\' '
        f"USING ERRCODE = 'foreign_key_violation', CONSTRAINT = '{name}', TABLE = '{table}';"
    )


def _looked_up(table: str) -> str:
    """Return the check of all rows that a statement wrote."""
    return " ".join(
        f"PERFORM 1 FROM (SELECT {'' if target in NEVER_FEW else 'DISTINCT '}{column} AS id FROM fresh WHERE {column} IS NOT NULL) wanted "
        f"WHERE NOT EXISTS (SELECT 1 FROM {target} WHERE {target}.id = wanted.id FOR KEY SHARE); "
        f"IF FOUND THEN {_refusal(table, column)} END IF;"
        for column, target in REFERENCES[table].items()
    )


def _looked_up_again(table: str) -> str:
    """Return the check of one changed row."""
    return " ".join(
        f"IF NEW.{column} IS NOT NULL AND NEW.{column} IS DISTINCT FROM OLD.{column} THEN "
        f"PERFORM 1 FROM {target} WHERE id = NEW.{column} FOR KEY SHARE; "
        f"IF NOT FOUND THEN {_refusal(table, column)} END IF; END IF;"
        for column, target in REFERENCES[table].items()
    )


def _not_referred_to(target: str) -> str:
    """Return the check of a row that went, or is known by another id now."""
    gone = " ".join(f"PERFORM 1 FROM {table} WHERE {column} = OLD.id LIMIT 1; IF FOUND THEN {_refusal(table, column)} END IF;" for table, column in _to(target))
    return f"IF TG_OP = 'UPDATE' THEN IF NEW.id = OLD.id THEN RETURN NULL; END IF; END IF; {gone}"


def _to(target: str) -> Iterator[tuple[str, str]]:
    for table, references in REFERENCES.items():
        yield from ((table, column) for column, referred in references.items() if referred == target)


def downgrade() -> None:
    """Give the checks back to the server, which looks at every row once more."""
    if not _can_be_declared_only():
        return
    names = {target: ["referred_to"] for target in _targets()}
    for table, references in REFERENCES.items():
        names.setdefault(table, []).extend(["refers"] if table in UNCHANGING else ["refers", "refers_again"])
        for column in references:
            op.execute(f"ALTER TABLE {table} ALTER CONSTRAINT fk_{table}_{column} ENFORCED")
    for table, own in names.items():
        for name in own:
            op.execute(f"DROP TRIGGER IF EXISTS {table}_{name} ON {table}")
            op.execute(f"DROP FUNCTION IF EXISTS {table}_{name}()")
