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

    op.create_table('cost_seal',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('pool_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('height', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('subject', sa.String(length=30), nullable=False),
    sa.Column('subject_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('content_digest', sa.String(length=64), nullable=False),
    sa.Column('recorded_at', sa.String(27), nullable=False),
    sa.ForeignKeyConstraint(['pool_id'], ['pool.id'], name=op.f('fk_cost_seal_pool_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cost_seal')),
    sa.UniqueConstraint('pool_id', 'height', name=op.f('uq_cost_seal_pool_id_height'))
    )
    with op.batch_alter_table('cost_seal', schema=None) as batch_op:
        batch_op.create_index('ix_cost_seal_subject', ['subject', 'subject_id'], unique=False)

    op.create_table('cost_rate',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('pool_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('policy_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=15), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('per', sa.String(length=5), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('file_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('set_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('set_at', sa.String(27), nullable=False),
    sa.CheckConstraint("kind IN ('haulage','loading','repair','cleaning','installation','storage','labour','other')", name=op.f('rate_kind_known')),
    sa.CheckConstraint("per IN ('km','hour','day','trip')", name=op.f('rate_measure_known')),
    sa.CheckConstraint('amount > 0', name=op.f('a_rate_costs_something')),
    sa.ForeignKeyConstraint(['file_id'], ['file.id'], name=op.f('fk_cost_rate_file_id')),
    sa.ForeignKeyConstraint(['policy_id'], ['valuation_policy.id'], name=op.f('fk_cost_rate_policy_id')),
    sa.ForeignKeyConstraint(['pool_id'], ['pool.id'], name=op.f('fk_cost_rate_pool_id')),
    sa.ForeignKeyConstraint(['set_by'], ['person.id'], name=op.f('fk_cost_rate_set_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cost_rate')),
    sa.UniqueConstraint('policy_id', 'name', 'per', name=op.f('uq_cost_rate_policy_id_name_per'))
    )

    op.create_table('later_purchase',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('pool_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('organization_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('class_code_set', sa.String(length=20), nullable=False),
    sa.Column('class_code', sa.String(length=20), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('quantity', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=True),
    sa.Column('bought_on', sa.Date(), nullable=False),
    sa.Column('source', sa.String(length=200), nullable=False),
    sa.Column('source_no', sa.String(length=100), nullable=False),
    sa.Column('file_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('entered_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('entered_at', sa.String(27), nullable=False),
    sa.CheckConstraint('amount IS NULL OR amount >= 0', name=op.f('purchase_amount_not_negative')),
    sa.CheckConstraint('quantity > 0', name=op.f('a_purchase_has_units')),
    sa.ForeignKeyConstraint(['entered_by'], ['person.id'], name=op.f('fk_later_purchase_entered_by')),
    sa.ForeignKeyConstraint(['file_id'], ['file.id'], name=op.f('fk_later_purchase_file_id')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_later_purchase_organization_id')),
    sa.ForeignKeyConstraint(['pool_id'], ['pool.id'], name=op.f('fk_later_purchase_pool_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_later_purchase')),
    sa.UniqueConstraint('pool_id', 'organization_id', 'source', 'source_no', name=op.f('uq_later_purchase_pool_id_organization_id_source_source_no'))
    )
    with op.batch_alter_table('later_purchase', schema=None) as batch_op:
        batch_op.create_index('ix_later_purchase_class', ['pool_id', 'class_code_set', 'class_code', 'bought_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_later_purchase_organization_id'), ['organization_id'], unique=False)

    op.create_table('running_cost',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('pool_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('store_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('year', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('voucher_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('entered_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('entered_at', sa.String(27), nullable=False),
    sa.CheckConstraint("kind IN ('rent','wages','power','upkeep','other')", name=op.f('running_cost_kind_known')),
    sa.CheckConstraint('amount > 0', name=op.f('running_cost_is_paid')),
    sa.ForeignKeyConstraint(['entered_by'], ['person.id'], name=op.f('fk_running_cost_entered_by')),
    sa.ForeignKeyConstraint(['pool_id'], ['pool.id'], name=op.f('fk_running_cost_pool_id')),
    sa.ForeignKeyConstraint(['store_id'], ['store.id'], name=op.f('fk_running_cost_store_id')),
    sa.ForeignKeyConstraint(['voucher_id'], ['voucher.id'], name=op.f('fk_running_cost_voucher_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_running_cost'))
    )
    with op.batch_alter_table('running_cost', schema=None) as batch_op:
        batch_op.create_index('ix_running_cost_voucher', ['voucher_id'], unique=False)
        batch_op.create_index('ix_running_cost_year', ['pool_id', 'year', 'store_id'], unique=False)

    op.create_table('cost_at_rate',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('pool_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('rate_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('hundredths', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.CheckConstraint('hundredths > 0', name=op.f('something_was_used')),
    sa.ForeignKeyConstraint(['id'], ['cost.id'], name=op.f('fk_cost_at_rate_id')),
    sa.ForeignKeyConstraint(['pool_id'], ['pool.id'], name=op.f('fk_cost_at_rate_pool_id')),
    sa.ForeignKeyConstraint(['rate_id'], ['cost_rate.id'], name=op.f('fk_cost_at_rate_rate_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cost_at_rate'))
    )
    with op.batch_alter_table('cost_at_rate', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_cost_at_rate_rate_id'), ['rate_id'], unique=False)

    op.create_table('compensation',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('pool_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('act_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('document_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('payer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('payer_digest', sa.String(length=64), nullable=False),
    sa.Column('payer_kind', sa.String(length=10), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('credited', sa.BigInteger(), nullable=False),
    sa.Column('paid_on', sa.Date(), nullable=False),
    sa.Column('voucher_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('entered_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('entered_at', sa.String(27), nullable=False),
    sa.CheckConstraint("payer_kind = 'outside' OR credited = 0", name=op.f('treasury_pays_nothing_back')),
    sa.CheckConstraint("payer_kind IN ('outside','treasury')", name=op.f('payer_kind_known')),
    sa.CheckConstraint('amount > 0', name=op.f('compensation_is_paid')),
    sa.CheckConstraint('credited >= 0 AND credited <= amount', name=op.f('credit_within_compensation')),
    sa.ForeignKeyConstraint(['act_id'], ['saving_act.id'], name=op.f('fk_compensation_act_id')),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_compensation_document_id')),
    sa.ForeignKeyConstraint(['entered_by'], ['person.id'], name=op.f('fk_compensation_entered_by')),
    sa.ForeignKeyConstraint(['payer_id'], ['personal_fact.id'], name=op.f('fk_compensation_payer_id')),
    sa.ForeignKeyConstraint(['pool_id'], ['pool.id'], name=op.f('fk_compensation_pool_id')),
    sa.ForeignKeyConstraint(['voucher_id'], ['voucher.id'], name=op.f('fk_compensation_voucher_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_compensation'))
    )
    with op.batch_alter_table('compensation', schema=None) as batch_op:
        batch_op.create_index('ix_compensation_act', ['act_id'], unique=False)
        batch_op.create_index('ix_compensation_voucher', ['voucher_id'], unique=False)

    op.create_table('pool_purchase',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('pool_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('asset_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('price', sa.BigInteger(), nullable=False),
    sa.Column('bought_on', sa.Date(), nullable=False),
    sa.Column('life_days', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('file_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('entered_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('entered_at', sa.String(27), nullable=False),
    sa.CheckConstraint('life_days > 0', name=op.f('a_purchase_serves_some_days')),
    sa.CheckConstraint('price > 0', name=op.f('a_purchase_costs_something')),
    sa.ForeignKeyConstraint(['entered_by'], ['person.id'], name=op.f('fk_pool_purchase_entered_by')),
    sa.ForeignKeyConstraint(['file_id'], ['file.id'], name=op.f('fk_pool_purchase_file_id')),
    sa.ForeignKeyConstraint(['pool_id'], ['pool.id'], name=op.f('fk_pool_purchase_pool_id')),
    sa.ForeignKeyConstraint(['asset_id'], ['asset.id'], name=op.f('fk_pool_purchase_asset_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pool_purchase')),
    sa.UniqueConstraint('asset_id', name=op.f('uq_pool_purchase_asset_id'))
    )

    op.create_table('purchase_match',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('pool_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('purchase_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('act_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('side', sa.String(length=10), nullable=False),
    sa.Column('units', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('found_at', sa.String(27), nullable=False),
    sa.Column('decided_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('decided_at', sa.String(27), nullable=True),
    sa.CheckConstraint("side IN ('receiver','giver')", name=op.f('side_of_the_purchase_known')),
    sa.CheckConstraint("state IN ('proposed','accepted','dismissed')", name=op.f('match_state_known')),
    sa.CheckConstraint('units > 0', name=op.f('a_match_has_units')),
    sa.ForeignKeyConstraint(['act_id'], ['saving_act.id'], name=op.f('fk_purchase_match_act_id')),
    sa.ForeignKeyConstraint(['decided_by'], ['person.id'], name=op.f('fk_purchase_match_decided_by')),
    sa.ForeignKeyConstraint(['pool_id'], ['pool.id'], name=op.f('fk_purchase_match_pool_id')),
    sa.ForeignKeyConstraint(['purchase_id'], ['later_purchase.id'], name=op.f('fk_purchase_match_purchase_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_purchase_match')),
    sa.UniqueConstraint('purchase_id', 'act_id', name=op.f('uq_purchase_match_purchase_id_act_id'))
    )
    with op.batch_alter_table('purchase_match', schema=None) as batch_op:
        batch_op.create_index('ix_purchase_match_act', ['act_id'], unique=False)
        batch_op.create_index('ix_purchase_match_state', ['pool_id', 'state', 'id'], unique=False)

    op.create_table('review_from_within',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('pool_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('act_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('organization_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('side', sa.String(length=10), nullable=False),
    sa.Column('recorded_at', sa.String(27), nullable=False),
    sa.CheckConstraint("side IN ('giver','receiver','operator')", name=op.f('side_of_the_act_known')),
    sa.ForeignKeyConstraint(['act_id'], ['saving_act.id'], name=op.f('fk_review_from_within_act_id')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_review_from_within_organization_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_review_from_within_person_id')),
    sa.ForeignKeyConstraint(['pool_id'], ['pool.id'], name=op.f('fk_review_from_within_pool_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review_from_within'))
    )
    with op.batch_alter_table('review_from_within', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_review_from_within_act_id'), ['act_id'], unique=False)
    op.create_index(op.f('ix_cost_voucher_id'), 'cost', ['voucher_id'], unique=False)
    _guard()


def _guard() -> None:
    """Let the seals admit no UPDATE, no DELETE and no INSERT over an existing key; on PostgreSQL no TRUNCATE either."""
    if op.get_bind().dialect.name == "sqlite":
        refuse = "BEGIN SELECT RAISE(ABORT, 'cost_seal is append-only'); END"
        op.execute(f"CREATE TRIGGER cost_seal_no_update BEFORE UPDATE ON cost_seal {refuse}")
        op.execute(f"CREATE TRIGGER cost_seal_no_delete BEFORE DELETE ON cost_seal {refuse}")
        taken = "EXISTS (SELECT 1 FROM cost_seal WHERE id = NEW.id OR (pool_id = NEW.pool_id AND height = NEW.height))"
        op.execute(f"CREATE TRIGGER cost_seal_no_overwrite BEFORE INSERT ON cost_seal WHEN {taken} {refuse}")
        return
    op.execute("CREATE TRIGGER cost_seal_no_change BEFORE UPDATE OR DELETE ON cost_seal FOR EACH ROW EXECUTE FUNCTION refuse_change()")
    op.execute("CREATE TRIGGER cost_seal_no_truncate BEFORE TRUNCATE ON cost_seal FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()")
    op.execute("ALTER TABLE cost_seal ENABLE ALWAYS TRIGGER cost_seal_no_change")


def downgrade() -> None:
    """Drop the tables."""
    op.drop_index(op.f('ix_cost_voucher_id'), table_name='cost')
    op.drop_table('review_from_within')
    op.drop_table('purchase_match')
    op.drop_table('pool_purchase')
    op.drop_table('compensation')
    op.drop_table('cost_at_rate')
    op.drop_table('running_cost')
    op.drop_table('later_purchase')
    op.drop_table('cost_rate')
    op.drop_table('cost_seal')
    op.drop_table('saving_flag')
