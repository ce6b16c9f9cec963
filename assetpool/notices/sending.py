"""Mails on their way: gathered from the notices, claimed, carried, marked; each step in an act of its own, so that no lock waits for a mail server."""

from __future__ import annotations

import smtplib
from datetime import timedelta
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.core.models import Pool
from assetpool.notices import digest, queries, queue
from assetpool.notices.carriers import Carrier, GivenUp, MailServer, MailUrlUnreadable
from assetpool.notices.models import Mail, MailFile
from assetpool.org.models import Person
from assetpool.records.models import File
from assetpool.records.service import file_path

BATCH, BATCHES = 50, 20
LARGEST_TOGETHER = 10 * 1024 * 1024
"""Files beyond this much per mail are left to the page that has them."""
MEDIA = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def run(_session: Session, pool_id: int) -> int:
    """Make the mails that are due and send what waits; return how many were sent. Without MAIL_URL nothing is made."""
    url, public_url = current_app.config["MAIL_URL"], current_app.config["PUBLIC_URL"]
    with atomic() as session:
        digest.settle_decided(session, pool_id)
        if url:
            digest.collect(session, pool_id, public_url)
    if not url:
        return 0
    server = MailServer.of(url, public_url)
    sent = 0
    for _ in range(BATCHES):
        with atomic() as session:
            ids = [row.id for row in queue.claim(session, Mail, Mail.pool_id == pool_id, BATCH)]
        if not ids:
            break
        went = _send(server, ids)
        sent += went
        if went < len(ids):
            break
    return sent


def _send(server: MailServer, ids: list[int]) -> int:
    """Send claimed mails over one connection; return how many went. When the way closes, the rest waits for its next try."""
    waiting, sent, refused = list(ids), 0, 0
    try:
        with server.open(current_app.config["DATA_DIR"]) as carrier:
            while waiting:
                if _carry(carrier, server, waiting[0]):
                    sent += 1
                else:
                    refused += 1
                waiting.pop(0)
    except (OSError, smtplib.SMTPException, MailUrlUnreadable) as error:
        _mark(waiting, f"{type(error).__name__}: {error}")
    # A mail that was refused for good is dealt with: the next batch may follow.
    return sent + refused if not waiting else sent


def _carry(carrier: Carrier, server: MailServer, mail_id: int) -> bool:
    session = db.session()
    try:
        message = _message(session, session.get_one(Mail, mail_id), server.sender)
        session.rollback()
        carrier.carry(message)
    except (GivenUp, ValueError, HeaderParseError) as error:
        _mark([mail_id], str(error), for_good=True)
        return False
    _mark([mail_id], None)
    return True


def _mark(ids: list[int], reason: str | None, for_good: bool = False) -> None:
    with atomic() as session:
        for row in session.scalars(select(Mail).where(Mail.id.in_(ids)).order_by(Mail.id).with_for_update()):
            if reason is None:
                queue.sent(row)
            else:
                queue.not_sent(row, reason, for_good)


def _message(session: Session, mail: Mail, sender: str) -> EmailMessage:
    """Return a mail as it travels; its name and date are those of its making, so that a repeat is the same mail."""
    person, pool = session.get_one(Person, mail.person_id), session.get_one(Pool, mail.pool_id)
    message = EmailMessage()
    message["From"] = Address(_plain(pool.name), addr_spec=sender)
    message["To"] = Address(_plain(person.name), addr_spec=mail.address)
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.made_at)
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.body)
    room = LARGEST_TOGETHER
    for file in session.scalars(select(File).join(MailFile, MailFile.file_id == File.id).where(MailFile.mail_id == mail.id).order_by(File.id)):
        path = Path(file_path(current_app.config["DATA_DIR"], file.digest))
        room -= file.size
        if room < 0 or not path.exists():
            continue
        main, _, kind = MEDIA.get(Path(file.name).suffix, file.media_type).partition("/")
        message.add_attachment(path.read_bytes(), maintype=main, subtype=kind or "octet-stream", filename=file.name)
    return message


def _plain(name: str) -> str:
    return " ".join(name.split())


def forget(session: Session, pool_id: int) -> int:
    """Erase what mails and messages said once the pool keeps them no longer, and the copies of a demonstration; return how many mails."""
    days = queries.settings(session, pool_id).keep_days
    oldest = f"{clock.now() - timedelta(days=days):%Y%m%d}"
    for kept in (Path(current_app.config["DATA_DIR"]) / "mail").glob("*.eml"):
        if kept.name[:8] < oldest:
            kept.unlink(missing_ok=True)
    return digest.erase_old(session, pool_id)
