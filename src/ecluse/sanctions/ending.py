"""How sanctions end: lifted by a person, expired by themselves, or taken back because they were wrong."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from ecluse.errors import InputError
from ecluse.records.tables import Restriction, Sanction
from ecluse.sanctions.laying import audit_act, from_gate, members_of
from ecluse.sanctions.notices import tell
from ecluse.sanctions.people import GATE, Actor, checked
from ecluse.sanctions.restoring import restored
from ecluse.sanctions.strikes import strikes_of, undo_strikes
from ecluse.sanctions.subjects import PENDING, STANDING, StateError, about

AT_ONCE: Final = 500
"""Sanctions whose time is seen to in one transaction."""


def lift(session: Session, sanction: Sanction, by: Actor, why: str, now_s: int, capability: str | None = None) -> None:
    """Lift a sanction, or one capability of it; it takes effect at the next event. Its strikes still count.

    Lifted again, nothing changes. Raises InputError, StateError.
    """
    checked("why", why)
    if sanction.status == "lifted" and capability is None:
        return
    if sanction.status not in STANDING:
        raise StateError(about(sanction), sanction.status, "announced or in force")
    open_ones = [one for one in sanction.restrictions if one.lifted_s is None]
    lifted = [one for one in open_ones if capability in (None, one.capability)]
    if capability is not None and capability not in [one.capability for one in sanction.restrictions]:
        taken = ", ".join(one.capability for one in sanction.restrictions) or "nothing"
        raise InputError("capability", capability, f"one that the sanction takes: {taken}")
    if capability is not None and not lifted:
        return
    _lift(session, sanction, lifted, by, why, now_s)
    if len(lifted) == len(open_ones):
        _end(sanction, "lifted", by, why, now_s)
        for child in members_of(session, sanction):
            if child.status in STANDING:
                lift(session, child, by, why, now_s)
        tell(session, sanction, restored(session, sanction), "lifted", now_s, why=why)
    else:
        for child in members_of(session, sanction):
            if child.status in STANDING:
                lift(session, child, by, why, now_s, capability)
    audit_act(session, sanction, by, "lift", now_s, takes=[one.capability for one in lifted])


def reverse(session: Session, sanction: Sanction, by: Actor, why: str, now_s: int, *, told: bool = True) -> int:
    """Take a sanction back because it was wrong, and its strikes with it. Returns how many strikes were undone.

    told: whether the account gets a notice here (not if an appeal's answer says it). Taken back again, nothing changes.
    Raises InputError, StateError.
    """
    checked("why", why)
    if sanction.status == "reversed":
        return 0
    if sanction.status == "dismissed":
        raise StateError(about(sanction), sanction.status, "one that was laid")
    pending = sanction.status == "proposed"
    _lift(session, sanction, [one for one in sanction.restrictions if one.lifted_s is None], by, why, now_s)
    undone = undo_strikes(strikes_of(session, sanction), why, now_s)
    _end(sanction, "reversed", by, why, now_s)
    for child in members_of(session, sanction):
        if child.status not in ("reversed", "dismissed"):
            undone += reverse(session, child, by, why, now_s)
    if told and not pending:
        tell(session, sanction, restored(session, sanction), "reversed", now_s, why=why)
    audit_act(session, sanction, by, "reverse", now_s, rule=sanction.rule, strikes_undone=undone)
    return undone


def _lift(session: Session, sanction: Sanction, lifted: list[Restriction], by: Actor, why: str, now_s: int) -> None:
    for restriction in lifted:
        restriction.lifted_s, restriction.lifted_by, restriction.lifted_why = now_s, by.who, why
    if sanction.status in PENDING and sanction.status != "proposed":
        from_gate(session, sanction, lifted, now_s)


def _end(sanction: Sanction, status: str, by: Actor, why: str, now_s: int) -> None:
    sanction.status, sanction.ended_s, sanction.ended_by, sanction.ended_why = status, now_s, by.who, why


def see_to_time(session: Session, now_s: int) -> int:
    """Let what was announced for a date by now be in force, and what has come to its end be over. How many it were.

    The gate needs none of this: it goes by the dates itself.
    """
    begun = select(Sanction).where(Sanction.status == "announced", Sanction.from_s <= now_s)
    over = select(Sanction).where(Sanction.status.in_(STANDING), Sanction.until_s <= now_s)
    seen = 0
    for sanction in session.scalars(begun.order_by(Sanction.id).limit(AT_ONCE)).all():
        sanction.status = "in_force"
        audit_act(session, sanction, GATE, "apply", now_s)
        tell(session, sanction, restored(session, sanction), "applies", now_s)
        seen += 1
    session.flush()
    for sanction in session.scalars(over.order_by(Sanction.id).limit(AT_ONCE)).all():
        _end(sanction, "expired", GATE, "", now_s)
        audit_act(session, sanction, GATE, "expire", now_s)
        if sanction.restrictions:
            tell(session, sanction, restored(session, sanction), "expired", now_s)
        seen += 1
    return seen
