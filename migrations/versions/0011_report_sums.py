"""Sums of whole months that reports read, and where acts stand in them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

KEY = ("pool_id", "axis", "breakdown", "month", "key", "kind", "stands", "prev")
AMOUNTS = ("purchase", "rental", "consumption", "adopted", "cost", "lower_bound")
COMPLETE = AMOUNTS[:5]
COUNTS = ("acts", "units", "valued", "costed", "opening", "things")
MEASURES = (*AMOUNTS, *(f"known_{name}" for name in AMOUNTS), *(f"costed_{name}" for name in COMPLETE), *COUNTS)

_MONTH = "substr(CAST(s.business_day AS varchar(10)), 1, 7)"
_SUMMED = ", ".join(f"sum(s.{name}) AS {name}" for name in AMOUNTS)
_MONTHS = "".join(
    f"""{join}SELECT s.act_id, '{axis}' AS axis, {month} AS month, {_SUMMED}, max(CASE WHEN s.claims > 0 THEN 1 ELSE 0 END) AS claims
  FROM saving_sum s WHERE s.act_id IN ({{wanted}}) GROUP BY s.act_id, {month}"""
    for join, axis, month in (("", "posted", "s.period"), ("\n  UNION ALL ", "business", _MONTH))
)
_BEFORE = "coalesce(lag(month) OVER (PARTITION BY act_id, axis ORDER BY month), '')"
_KEYS = """CASE b.breakdown WHEN 'event' THEN coalesce(CAST(p.event_id AS varchar(20)), '') WHEN 'organization' THEN CAST(p.receiver_id AS varchar(20))
  WHEN 'store' THEN coalesce(CAST(p.store_id AS varchar(20)), '') WHEN 'class' THEN p.class_key WHEN 'policy' THEN CAST(p.policy_id AS varchar(20))
  ELSE '' END"""
BREAKDOWNS = ("kind", "event", "organization", "class", "store")
_AXES = "SELECT 'posted' AS axis UNION ALL SELECT 'business'"
_OF_THINGS = " UNION ALL ".join(f"SELECT '{name}' AS breakdown" for name in BREAKDOWNS)
_OF_ACTS = f"{_OF_THINGS} UNION ALL SELECT 'policy'"
_PARTED = f"coalesce((SELECT max(m.height) FROM movement m WHERE m.tranche_id = up.here AND m.from_tranche_id IS NOT NULL), {2**62})"
_NOTHING = ", ".join(f"0 AS {name}" for name in MEASURES if name != "things")

OF_ACTS = f"""
WITH months AS ({_MONTHS.format(wanted="{acts}")}
), facts AS (
  SELECT act_id, axis, month, {_BEFORE} AS prev, {", ".join(AMOUNTS)}, 1 AS acts, 0 AS claims FROM months
  UNION ALL
  SELECT act_id, axis, month, {_BEFORE}, {", ".join(["NULL"] * len(AMOUNTS))}, 0, 1 FROM months WHERE claims = 1
)
SELECT p.pool_id, f.axis, b.breakdown, f.month, {_KEYS} AS key, p.kind, p.stands, f.prev,
  {", ".join(f"coalesce(sum(f.{name}), 0) AS {name}" for name in AMOUNTS)},
  {", ".join(f"count(f.{name}) AS known_{name}" for name in AMOUNTS)},
  {", ".join(f"coalesce(sum(CASE WHEN p.complete THEN f.{name} END), 0) AS costed_{name}" for name in COMPLETE)},
  sum(f.acts) AS acts,
  sum(CASE WHEN p.alive THEN f.claims * p.units ELSE 0 END) AS units,
  sum(CASE WHEN p.alive THEN f.claims * p.valued_units ELSE 0 END) AS valued,
  sum(CASE WHEN p.alive AND p.complete THEN f.claims * p.units ELSE 0 END) AS costed,
  sum(CASE WHEN p.alive AND p.opening THEN f.claims * p.units ELSE 0 END) AS opening,
  sum(CASE WHEN p.alive AND NOT p.opening THEN f.claims * p.units ELSE 0 END) AS things
FROM facts f JOIN saving_place p ON p.act_id = f.act_id CROSS JOIN ({_OF_ACTS}) b
GROUP BY p.pool_id, f.axis, b.breakdown, f.month, {_KEYS}, p.kind, p.stands, f.prev
"""

OF_COSTS = "\nUNION ALL\n".join(
    f"""SELECT p.pool_id, '{axis}' AS axis, 'cost' AS breakdown, {month} AS month, s.cost_kind AS key, p.kind, p.stands, '' AS prev,
  {", ".join("sum(s.cost) AS cost" if name == "cost" else "count(s.cost) AS known_cost" if name == "known_cost" else f"0 AS {name}" for name in MEASURES)}
FROM saving_sum s JOIN saving_place p ON p.act_id = s.act_id WHERE s.cost IS NOT NULL AND s.act_id IN ({{acts}})
GROUP BY p.pool_id, {month}, s.cost_kind, p.kind, p.stands"""
    for axis, month in (("posted", "s.period"), ("business", _MONTH))
)

OF_THINGS = f"""
WITH RECURSIVE shares AS (
  SELECT t.asset_id, a.form, s.act_id, s.tranche_id, s.count
  FROM tranche t JOIN saving_share s ON s.tranche_id = t.id JOIN asset a ON a.id = t.asset_id
  WHERE s.reused AND t.asset_id IN ({{assets}})
), begun AS (
  SELECT e.act_id, e.tranche_id, min(e.height) AS height FROM shares s JOIN saving_entry e ON e.tranche_id = s.tranche_id AND e.act_id = s.act_id
  WHERE e.entry = 'claim' AND s.form = 'lot' GROUP BY e.act_id, e.tranche_id
), up AS (
  SELECT t.asset_id, t.id AS leaf, t.count AS units, t.id AS here, {2**62} AS youngest
  FROM tranche t WHERE t.count > 0 AND t.asset_id IN (SELECT asset_id FROM shares WHERE form = 'lot')
  UNION ALL
  SELECT up.asset_id, up.leaf, up.units, t.parent_id, CASE WHEN {_PARTED} < up.youngest THEN {_PARTED} ELSE up.youngest END
  FROM up JOIN tranche t ON t.id = up.here WHERE t.parent_id IS NOT NULL
), stood AS (
  SELECT DISTINCT 'unit' AS form, asset_id AS item, 1 AS weight, act_id FROM shares WHERE form = 'unit'
  UNION ALL
  SELECT DISTINCT 'lot', up.leaf, up.units, s.act_id
  FROM up JOIN shares s ON s.tranche_id = up.here AND s.asset_id = up.asset_id LEFT JOIN begun g ON g.act_id = s.act_id AND g.tranche_id = s.tranche_id
  WHERE s.form = 'lot' AND (up.leaf = up.here OR up.youngest > coalesce(g.height, 0))
  UNION ALL
  SELECT 'act', act_id, -sum(count), act_id FROM shares GROUP BY act_id
), held AS (
  SELECT st.form, st.item, st.weight, p.pool_id, x.axis, b.breakdown, CASE x.axis WHEN 'posted' THEN s.period ELSE {_MONTH} END AS month,
    {_KEYS} AS key, p.kind, p.stands
  FROM stood st JOIN saving_place p ON p.act_id = st.act_id JOIN saving_sum s ON s.act_id = st.act_id CROSS JOIN ({_AXES}) x CROSS JOIN ({_OF_THINGS}) b
  WHERE p.alive AND s.claims > 0
), found AS (
  SELECT held.*, coalesce(lag(month) OVER (PARTITION BY form, item, axis, breakdown, key, kind, stands, pool_id ORDER BY month), '') AS prev FROM held
)
SELECT pool_id, axis, breakdown, month, key, kind, stands, prev, {_NOTHING}, sum(weight) AS things
FROM found WHERE prev <> month GROUP BY pool_id, axis, breakdown, month, key, kind, stands, prev
"""

EVERY_ACT, EVERY_ASSET = "SELECT id FROM saving_act", "SELECT id FROM asset"
WHOLE = (
    f"SELECT {', '.join(KEY)}, {', '.join(f'sum({name}) AS {name}' for name in MEASURES)} FROM (\n"
    + "\nUNION ALL\n".join(
        f"SELECT * FROM ({part.format(acts=EVERY_ACT, assets=EVERY_ASSET)}) part{number}" for number, part in enumerate((OF_ACTS, OF_COSTS, OF_THINGS))
    )
    + f"\n) parts GROUP BY {', '.join(KEY)} HAVING " + " OR ".join(f"sum({name}) <> 0" for name in MEASURES)
)  # fmt: skip

PLACES = """
INSERT INTO saving_place (act_id, pool_id, kind, stands, alive, complete, opening, units, valued_units, event_id, receiver_id, store_id, class_key, policy_id)
SELECT a.id, a.pool_id, a.kind,
  CASE WHEN a.opening THEN 'C'
    WHEN NOT (a.reviewed = 'accepted' OR (a.reviewed = 'reversed' AND coalesce(
      (SELECT r.decision FROM saving_review r WHERE r.act_id = a.id ORDER BY r.height DESC LIMIT 1), '') = 'accepted')) THEN 'proposed'
    WHEN a.grade <> 'A' THEN a.grade WHEN a.same_system THEN 'same_system' ELSE 'A' END,
  a.reviewed <> 'reversed', a.costed AND NOT a.opening, a.opening, a.units, a.valued_units, a.event_id, a.receiver_id, a.store_id,
  CASE WHEN k.id IS NULL THEN '' ELSE k.class_code_set || ':' || k.class_code END, a.policy_id
FROM saving_act a LEFT JOIN kind k ON k.id = a.kind_id WHERE a.reviewed <> 'rejected'
"""


def upgrade() -> None:
    """Make the tables and fill them from what is there."""
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "saving_place",
        sa.Column("act_id", key, nullable=False),
        sa.Column("pool_id", key, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("stands", sa.String(length=12), nullable=False),
        sa.Column("alive", sa.Boolean(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("opening", sa.Boolean(), nullable=False),
        sa.Column("units", key, nullable=False),
        sa.Column("valued_units", key, nullable=False),
        sa.Column("event_id", key, nullable=True),
        sa.Column("receiver_id", key, nullable=False),
        sa.Column("store_id", key, nullable=True),
        sa.Column("class_key", sa.String(length=41), nullable=False),
        sa.Column("policy_id", key, nullable=False),
        sa.CheckConstraint("units > 0 AND valued_units >= 0", name="a_place_has_units"),
        sa.ForeignKeyConstraint(["act_id"], ["saving_act.id"], name="fk_saving_place_act_id"),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name="fk_saving_place_pool_id"),
        sa.PrimaryKeyConstraint("act_id", name="pk_saving_place"),
    )
    op.create_index("ix_saving_place_pool", "saving_place", ["pool_id"])
    whole = (*AMOUNTS, *(f"costed_{name}" for name in COMPLETE))
    op.create_table(
        "saving_report_sum",
        sa.Column("pool_id", key, nullable=False),
        sa.Column("axis", sa.String(length=8), nullable=False),
        sa.Column("breakdown", sa.String(length=12), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("key", sa.String(length=41), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("stands", sa.String(length=12), nullable=False),
        sa.Column("prev", sa.String(length=7), nullable=False),
        *(sa.Column(name, sa.BigInteger() if name in whole else key, nullable=False) for name in MEASURES),
        sa.CheckConstraint("axis IN ('posted','business')", name="report_axis_known"),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name="fk_saving_report_sum_pool_id"),
        sa.PrimaryKeyConstraint(*KEY, name="pk_saving_report_sum"),
    )
    op.execute(PLACES)
    op.execute(sa.text(f"INSERT INTO saving_report_sum ({', '.join((*KEY, *MEASURES))}) {WHOLE}".replace(":", "\\:")))


def downgrade() -> None:
    """Drop what was made."""
    op.drop_table("saving_report_sum")
    op.drop_index("ix_saving_place_pool", table_name="saving_place")
    op.drop_table("saving_place")
