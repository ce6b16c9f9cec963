"""Where mail goes by MAIL_URL: an SMTP server (plain, STARTTLS, TLS), a folder of the demonstration, or nowhere."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from assetpool.core import clock

PATIENCE = 20
STARTTLS = ("offered", "require", "never")
UNREADABLE = "MAIL_URL must be smtp://user:password@host:port, smtps://user:password@host:port or file:; write / # ? @ in a password as %2F %23 %3F %40."


class MailUrlUnreadable(ValueError):
    """MAIL_URL is not an address that mail can be sent to."""


class GivenUp(Exception):
    """The server will never take this mail; the reason is what it said."""


class Carrier(Protocol):
    """Takes one message; raises GivenUp for good, anything else for now."""

    def carry(self, message: EmailMessage) -> None:
        """Send or keep the message."""


@dataclass(frozen=True)
class MailServer:
    """MAIL_URL taken apart."""

    scheme: str
    host: str
    port: int
    user: str
    password: str
    sender: str
    starttls: str
    authority: str

    @classmethod
    def of(cls, url: str, public_url: str) -> MailServer:
        """Read smtp://user:password@host:port?from=…&starttls=offered|require|never&ca=FILE, smtps://… or file:; raise MailUrlUnreadable."""
        try:
            parts = urlsplit(url)
            given = {name: values[-1] for name, values in parse_qs(parts.query).items()}
            port = parts.port or {"smtps": 465, "smtp": 25}.get(parts.scheme, 0)
        except ValueError:
            # What urlsplit says quotes a part of the address, and that may be the password; so it is neither repeated nor kept as the cause.
            raise MailUrlUnreadable(UNREADABLE) from None
        starttls = given.get("starttls", "offered")
        if parts.scheme not in ("smtp", "smtps", "file") or (parts.scheme != "file" and not parts.hostname) or starttls not in STARTTLS:
            raise MailUrlUnreadable(UNREADABLE)
        user = unquote(parts.username or "")
        sender = given.get("from") or (user if "@" in user else f"pool@{urlsplit(public_url).hostname or 'localhost'}")
        return cls(parts.scheme, parts.hostname or "", port, user, unquote(parts.password or ""), sender, starttls, given.get("ca", ""))

    @contextmanager
    def open(self, data_dir: str) -> Iterator[Carrier]:
        """Open the way for a batch of mails; raise OSError or SMTPException when it is closed."""
        if self.scheme == "file":
            yield Folder(Path(data_dir) / "mail")
            return
        trust = ssl.create_default_context(cafile=self.authority or None)
        if self.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=PATIENCE, context=trust)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=PATIENCE)
        with server:
            server.ehlo()
            if self.scheme == "smtp" and self.starttls != "never" and (self.starttls == "require" or server.has_extn("starttls")):
                server.starttls(context=trust)
                server.ehlo()
            elif self.scheme == "smtp" and self.password and self.starttls != "never":
                raise smtplib.SMTPException("The server offers no STARTTLS, so the password would travel in the clear; allow it with ?starttls=never.")
            if self.user:
                server.login(self.user, self.password)
            yield _Connection(server)


@dataclass(frozen=True)
class Folder:
    """Keeps every mail as one .eml file, as a demonstration does."""

    path: Path

    def carry(self, message: EmailMessage) -> None:
        """Write the message under its moment and name; the same name again writes over it."""
        self.path.mkdir(parents=True, exist_ok=True)
        name = str(message["Message-ID"]).strip("<>").partition("@")[0]
        (self.path / f"{clock.now():%Y%m%d}-{name}.eml").write_bytes(message.as_bytes(policy=SMTP))


@dataclass(frozen=True)
class _Connection:
    server: smtplib.SMTP

    def carry(self, message: EmailMessage) -> None:
        """Hand the message to the server."""
        try:
            self.server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code, said = next(iter(error.recipients.values()))
            self._refuse(code, said, error)
        except smtplib.SMTPNotSupportedError as error:
            raise GivenUp(str(error)) from error
        except smtplib.SMTPSenderRefused as error:
            # Our own address is refused: every mail would be, until somebody mends MAIL_URL.
            raise smtplib.SMTPException(f"{error.smtp_code} {error.smtp_error!r} ({error.sender})") from error
        except smtplib.SMTPResponseException as error:
            self._refuse(error.smtp_code, error.smtp_error, error)

    def _refuse(self, code: int, said: bytes | str, error: Exception) -> None:
        text = f"{code} {said.decode('utf-8', 'replace') if isinstance(said, bytes) else said}"
        # 5xx is for good; what the server says of itself (421, 4xx) passes.
        if code >= 500:
            raise GivenUp(text) from error
        raise smtplib.SMTPException(text) from error
