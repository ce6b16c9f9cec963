"""Reading printed codes back, as a phone does."""

from __future__ import annotations

import pypdfium2
import zxingcpp


def codes_of(content: bytes) -> list[str]:
    """Return the texts of every QR code on every page of a PDF."""
    found: list[str] = []
    document = pypdfium2.PdfDocument(content)
    for page in document:
        picture = page.render(scale=4).to_pil().convert("L")
        found += [code.text for code in zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)]
    return found
