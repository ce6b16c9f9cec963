"""Who signs for things, and how: drawn, as a typed PIN, or on photographed paper; no act depends on drawing alone."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assetpool.core.errors import N_, FieldInvalid, Word

METHODS = ("drawn", "typed_pin", "paper_photo")
_PICTURE = re.compile(r"^data:image/(png|jpeg|webp);base64,[A-Za-z0-9+/=\s]+$")
LARGEST_SIGNATURE = 400_000


@dataclass(frozen=True)
class Receipt:
    """Who signs: name, telephone, and a signature drawn, typed as PIN or photographed (then `data` names the kept file).

    `attested`: a machine's caller vouches for the receipt without a signature; it counts, but is no signed slip (at best grade C).
    """

    name: str
    telephone: str = ""
    method: str = ""
    data: str = ""
    attested: bool = False

    def checked(self) -> Receipt:
        """Return itself, or raise FieldInvalid naming what is missing."""
        if not self.name.strip():
            raise FieldInvalid(field=Word(N_("Receiver")), problem=Word(N_("enter the name of the person who signs.")))
        if self.attested:
            return self
        if self.method not in METHODS or not self.data.strip():
            raise FieldInvalid(field=Word(N_("Signature")), problem=Word(N_("draw it, type a PIN, or photograph the signed paper.")))
        if self.method == "drawn" and self.data.startswith("data:") and not _PICTURE.match(self.data):
            raise FieldInvalid(field=Word(N_("Signature")), problem=Word(N_("this is not a drawn signature. Draw it again.")))
        if self.method == "typed_pin" and len(self.data.strip()) < 4:
            raise FieldInvalid(field=Word(N_("Signature")), problem=Word(N_("a PIN has at least 4 characters.")))
        if len(self.data) > LARGEST_SIGNATURE:
            raise FieldInvalid(field=Word(N_("Signature")), problem=Word(N_("the drawing is too large. Clear it and draw it again.")))
        return self
