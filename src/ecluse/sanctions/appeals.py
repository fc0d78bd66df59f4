"""Appeals: a person's words against a sanction, answered by a person in time, upheld or reversed.

Who decided the sanction does not answer the appeal against it. Human review of what a machine decided alone (GDPR,
Art. 22) is an appeal of its own kind. Who looked, for how long and at what is kept: a review has to be real.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from ecluse.errors import InputError
from ecluse.records.audit import append
from ecluse.records.tables import Appeal, Review, Sanction, Signature
from ecluse.sanctions.ending import reverse
from ecluse.sanctions.notices import tell
from ecluse.sanctions.people import Actor, checked, checked_name
from ecluse.sanctions.restoring import restored
from ecluse.sanctions.reviewing import note_seen, review_of_appeal
from ecluse.sanctions.subjects import NotFoundError, StateError, sanction_of
from ecluse.terms import LANGUAGES
from ecluse.terms.notices import day
from ecluse.terms.texts import nearest

KINDS: Final = ("appeal", "human_review")
OPEN: Final = ("open", "assigned")
OUTCOMES: Final = ("upheld", "reversed")
APPEAL_CHARACTERS_MAX: Final = 10_000


def file_appeal(
    session: Session,
    sanction: Sanction,
    words: str,
    now_s: int,
    *,
    kind: str = "appeal",
    language: str | None = None,
    contact: str | None = None,
    request: str | None = None,
    by: Actor,
) -> Appeal:
    """Take an appeal against a sanction, and say that it has come. Within ``Records.writing``.

    by: who hands it in for the person. While one is open a second one is the same one: repeating speeds nothing up.
    Raises InputError, StateError.
    """
    checked("words", words, APPEAL_CHARACTERS_MAX)
    checked_name("contact", contact)
    if kind not in KINDS:
        raise InputError("kind", kind, f"one of {', '.join(KINDS)}")
    if checked_name("request", request) is not None:
        known = session.scalars(select(Appeal).where(Appeal.request == request)).one_or_none()
        if known is not None:
            return known
    pending = select(Appeal).where(Appeal.sanction_id == sanction.id, Appeal.status.in_(OPEN))
    known = session.scalars(pending).first()
    if known is not None:
        return known
    _check_may_appeal(session, sanction, kind, now_s)
    decision = restored(session, sanction)
    near = nearest(language or sanction.language, LANGUAGES)
    appeal = Appeal(
        sanction_id=sanction.id,
        subject_kind=sanction.subject_kind,
        subject=sanction.subject,
        kind=kind,
        words=words,
        language=near,
        contact=contact,
        received_s=now_s,
        acknowledged_s=now_s,
        due_s=now_s + decision.ladder.answered_within_s,
        status="open",
        external={},
        request=request,
    )
    session.add(appeal)
    session.flush()
    review = Review(
        sanction_id=sanction.id,
        subject_kind=sanction.subject_kind,
        subject=sanction.subject,
        appeal_id=appeal.id,
        cause=kind,
        opened_s=now_s,
        seen=[],
        details={},
    )
    session.add(review)
    tell(session, sanction, decision, "appeal_received", now_s, appeal_id=appeal.id, due_day=day(appeal.due_s, near))
    _audit(session, appeal, by, "appeal", now_s, kind=kind, due_s=appeal.due_s, sanction=sanction.id)
    return appeal


def _check_may_appeal(session: Session, sanction: Sanction, kind: str, now_s: int) -> None:
    about = f"sanction {sanction.id}"
    if sanction.status in ("proposed", "dismissed", "reversed"):
        raise StateError(about, sanction.status, "one that was laid and stands")
    if kind == "human_review" and sanction.automated_decision != "fully":
        raise InputError("kind", kind, "appeal: persons have decided this sanction")
    answered = select(Appeal).where(Appeal.sanction_id == sanction.id, Appeal.status == "upheld", Appeal.kind == kind)
    if session.scalars(answered).first() is not None:
        raise StateError(about, "upheld on appeal", "one whose appeal was not answered yet")
    within_s = restored(session, sanction).ladder.appeal_within_s
    if now_s >= sanction.made_s + max(within_s, sanction.from_s - sanction.made_s + within_s):
        raise StateError(about, "past the time in which it can be appealed", f"laid less than {within_s} seconds ago")


def appeal_of(session: Session, number: int) -> Appeal:
    """The appeal of that number. Raises NotFoundError."""
    found = session.get(Appeal, number) if 0 < number < 1 << 63 else None
    if found is None:
        raise NotFoundError(f"appeal {number}")
    return found


def appeals_of(session: Session, *, status: str | None = None, after: int = 0, limit: int = 100) -> list[Appeal]:
    """Appeals numbered past ``after``, in their order."""
    query = select(Appeal).where(Appeal.id > after).order_by(Appeal.id).limit(limit)
    return list(session.scalars(query if status is None else query.where(Appeal.status == status)))


def assign(session: Session, appeal: Appeal, by: Actor, now_s: int, to: Actor | None = None) -> Appeal:
    """Give an appeal to somebody who will answer it: to who asks, unless told otherwise. Raises StateError, InputError.

    Assigned to the same again, nothing changes.
    """
    answers = to or by
    if appeal.status not in OPEN:
        raise StateError(f"appeal {appeal.id}", appeal.status, "open")
    if appeal.assigned_to == answers.who:
        return appeal
    _check_other(session, appeal, answers)
    appeal.status, appeal.assigned_to, appeal.assigned_s = "assigned", answers.who, now_s
    review = review_of_appeal(session, appeal)
    review.reviewer, review.began_s, review.seen = answers.who, now_s, []
    _audit(session, appeal, by, "assign", now_s, to=answers.who)
    return appeal


def decide(
    session: Session, appeal: Appeal, by: Actor, outcome: str, answer: str, now_s: int, seen: Sequence[str] = ()
) -> Appeal:
    """Answer an appeal. Reversed: the sanction is taken back with its strikes, and is an error of its rule.

    seen: what the person looked at, besides what was noted before; a human review needs something. Answered the same
    again, nothing changes. Raises InputError, StateError.
    """
    checked("answer", answer, APPEAL_CHARACTERS_MAX)
    if outcome not in OUTCOMES:
        raise InputError("outcome", outcome, f"one of {', '.join(OUTCOMES)}")
    if appeal.status == outcome and appeal.answer == answer:
        return appeal
    if appeal.status not in OPEN:
        raise StateError(f"appeal {appeal.id}", appeal.status, "open or assigned")
    if by.is_gate:
        raise InputError("key", by.key_id, "a person's: no machine answers an appeal")
    _check_other(session, appeal, by)
    review = review_of_appeal(session, appeal)
    if review.reviewer != by.who:  # what another was shown is not what this one saw
        review.reviewer, review.began_s, review.seen = by.who, now_s, []
    note_seen(session, review, by, seen, now_s)
    if appeal.kind == "human_review" and not review.seen:
        raise InputError("seen", [], "what you looked at: the file of the appeal, or what you name here")
    sanction = sanction_of(session, appeal.sanction_id)
    decision = restored(session, sanction)
    undone = 0
    if outcome == "reversed":
        undone = reverse(session, sanction, by, answer, now_s, told=False)
    appeal.status, appeal.decided_s, appeal.decided_by, appeal.answer = outcome, now_s, by.who, answer
    if appeal.assigned_to is None:
        appeal.assigned_to, appeal.assigned_s = by.who, now_s
    review.closed_s, review.note = now_s, answer
    review.outcome = "reversed" if outcome == "reversed" else "upheld"
    tell(session, sanction, decision, f"appeal_{outcome}", now_s, appeal_id=appeal.id, answer=answer)
    took_s = now_s - (review.began_s or now_s)
    _audit(
        session,
        appeal,
        by,
        "decide",
        now_s,
        outcome=outcome,
        strikes_undone=undone,
        review_s=took_s,
        seen=len(review.seen),
    )
    return appeal


def withdraw(session: Session, appeal: Appeal, by: Actor, now_s: int) -> Appeal:
    """The person no longer appeals. Withdrawn again, nothing changes. Raises StateError."""
    if appeal.status == "withdrawn":
        return appeal
    if appeal.status not in OPEN:
        raise StateError(f"appeal {appeal.id}", appeal.status, "open")
    appeal.status, appeal.decided_s = "withdrawn", now_s
    review = review_of_appeal(session, appeal)
    review.closed_s, review.outcome = now_s, "withdrawn"
    _audit(session, appeal, by, "withdraw", now_s)
    return appeal


def _check_other(session: Session, appeal: Appeal, by: Actor) -> None:
    """See that who answers is not who decided. Raises InputError."""
    signed = select(Signature).where(Signature.sanction_id == appeal.sanction_id, Signature.key_id == by.key_id)
    if session.scalars(signed).first() is not None:
        raise InputError("key", by.key_id, "another's than of those who decided the sanction")


def _audit(session: Session, appeal: Appeal, by: Actor, act: str, now_s: int, **more: Any) -> None:
    append(session, at_s=now_s, who=by.who, act=act, about=f"appeal {appeal.id}", body=more)
