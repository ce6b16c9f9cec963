"""A local certificate authority and the server's certificate: for a house network that no public authority knows.

The authority may vouch for private addresses and for the names it was made for, nothing else: a phone that trusts it trusts it for this server
and not for the rest of the world.
"""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from assetpool.core.errors import N_, DomainError, FieldInvalid, Word
from assetpool.core.secured import CERTIFICATE, KEY, ROOT

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
ROOT_KEY = "root.key"
ROOT_LASTS = timedelta(days=3650)
CERTIFICATE_LASTS = timedelta(days=800)
"""Apple's devices refuse a certificate of a private authority that lasts longer than 825 days."""
LOCAL = ("localhost", "local", "lan", "internal", "home.arpa")
PRIVATE = ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10", "::1/128", "fc00::/7", "fe80::/10")


class AuthorityTooNarrow(DomainError):
    """The authority that stands was made for other names."""

    sentence = N_(
        "The authority made on %(day)s does not vouch for %(names)s. Make a new one with --new-authority; phones then need its root once more from /ca."
    )


@dataclass(frozen=True)
class Made:
    """What stands in the folder now: for which names and addresses, until when, and whether the authority is a new one."""

    folder: Path
    names: list[str]
    addresses: list[str]
    until: datetime
    fingerprint: str
    new_authority: bool


def known_names() -> tuple[list[str], list[Address]]:
    """Return the names and addresses under which this computer is found, as far as it knows itself."""
    host = socket.gethostname().lower().rstrip(".")
    names = ["localhost", host, socket.getfqdn().lower().rstrip(".")]
    if host and "." not in host:
        names.append(f"{host}.local")
    addresses: list[Address] = [ipaddress.ip_address("127.0.0.1"), ipaddress.ip_address("::1")]
    with suppress(OSError):  # A name that nobody can look up has no addresses to add.
        addresses += [ipaddress.ip_address(str(found[4][0]).partition("%")[0]) for found in socket.getaddrinfo(host, None)]
    for family, far in ((socket.AF_INET, "10.255.255.255"), (socket.AF_INET6, "fd00::1")):
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                probe.connect((far, 9))  # Nothing is sent: the system only says which of its addresses it would send from.
                addresses.append(ipaddress.ip_address(probe.getsockname()[0].partition("%")[0]))
        except OSError:
            continue
    return list(dict.fromkeys(name for name in names if _is_name(name))), list(dict.fromkeys(a for a in addresses if not a.is_unspecified))


def _is_name(name: str) -> bool:
    labels = name.split(".")
    return 0 < len(name) < 254 and all(0 < len(label) < 64 and label.isascii() and label.replace("-", "").replace("_", "").isalnum() for label in labels)


def read(words: Sequence[str]) -> tuple[list[str], list[Address]]:
    """Part what an operator or a setting names into names and addresses; raise FieldInvalid for what is neither."""
    names: list[str] = []
    addresses: list[Address] = []
    for word in words:
        bare = word.strip().lower().rstrip(".").strip("[]")
        try:
            addresses.append(ipaddress.ip_address(bare))
        except ValueError:
            if not _is_name(bare):
                raise FieldInvalid(field="--name", problem=Word(N_("give a host name like pool.lan or an address like 192.168.1.20."))) from None
            names.append(bare)
    return names, addresses


def set_up(folder: Path, pool: str, names: Sequence[str], addresses: Sequence[Address], now: datetime, *, anew: bool = False) -> Made:
    """Write the authority, unless one stands, and a new certificate for the names and addresses into `folder`.

    Keys are readable by their owner only. Raise AuthorityTooNarrow when the standing authority may not vouch for all of them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    standing = None if anew else _standing(folder, now)
    if standing is not None:
        outside = [word for word in (*names, *map(str, addresses)) if not _vouches(standing[0], word)]
        if outside:
            raise AuthorityTooNarrow(day=standing[0].not_valid_before_utc.date(), names=", ".join(outside))
    root, root_key = standing or _new_root(pool, names, addresses, now)
    if standing is None:
        _write(folder / ROOT_KEY, _private(root_key), 0o600)
        _write(folder / ROOT, _pem(root), 0o644)
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _certificate(root, root_key, key, names, addresses, now)
    _write(folder / KEY, _private(key), 0o600)
    _write(folder / CERTIFICATE, _pem(certificate) + _pem(root), 0o644)
    fingerprint = root.fingerprint(hashes.SHA256()).hex(":").upper()
    return Made(folder, list(names), [str(a) for a in addresses], certificate.not_valid_after_utc, fingerprint, standing is None)


def _standing(folder: Path, now: datetime) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey] | None:
    """Return the authority in the folder unless there is none or it ends before a certificate of today would."""
    if not (folder / ROOT).exists() or not (folder / ROOT_KEY).exists():
        return None
    root = x509.load_pem_x509_certificate((folder / ROOT).read_bytes())
    key = serialization.load_pem_private_key((folder / ROOT_KEY).read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return (root, key) if root.not_valid_after_utc > now + CERTIFICATE_LASTS else None


def _vouches(root: x509.Certificate, word: str) -> bool:
    permitted = root.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or []
    for one in permitted:
        if isinstance(one, x509.IPAddress):
            try:
                if ipaddress.ip_address(word) in one.value:  # type: ignore[operator]
                    return True
            except (ValueError, TypeError):
                continue
        elif isinstance(one, x509.DNSName) and (word == one.value or word.endswith(f".{one.value}")):
            return True
    return False


def _new_root(pool: str, names: Sequence[str], addresses: Sequence[Address], now: datetime) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    called = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, pool[:60]), x509.NameAttribute(NameOID.COMMON_NAME, f"{pool[:40]} {now:%Y-%m-%d}")])
    own = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    networks = [ipaddress.ip_network(one) for one in PRIVATE]
    networks += [ipaddress.ip_network(a) for a in addresses if not any(a in network for network in networks)]
    permitted = [*(x509.DNSName(name) for name in dict.fromkeys([*LOCAL, *names])), *(x509.IPAddress(network) for network in networks)]
    root = (
        _begun(called, called, key.public_key(), now, ROOT_LASTS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .add_extension(x509.NameConstraints(permitted, None), critical=True)
        .add_extension(own, critical=False)
        .sign(key, hashes.SHA256())
    )
    return root, key


def _certificate(
    root: x509.Certificate,
    root_key: ec.EllipticCurvePrivateKey,
    key: ec.EllipticCurvePrivateKey,
    names: Sequence[str],
    addresses: Sequence[Address],
    now: datetime,
) -> x509.Certificate:
    called = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, (names[0] if names else str(addresses[0]))[:64])])
    others = x509.SubjectAlternativeName([*(x509.DNSName(name) for name in names), *(x509.IPAddress(address) for address in addresses)])
    above = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(root.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value)
    return (
        _begun(called, root.subject, key.public_key(), now, CERTIFICATE_LASTS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(others, critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(above, critical=False)
        .sign(root_key, hashes.SHA256())
    )


def _begun(subject: x509.Name, issuer: x509.Name, public: ec.EllipticCurvePublicKey, now: datetime, lasts: timedelta) -> x509.CertificateBuilder:
    begun = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(public).serial_number(x509.random_serial_number())
    # Phones whose clock is a little behind must not refuse it as not valid yet.
    return begun.not_valid_before(now - timedelta(days=1)).not_valid_after(now + lasts)


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        key_cert_sign=signs,
        crl_sign=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def _write(target: Path, content: bytes, mode: int) -> None:
    """Replace a file at once, never readable by others on the way."""
    beside = target.with_name(f"{target.name}.new")
    beside.unlink(missing_ok=True)
    with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
    beside.replace(target)
