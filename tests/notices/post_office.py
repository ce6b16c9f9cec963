"""A real SMTP server on the loopback: takes mail over sockets, keeps it, and fails the way it is told to."""

from __future__ import annotations

import base64
import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default


@dataclass
class PostOffice:
    """What it took, and how it behaves: `refuse` recipients with 550, answer `busy` 451 to mails, hang up `after_data`.

    With `trust` it offers STARTTLS, or, when it is `closed`, speaks TLS from the first byte.
    """

    port: int = 0
    taken: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    signed_in: list[tuple[str, str]] = field(default_factory=list)
    secured: int = 0
    refuse: set[str] = field(default_factory=set)
    busy: bool = False
    hang_up: bool = False
    trust: ssl.SSLContext | None = None
    closed: bool = False
    guard: threading.Lock = field(default_factory=threading.Lock)


class _Talk(socketserver.StreamRequestHandler):
    office: PostOffice

    def say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")

    def handle(self) -> None:
        with suppress(ssl.SSLError):  # A client that does not trust us ends the talk.
            if self.office.closed:
                self._secure()
            self._talk()

    def _secure(self) -> None:
        assert self.office.trust is not None
        self.connection = self.office.trust.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)
        self.office.secured += 1

    def _talk(self) -> None:
        self.say("220 loopback")
        recipients: list[str] = []
        while line := self.rfile.readline().decode().strip():
            word = line.upper()
            if word.startswith("EHLO"):
                self.say("250-loopback")
                if self.office.trust and not isinstance(self.connection, ssl.SSLSocket):
                    self.say("250-STARTTLS")
                self.say("250 AUTH PLAIN")
            elif word == "STARTTLS" and self.office.trust:
                self.say("220 go on")
                self._secure()
            elif word.startswith("AUTH PLAIN"):
                _, user, password = base64.b64decode(line.split()[2]).decode().split("\0")
                self.office.signed_in.append((user, password))
                self.say("235 welcome" if password == "right" else "535 wrong password")
            elif word.startswith("RCPT"):
                address = line[line.index("<") + 1 : line.index(">")]
                recipients.append(address)
                self.say("550 no such person" if address in self.office.refuse else "250 ok")
            elif word == "DATA":
                self._take(recipients)
                recipients = []
            elif word == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def _take(self, recipients: list[str]) -> None:
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line[1:] if line.startswith(b"..") else line)
        if self.office.busy:
            self.say("451 try later")
            return
        message = message_from_bytes(b"".join(lines), policy=default)
        assert isinstance(message, EmailMessage)
        with self.office.guard:
            self.office.taken.append(message)
            self.office.recipients.extend(recipients)
        if self.office.hang_up:
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.say("250 taken")


@contextmanager
def post_office() -> Iterator[PostOffice]:
    """Open the post office on a free port of the loopback."""
    office = PostOffice()
    handler = type("Talk", (_Talk,), {"office": office})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        office.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield office
        server.shutdown()
