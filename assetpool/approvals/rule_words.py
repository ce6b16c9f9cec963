"""The words of rules: kinds of decision, places of a step, roles that decide."""

from __future__ import annotations

from assetpool.approvals.rules import Kind, Place
from assetpool.core.errors import N_
from assetpool.org.models import OrganizationKind

KIND_WORDS: dict[str, str] = {
    Kind.LOAN: N_("Loan"),
    Kind.REALLOCATION: N_("Request to take over"),
    Kind.INTAKE: N_("Intake"),
    Kind.TRANSFER: N_("Transfer"),
    Kind.CHANGE: N_("Change order"),
    Kind.EXTENSION: N_("Extension"),
    Kind.OVERRIDE: N_("Certificate override"),
    Kind.STOCKTAKE: N_("Stocktake"),
}
PLACE_WORDS: dict[str, str] = {
    Place.ASKING: N_("the asking organization"),
    Place.SUPERVISING: N_("its supervising organization"),
    Place.GIVER: N_("the giver"),
    Place.RECEIVER: N_("the receiver"),
    Place.STORE: N_("the store's organization"),
    Place.ROOT: N_("the whole pool"),
    Place.NAMED: N_("a named organization"),
}
ORGANIZATION_KIND_WORDS: dict[str, str] = {
    OrganizationKind.PROVINCE: N_("Province"),
    OrganizationKind.CITY: N_("City"),
    OrganizationKind.COUNTY: N_("County"),
    OrganizationKind.DEPARTMENT: N_("Department"),
    OrganizationKind.TEMPORARY: N_("Temporary body"),
}
