"""Climbing the ladder: from refusals to strikes, and from strikes to what the terms say follows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from ecluse.records.audit import append
from ecluse.records.tables import Report, Sanction, Strike
from ecluse.sanctions.decision import Circumstances, decision_of_step
from ecluse.sanctions.laying import lay
from ecluse.sanctions.people import GATE, Subject
from ecluse.sanctions.refusals import Refusals
from ecluse.sanctions.restoring import terms_kept
from ecluse.sanctions.strikes import count_refusals, standing_strikes
from ecluse.sanctions.subjects import PENDING
from ecluse.terms import SubjectKind


class Climbed(NamedTuple):
    """What came of refusals."""

    strikes: list[Strike]
    sanctions: list[Sanction]


def climb(session: Session, refusals: Iterable[Refusals], now_s: int) -> Climbed:
    """Count refusals, and take the steps that the ladders of their terms ask for. Within ``Records.writing``."""
    climbed = Climbed([], [])
    for one in refusals:
        ladder = one.terms.ladder
        rungs = None if ladder is None else ladder.of(one.key.subject_kind)
        if rungs is None:
            continue
        strike = count_refusals(session, one, rungs.strike, now_s)
        if strike is None:
            continue
        append(
            session,
            at_s=now_s,
            who=GATE.who,
            act="strike",
            about=f"strike {strike.id}",
            body={"rule": strike.rule, "terms": strike.terms_digest, "refusals": strike.refusals, "at_s": strike.at_s},
        )
        climbed.strikes.append(strike)
        subject = Subject(one.key.subject_kind, one.key.subject)
        sanction = take_step(session, subject, strike, one, now_s)
        if sanction is not None:
            climbed.sanctions.append(sanction)
    return climbed


def take_step(session: Session, subject: Subject, strike: Strike, one: Refusals, now_s: int) -> Sanction | None:
    """Take the step that a new strike leads to; None if there is none, or it is taken or proposed already."""
    rungs = one.terms.ladder.of(subject.kind) if one.terms.ladder else None
    strikes = standing_strikes(session, subject, strike.at_s)
    step = None if rungs is None else rungs.step_at(len(strikes))
    if step is None or _stands(session, subject, step.id):
        return None
    terms = terms_kept(session, strike.terms_digest)
    reports = reports_about(session, subject)
    business = one.business and subject.kind is SubjectKind.ACCOUNT
    circumstances = Circumstances(business, one.region, one.language, reports)
    decision = decision_of_step(subject, step, terms, strikes, circumstances)
    return None if decision is None else lay(session, decision, now_s)


def _stands(session: Session, subject: Subject, step: str) -> bool:
    """Whether a step is proposed, announced or in force."""
    query = select(Sanction.id).where(
        Sanction.subject_kind == subject.kind.word,
        Sanction.subject == subject.id,
        Sanction.step == step,
        Sanction.status.in_(PENDING),
    )
    return session.scalars(query.limit(1)).one_or_none() is not None


def reports_about(session: Session, subject: Subject) -> int:
    """How many reports and blocks there are about an account, up to 10,000."""
    if subject.kind is not SubjectKind.ACCOUNT:
        return 0
    return len(session.scalars(select(Report.id).where(Report.subject == subject.id).limit(10_000)).all())
