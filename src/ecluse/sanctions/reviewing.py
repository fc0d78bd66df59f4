"""Reviews: what a person was shown before deciding, kept, so that it can be said that a human looked (GDPR, Art. 22).

What the service shows it notes by itself; what a person looked at elsewhere they name. A review is one person's look at
one appeal, or at one sanction that persons have to sign.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from ecluse.errors import InputError
from ecluse.records.audit import append
from ecluse.records.tables import Appeal, Review, Sanction, Statement, Strike
from ecluse.sanctions import forms, review_forms
from ecluse.sanctions.people import Actor, checked
from ecluse.sanctions.strikes import standing_strikes, strikes_of
from ecluse.sanctions.subjects import StateError, about, sanction_of, sanctions_of, subject_of

SEEN_MAX: Final = 200
"""Things of one review."""
WHAT_CHARACTERS_MAX: Final = 500
SHOWN_MAX: Final = 50
"""Strikes, and earlier sanctions, that a file shows; the latest."""
SIGNING: Final = "second_signature"
"""Cause of the review of a sanction that persons sign."""


def review_of_appeal(session: Session, appeal: Appeal) -> Review:
    """The review that an appeal opened."""
    return session.scalars(select(Review).where(Review.appeal_id == appeal.id)).one()


def review_of_signing(session: Session, sanction: Sanction, by: Actor, now_s: int) -> Review:
    """The review of a proposed sanction by one who may sign it; begun if it was not. It is open since the proposal."""
    found = select(Review).where(Review.sanction_id == sanction.id, Review.cause == SIGNING, Review.reviewer == by.who)
    review = session.scalars(found).first()
    if review is None:
        review = Review(
            sanction_id=sanction.id,
            subject_kind=sanction.subject_kind,
            subject=sanction.subject,
            cause=SIGNING,
            opened_s=sanction.made_s,
            reviewer=by.who,
            began_s=now_s,
            seen=[],
            details={},
        )
        session.add(review)
        session.flush()
    return review


def note_seen(session: Session, review: Review, by: Actor, what: Sequence[str], now_s: int) -> Review:
    """Note what a reviewer was shown, each thing once. Raises InputError, StateError.

    For who reviews: an appeal is to be assigned first. What is noted is theirs to say, and stays.
    """
    if review.closed_s is not None:
        raise StateError(f"review {review.id}", "closed", "open")
    if review.reviewer != by.who:
        raise InputError("key", by.key_id, "that of who reviews it: an appeal is assigned first")
    there = {one["what"] for one in review.seen}
    said = dict.fromkeys(checked("seen", one, WHAT_CHARACTERS_MAX) for one in what)
    new = [word for word in said if word not in there]
    if len(review.seen) + len(new) > SEEN_MAX:
        raise InputError("seen", len(review.seen) + len(new), f"at most {SEEN_MAX} things of one review")
    if new:
        review.seen = [*review.seen, *({"what": word, "at_s": now_s} for word in new)]
        body = {
            "review": review.id,
            "seen": len(new),
            "by": "second signature" if review.appeal_id is None else "appeal",
        }
        named = f"appeal {review.appeal_id}" if review.appeal_id else f"sanction {review.sanction_id}"
        append(session, at_s=now_s, who=by.who, act="see", about=named, body=body)
    return review


def see_appeal(session: Session, appeal: Appeal, by: Actor, now_s: int) -> review_forms.FileForm:
    """Show the file of an appeal to who answers it, and note that it was shown. Raises InputError, StateError."""
    sanction = sanction_of(session, appeal.sanction_id)
    return _show(session, sanction, review_of_appeal(session, appeal), by, now_s)


def see_proposal(session: Session, sanction: Sanction, by: Actor, now_s: int) -> review_forms.FileForm:
    """Show the file of a sanction to who may sign it, and note that it was shown. Raises InputError, StateError."""
    _check_may_sign(sanction, by)
    return _show(session, sanction, review_of_signing(session, sanction, by, now_s), by, now_s)


def note_seen_of_proposal(session: Session, sanction: Sanction, by: Actor, what: Sequence[str], now_s: int) -> Review:
    """Note what who may sign a sanction looked at. Raises InputError, StateError."""
    _check_may_sign(sanction, by)
    return note_seen(session, review_of_signing(session, sanction, by, now_s), by, what, now_s)


def reviews_of(session: Session, sanction: Sanction) -> list[Review]:
    """All reviews of a sanction, those of appeals against it too, the oldest first."""
    return list(session.scalars(select(Review).where(Review.sanction_id == sanction.id).order_by(Review.id)))


def _check_may_sign(sanction: Sanction, by: Actor) -> None:
    if sanction.status != "proposed":
        raise StateError(about(sanction), sanction.status, "proposed")
    if any(one.key_id == by.key_id for one in sanction.signatures):
        raise InputError("key", by.key_id, "another key than those that have signed: it takes another person")


def _show(session: Session, sanction: Sanction, review: Review, by: Actor, now_s: int) -> review_forms.FileForm:
    subject = subject_of(sanction)
    own = strikes_of(session, sanction)
    strikes = (own or standing_strikes(session, subject, now_s))[-SHOWN_MAX:]
    statement = session.scalars(select(Statement).where(Statement.sanction_id == sanction.id)).one_or_none()
    appeals = session.scalars(select(Appeal).where(Appeal.sanction_id == sanction.id).order_by(Appeal.id)).all()
    earlier = [one for one in sanctions_of(session, subject, limit=1_000) if one.id < sanction.id][-SHOWN_MAX:]
    seen = [f"sanction {sanction.id}", f"terms {sanction.terms}, rule {sanction.rule}"]
    seen += [f"statement of reasons of sanction {sanction.id}"] if statement is not None else []
    seen += [_strike_words(strike) for strike in strikes]
    seen += [f"appeal {appeal.id}, in the person's words" for appeal in appeals]
    seen += [f"earlier sanction {one.id}" for one in earlier]
    note_seen(session, review, by, seen, now_s)
    return review_forms.FileForm(
        sanction=forms.sanction_form(sanction),
        statement=None if statement is None else forms.statement_form(statement),
        strikes=[forms.strike_form(strike, now_s) for strike in strikes],
        appeals=[forms.appeal_form(appeal) for appeal in appeals],
        earlier=[forms.sanction_form(one) for one in earlier],
        review=review_forms.look_form(review),
    )


def _strike_words(strike: Strike) -> str:
    return f"strike {strike.id}: rule {strike.rule}, {strike.refusals} refusals, with what was measured"
