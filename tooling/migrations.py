"""Runs inside the environment: a database at head must be exactly what the models say, named constraints included."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, Connection, MetaData, inspect

from assetpool.app import create_app
from assetpool.cli import commands
from assetpool.core.db import Base, db


def differences(connection: Connection, metadata: MetaData) -> list[str]:
    """Return one line per difference between a database and the models."""
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    lines = [f"the models have, the migrations lack (or the other way round): {found}" for found in compare_metadata(context, metadata)]
    inspector = inspect(connection)
    for table in metadata.sorted_tables:
        if not inspector.has_table(table.name):
            continue
        modelled = {str(rule.name) for rule in table.constraints if isinstance(rule, CheckConstraint) and rule.name}
        stored = {rule["name"] for rule in inspector.get_check_constraints(table.name)}
        lines += [f"{table.name}: the constraint {name} is only in the models" for name in sorted(modelled - stored)]
        lines += [f"{table.name}: the constraint {name} is only in the migrations" for name in sorted(str(name) for name in stored - modelled)]
    return lines


def main() -> int:
    """Upgrade a new SQLite database and compare; return the exit status."""
    with tempfile.TemporaryDirectory() as folder:
        settings = {"ENVIRONMENT": "test", "INSTANCE_DIR": folder, "DATABASE_URL": f"sqlite:///{Path(folder).as_posix()}/head.db"}
        app = create_app(settings)
        with app.app_context():
            commands.register(app)
            alembic = app.extensions["migrate"].migrate.get_config()
            heads = ScriptDirectory.from_config(alembic).get_heads()
            lines = [] if len(heads) == 1 else [f"the migrations have {len(heads)} heads: {', '.join(heads) or 'none'}"]
            if not lines:
                command.upgrade(alembic, "head")
                with db.engine.connect() as connection:
                    lines = differences(connection, Base.metadata)
            db.engine.dispose()
    for line in lines:
        print(line)
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
