"""What costs and claims rest on besides: compensation, shares of vouchers, purchases, flags."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""

    op.create_table('saving_flag',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('pool_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('act_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=30), nullable=False),
    sa.Column('reference', sa.String(length=60), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('opened_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('opened_at', sa.String(27), nullable=False),
    sa.Column('closed_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('closed_at', sa.String(27), nullable=True),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.CheckConstraint("closed_at IS NOT NULL OR (closed_by IS NULL AND answer = '')", name=op.f('an_open_flag_has_no_answer')),
    sa.CheckConstraint('length(code) > 0', name=op.f('a_flag_has_a_code')),
    sa.ForeignKeyConstraint(['act_id'], ['saving_act.id'], name=op.f('fk_saving_flag_act_id')),
    sa.ForeignKeyConstraint(['closed_by'], ['person.id'], name=op.f('fk_saving_flag_closed_by')),
    sa.ForeignKeyConstraint(['opened_by'], ['person.id'], name=op.f('fk_saving_flag_opened_by')),
    sa.ForeignKeyConstraint(['pool_id'], ['pool.id'], name=op.f('fk_saving_flag_pool_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_saving_flag'))
    )
    with op.batch_alter_table('saving_flag', schema=None) as batch_op:
        batch_op.create_index('ix_saving_flag_act', ['act_id', 'id'], unique=False)


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table('saving_flag')
