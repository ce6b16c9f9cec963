"""How long personal data is kept."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField
from wtforms.validators import NumberRange, Optional

from assetpool.core.fields import RefusingForm
from assetpool.records.erasing import LONGEST

_KEPT = _l("Leave it open to keep them until somebody erases them.")
_DAYS = [Optional(), NumberRange(0, LONGEST, _l("Enter a whole number from 0 on."))]


class TermForm(RefusingForm):
    """The terms of a pool."""

    facts_days = IntegerField(_l("Names and signatures of papers that ended: days"), description=_KEPT, validators=_DAYS)
    liaison_days = IntegerField(_l("Who spoke for an event, after its last day: days"), description=_KEPT, validators=_DAYS)
