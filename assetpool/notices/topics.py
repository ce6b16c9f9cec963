"""Every topic that may be told: its group, its sentence in both languages, and where it leads when no document stands behind it."""

from __future__ import annotations

from typing import NamedTuple

from assetpool.core.errors import N_

AT_ONCE, DIGEST, NEVER = "at_once", "digest", "never"
WAYS = {AT_ONCE: N_("at once"), DIGEST: N_("in the digest"), NEVER: N_("never by mail")}
DUTY = "decide"
"""The group of what a person must decide: it cannot be silenced, only gathered."""

GROUPS: dict[str, tuple[str, str]] = {
    # group: what it is called, what belongs to it
    DUTY: (N_("What waits for your decision"), N_("Requests, intakes, transfers, closings and findings that cannot go on without you.")),
    "requests": (N_("What you asked for"), N_("Approved, cut, rejected or sent back; changed; invitations of your events.")),
    "floor": (N_("Hand-overs and returns"), N_("Loaded, arrived, accepted, brought back, inspected.")),
    "overdue": (N_("Things due back"), N_("Reminders before and after the last day.")),
    "stock": (N_("Stock and waiting lists"), N_("Something you wait for became free, or a promise no longer holds.")),
    "books": (N_("Intakes, transfers and books"), N_("What was received, given for good and booked.")),
    "proof": (N_("Review and audit"), N_("Savings to review, findings answered, periods closed.")),
    "reports": (N_("Scheduled reports"), N_("Reports you keep, with the files attached.")),
}
GROUP_TITLES: dict[str, tuple[str, str]] = {
    # As mails and messages write them, which know no request and so no translation of pages.
    DUTY: ("Waiting for your decision", "待您审批"),
    "requests": ("Your requests", "您的申请"),
    "floor": ("Hand-overs and returns", "交接与归还"),
    "overdue": ("Due back", "到期归还"),
    "stock": ("Stock and waiting lists", "库存与候补"),
    "books": ("Intakes, transfers and books", "入仓、划转与记账"),
    "proof": ("Review and audit", "核定与审计"),
    "reports": ("Scheduled reports", "定期报表"),
}


class Topic(NamedTuple):
    """A topic: its group, its sentence in English and Chinese with places for facts, and the path of its page (empty: its document's)."""

    group: str
    english: str
    chinese: str
    path: str = ""


TOPICS: dict[str, Topic] = {
    "approval_due": Topic(DUTY, "%(number)s of %(organization)s waits for your decision.", "%(organization)s的%(number)s待您审批。"),
    "approval_reminder": Topic(
        DUTY, "%(number)s of %(organization)s still waits for your decision, due by %(until)s.", "%(organization)s的%(number)s仍待您审批，限%(until)s前办结。"
    ),
    "approval_escalated": Topic(
        DUTY, "%(number)s of %(organization)s was not decided in time and now waits for you.", "%(organization)s的%(number)s逾期未审批，现转由您审批。"
    ),
    "decided_yes": Topic("requests", "%(number)s of %(organization)s is approved. %(reason)s", "%(organization)s的%(number)s已批准。%(reason)s"),
    "decided_no": Topic("requests", "%(number)s of %(organization)s is rejected: %(reason)s", "%(organization)s的%(number)s被驳回：%(reason)s"),
    "decided_back": Topic(
        "requests", "%(number)s of %(organization)s was sent back to be changed: %(reason)s", "%(organization)s的%(number)s被退回修改：%(reason)s"
    ),
    "decided": Topic("requests", "%(number)s: %(decision)s. %(reason)s", "%(number)s：%(decision)s。%(reason)s"),
    "waiting_offer": Topic(
        "stock",
        "%(number)s: %(units)s %(kind)s became free and are kept for you until %(until)s. Take them or let them go.",
        "%(number)s：%(kind)s%(units)s件已空出，为您保留至%(until)s，请领用或放弃。",
    ),
    "wish_matched": Topic(
        "stock",
        "%(units)s %(kind)s entered %(store)s, as you wished.",
        "您登记的需求有货：%(kind)s%(units)s件已入%(store)s。",
        "/wishes",
    ),
    "promise_at_risk": Topic(
        "stock",
        "%(number)s: %(units)s promised %(kind)s no longer fit. Find another way.",
        "%(number)s：已预留的%(kind)s有%(units)s件无法兑现，请另行安排。",
    ),
    "promise_rebooked": Topic(
        "stock",
        "%(number)s: another way was found for what no longer fitted: %(what)s.",
        "%(number)s：原预留已另行安排：%(what)s。",
    ),
    "organizer_invited": Topic(
        "requests",
        "You were invited to say what %(event)s needs; the link and its code come from %(who)s. It is open until %(until)s.",
        "邀请您填报“%(event)s”所需物资；链接和验证码由%(who)s另行告知，%(until)s前有效。",
        "/events",
    ),
    "organizer_submitted": Topic(
        "requests",
        "%(event)s: the organizer handed in %(lines)s lines, %(wishes)s of them wishes (%(number)s).",
        "“%(event)s”承办单位已提交%(lines)s条明细，其中心愿%(wishes)s条（%(number)s）。",
    ),
    "stocktake_posted": Topic(
        "books",
        "%(number)s of %(store)s is posted: %(missing)s units missing, %(surplus)s more than in the book.",
        "%(store)s盘点单%(number)s已入账：盘亏%(missing)s件，盘盈%(surplus)s件。",
    ),
    "stocktake_due": Topic(
        "floor",
        "%(store)s: the next count is proposed, %(labels)s labels (%(number)s). Freeze it when you begin.",
        "%(store)s：下一轮盘点已拟定，共%(labels)s个标签（%(number)s），开始盘点时请冻结账面数。",
    ),
    "slip_loaded": Topic("floor", "%(number)s was loaded for %(organization)s: %(units)s units.", "%(number)s已装车发往%(organization)s，共%(units)s件。"),
    "slip_delivered": Topic("floor", "%(number)s has arrived at %(organization)s. Count it and accept it.", "%(number)s已送达%(organization)s，请清点签收。"),
    "trip_departed": Topic(
        "floor", "%(number)s: %(units)s units are on their way to %(organization)s on %(plate)s.", "%(number)s：%(units)s件已由%(plate)s运往%(organization)s。"
    ),
    "gate_alert": Topic("floor", "Gate of %(store)s, %(plate)s: %(what)s. %(reason)s", "%(store)s门岗，%(plate)s：%(what)s。%(reason)s", "/gate/log"),
    "slip_accepted": Topic("floor", "%(organization)s accepted %(number)s.", "%(organization)s已签收%(number)s。"),
    "slip_differs": Topic(
        "floor",
        "%(organization)s accepted %(number)s with differences. Settle what is short, damaged or refused.",
        "%(organization)s签收%(number)s，但有差异，请处理短少、损坏或拒收部分。",
    ),
    "return_received": Topic("floor", "%(number)s: %(units)s units came back and wait for inspection.", "%(number)s：已归还%(units)s件，待验收。"),
    "return_inspected": Topic("floor", "%(number)s: what you brought back was inspected.", "%(number)s：归还物品已验收完毕。"),
    "aside_kept": Topic("floor", "%(number)s: “%(what)s” came back and was kept aside.", "%(number)s：归还时另有“%(what)s”，已暂存待认领。"),
    "aside_swapped": Topic(
        "floor",
        "%(number)s: “%(what)s” came back with another borrower’s things. Both sides sign an exchange.",
        "%(number)s：“%(what)s”随其他单位的物品送回，须由双方签署换还单。",
    ),
    "aside_owner": Topic("floor", "%(number)s: “%(what)s” of yours came into our store. Fetch it.", "%(number)s：贵单位的“%(what)s”误送至我仓，请来领回。"),
    "exchange_to_sign": Topic(
        "floor", "%(number)s: the exchange of swapped things waits for the signature of %(receiver)s.", "%(number)s：换还单待%(receiver)s签字。"
    ),
    "exchange_done": Topic("floor", "%(number)s: both sides signed the exchange.", "%(number)s：换还单双方已签字。"),
    "found_item": Topic("floor", "%(tag)s: somebody found it and wrote to you.", "%(tag)s：有人捡到并留言。", "/found"),
    "loan_due_soon": Topic(
        "overdue", "%(number)s: %(units)s units are due back on %(due_on)s, in %(days)s days.", "%(number)s：%(units)s件应于%(due_on)s归还，还有%(days)s天。"
    ),
    "loan_due_today": Topic("overdue", "%(number)s: %(units)s units are due back today.", "%(number)s：%(units)s件今日到期，请归还。"),
    "loan_overdue": Topic(
        "overdue",
        "%(number)s of %(organization)s: %(units)s units were due back on %(due_on)s, %(days)s days ago.",
        "%(organization)s的%(number)s：%(units)s件应于%(due_on)s归还，已逾期%(days)s天。",
    ),
    "change_decided": Topic(
        "floor",
        "%(number)s: %(request)s of %(organization)s was changed. Look again at what is to go out.",
        "%(number)s：%(organization)s的%(request)s已变更，请核对待出库物品。",
    ),
    "extension_decided": Topic(
        "floor",
        "%(number)s: %(units)s units of %(slip)s stay with %(organization)s until %(until)s.",
        "%(number)s：%(organization)s的%(slip)s有%(units)s件续借至%(until)s。",
    ),
    "intake_received": Topic("books", "%(number)s: what %(organization)s brought in was received.", "%(number)s：%(organization)s交入的资产已入仓。"),
    "transfer_opened": Topic(
        "books", "%(number)s was opened: things are to be given to %(organization)s for good.", "已开具划转单%(number)s，接收单位：%(organization)s。"
    ),
    "transfer_to_book": Topic(
        "books", "%(number)s: the things have arrived for good. Book them on your side.", "%(number)s：划转资产已交接，请本单位财务记账。"
    ),
    "transfer_booked": Topic("books", "%(number)s is booked on both sides.", "%(number)s双方均已记账。"),
    "closing_to_sign": Topic(DUTY, "%(number)s: the closing of %(period)s waits for your signature.", "%(number)s：%(period)s结账单待您签字。"),
    "account_deactivated": Topic(
        "proof", "%(who)s deactivated the account of %(name)s (%(username)s): %(reason)s", "%(who)s停用了%(name)s（%(username)s）的账号：%(reason)s", "/admin"
    ),
    "account_reactivated": Topic(
        "proof", "%(who)s reactivated the account of %(name)s (%(username)s).", "%(who)s重新启用了%(name)s（%(username)s）的账号。", "/admin"
    ),
    "closing_signed": Topic("proof", "%(number)s: the closing of %(period)s has both signatures.", "%(number)s：%(period)s结账单双方已签字。"),
    "finding_to_answer": Topic(DUTY, "%(number)s: an audit finding waits for the answer of %(organization)s.", "%(number)s：审计发现待%(organization)s答复。"),
    "finding_answered": Topic("proof", "%(number)s: %(organization)s answered the finding.", "%(number)s：%(organization)s已答复审计发现。"),
    "finding_closed": Topic("proof", "%(number)s: the finding is closed.", "%(number)s：审计发现已了结。"),
    "review_due": Topic(DUTY, "%(acts)s savings wait for review.", "有%(acts)s笔节约待核定。", "/savings/review"),
    "webhook_test": Topic("books", "The way to “%(name)s” is open.", "“%(name)s”已连通。", "/notices"),
    "report_ready": Topic(
        "reports", "“%(name)s” for %(first_day)s to %(last_day)s is ready.", "“%(name)s”（%(first_day)s至%(last_day)s）已生成。", "/savings/reports"
    ),
}

UNKNOWN = Topic("requests", "%(number)s: there is news.", "%(number)s有新的进展。")
"""What a topic says that a newer or older version told and this one does not know."""

VALUES: dict[str, tuple[str, str]] = {
    # Words that facts may hold.
    "approved": ("approved", "已批准"),
    "yes": ("approved", "已批准"),
    "no": ("rejected", "已驳回"),
    "cut": ("approved with less than was asked for", "核减后批准"),
    "rejected": ("rejected", "已驳回"),
    "sent_back": ("sent back to be changed", "已退回修改"),
    "endorsed": ("endorsed", "已审核同意"),
    "returned": ("returned", "已归还"),
    "lost": ("lost", "丢失"),
    "damaged": ("damaged", "损坏"),
    "late": ("late", "逾期"),
    "gate_not_right": ("was stopped, it is not what the pass says", "与出门单不符，已拦下"),
    "gate_again": ("showed a pass that was used or is void", "出示已用过或已作废的出门单"),
    "gate_no_pass": ("left without a gate pass", "无出门单离开"),
    "gate_unseen": ("delivered, though no gate let it go", "未经门岗放行即已送达"),
}

DOCUMENT_PATHS = {
    "RQ": "/requisitions/",
    "HS": "/handovers/",
    "RT": "/returns/",
    "IN": "/intakes/",
    "TR": "/transfers/",
    "MV": "/moves/",
    "BU": "/savings/bulletins/",
    "PC": "/savings/closings/",
    "AF": "/audit/findings/",
    "CO": "/changes/",
    "EX": "/extensions/",
    "TP": "/trips/",
    "GP": "/trips/passes/",
    "KA": "/asides/",
    "XC": "/exchanges/",
    "RP": "/repairs/",
}


def topic_of(name: str) -> Topic:
    """Return a topic by its name."""
    return TOPICS.get(name, UNKNOWN)


def document_path(number: str) -> str:
    """Return the path of a document's page by its number."""
    prefix = DOCUMENT_PATHS.get(number[:2])
    return f"{prefix}{number}" if prefix else f"/find?q={number}"
