"""What the features tell each other across their order: who decides what, who is asked, what follows an act, and the scheduled work. Once, at the start."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app

from assetpool.approvals import deadlines, registry
from assetpool.audit import desk as audit_desk
from assetpool.audit import papers as audit_papers
from assetpool.certificates import cover as certified
from assetpool.changes import extensions
from assetpool.changes import matters as change_matters
from assetpool.changes import orders as change_orders
from assetpool.changes import showing as changes_showing
from assetpool.core import clock, jobs
from assetpool.core import db as core_db
from assetpool.core.models import Pool
from assetpool.desk import found, piles
from assetpool.desk import gate as desk_gate
from assetpool.desk import queries as desk_queries
from assetpool.events import service as events
from assetpool.handovers import lateness, sources, trucks
from assetpool.handovers import queries as slips
from assetpool.intake import matters as intake_matters
from assetpool.intake import price_books as lent_engine
from assetpool.intake import service as intakes
from assetpool.invitations import erasing as liaisons
from assetpool.invitations import figures as event_figures
from assetpool.invitations import lists as organizer_lists
from assetpool.notices import posting, reminders, sending
from assetpool.org import accounts
from assetpool.outcomes import refusals
from assetpool.prices import duties, freshness
from assetpool.prices import reading as price_reading
from assetpool.purchases import service as purchases
from assetpool.records import erasing, idempotency, org_telling
from assetpool.reports import making, of_event
from assetpool.requisitions import blocking, consequences
from assetpool.requisitions import effects as requisition_effects
from assetpool.requisitions import matters as requisition_matters
from assetpool.requisitions import pricing as requisition_pricing
from assetpool.requisitions import service as requisitions
from assetpool.reservations import service as reservations
from assetpool.savings import policies, running
from assetpool.shortages import choosing, risks, waiting, ways, wishes
from assetpool.stocktake import matters as stocktake_matters
from assetpool.stocktake import plans as stocktake_plans
from assetpool.stocktake import service as stocktakes
from assetpool.transfers import giving
from assetpool.transfers import matters as transfer_matters
from assetpool.transfers import pricing as transfer_pricing
from assetpool.transfers import queries as transfer_queries
from assetpool.transfers import service as transfers
from assetpool.trips import gate as gates
from assetpool.trips import queries as trip_queries

MINUTE = timedelta(minutes=1)

registry.kinds |= {
    "RQ": registry.Deciding(requisitions, "requisitions.show", requisition_matters.matters, requisitions.approve_several),
    "IN": registry.Deciding(intakes, "intake.show", intake_matters.matters),
    "TR": registry.Deciding(transfers, "transfers.show", transfer_matters.matters),
    "EX": registry.Deciding(extensions, "extensions.show", change_matters.extensions),
    "CO": registry.Deciding(change_orders, "changes.show", change_matters.orders),
}
registry.kinds["ST"] = registry.Deciding(stocktakes, "stocktake.show", stocktake_matters.matters)
requisitions.on_approved["transfer"] = transfers.open_for
requisitions.on_refused[:] = [refusals.note]
duties.taking_part[:] = [requisition_pricing.parts, transfer_pricing.parts]
freshness.source[:] = [policies.price_days]
price_reading.engines[:] = [lent_engine.ENGINE]
core_db.endings[:] = [reservations.tell_freed]
accounts.on_change[:] = [org_telling.tell_account]
reservations.on_freed[:] = [waiting.serve, wishes.match]
requisition_effects.standing_in[:] = [choosing.chosen]
consequences.ways_out[:] = [ways.of_request, changes_showing.of_request]
event_figures.sources[:] = [of_event.totals]
purchases.covered[:] = [certified.covered]
events.venues_in_use[:] = [organizer_lists.venues_with_lines]
blocking.overdue[:] = [lateness.longest_overdue]
consequences.readers[:] = [transfer_queries.opened_by, slips.slips_of, changes_showing.came_of]
sources.sources["RQ"] = giving.through(sources.sources["RQ"])
sources.sources["TR"] = giving.source
trucks.sources[:] = [trip_queries.trucks]
desk_queries.others.append(audit_desk.pile)
piles.WORDS["findings"] = audit_desk.WORDS
desk_queries.others.append(desk_gate.pile)
piles.WORDS["gate"] = desk_gate.WORDS

jobs.register("accruals", lambda session, pool_id: running.accrue(session, pool_id, clock.today(session.get_one(Pool, pool_id).time_zone)))
jobs.register("forgotten_answers", lambda session, _pool_id: idempotency.forget_old(session))
jobs.register("bought_anyway", purchases.look_back)
jobs.register("waiting_list", waiting.run)
jobs.register("promises_at_risk", risks.tell)
jobs.register("papers_sealed", audit_papers.seal_older)
jobs.register("approval_deadlines", deadlines.remind_and_escalate)
jobs.register("reports", lambda _session, _pool_id: making.run(), own_acts=True)
jobs.register("reminders", reminders.remind)
jobs.register("reviews_due", reminders.review_due)
jobs.register("stocktakes_due", stocktake_plans.propose)
jobs.register("webhooks", posting.run, every=MINUTE, own_acts=True)
jobs.register("mails", sending.run, every=MINUTE, own_acts=True)
jobs.register("trucks_unseen", gates.find_unseen)
jobs.register("names_erased", lambda session, pool_id: sum(erase(session, pool_id) for erase in (erasing.erase_due, liaisons.erase_liaisons, found.forget)))
jobs.register("files_erased", lambda session, pool_id: erasing.sweep(session, pool_id, current_app.config["DATA_DIR"]))
jobs.register("mails_erased", sending.forget, every=timedelta(days=1))
