"""`https setup`: a local authority and a certificate for this computer, so that phones on the house network may use camera and offline work."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import click
from flask import current_app
from flask_babel import gettext
from sqlalchemy import inspect

from assetpool.cli import authority, frame
from assetpool.core import clock
from assetpool.core.db import db
from assetpool.core.errors import N_
from assetpool.core.secured import CERTIFICATE, FOLDER, KEY, ROOT
from assetpool.org.queries import the_pool

DONE = N_("The certificate holds until %(day)s for: %(names)s.")
FINGERPRINT = N_("Fingerprint of the authority (SHA-256): %(fingerprint)s")
NEXT = N_("Restart the server; it then answers on https://. Phones get the root from the page /ca, once.")
BY_HAND = N_("A server of your own finds the files by TLS_CERT=%(certificate)s and TLS_KEY=%(key)s.")


@click.group()
def https() -> None:
    """Look after the certificate of this server."""


@https.command()
@click.option("--name", "more", multiple=True, metavar="NAME", help="A further host name or address under which phones find this computer.")
@click.option("--new-authority", "anew", is_flag=True, help="Make the authority anew; phones then need its root once more.")
@frame.json_option
@frame.act
def setup(more: tuple[str, ...], anew: bool, as_json: bool) -> None:
    """Make a local authority, unless one stands, and a new certificate for this computer's names and addresses; run again to renew."""
    names, addresses = authority.known_names()
    own = urlsplit(current_app.config["PUBLIC_URL"]).hostname
    further_names, further_addresses = authority.read([*more, *([own] if own else [])])
    pool = the_pool(db.session()) if inspect(db.engine).has_table("pool") else None
    made = authority.set_up(
        Path(current_app.config["DATA_DIR"]) / FOLDER,
        pool.name if pool else "assetpool",
        list(dict.fromkeys([*further_names, *names])),
        list(dict.fromkeys([*addresses, *further_addresses])),
        clock.now(),
        anew=anew,
    )
    certificate, key = str(made.folder / CERTIFICATE), str(made.folder / KEY)
    data = {
        "names": made.names,
        "addresses": made.addresses,
        "until": made.until,
        "fingerprint": made.fingerprint,
        "new_authority": made.new_authority,
        "certificate": certificate,
        "key": key,
        "root": str(made.folder / ROOT),
    }
    lines = [
        gettext(DONE, day=made.until.date().isoformat(), names=", ".join([*made.names, *made.addresses])),
        gettext(FINGERPRINT, fingerprint=made.fingerprint),
        gettext(NEXT),
        gettext(BY_HAND, certificate=certificate, key=key),
    ]
    frame.show(data, as_json, lines)
