"""Refusals are sentences: one class per thing that is wrong, with a status, a code and its figures."""

from __future__ import annotations

import re
from functools import partial
from typing import Any


def N_(sentence: str) -> str:
    """Mark a sentence for translation without translating it yet."""
    return sentence


class DomainError(Exception):
    """A refusal that a person can act on.

    `sentence` is an English message id with `%(name)s` places filled from the keyword figures;
    it is translated where it is shown. `status` is the HTTP status, `code` the stable name.
    """

    status = 409
    sentence = N_("This cannot be done.")

    def __init__(self, **figures: Any) -> None:
        self.figures = figures
        super().__init__(self.sentence % figures if figures else self.sentence)

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel between processes by its figures."""
        return partial(type(self), **self.figures), ()

    @property
    def code(self) -> str:
        """Return the stable machine name: the class name in snake case."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", type(self).__name__).lower()


class NotFound(DomainError):
    """Nothing visible to this person has that name."""

    status = 404
    sentence = N_("Nothing found under %(what)s. Check the number, or look it up in the list.")


class NotAllowed(DomainError):
    """The person lacks the role for this act."""

    status = 403
    sentence = N_("Your roles do not allow this. Ask an administrator for the role: %(role)s.")


class FieldInvalid(DomainError):
    """A value that was given cannot be used; names the field and the cure."""

    status = 422
    sentence = N_("%(field)s: %(problem)s")


class WrongState(DomainError):
    """The document has moved on since the page was shown."""

    sentence = N_("%(number)s is now “%(state)s”, so this step is no longer possible. Reload the page to see what can be done next.")


class SamePerson(DomainError):
    """Two duties that must lie with two persons met in one."""

    status = 403
    sentence = N_("You already acted on %(number)s as %(earlier)s, so another person must do this step.")


class Word(str):
    """A figure that is itself a message id and is translated where the sentence is shown."""
