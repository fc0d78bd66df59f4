"""What a body outside decided about an appeal: an out-of-court body (DSA, Art. 21), a court, an appellate committee."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from ecluse.errors import InputError
from ecluse.records.audit import append
from ecluse.records.tables import Appeal
from ecluse.sanctions.ending import reverse
from ecluse.sanctions.people import Actor, checked
from ecluse.sanctions.subjects import StateError, sanction_of
from ecluse.wire import time_form

BODIES: Final = ("out_of_court", "court", "appellate_committee")
OUTCOMES: Final = ("open", "upheld", "reversed")
"""``open``: it is before that body. ``upheld``: the sanction stays."""


def note_outside(
    session: Session, appeal: Appeal, by: Actor, body: str, outcome: str, words: str, now_s: int
) -> Appeal:
    """Note that an appeal went to a body outside, or what that decided. Reversed: the sanction is taken back with its
    strikes, and is an error of its rule. Noted the same again, nothing changes. Raises InputError, StateError.

    words: what it decided, for the account where the sanction is taken back.
    """
    checked("words", words)
    if body not in BODIES:
        raise InputError("body", body, f"one of {', '.join(BODIES)}")
    if outcome not in OUTCOMES:
        raise InputError("outcome", outcome, f"one of {', '.join(OUTCOMES)}")
    before = appeal.external.get("outcome", "open") if appeal.external else None
    if before == outcome and appeal.external.get("body") == body:
        return appeal
    if before not in (None, "open"):
        raise StateError(f"appeal {appeal.id}", f"{before} outside", "not decided outside yet")
    appeal.external = {"body": body, "outcome": outcome, "words": words, "at": time_form(now_s), "by": by.who}
    undone = 0
    if outcome == "reversed":
        undone = reverse(session, sanction_of(session, appeal.sanction_id), by, words, now_s)
    said = {"body": body, "outcome": outcome, "strikes_undone": undone}
    append(session, at_s=now_s, who=by.who, act="note_outside", about=f"appeal {appeal.id}", body=said)
    return appeal
