"""The forms of reference prices and rents: always with source and date."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileRequired
from wtforms import BooleanField, DateField, Field, FieldList, FileField, Form, FormField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional, StopValidation, ValidationError

from assetpool.core.fields import RefusingForm, YuanField
from assetpool.prices.wording import SOURCE_WORDS


def needed(form: Any, field: Field) -> None:
    """Refuse an empty amount."""
    if not (field.data and field.data.strip()):
        raise ValidationError(_l("Enter an amount in yuan."))


class QuoteForm(Form):  # type: ignore[misc]
    """What one supplier asked for one unit; a row left empty is no quote."""

    supplier = StringField(_l("Supplier"), validators=[Length(max=200)])
    amount = YuanField(_l("Quote, yuan"))
    dated_on = DateField(_l("Date of the quote"), validators=[Optional()])
    paper = FileField(_l("Paper"), validators=[Optional()])

    @property
    def is_empty(self) -> bool:
        """Say whether nothing was typed in the row."""
        return not (self.supplier.data or "").strip() and self.amount.fen is None

    def validate_amount(self, field: Field) -> None:
        """Refuse a supplier without an amount."""
        if (self.supplier.data or "").strip() and self.amount.fen is None:
            raise ValidationError(_l("Enter what this supplier asked for."))


class DatedByQuotes(Optional):  # type: ignore[misc]
    """May stay empty where every quote carries its date; else a price that no paper dates is refused."""

    def __call__(self, form: Any, field: Field) -> None:
        """Refuse an empty day that the quotes do not fill."""
        said = form.said()
        if not (field.raw_data and str(field.raw_data[0]).strip()) and not (said and all(quote.dated_on.data for quote in said)):
            field.errors[:] = []
            raise StopValidation(_l("Enter the date on the paper."))
        super().__call__(form, field)


class SourceForm(RefusingForm):
    """What every version says of its source and of its days."""

    source_kind = SelectField(_l("Kind of source"), choices=[(value, _l(word)) for value, word in SOURCE_WORDS.items()])
    source = StringField(_l("Source"), validators=[InputRequired(_l("Say where it comes from: agreement, shop, letter.")), Length(max=300)])
    valid_from = DateField(_l("Holds from"), validators=[Optional()], description=_l("Empty: from today, or always for a first version."))
    valid_until = DateField(_l("Holds until"), validators=[Optional()], description=_l("Empty: until a newer version begins."))
    tax_included = BooleanField(_l("Tax is included"), default=True)
    transport_included = BooleanField(_l("Transport is included"), default=True)
    evidence = FileField(_l("Evidence (PDF or picture)"), validators=[Optional()])


class PriceForm(SourceForm):
    """One version of a reference price; with quotes the lowest is taken."""

    amount = YuanField(_l("Reference price of one unit"), description=_l("Empty: the lowest of the quotes below."))
    dated_on = DateField(_l("Date of the source"), validators=[DatedByQuotes()], description=_l("Empty: the date of the oldest quote."))
    quotes = FieldList(FormField(QuoteForm), label=_l("Quotes"), min_entries=3, max_entries=10)

    def said(self) -> list[QuoteForm]:
        """Return the rows in which something was typed."""
        return [entry.form for entry in self.quotes if not entry.form.is_empty]

    def validate_amount(self, field: Field) -> None:
        """Refuse a price without an amount and without quotes."""
        if self.amount.fen is None and not self.said():
            raise ValidationError(_l("Enter an amount in yuan, or the quotes."))


class RentForm(SourceForm):
    """One version of a rent tariff; the cheapest mix of the three counts."""

    per_day = YuanField(_l("For one day"), validators=[needed])
    per_7_days = YuanField(_l("For 7 days"))
    per_30_days = YuanField(_l("For 30 days"))
    dated_on = DateField(_l("Date of the source"), validators=[InputRequired(_l("Enter the date on the paper."))])


class BookForm(RefusingForm):
    """A price book to read."""

    file = FileField(
        _l("Price book (XLSX, XLS, ODS or CSV)"), validators=[FileRequired(_l("Choose a file first."))], render_kw={"accept": ".xlsx,.xlsm,.xls,.ods,.csv,.tsv"}
    )
