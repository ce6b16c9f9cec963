"""Mail over TLS: STARTTLS and SMTPS against a real server whose certificate the house's own authority signed."""

from __future__ import annotations

import ssl
import traceback
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from assetpool.cli import authority
from assetpool.core import clock
from assetpool.core.secured import CERTIFICATE, KEY, ROOT
from assetpool.notices.carriers import MailServer, MailUrlUnreadable
from tests.notices.post_office import PostOffice
from tests.notices.test_mails import NOON, mails, send, told
from tests.world import World


def sign(folder: Path, *names: str) -> ssl.SSLContext:
    """Let a new authority sign a certificate for these names, and return what a server shows it with."""
    authority.set_up(folder, "公物仓", *authority.read(names), datetime.now(UTC))
    trust = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trust.load_cert_chain(folder / CERTIFICATE, folder / KEY)
    return trust


def mail_by(app: Flask, world: World, office: PostOffice, scheme: str, more: str) -> int:
    """Tell somebody something urgent and send it with a password; return how many mails went."""
    app.config["MAIL_URL"] = f"{scheme}://pool:right@127.0.0.1:{office.port}?from=pool@example.gov{more}"
    with clock.at(NOON):
        told(world, [world.head_b], urgent=True)
    return send(world, NOON)


WAYS = [("smtp", False, "&starttls=require"), ("smtp", False, ""), ("smtps", True, "")]


@pytest.mark.parametrize(("scheme", "closed", "more"), WAYS, ids=["starttls required", "starttls offered", "smtps"])
def test_mail_travels_sealed_to_a_server_that_the_authority_vouches_for(
    app: Flask, world: World, addresses: dict[str, str], office: PostOffice, tmp_path: Path, scheme: str, closed: bool, more: str
) -> None:
    office.trust, office.closed = sign(tmp_path, "localhost", "127.0.0.1"), closed
    assert mail_by(app, world, office, scheme, f"{more}&ca={tmp_path / ROOT}") == 1, mails()[0].reason
    assert (office.secured, office.signed_in, office.recipients) == (1, [("pool", "right")], [addresses["head_b"]])


@pytest.mark.parametrize(("scheme", "closed", "more"), WAYS, ids=["starttls required", "starttls offered", "smtps"])
@pytest.mark.parametrize("wrong", ["another authority", "another name", "no authority"])
def test_neither_mail_nor_password_reaches_a_server_that_nobody_vouches_for(
    app: Flask, world: World, addresses: dict[str, str], office: PostOffice, tmp_path: Path, scheme: str, closed: bool, more: str, wrong: str
) -> None:
    office.trust, office.closed = sign(tmp_path / "mine", *(["pool.lan"] if wrong == "another name" else ["localhost", "127.0.0.1"])), closed
    sign(tmp_path / "other", "localhost", "127.0.0.1")
    known = {"another authority": f"&ca={tmp_path / 'other' / ROOT}", "another name": f"&ca={tmp_path / 'mine' / ROOT}", "no authority": ""}[wrong]
    assert mail_by(app, world, office, scheme, f"{more}{known}") == 0
    assert (office.signed_in, office.taken) == ([], [])
    assert "CERTIFICATE_VERIFY_FAILED" in mails()[0].reason
    assert mails()[0].state == "waiting"


def test_a_server_without_starttls_gets_nothing_where_it_is_required(app: Flask, world: World, addresses: dict[str, str], office: PostOffice) -> None:
    assert mail_by(app, world, office, "smtp", "&starttls=require") == 0
    assert (office.signed_in, office.taken) == ([], [])


@pytest.mark.parametrize("url", ["smtp://pool:geheim/x@mail.example.gov", "smtps://pool:geheim@[mail.example.gov", "smtp://geheim@mail.example.gov:geheim"])
def test_a_mail_url_that_cannot_be_read_tells_nothing_of_its_password(url: str) -> None:
    with pytest.raises(MailUrlUnreadable) as refusal:
        MailServer.of(url, "http://localhost")
    assert "geheim" not in "".join(traceback.format_exception(refusal.value)[-1:])
    assert refusal.value.__suppress_context__
