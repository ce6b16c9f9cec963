"""The list of features: every table and every blueprint, once; a new one is registered here, its commands in cli/commands.py, its hooks in wiring.py."""

from __future__ import annotations

from flask import Blueprint

from assetpool import wiring as _wiring  # noqa: F401
from assetpool.approvals import api as approvals_api
from assetpool.approvals import arranging_views, rules_views
from assetpool.approvals import models as _approvals  # noqa: F401
from assetpool.approvals import views as approvals_views
from assetpool.audit import api as audit_api
from assetpool.audit import blueprint as audit_pages
from assetpool.audit import exception_views as _audit_exceptions  # noqa: F401
from assetpool.audit import finding_views as _audit_findings  # noqa: F401
from assetpool.audit import look_views as _audit_looks  # noqa: F401
from assetpool.audit import models as _audit  # noqa: F401
from assetpool.audit import pack_views as _audit_packs  # noqa: F401
from assetpool.audit import sample_views as _audit_samples  # noqa: F401
from assetpool.audit import views as _audit_views  # noqa: F401
from assetpool.bulletins import api as bulletins_api
from assetpool.bulletins import models as _bulletins  # noqa: F401
from assetpool.bulletins import views as bulletins_views
from assetpool.calendars import feed_views
from assetpool.calendars import models as _calendars  # noqa: F401
from assetpool.calendars import views as calendar_pages
from assetpool.catalog import api as catalog_api
from assetpool.catalog import models as _catalog  # noqa: F401
from assetpool.catalog import views as kinds_views
from assetpool.certificates import api as certificates_api
from assetpool.certificates import models as _certificates  # noqa: F401
from assetpool.certificates import views as certificates_views
from assetpool.changes import api as changes_api
from assetpool.changes import extension_api, extension_views
from assetpool.changes import models as _changes  # noqa: F401
from assetpool.changes import views as changes_views
from assetpool.closings import api as closings_api
from assetpool.closings import views as closings_views
from assetpool.custody import api as custody_api
from assetpool.custody import models as _custody  # noqa: F401
from assetpool.desk import assets_views, found_views, health_views, verify_views
from assetpool.desk import views as desk_views
from assetpool.events import api as events_api
from assetpool.events import models as _events  # noqa: F401
from assetpool.events import views as events_views
from assetpool.floor import api as floor_api
from assetpool.floor import authority_views, offline_views
from assetpool.floor import views as floor_views
from assetpool.handovers import api as handovers_api
from assetpool.handovers import coming_back, lanes_api, lanes_views, receiver_views
from assetpool.handovers import lane_models as _lanes  # noqa: F401
from assetpool.handovers import models as _handovers  # noqa: F401
from assetpool.handovers import views as handovers_views
from assetpool.intake import api as intake_api
from assetpool.intake import blueprint as intake_pages
from assetpool.intake import import_views as _import_views  # noqa: F401
from assetpool.intake import models as _intake  # noqa: F401
from assetpool.intake import views as _intake_views  # noqa: F401
from assetpool.invitations import api as invitations_api
from assetpool.invitations import event_views
from assetpool.invitations import guest_requests as _guest_requests  # noqa: F401
from assetpool.invitations import guest_views as _guest_views  # noqa: F401
from assetpool.invitations import guests as organizer_pages
from assetpool.invitations import models as _invitations  # noqa: F401
from assetpool.invitations import pack_views as event_pack_views
from assetpool.labels import api as labels_api
from assetpool.labels import blueprint as labels_pages
from assetpool.labels import codes_views as _label_codes  # noqa: F401
from assetpool.labels import models as _labels  # noqa: F401
from assetpool.labels import studio_views as _label_studio  # noqa: F401
from assetpool.labels import views as _labels_views  # noqa: F401
from assetpool.moves import api as moves_api
from assetpool.moves import models as _moves  # noqa: F401
from assetpool.moves import views as moves_views
from assetpool.notices import admin_views as notice_admin
from assetpool.notices import api as webhooks_api
from assetpool.notices import models as _notices  # noqa: F401
from assetpool.notices import views as notices_views
from assetpool.notices import webhook_views
from assetpool.org import admin_views
from assetpool.org import views as org_views
from assetpool.outcomes import api as outcomes_api
from assetpool.outcomes import models as _outcomes  # noqa: F401
from assetpool.outcomes import views as outcomes_views
from assetpool.prices import api as prices_api
from assetpool.prices import blueprint as price_pages
from assetpool.prices import import_views as _import_prices  # noqa: F401
from assetpool.prices import models as _prices  # noqa: F401
from assetpool.prices import views as _prices_views  # noqa: F401
from assetpool.purchases import api as purchases_api
from assetpool.purchases import models as _purchases  # noqa: F401
from assetpool.purchases import views as purchases_views
from assetpool.records import api as records_api
from assetpool.records import erasing_models as _erasing  # noqa: F401
from assetpool.records import erasing_views, openapi, org_api, photo_views
from assetpool.records import models as _records  # noqa: F401
from assetpool.records import outbox_models as _outbox  # noqa: F401
from assetpool.repairs import api as repairs_api
from assetpool.repairs import views as repairs_views
from assetpool.reports import acts_views as _acts_views  # noqa: F401
from assetpool.reports import api as reports_api
from assetpool.reports import blueprint as report_pages
from assetpool.reports import export_views as _export_views  # noqa: F401
from assetpool.reports import models as _reports  # noqa: F401
from assetpool.reports import saved_api
from assetpool.reports import saved_views as _saved_views  # noqa: F401
from assetpool.reports import views as _report_views  # noqa: F401
from assetpool.requisitions import api as requisitions_api
from assetpool.requisitions import blueprint as requisition_pages
from assetpool.requisitions import models as _requisitions  # noqa: F401
from assetpool.requisitions import views as _requisition_views  # noqa: F401
from assetpool.requisitions import writing as _writing  # noqa: F401
from assetpool.reservations import api as reservations_api
from assetpool.reservations import models as _reservations  # noqa: F401
from assetpool.reservations import views as catalog_views
from assetpool.savings import api as savings_api
from assetpool.savings import cost_api, cost_views, policy_views
from assetpool.savings import cost_models as _cost_models  # noqa: F401
from assetpool.savings import models as _savings  # noqa: F401
from assetpool.savings import outlay_views as _outlay_views  # noqa: F401
from assetpool.savings import period_models as _periods  # noqa: F401
from assetpool.savings import policy_models as _policy_models  # noqa: F401
from assetpool.savings import sums as _sums  # noqa: F401
from assetpool.savings import views as savings_views
from assetpool.shortages import api as shortages_api
from assetpool.shortages import models as _shortages  # noqa: F401
from assetpool.shortages import views as shortages_views
from assetpool.standards import api as standards_api
from assetpool.standards import models as _standards  # noqa: F401
from assetpool.standards import views as standards_views
from assetpool.stocktake import api as stocktake_api
from assetpool.stocktake import blueprint as stocktake_pages
from assetpool.stocktake import models as _stocktake  # noqa: F401
from assetpool.stocktake import plan_views as _stocktake_plans  # noqa: F401
from assetpool.stocktake import sheet_views as _sheet_views  # noqa: F401
from assetpool.stocktake import views as _stocktake_views  # noqa: F401
from assetpool.transfers import api as transfers_api
from assetpool.transfers import models as _transfers  # noqa: F401
from assetpool.transfers import views as transfers_views
from assetpool.trips import api as trips_api
from assetpool.trips import gate_views, pick_views
from assetpool.trips import models as _trips  # noqa: F401
from assetpool.trips import views as trips_views


def blueprints() -> list[Blueprint]:
    """Return every blueprint of pages and of the REST interface (those named `…_api`)."""
    return [*page_blueprints(), *rest_blueprints()]


def page_blueprints() -> list[Blueprint]:
    """Return the blueprints of pages."""
    return [
        org_views.bp,
        admin_views.bp,
        erasing_views.bp,
        price_pages.bp,
        notices_views.bp,
        notice_admin.bp,
        webhook_views.bp,
        desk_views.bp,
        assets_views.bp,
        found_views.bp,
        verify_views.bp,
        health_views.bp,
        catalog_views.bp,
        kinds_views.bp,
        photo_views.bp,
        calendar_pages.bp,
        feed_views.bp,
        events_views.bp,
        event_views.bp,
        organizer_pages.bp,
        event_pack_views.bp,
        requisition_pages.bp,
        approvals_views.bp,
        rules_views.bp,
        arranging_views.bp,
        handovers_views.bp,
        extension_views.bp,
        changes_views.bp,
        receiver_views.bp,
        trips_views.bp,
        pick_views.bp,
        gate_views.bp,
        lanes_views.bp,
        *coming_back.PAGES,
        repairs_views.bp,
        moves_views.bp,
        floor_views.bp,
        authority_views.bp,
        offline_views.bp,
        report_pages.bp,
        outcomes_views.bp,
        savings_views.bp,
        cost_views.bp,
        policy_views.bp,
        closings_views.bp,
        audit_pages.bp,
        bulletins_views.bp,
        purchases_views.bp,
        certificates_views.bp,
        standards_views.bp,
        labels_pages.bp,
        intake_pages.bp,
        shortages_views.bp,
        stocktake_pages.bp,
        transfers_views.bp,
    ]


def rest_blueprints() -> list[Blueprint]:
    """Return the blueprints of the REST interface."""
    return [
        webhooks_api.bp,
        approvals_api.bp,
        floor_api.bp,
        handovers_api.bp,
        *coming_back.REST,
        repairs_api.bp,
        lanes_api.bp,
        trips_api.bp,
        requisitions_api.bp,
        extension_api.bp,
        changes_api.bp,
        outcomes_api.bp,
        cost_api.bp,
        reports_api.bp,
        saved_api.bp,
        bulletins_api.bp,
        savings_api.bp,
        purchases_api.bp,
        certificates_api.bp,
        standards_api.bp,
        closings_api.bp,
        audit_api.bp,
        labels_api.bp,
        openapi.bp,
        org_api.bp,
        catalog_api.bp,
        prices_api.bp,
        reservations_api.bp,
        custody_api.bp,
        moves_api.bp,
        shortages_api.bp,
        events_api.bp,
        invitations_api.bp,
        intake_api.bp,
        stocktake_api.bp,
        transfers_api.bp,
        records_api.bp,
    ]
