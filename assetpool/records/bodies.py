"""What is wrong with a body or a query, as sentences that name the field, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext

from assetpool.core.errors import N_, FieldInvalid

_SENTENCES: dict[str, str] = {
    "missing": N_("this is required."),
    "int_type": N_("give a whole number."),
    "int_parsing": N_("give a whole number."),
    "int_from_float": N_("give a whole number."),
    "int_parsing_size": N_("give a smaller number."),
    "float_type": N_("give a number."),
    "string_type": N_("give a text."),
    "bool_type": N_("give true or false."),
    "bool_parsing": N_("give true or false."),
    "date_type": N_("give a day as YYYY-MM-DD."),
    "date_parsing": N_("give a day as YYYY-MM-DD."),
    "date_from_datetime_parsing": N_("give a day as YYYY-MM-DD."),
    "date_from_datetime_inexact": N_("give a day as YYYY-MM-DD."),
    "datetime_type": N_("give a moment with its time zone, for example 2026-11-22T10:42:00Z."),
    "datetime_parsing": N_("give a moment with its time zone, for example 2026-11-22T10:42:00Z."),
    "datetime_from_date_parsing": N_("give a moment with its time zone, for example 2026-11-22T10:42:00Z."),
    "timezone_aware": N_("give a moment with its time zone, for example 2026-11-22T10:42:00Z."),
    "enum": N_("choose one of %(expected)s."),
    "literal_error": N_("choose one of %(expected)s."),
    "greater_than_equal": N_("give at least %(ge)s."),
    "greater_than": N_("give more than %(gt)s."),
    "less_than_equal": N_("give at most %(le)s."),
    "less_than": N_("give less than %(lt)s."),
    "string_too_short": N_("do not leave this empty."),
    "string_too_long": N_("use at most %(max_length)s characters."),
    "too_short": N_("give at least one."),
    "too_long": N_("give at most %(max_length)s."),
    "list_type": N_("give a list."),
    "dict_type": N_("give an object with named members."),
    "model_type": N_("give an object with named members."),
    "model_attributes_type": N_("give an object with named members."),
    "string_pattern_mismatch": N_("this does not have the right form."),
}
_UNUSABLE = N_("this cannot be used.")


def explained(problems: Sequence[Mapping[str, Any]]) -> FieldInvalid:
    """Return the refusal for what the reading of a body found: the first problem as the sentence, all of them under `errors`."""
    errors = [{"field": place_of(problem["loc"]), "message": sentence_of(problem)} for problem in problems]
    return FieldInvalid(field=errors[0]["field"], problem=errors[0]["message"], errors=errors)


def place_of(parts: Sequence[Any]) -> str:
    """Write a place in a body as people do: lines[0].quantity."""
    text = ""
    for part in parts:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text or "body"


def sentence_of(problem: Mapping[str, Any]) -> str:
    """Return what is wrong, in the reader's language."""
    context = {name: str(value) for name, value in problem.get("ctx", {}).items()}
    if problem["type"] == "value_error":
        return str(gettext(str(problem["ctx"]["error"])))
    sentence = _SENTENCES.get(problem["type"], _UNUSABLE)
    if "expected" in context:
        context["expected"] = context["expected"].replace("'", "").replace(" or ", ", ")
    return str(gettext(sentence, **context) if context else gettext(sentence))
