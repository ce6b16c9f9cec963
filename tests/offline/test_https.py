"""The local authority: a certificate that a phone which trusts its root accepts, keys nobody else reads, and a root that vouches for nothing else."""

from __future__ import annotations

import json
import ssl
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from threading import Thread
from urllib.request import HTTPSHandler, ProxyHandler, build_opener

import pytest
from cryptography import x509
from flask import Flask
from werkzeug.serving import make_server

from assetpool.cli import authority
from assetpool.core.errors import FieldInvalid
from assetpool.core.secured import CERTIFICATE, KEY, ROOT, fingerprint_of, root_of

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def made(folder: Path, *words: str, now: datetime | None = None, anew: bool = False) -> authority.Made:
    names, addresses = authority.read(words or ("pool.lan", "localhost", "127.0.0.1"))
    return authority.set_up(folder, "公物仓", names, addresses, now or datetime.now(UTC), anew=anew)


@contextmanager
def served(app: Flask, folder: Path) -> Iterator[int]:
    server = make_server("127.0.0.1", 0, app, threaded=True, ssl_context=(str(folder / CERTIFICATE), str(folder / KEY)))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()


def asked(address: str, root: Path | None) -> int:
    context = ssl.create_default_context(cafile=str(root) if root else None)
    with build_opener(ProxyHandler({}), HTTPSHandler(context=context)).open(address, timeout=10) as answer:
        return int(answer.status)


def test_who_trusts_the_root_reaches_the_server_by_name_and_by_address_and_nobody_else_does(app: Flask, tmp_path: Path) -> None:
    made(tmp_path)
    with served(app, tmp_path) as port:
        assert asked(f"https://127.0.0.1:{port}/healthz", tmp_path / ROOT) == 200
        assert asked(f"https://localhost:{port}/healthz", tmp_path / ROOT) == 200
        with pytest.raises(OSError, match="CERTIFICATE_VERIFY_FAILED"):
            asked(f"https://127.0.0.1:{port}/healthz", None)


def test_a_certificate_for_a_name_outside_the_house_is_not_believed(app: Flask, tmp_path: Path) -> None:
    made(tmp_path)
    root = x509.load_pem_x509_certificate((tmp_path / ROOT).read_bytes())
    key = authority._standing(tmp_path, datetime.now(UTC))
    assert key is not None
    other = authority.ec.generate_private_key(authority.ec.SECP256R1())
    forged = authority._certificate(root, key[1], other, ["localhost", "bank.example.com"], [ip_address("127.0.0.1")], datetime.now(UTC))
    (tmp_path / CERTIFICATE).write_bytes(authority._pem(forged) + authority._pem(root))
    (tmp_path / KEY).write_bytes(authority._private(other))
    with served(app, tmp_path) as port, pytest.raises(OSError, match="permitted subtree violation"):
        asked(f"https://localhost:{port}/healthz", tmp_path / ROOT)


def test_keys_are_read_by_their_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "tls"
    made(folder)
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {
        "root.key": 0o600,
        "root.pem": 0o644,
        "server.key": 0o600,
        "server.pem": 0o644,
    }
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_running_again_renews_the_certificate_and_keeps_the_root_that_phones_have(tmp_path: Path) -> None:
    first = made(tmp_path, now=NOW)
    served_first = (tmp_path / CERTIFICATE).read_bytes()
    again = made(tmp_path, "pool.lan", "192.168.7.9", now=NOW + timedelta(days=700))
    assert (again.new_authority, again.fingerprint) == (False, first.fingerprint)
    assert (again.addresses, again.until) == (["192.168.7.9"], NOW + timedelta(days=1500))
    assert (tmp_path / CERTIFICATE).read_bytes() != served_first


def test_an_authority_that_would_end_before_the_certificate_is_made_anew(tmp_path: Path) -> None:
    first = made(tmp_path, now=NOW)
    late = made(tmp_path, now=NOW + timedelta(days=3000))
    assert (late.new_authority, late.fingerprint != first.fingerprint) == (True, True)


def test_a_name_the_authority_was_not_made_for_needs_a_new_one(tmp_path: Path) -> None:
    first = made(tmp_path, "pool.lan")
    with pytest.raises(authority.AuthorityTooNarrow) as refusal:
        made(tmp_path, "pool.city.example", "198.51.100.7", "10.1.2.3")
    assert refusal.value.figures["names"] == "pool.city.example, 198.51.100.7"
    anew = made(tmp_path, "pool.city.example", "198.51.100.7", anew=True)
    assert anew.fingerprint != first.fingerprint
    assert made(tmp_path, "pool.city.example", "198.51.100.7").new_authority is False


@pytest.mark.parametrize("word", ["", "two words", "https://pool", "池.lan", "-" * 64])
def test_what_is_no_name_is_refused(word: str) -> None:
    with pytest.raises(FieldInvalid):
        authority.read([word])


def test_the_command_names_what_it_made_and_never_prints_a_key(app: Flask, tmp_path: Path) -> None:
    app.config.update(DATA_DIR=str(tmp_path), PUBLIC_URL="https://pool.city.example")
    done = app.test_cli_runner().invoke(args=["https", "setup", "--name", "192.168.7.9", "--json"])
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    root = root_of(str(tmp_path))
    assert root is not None and told["fingerprint"] == fingerprint_of(root)
    assert {"localhost", "pool.city.example"} <= set(told["names"]) and {"127.0.0.1", "192.168.7.9"} <= set(told["addresses"])
    assert "PRIVATE" not in done.output
    assert app.test_cli_runner().invoke(args=["https", "setup", "--name", "two words"]).exit_code == 1
