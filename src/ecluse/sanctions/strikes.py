"""Strikes: refusals counted until they make one, and strikes counted until they expire."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ecluse.records.tables import OpenRefusals, Sanction, SanctionStrike, Strike, TermsKept
from ecluse.sanctions.people import GATE, Subject
from ecluse.sanctions.refusals import ACCOUNTS_KEPT, EVENTS_KEPT, Refusals
from ecluse.terms import StrikeRule, SubjectKind, Terms


def count_refusals(session: Session, refusals: Refusals, rule: StrikeRule, now_s: int) -> Strike | None:
    """Count refusals with those before them; the strike that they make, if they make one.

    The time begins with its first refusal. One burst is one strike: within the time there is no second one. Those of
    an account that acts again once the time is over begin anew.
    """
    kind, subject, rule_id = refusals.key
    row = session.scalars(
        select(OpenRefusals).where(
            OpenRefusals.subject_kind == kind.word, OpenRefusals.subject == subject, OpenRefusals.rule == rule_id
        )
    ).one_or_none()
    if row is None:
        row = OpenRefusals(subject_kind=kind.word, subject=subject, rule=rule_id, until_s=0)
        session.add(row)
    if refusals.last_s >= row.until_s:
        _begin(row, refusals, rule)
    row.last_s = max(row.last_s, refusals.last_s)
    row.refusals += refusals.count
    room = ACCOUNTS_KEPT - len(row.accounts)
    row.accounts = row.accounts + sorted(refusals.accounts - set(row.accounts))[:room]
    row.events = (row.events + refusals.events)[:EVENTS_KEPT]
    if row.struck or row.refusals < rule.refusals or len(row.accounts) < rule.accounts:
        return None
    row.struck = True
    keep_terms(session, refusals.terms, now_s)
    strike = Strike(
        subject_kind=kind.word,
        subject=subject,
        at_s=row.last_s,
        first_s=row.first_s,
        expires_s=row.last_s + rule.expires_s,
        rule=rule_id,
        clause=row.clause,
        terms=row.terms,
        terms_digest=row.terms_digest,
        refusals=row.refusals,
        figures=row.figures,
        events=row.events,
        by=GATE.who,
        account=next(iter(row.accounts), None) if kind is not SubjectKind.ACCOUNT else None,
        region=refusals.region,
        error=False,
    )
    session.add(strike)
    session.flush()
    return strike


def _begin(row: OpenRefusals, refusals: Refusals, rule: StrikeRule) -> None:
    row.clause, row.terms, row.terms_digest = refusals.clause, refusals.terms.name, refusals.terms.digest
    row.first_s, row.last_s, row.until_s = refusals.first_s, refusals.last_s, refusals.first_s + rule.within_s
    row.refusals, row.accounts, row.events, row.struck = 0, [], [], False
    row.figures = refusals.figures


def keep_terms(session: Session, terms: Terms, now_s: int) -> None:
    """Keep the text of terms that something rests on."""
    if session.get(TermsKept, terms.digest) is None:
        session.add(TermsKept(digest=terms.digest, name=terms.name, document=terms.source, kept_s=now_s))
        session.flush()


def standing_strikes(session: Session, subject: Subject, at_s: int) -> list[Strike]:
    """The strikes that count at second ``at_s``: those that have not expired and are not undone; the oldest first."""
    query = select(Strike).where(
        Strike.subject_kind == subject.kind.word,
        Strike.subject == subject.id,
        Strike.undone_s.is_(None),
        Strike.expires_s > at_s,
    )
    return list(session.scalars(query.order_by(Strike.at_s, Strike.id)))


def strikes_of(session: Session, sanction: Sanction) -> list[Strike]:
    """The strikes that a sanction rests on, the oldest first."""
    query = select(Strike).join(SanctionStrike, SanctionStrike.strike_id == Strike.id)
    return list(
        session.scalars(query.where(SanctionStrike.sanction_id == sanction.id).order_by(Strike.at_s, Strike.id))
    )


def undo_strikes(strikes: Iterable[Strike], why: str, now_s: int) -> int:
    """Undo strikes that were wrong: they count no more, and are counted as errors of their rules. How many it were."""
    undone = 0
    for strike in strikes:
        if strike.undone_s is None:
            strike.undone_s, strike.undone_why, strike.error = now_s, why, True
            undone += 1
    return undone


def forget_refusals(session: Session, at_s: int) -> None:
    """Let go of refusals whose time was over before ``at_s``: they make no strike any more."""
    session.execute(delete(OpenRefusals).where(OpenRefusals.until_s < at_s))
