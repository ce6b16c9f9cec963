"""How a phone comes to trust the local authority: the steps each system asks for, on the page and on paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from assetpool.core.errors import N_
from assetpool.core.paper import Column, Field, Paper, Table, Words
from assetpool.records.papers import in_both


@dataclass(frozen=True)
class System:
    """A system and its steps, as message ids."""

    name: str
    steps: tuple[str, ...]


SYSTEMS = (
    System(
        N_("iPhone and iPad"),
        (
            N_("Open the address in Safari; at the warning choose “Show details”, then “visit this website”."),
            N_("Download the root certificate and allow the download of the profile."),
            N_("Settings › General › VPN & Device Management: open the profile, compare the fingerprint (Details), install it."),
            N_("Settings › General › About › Certificate Trust Settings: switch the certificate on."),
        ),
    ),
    System(
        N_("Android"),
        (
            N_("Open the address in Chrome; at the warning choose “Advanced”, then “Proceed”."),
            N_("Download the root certificate."),
            N_("Settings › Security › Encryption & credentials › Install a certificate › CA certificate: choose the file."),
            N_("Trusted credentials › User: open it and compare the fingerprint."),
        ),
    ),
    System(
        N_("Windows"),
        (
            N_("Open the address in Edge or Chrome, go on past the warning and download the root certificate."),
            N_("Open the file; under Details compare the fingerprint (SHA-256)."),
            N_("Install certificate › Current user › Place in the following store › Trusted Root Certification Authorities."),
        ),
    ),
)
PROMISE = N_("The certificate vouches for this server and for private addresses of the house network only, for no other site of the world.")
COMPARE = N_("Compare every pair of the fingerprint with what the device shows before you trust it. If one differs, stop and tell whoever runs the server.")


def lines(fingerprint: str) -> list[str]:
    """Return a fingerprint in two lines of sixteen pairs, as people compare it."""
    pairs = fingerprint.split(":")
    return [":".join(pairs[:16]), ":".join(pairs[16:])]


def paper(fingerprint: str, address: str, pool: str, language: str, printed_at: datetime) -> Paper:
    """Return the how-to as a paper in both languages."""
    columns = (Column(Words("步", "Step"), 8, "center"), Column(Words("操作", "What to do"), 92))
    tables = [Table(columns, [[str(number), _both(step)] for number, step in enumerate(one.steps, 1)], title=in_both(one.name)) for one in SYSTEMS]
    return Paper(
        title=Words("手机信任本仓服务器", "How a phone trusts this server"),
        number=fingerprint[:23],
        number_label=Words("指纹开头", "Fingerprint begins"),
        state=Words("张贴或发放", "To be posted or handed out"),
        qr_url=address,
        address=address,
        language="en" if language == "en" else "zh",
        issuer=Words(pool),
        head=[
            Field(Words("地址", "Address"), address, wide=True),
            Field(Words("根证书指纹（SHA-256）", "Fingerprint of the root (SHA-256)"), " ".join(lines(fingerprint)), wide=True),
        ],
        tables=tables,
        notes=[_both(COMPARE), _both(PROMISE)],
        footer=f"{printed_at:%Y-%m-%d %H:%M}",
        closing=False,
        made_at=printed_at,
    )


def _both(sentence: str) -> str:
    words = in_both(sentence)
    return f"{words.zh} {words.en}" if words.en and words.en != words.zh else words.zh
