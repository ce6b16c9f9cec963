"""The auditor's room: samples, findings, anchors, runs and looks; and the seals that bind kept files and attachments to the chain."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table('paper_seal',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('pool_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('height', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('subject', sa.String(length=10), nullable=False),
    sa.Column('subject_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('content_digest', sa.String(length=64), nullable=False),
    sa.Column('recorded_at', sa.String(27), nullable=False),
    sa.CheckConstraint("subject IN ('file','attachment')", name=op.f('sealed_subject_known')),
    sa.ForeignKeyConstraint(['pool_id'], ['pool.id'], name=op.f('fk_paper_seal_pool_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_paper_seal')),
    sa.UniqueConstraint('pool_id', 'height', name=op.f('uq_paper_seal_pool_id_height'))
    )
    with op.batch_alter_table('paper_seal', schema=None) as batch_op:
        batch_op.create_index('ix_paper_seal_subject', ['subject', 'subject_id'], unique=False)

    op.create_table('audit_anchor',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('pool_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('height', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('kept_where', sa.String(length=300), nullable=False),
    sa.Column('noted_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('noted_at', sa.String(27), nullable=False),
    sa.ForeignKeyConstraint(['noted_by'], ['person.id'], name=op.f('fk_audit_anchor_noted_by')),
    sa.ForeignKeyConstraint(['pool_id'], ['pool.id'], name=op.f('fk_audit_anchor_pool_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_anchor'))
    )
    with op.batch_alter_table('audit_anchor', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_audit_anchor_pool_id'), ['pool_id'], unique=False)

    op.create_table('audit_look',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('pool_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('endpoint', sa.String(length=80), nullable=False),
    sa.Column('subject', sa.String(length=300), nullable=False),
    sa.Column('status', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('looked_at', sa.String(27), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_audit_look_person_id')),
    sa.ForeignKeyConstraint(['pool_id'], ['pool.id'], name=op.f('fk_audit_look_pool_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_look'))
    )
    with op.batch_alter_table('audit_look', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_audit_look_person_id'), ['person_id'], unique=False)
        batch_op.create_index('ix_audit_look_pool_at', ['pool_id', 'looked_at'], unique=False)

    op.create_table('audit_run',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('pool_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ok', sa.Boolean(), nullable=False),
    sa.Column('height', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('anchor', sa.String(length=100), nullable=False),
    sa.Column('difference', sa.Text(), nullable=False),
    sa.Column('run_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('run_at', sa.String(27), nullable=False),
    sa.ForeignKeyConstraint(['pool_id'], ['pool.id'], name=op.f('fk_audit_run_pool_id')),
    sa.ForeignKeyConstraint(['run_by'], ['person.id'], name=op.f('fk_audit_run_run_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_run'))
    )
    with op.batch_alter_table('audit_run', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_audit_run_pool_id'), ['pool_id'], unique=False)

    op.create_table('audit_sample',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('pool_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('purpose', sa.String(length=300), nullable=False),
    sa.Column('unit', sa.String(length=10), nullable=False),
    sa.Column('method', sa.String(length=10), nullable=False),
    sa.Column('measure', sa.String(length=10), nullable=False),
    sa.Column('size', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('step', sa.BigInteger(), nullable=False),
    sa.Column('stratified', sa.Boolean(), nullable=False),
    sa.Column('seed', sa.String(length=80), nullable=False),
    sa.Column('first_day', sa.Date(), nullable=True),
    sa.Column('last_day', sa.Date(), nullable=True),
    sa.Column('height', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('head', sa.String(length=64), nullable=False),
    sa.Column('population', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('total', sa.BigInteger(), nullable=False),
    sa.Column('drawn_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('drawn_at', sa.String(27), nullable=False),
    sa.CheckConstraint("measure IN ('saving','avoided')", name=op.f('sample_measure_known')),
    sa.CheckConstraint("method IN ('random','monetary')", name=op.f('sample_method_known')),
    sa.CheckConstraint("unit IN ('act','entry')", name=op.f('sample_unit_known')),
    sa.CheckConstraint('size > 0', name=op.f('a_sample_has_a_size')),
    sa.ForeignKeyConstraint(['drawn_by'], ['person.id'], name=op.f('fk_audit_sample_drawn_by')),
    sa.ForeignKeyConstraint(['pool_id'], ['pool.id'], name=op.f('fk_audit_sample_pool_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_sample'))
    )
    with op.batch_alter_table('audit_sample', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_audit_sample_pool_id'), ['pool_id'], unique=False)

    op.create_table('audit_sample_item',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sample_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('subject_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('act_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('value', sa.BigInteger(), nullable=False),
    sa.Column('stratum', sa.String(length=20), nullable=False),
    sa.Column('hits', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('certain', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['act_id'], ['saving_act.id'], name=op.f('fk_audit_sample_item_act_id')),
    sa.ForeignKeyConstraint(['sample_id'], ['audit_sample.id'], name=op.f('fk_audit_sample_item_sample_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_sample_item')),
    sa.UniqueConstraint('sample_id', 'position', name=op.f('uq_audit_sample_item_sample_id_position')),
    sa.UniqueConstraint('sample_id', 'subject_id', name=op.f('uq_audit_sample_item_sample_id_subject_id'))
    )

    op.create_table('finding',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('act_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('entry_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('exception', sa.String(length=40), nullable=False),
    sa.Column('organization_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('severity', sa.String(length=10), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('auditor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.CheckConstraint("severity IN ('low','medium','high')", name=op.f('finding_severity_known')),
    sa.ForeignKeyConstraint(['act_id'], ['saving_act.id'], name=op.f('fk_finding_act_id')),
    sa.ForeignKeyConstraint(['auditor_id'], ['person.id'], name=op.f('fk_finding_auditor_id')),
    sa.ForeignKeyConstraint(['entry_id'], ['saving_entry.id'], name=op.f('fk_finding_entry_id')),
    sa.ForeignKeyConstraint(['id'], ['document.id'], name=op.f('fk_finding_id')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_finding_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_finding'))
    )
    with op.batch_alter_table('finding', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_finding_act_id'), ['act_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_finding_organization_id'), ['organization_id'], unique=False)

    op.create_table('finding_remark',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('finding_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('act', sa.String(length=10), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('recorded_at', sa.String(27), nullable=False),
    sa.CheckConstraint("act IN ('answer','ask_again','accept','withdraw')", name=op.f('finding_remark_known')),
    sa.ForeignKeyConstraint(['finding_id'], ['finding.id'], name=op.f('fk_finding_remark_finding_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_finding_remark_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_finding_remark'))
    )
    with op.batch_alter_table('finding_remark', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_finding_remark_finding_id'), ['finding_id'], unique=False)

    # ### end Alembic commands ###

    _guard()


def _guard() -> None:
    """Let the seals admit no UPDATE, no DELETE and no INSERT over an existing key; on PostgreSQL no TRUNCATE either."""
    if op.get_bind().dialect.name == "sqlite":
        refuse = "BEGIN SELECT RAISE(ABORT, 'paper_seal is append-only'); END"
        op.execute(f"CREATE TRIGGER paper_seal_no_update BEFORE UPDATE ON paper_seal {refuse}")
        op.execute(f"CREATE TRIGGER paper_seal_no_delete BEFORE DELETE ON paper_seal {refuse}")
        taken = "EXISTS (SELECT 1 FROM paper_seal WHERE id = NEW.id OR (pool_id = NEW.pool_id AND height = NEW.height))"
        op.execute(f"CREATE TRIGGER paper_seal_no_overwrite BEFORE INSERT ON paper_seal WHEN {taken} {refuse}")
        return
    op.execute("CREATE TRIGGER paper_seal_no_change BEFORE UPDATE OR DELETE ON paper_seal FOR EACH ROW EXECUTE FUNCTION refuse_change()")
    op.execute("CREATE TRIGGER paper_seal_no_truncate BEFORE TRUNCATE ON paper_seal FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()")
    op.execute("ALTER TABLE paper_seal ENABLE ALWAYS TRIGGER paper_seal_no_change")


def downgrade() -> None:
    """Drop the tables."""
    for table in ("finding_remark", "finding", "audit_sample_item", "audit_sample", "audit_run", "audit_look", "audit_anchor", "paper_seal"):
        op.drop_table(table)
