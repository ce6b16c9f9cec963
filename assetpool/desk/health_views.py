"""For whoever watches the process: alive, ready, and a few counters in the form that Prometheus reads."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, current_app, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from assetpool.core.db import db
from assetpool.core.models import ChainHead, Pool
from assetpool.org import access
from assetpool.records.models import Document

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@access.public
def alive() -> ResponseReturnValue:
    """Answer that the process runs."""
    return jsonify(status="ok")


@bp.get("/readyz")
@access.public
def ready() -> ResponseReturnValue:
    """Answer 200 when the database is at head and holds a pool, else 503 with the reason."""
    head = newest_migration()
    try:
        found = db.session.scalar(text("SELECT version_num FROM alembic_version"))
        pool = db.session.scalar(select(Pool).limit(1))
    except SQLAlchemyError:
        return jsonify(status="no database", migration=None, head=head), 503
    if found != head:
        return jsonify(status="not at head", migration=found, head=head), 503
    if pool is None:
        return jsonify(status="no pool yet", migration=found, head=head), 503
    return jsonify(status="ready", migration=found, head=head, demonstration=pool.demonstration)


def newest_migration() -> str:
    """Return the number of the newest migration that lies with the program: they are numbered, four digits before their names."""
    return max(path.name[:4] for path in (Path(current_app.root_path).parent / "migrations" / "versions").glob("[0-9]*.py"))


@bp.get("/metrics")
@access.public
def metrics() -> ResponseReturnValue:
    """Answer counters: documents by kind and state, height of the chain; no names, no tags."""
    lines = ["# HELP assetpool_documents Documents by kind and state.", "# TYPE assetpool_documents gauge"]
    for row in db.session.execute(select(Document.kind, Document.state, func.count().label("documents")).group_by(Document.kind, Document.state)):
        lines.append(f'assetpool_documents{{kind="{row.kind}",state="{row.state}"}} {row.documents}')
    lines += ["# HELP assetpool_chain_height Height of a pool's chain.", "# TYPE assetpool_chain_height counter"]
    for code, height in db.session.execute(select(Pool.code, ChainHead.height).join(Pool, Pool.id == ChainHead.pool_id)):
        lines.append(f'assetpool_chain_height{{pool="{code}"}} {height}')
    return Response("\n".join(lines) + "\n", mimetype="text/plain; version=0.0.4")
