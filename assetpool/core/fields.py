"""What forms of every feature share: an amount typed in yuan, and a form that shows a refusal above what was typed."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import ValidationError

from assetpool.core.money import parse_yuan, yuan

LARGEST_AMOUNT = 10**13


class YuanField(StringField):  # type: ignore[misc]
    """An amount typed in yuan; `fen` is what it says, None when it is left empty."""

    fen: int | None = None

    def show(self, amount: int | None) -> None:
        """Fill in an amount kept in fen."""
        self.fen, self.data = amount, "" if amount is None else yuan(amount, grouped=False)

    def pre_validate(self, form: Any) -> None:
        """Read the amount; refuse what is none, or negative."""
        self.fen = None
        if not (self.data or "").strip():
            return
        try:
            fen = parse_yuan(self.data)
        except ValueError as error:
            raise ValidationError(_l("Write an amount in yuan, for example 1200 or 1,200.50.")) from error
        if not 0 <= fen <= LARGEST_AMOUNT:
            raise ValidationError(_l("Write an amount of 0 yuan or more."))
        self.fen = fen


class RefusingForm(FlaskForm):  # type: ignore[misc]
    """A form that shows a refusal above what was typed."""

    def refuse(self, sentence: Any) -> None:
        """Show a refusal above the form, keeping what was typed."""
        self.form_errors.append(sentence)
