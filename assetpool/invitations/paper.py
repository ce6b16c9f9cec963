"""The letter of request on paper (借用函): what an organizer asks for, by drop point, ready to be signed and sealed; its code opens the verification page."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from assetpool.catalog.queries import kinds
from assetpool.core import clock
from assetpool.core.models import Pool
from assetpool.core.paper import BORROWER, DATE, SIGN, STORE, Box, Column, Field, Paper, Table, Words, render
from assetpool.events.models import Event
from assetpool.events.queries import liaison_of, members_of
from assetpool.invitations.models import Invitation
from assetpool.org.queries import names
from assetpool.records.models import Document
from assetpool.records.papers import Place, in_both
from assetpool.records.service import check_of
from assetpool.records.states import STATE_WORDS
from assetpool.requisitions.models import Requisition
from assetpool.requisitions.queries import contacts, lines

COLUMNS = (
    Column(Words("序号", "No."), 6, "center"),
    Column(Words("品目", "Kind"), 28),
    Column(Words("规格型号", "Spec"), 18),
    Column(Words("单位", "Unit"), 8, "center"),
    Column(Words("数量", "Count"), 12, "right", heavy=True),
    Column(Words("送达地点", "Bring to"), 28),
)
WHO = {"pool": Words("由公物仓负责", "the pool"), "organizer": Words("由承办单位负责", "the organizer"), "agreed": Words("双方另行商定", "as agreed")}
PROMISES = (
    "借用资产仅用于本次活动，不转借、不挪用；活动结束后按期归还。The things serve this event only, are not passed on, and come back in time.",
    "毁损、灭失按公物仓损失计算规则赔偿；经费由下列渠道列支。Damage and loss are compensated by the pool's rule, out of the funds named above.",
)


def letter(session: Session, document: Document, invitation: Invitation | None, place: Place) -> bytes:
    """Return the letter of a request for an event, two copies."""
    row = session.get_one(Requisition, document.id)
    event = session.get_one(Event, row.event_id)
    pool = session.get_one(Pool, document.pool_id)
    asked = lines(session, row.id)
    known = kinds(session, [line.kind_id for line in asked])
    address = f"{place.public_url}/v/{document.number}/{check_of(place.secret, document.number)}"
    organization = names(session, [event.organization_id])[event.organization_id]
    rows = [
        [str(line.line_no), known[line.kind_id].name, known[line.kind_id].spec, known[line.kind_id].measure, f"{line.asked:,}", line.drop] for line in asked
    ]
    total = ["", "合计 Total", "", "", f"{sum(line.asked for line in asked):,}", ""]
    paper = Paper(
        title=Words("借用函", "Letter of request"),
        number=document.number,
        state=in_both(STATE_WORDS[document.state]),
        qr_url=address.upper(),
        address=address,
        language="en" if place.language == "en" else "zh",
        issuer=Words(organization.name, organization.name_en),
        head=_head(session, row, event, pool, invitation),
        tables=[Table(COLUMNS, rows, total=total)],
        notes=[*PROMISES, *([invitation.terms] if invitation is not None and invitation.terms else [])],
        boxes=[
            Box(Words("承办单位", "Organizer"), organization.name, lines=((Words("经办人", "By"), _liaison(session, event)), SIGN, DATE), seal=True),
            Box(Words("牵头单位意见", "Lead organization"), organization.name, lines=(SIGN, DATE), seal=True),
            Box(Words("公物仓收件", "Received by the pool"), pool.name),
        ],
        copies=(STORE, BORROWER),
        footer=clock.now().astimezone(ZoneInfo(pool.time_zone)).strftime("%Y-%m-%d %H:%M"),
        made_at=clock.now(),
    )
    return render(paper, place.font_path)


def _liaison(session: Session, event: Event) -> str:
    person = liaison_of(session, event.id)
    return person.name if person is not None else ""


def _head(session: Session, row: Requisition, event: Event, pool: Pool, invitation: Invitation | None) -> list[Field]:
    members = "、".join(organization.name for organization in members_of(session, event.id))
    people = "、".join(f"{fact.name} {fact.telephone}".strip() for fact in contacts(session, row.id))
    funds = " · ".join(part for part in (event.funds, row.budget_line or event.budget_line) if part)
    last = row.last_day or row.first_day
    found = [
        Field(Words("致", "To"), pool.name, wide=True),
        Field(Words("活动", "Event"), event.name, wide=True),
        Field(Words("批准文号", "Approval"), event.approval_number),
        Field(Words("借用期限", "Days"), f"{row.first_day.isoformat()} — {last.isoformat()}"),
        Field(Words("成员单位", "Members"), members, wide=True),
        Field(Words("经费渠道", "Funds"), funds, wide=True),
        Field(Words("联系人", "Contacts"), people, wide=True),
    ]
    if invitation is not None:
        found += [
            Field(Words("运输", "Haulage"), " ".join(WHO[invitation.hauls])),
            Field(Words("安装布置", "Setting up"), " ".join(WHO[invitation.sets_up])),
        ]
    return [field for field in found if field.value]
