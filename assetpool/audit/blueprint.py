"""The auditor's room as one blueprint, who may enter it, and the words its pages share."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, current_app, request, url_for
from flask_babel import gettext

from assetpool.audit.exceptions import BY_CODE
from assetpool.audit.findings import SEVERITIES
from assetpool.audit.suspicion import Suspicion
from assetpool.org import access
from assetpool.org.models import Organization, Role
from assetpool.savings.wording import said

bp = Blueprint("audit", __name__)

READERS = (Role.AUDITOR, Role.ADMINISTRATOR, Role.REVIEWER, Role.APPROVER, Role.FINANCE)
INSIDE = (Role.AUDITOR, Role.ADMINISTRATOR)
"""Who may see exceptions, samples, packs and looks."""

SEVERITY_LOOKS = {"low": "off", "medium": "wait", "high": "bad"}


def sentence(one: Suspicion) -> str:
    """Write a suspicion in the reader's language."""
    return said(one.sentence, one.figures)


def named(organization: Organization | None, lang: str) -> str:
    """Write an organization's name in the reader's language."""
    if organization is None:
        return ""
    return organization.name_en if lang == "en" and organization.name_en else organization.name


def day_asked(name: str) -> date | None:
    """Return a day of the address, None when it is missing or unreadable."""
    try:
        return date.fromisoformat(request.args.get(name, "").strip())
    except ValueError:
        return None


def data_dir() -> str:
    """Return where kept files lie."""
    return str(current_app.config["DATA_DIR"])


def _acts(act_id: int) -> list[tuple[str, str]]:
    """Return what an auditor may do with an act, as labels and addresses."""
    mine = access.current()
    found = [(gettext("Raise a finding"), url_for("audit.new_finding", act=act_id))] if mine.has(Role.AUDITOR) else []
    if mine.has(*INSIDE):
        found += [(gettext("Evidence pack (ZIP)"), url_for("audit.act_pack", act_id=act_id))]
        found += [(gettext("Working paper (Word)"), url_for("audit.working_paper", act_id=act_id))]
    return found


@bp.app_context_processor
def _words() -> dict[str, Any]:
    """Give the pages of the room their words."""
    rules = {code: rule.name for code, rule in BY_CODE.items()}
    return {"audit_acts": _acts, "suspected": sentence, "rule_words": rules, "severity_words": SEVERITIES, "severity_looks": SEVERITY_LOOKS}
