"""Later purchases: recorded, matched to the acts they put in doubt, and decided on by finance (SAVINGS.md, rule 7)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from assetpool.catalog.models import Kind
from assetpool.core import clock
from assetpool.core.errors import N_, DomainError, FieldInvalid, NotFound, Word
from assetpool.core.models import Pool
from assetpool.org.models import Organization, Role
from assetpool.org.queries import access_of, names, root_of
from assetpool.org.service import demand
from assetpool.purchases.matching import Candidate, match
from assetpool.purchases.models import LaterPurchase, PurchaseMatch
from assetpool.records.queries import file_for
from assetpool.records.service import lock_ids
from assetpool.savings import flags, partial
from assetpool.savings.grading import regrade
from assetpool.savings.models import SavingAct
from assetpool.savings.origins import budgets
from assetpool.savings.running import STOPPED

FLAG = "bought_anyway"
covered: list[Callable[[Session, int, Sequence[LaterPurchase]], Mapping[int, int]]] = []
"""Says of purchases, in the order they were made, how many units of each a certificate covers: {purchase id: units}; those are not bought anyway."""
EVERYTHING = 10**12


class PurchaseEntered(DomainError):
    """The source's number was recorded before for this organization."""

    sentence = N_("%(source)s %(number)s was recorded before. Check the number; a purchase counts once.")


class AlreadyDecided(DomainError):
    """The proposal was accepted or dismissed before."""

    sentence = N_("This proposal was decided on already. Reload the list.")


@dataclass(frozen=True)
class NewPurchase:
    """What an organization bought: class, quantity, amount in fen in all (if known), day, and by which record."""

    organization_id: int
    class_code: str
    quantity: int
    bought_on: date
    source: str
    source_no: str
    class_code_set: str = "GPC-2022"
    name: str = ""
    amount: int | None = None
    file_id: int | None = None


def record(session: Session, pool_id: int, bought: Sequence[NewPurchase], by: int) -> list[LaterPurchase]:
    """Record purchases, all or none, and look at once which acts they put in doubt; raise PurchaseEntered, FieldInvalid.

    Guarded by the role of finance for the organization that bought.
    """
    today = clock.today(session.get_one(Pool, pool_id).time_zone)
    for organization_id in sorted({one.organization_id for one in bought}):
        demand(session, by, (Role.FINANCE, Role.ADMINISTRATOR), organization_id)
    for file_id in {one.file_id for one in bought if one.file_id is not None}:
        file_for(session, access_of(session, by), file_id)
    known = _known(session, pool_id, {one.source.strip() for one in bought})
    rows: list[LaterPurchase] = []
    for one in bought:
        _check(one, today)
        key = (one.organization_id, one.source.strip(), one.source_no.strip())
        if key in known:
            raise PurchaseEntered(source=key[1], number=key[2])
        known.add(key)
        rows.append(
            LaterPurchase(
                pool_id=pool_id, organization_id=one.organization_id, class_code_set=one.class_code_set, class_code=one.class_code.strip(),
                name=one.name.strip(), quantity=one.quantity, amount=one.amount, bought_on=one.bought_on, source=key[1], source_no=key[2],
                file_id=one.file_id, entered_by=by, entered_at=clock.now(),
            )
        )  # fmt: skip
    session.add_all(rows)
    session.flush()
    look_at(session, pool_id, rows)
    return rows


def look_back(session: Session, pool_id: int) -> int:
    """Match every recorded purchase anew with the acts of today; return how many proposals were added. Doing it twice adds nothing."""
    return look_at(session, pool_id, list(session.scalars(select(LaterPurchase).where(LaterPurchase.pool_id == pool_id).order_by(LaterPurchase.id))))


def look_at(session: Session, pool_id: int, purchases: Sequence[LaterPurchase]) -> int:
    """Propose a reversal on each act that purchases put in doubt, as an open flag until it is decided; return how many were added."""
    taken = _sums(session, PurchaseMatch.purchase_id, pool_id, ("proposed", "accepted"))
    proposed = _sums(session, PurchaseMatch.act_id, pool_id, ("proposed",))
    known_pairs = select(PurchaseMatch.purchase_id, PurchaseMatch.act_id).where(PurchaseMatch.pool_id == pool_id)
    pairs = {(row.purchase_id, row.act_id) for row in session.execute(known_pairs)}
    proven = _covered(session, pool_id, purchases)
    open_ones = [row for row in purchases if row.quantity > taken.get(row.id, 0) + proven.get(row.id, 0)]
    acts = {key: _acts(session, pool_id, key) for key in sorted({(row.class_code_set, row.class_code) for row in open_ones})}
    known = budgets(
        session, {i for some in acts.values() for act in some for i in (act.receiver_id, act.giver_id) if i} | {row.organization_id for row in open_ones}
    )
    flagged: list[int] = []
    for row in open_ones:
        candidates = [
            Candidate(act.id, act.accepted_on, known.of(act.receiver_id), known.of(act.giver_id) if act.giver_id else None, act.units)
            for act in acts[(row.class_code_set, row.class_code)]
            if (row.id, act.id) not in pairs
        ]
        buyer = known.of(row.organization_id)
        near = match(buyer, row.bought_on, EVERYTHING, candidates)
        exact = {one.act_id: _claiming(session, one.act_id) - proposed.get(one.act_id, 0) for one in near}
        counted = [Candidate(c.act_id, c.accepted_on, c.receiver_id, c.giver_id, exact[c.act_id]) for c in candidates if c.act_id in exact]
        for found in match(buyer, row.bought_on, row.quantity - taken.get(row.id, 0) - proven.get(row.id, 0), counted):
            proposed[found.act_id] = proposed.get(found.act_id, 0) + found.units
            _propose(session, row, found.act_id, found.side, found.units)
            flagged.append(found.act_id)
    regrade(session, flagged)
    return len(flagged)


def _covered(session: Session, pool_id: int, purchases: Iterable[LaterPurchase]) -> dict[int, int]:
    """Return the units of purchases that certificates cover; all purchases of the same organizations are told, for a certificate is used up once."""
    found: dict[int, int] = {}
    buyers = {row.organization_id for row in purchases}
    if not buyers or not covered:
        return found
    statement = select(LaterPurchase).where(LaterPurchase.pool_id == pool_id, LaterPurchase.organization_id.in_(buyers))
    everything = list(session.scalars(statement.order_by(LaterPurchase.bought_on, LaterPurchase.id)))
    for says in covered:
        for purchase_id, units in says(session, pool_id, everything).items():
            found[purchase_id] = found.get(purchase_id, 0) + units
    return found


def accept(session: Session, match_id: int, reason: str, by: int) -> PurchaseMatch:
    """Reverse the act for the proposed units (as many as still claim something) and close the flag; raise AlreadyDecided. Guarded by finance."""
    row, purchase = _locked(session, match_id, by)
    units = min(row.units, _claiming(session, row.act_id))
    if units:
        said = f"{purchase.source} {purchase.source_no}: {reason.strip()}" if reason.strip() else f"{purchase.source} {purchase.source_no}"
        partial.give_back_units(session, row.act_id, units, said, by)
        row.units = units
    _decide(session, row, "accepted", reason.strip() or f"{purchase.source} {purchase.source_no}", by)
    return row


def dismiss(session: Session, match_id: int, reason: str, by: int) -> PurchaseMatch:
    """Leave the act as it is, with the reason why, and close the flag; raise AlreadyDecided, FieldInvalid. Guarded by finance."""
    if not reason.strip():
        raise FieldInvalid(field=Word(N_("Reason")), problem=Word(N_("say why this purchase does not concern the act.")))
    row, _ = _locked(session, match_id, by)
    _decide(session, row, "dismissed", reason.strip(), by)
    return row


def _locked(session: Session, match_id: int, by: int) -> tuple[PurchaseMatch, LaterPurchase]:
    row = session.get(PurchaseMatch, match_id)
    if row is None:
        raise NotFound(what=str(match_id))
    root = root_of(session, row.pool_id)
    demand(session, by, (Role.FINANCE, Role.ADMINISTRATOR), root.id if isinstance(root, Organization) else 0)
    lock_ids(session, [session.get_one(SavingAct, row.act_id).document_id])
    session.refresh(row)
    if row.state != "proposed":
        raise AlreadyDecided
    return row, session.get_one(LaterPurchase, row.purchase_id)


def _decide(session: Session, row: PurchaseMatch, state: str, reason: str, by: int) -> None:
    row.state, row.reason, row.decided_by, row.decided_at = state, reason, by, clock.now()
    session.flush()
    flags.close_flag(session, row.act_id, FLAG, reason, by, str(row.id))


def _propose(session: Session, purchase: LaterPurchase, act_id: int, side: str, units: int) -> None:
    row = PurchaseMatch(pool_id=purchase.pool_id, purchase_id=purchase.id, act_id=act_id, side=side, units=units, state="proposed", found_at=clock.now())
    session.add(row)
    session.flush()
    buyer = names(session, [purchase.organization_id])[purchase.organization_id].name
    what = " ".join(part for part in (purchase.class_code, purchase.name) if part)
    text = f"{buyer}: {what} × {purchase.quantity}, {purchase.bought_on}, {purchase.source} {purchase.source_no} → {units}"
    flags.raise_flag(session, act_id, FLAG, text, None, str(row.id), grade=False)


def _acts(session: Session, pool_id: int, key: tuple[str, str]) -> list[SavingAct]:
    """Return the acts whose kind, asked for or delivered, is of a class; opening statements and undone acts are left out."""
    delivered, asked = aliased(Kind), aliased(Kind)
    statement = (
        select(SavingAct)
        .outerjoin(delivered, delivered.id == SavingAct.kind_id)
        .outerjoin(asked, asked.id == SavingAct.asked_kind_id)
        .where(SavingAct.pool_id == pool_id, SavingAct.opening.is_(False), SavingAct.reviewed.not_in(STOPPED))
        .where(or_(*((kind.class_code_set == key[0]) & (kind.class_code == key[1]) for kind in (delivered, asked))))
        .order_by(SavingAct.id)
    )
    return list(session.scalars(statement))


def _claiming(session: Session, act_id: int) -> int:
    return sum(tranche.count for tranche in partial.claiming(session, session.get_one(SavingAct, act_id)))


def _sums(session: Session, column: InstrumentedAttribute[int], pool_id: int, states: Iterable[str]) -> dict[int, int]:
    statement = select(column, func.sum(PurchaseMatch.units)).where(PurchaseMatch.pool_id == pool_id, PurchaseMatch.state.in_(list(states)))
    return {row[0]: int(row[1]) for row in session.execute(statement.group_by(column))}


def _known(session: Session, pool_id: int, sources: set[str]) -> set[tuple[int, str, str]]:
    statement = select(LaterPurchase.organization_id, LaterPurchase.source, LaterPurchase.source_no)
    wanted = statement.where(LaterPurchase.pool_id == pool_id, LaterPurchase.source.in_(sources))
    return {(row.organization_id, row.source, row.source_no) for row in session.execute(wanted)}


def _check(one: NewPurchase, today: date) -> None:
    if not one.class_code.strip():
        raise FieldInvalid(field=Word(N_("Class code")), problem=Word(N_("without a class the purchase matches nothing.")))
    if one.quantity < 1:
        raise FieldInvalid(field=Word(N_("Quantity")), problem=Word(N_("enter a whole number from 1 on.")))
    if one.amount is not None and one.amount < 0:
        raise FieldInvalid(field=Word(N_("Amount")), problem=Word(N_("write an amount of 0 yuan or more.")))
    if not one.source.strip() or not one.source_no.strip():
        raise FieldInvalid(field=Word(N_("Source")), problem=Word(N_("name the record it was read from, and its number there.")))
    if one.bought_on > today:
        raise FieldInvalid(field=Word(N_("Bought on")), problem=Word(N_("it lies in the future.")))
