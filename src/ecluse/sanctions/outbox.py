"""From the records to the gate: acts are written with the sanction, and given to the gate's journal after that.

An act that was given and not marked, because the process was killed in between, is given again: to lay or lift the same
restriction twice is to do it once. So the gate has every act, in the order of the records.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ecluse.gate.acts import Act, Lift, Restrict
from ecluse.gate.sanctioned import SanctionWords
from ecluse.ledger.standing import Capability, SubjectSort
from ecluse.records import Records
from ecluse.records.tables import GateAct, Sanction
from ecluse.sanctions.restoring import restored
from ecluse.sanctions.subjects import STANDING
from ecluse.stores.remembering import RememberingGate

AT_ONCE: Final = 1_000


def pending_acts(session: Session, limit: int = AT_ONCE) -> list[GateAct]:
    """The acts that the gate has not got yet, in their order."""
    query = select(GateAct).where(GateAct.applied_s.is_(None)).order_by(GateAct.id).limit(limit)
    return list(session.scalars(query))


def act_of(row: GateAct) -> Act:
    """An act as the gate takes it."""
    act = row.act
    if act["act"] == "lift":
        return Lift(act["number"])
    return Restrict(
        SubjectSort[act["sort"].upper()],
        act["subject"],
        act["number"],
        act["sanction"],
        Capability.of(act["capability"]),
        act["from_s"],
        act["until_s"],
        act["new_contacts"],
        act["with_device"],
    )


def give(records: Records, gate: RememberingGate, now_s: int) -> int:
    """Give the gate all acts that it has not got. Returns how many. For one thread at a time.

    Raises RecordsError, JournalError, GateClosedError.
    """
    given = 0
    while True:
        with records.reading() as session:
            rows = pending_acts(session)
            if not rows:
                return given
            words = {row.sanction_id: words_of(session, row.sanction_id) for row in rows if row.act["act"] == "lay"}
        gate.gate.sanction_words.update({number: said for number, said in words.items() if said is not None})
        gate.act([act_of(row) for row in rows], now_s)
        with records.writing() as session:
            session.execute(update(GateAct).where(GateAct.id.in_([row.id for row in rows])).values(applied_s=now_s))
        given += len(rows)


def words_of(session: Session, number: int) -> SanctionWords | None:
    """What verdicts say of a sanction; None if there is none of that number."""
    sanction = session.get(Sanction, number)
    if sanction is None:
        return None
    decision = restored(session, sanction)
    return SanctionWords(sanction.rule, decision.clause, sanction.terms, decision.ladder.appeal)


def all_words(session: Session) -> dict[int, SanctionWords]:
    """What verdicts say of every sanction that stands: for a gate that starts."""
    numbers = session.scalars(select(Sanction.id).where(Sanction.status.in_(STANDING))).all()
    return {number: words for number in numbers if (words := words_of(session, number)) is not None}
