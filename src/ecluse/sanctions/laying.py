"""Laying a sanction: in one transaction with its reason, its notice, its audit row, and the act that the gate needs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from ecluse.errors import InputError
from ecluse.ledger.standing import Capability
from ecluse.records.audit import append
from ecluse.records.tables import GateAct, Restriction, Sanction, SanctionStrike, Signature
from ecluse.sanctions.decision import Decision, is_business
from ecluse.sanctions.notices import tell
from ecluse.sanctions.people import GATE, Actor, Subject, checked
from ecluse.sanctions.reasons import facts_of, state_reasons
from ecluse.sanctions.reviewing import note_seen_of_proposal
from ecluse.sanctions.strikes import keep_terms
from ecluse.sanctions.subjects import StateError, about
from ecluse.terms import Measure, SubjectKind

NAMED: Final = "named"
"""A campaign's sanction that holds only for the accounts that were named with it."""


def lay(session: Session, decision: Decision, now_s: int) -> Sanction:
    """Lay a sanction, or propose it if more persons must sign. Within a transaction of ``Records.writing``.

    A person who begins it has signed it. Raises InputError.
    """
    if decision.request is not None:
        known = session.scalars(select(Sanction).where(Sanction.request == decision.request)).one_or_none()
        if known is not None:
            return _same(known, decision)
    keep_terms(session, decision.terms, now_s)
    sanction = written(decision, now_s)
    session.add(sanction)
    session.flush()
    for strike in decision.strikes:
        session.add(SanctionStrike(sanction_id=sanction.id, strike_id=strike.id))
    if not decision.by.is_gate:
        _sign(session, sanction, decision.by, "confirm", decision.facts, now_s)
    act = "propose" if _is_short(sanction) else "lay"
    _audit(session, sanction, decision.by, act, now_s, signed=_signed(sanction), members=len(decision.members))
    for account in decision.members:
        session.add(of_member(of_account(decision, account, sanction.id), now_s))
    if not _is_short(sanction):
        apply(session, sanction, decision, now_s)
    return sanction


def of_account(decision: Decision, account: str, parent: int) -> Decision:
    """The decision on a campaign, as it is about one of its accounts. parent: the number of the campaign's."""
    subject = Subject.account(account)
    return decision._replace(subject=subject, request=None, members=(), holds_for=None, parent=parent)


def of_member(decision: Decision, now_s: int) -> Sanction:
    """The row of a decision on an account of a campaign. The strikes are the campaign's: it only says what they were,
    so an appeal of one account undoes nobody else's.
    """
    child = written(decision, now_s)
    child.facts = decision.facts or facts_of(decision)
    return child


def members_of(session: Session, sanction: Sanction) -> list[Sanction]:
    """The sanctions of the accounts of a campaign that were laid with its own."""
    if sanction.subject_kind != SubjectKind.CAMPAIGN.word:
        return []
    return list(session.scalars(select(Sanction).where(Sanction.parent_id == sanction.id).order_by(Sanction.id)))


def _same(known: Sanction, decision: Decision) -> Sanction:
    told = known.subject_kind, known.subject, known.measure
    if told != (decision.subject.kind.word, decision.subject.id, decision.measure.word):
        raise InputError("request", decision.request, "an id that no other sanction was asked for with")
    return known


def written(decision: Decision, now_s: int) -> Sanction:
    """The row of a decision, proposed."""
    subject, circumstances = decision.subject, decision.circumstances
    from_s = now_s + decision.lead_s if decision.from_s is None else max(now_s, decision.from_s)
    return Sanction(
        subject_kind=subject.kind.word,
        subject=subject.id,
        measure=decision.measure.word,
        step=decision.step,
        status="proposed",
        made_s=now_s,
        from_s=from_s,
        until_s=None if decision.lasts_s is None else from_s + decision.lasts_s,
        lead_s=decision.lead_s if decision.from_s is None else 0,
        rule=decision.rule.id,
        clause=str(decision.clause),
        terms=decision.terms.name,
        terms_digest=decision.terms.digest,
        facts=decision.facts,
        figures=decision.figures,
        found_by=circumstances.found_by,
        decided_by=decision.by.who,
        automated_detection=decision.by.is_gate or bool(decision.strikes),
        automated_decision="fully" if decision.by.is_gate else "not",
        signatures_needed=decision.signatures,
        reports_before=circumstances.reports_before,
        account_type="business" if is_business(subject, circumstances) else "private",
        region=circumstances.region,
        language=circumstances.language,
        case_id=decision.case,
        parent_id=decision.parent,
        members=_members(decision),
        request=decision.request,
        signatures=[],
        restrictions=[
            Restriction(
                capability=capability.word,
                new_contacts_a_day=decision.new_contacts if capability is Capability.NEW_CONTACTS else None,
                from_s=from_s,
                until_s=None if decision.lasts_s is None else from_s + decision.lasts_s,
            )
            for capability in decision.takes
        ],
    )


def _members(decision: Decision) -> str | None:
    if decision.subject.kind is not SubjectKind.CAMPAIGN:
        return None
    return NAMED if decision.holds_for is None else decision.holds_for.word


def _signed(sanction: Sanction) -> int:
    return sum(signature.decision == "confirm" for signature in sanction.signatures)


def _is_short(sanction: Sanction) -> bool:
    """Whether more persons must sign."""
    return _signed(sanction) < sanction.signatures_needed


def _sign(session: Session, sanction: Sanction, by: Actor, decision: str, note: str, now_s: int) -> None:
    signature = Signature(
        sanction_id=sanction.id, key_id=by.key_id, who=by.who, at_s=now_s, decision=decision, note=note
    )
    sanction.signatures.append(signature)
    session.flush()


def apply(session: Session, sanction: Sanction, decision: Decision, now_s: int) -> None:
    """Let a sanction that all have signed take effect, now or from its date on."""
    # The time to be told runs from the last signature on.
    _shift(sanction, now_s + sanction.lead_s if sanction.lead_s else max(now_s, sanction.from_s))
    sanction.status = "announced" if sanction.from_s > now_s else "in_force"
    if decision.measure is Measure.WARNING and decision.strikes:
        sanction.until_s = max(strike.expires_s for strike in decision.strikes)
    if decision.measure in (Measure.LIMIT, Measure.SUSPENSION, Measure.EXPULSION):
        state_reasons(session, sanction, decision, now_s)
    tell(session, sanction, decision, "announced" if sanction.status == "announced" else "sanction", now_s)
    to_gate(session, sanction, now_s)
    session.flush()
    for child in members_of(session, sanction):
        if child.status == "proposed":
            child.automated_decision, child.decided_by = sanction.automated_decision, sanction.decided_by
            audit_act(session, child, GATE, "lay", now_s, parent=sanction.id)
            apply(session, child, of_account(decision, child.subject, sanction.id), now_s)


def _shift(sanction: Sanction, from_s: int) -> None:
    by_s = from_s - sanction.from_s
    parts: list[Sanction | Restriction] = [sanction, *sanction.restrictions]
    for part in parts:
        part.from_s += by_s
        if part.until_s is not None:
            part.until_s += by_s


def to_gate(session: Session, sanction: Sanction, now_s: int) -> None:
    """Put the restrictions of a sanction on their way to the gate."""
    if sanction.subject_kind == SubjectKind.CAMPAIGN.word:
        return  # a campaign is no account: each of its accounts gets a sanction of its own
    for restriction in sanction.restrictions:
        act: dict[str, Any] = {
            "act": "lay",
            "number": restriction.id,
            "sort": sanction.subject_kind,
            "subject": sanction.subject,
            "sanction": sanction.id,
            "capability": restriction.capability,
            "from_s": restriction.from_s,
            "until_s": restriction.until_s,
            "new_contacts": restriction.new_contacts_a_day or 0,
            "with_device": sanction.measure == Measure.EXPULSION.word,
        }
        session.add(GateAct(at_s=now_s, sanction_id=sanction.id, act=act))


def from_gate(session: Session, sanction: Sanction, restrictions: Iterable[Restriction], now_s: int) -> None:
    """Put the lifting of restrictions on its way to the gate."""
    if sanction.subject_kind == SubjectKind.CAMPAIGN.word:
        return  # as above: the gate has none of it
    for restriction in restrictions:
        act = {"act": "lift", "number": restriction.id}
        session.add(GateAct(at_s=now_s, sanction_id=sanction.id, act=act))


def _audit(session: Session, sanction: Sanction, by: Actor, act: str, now_s: int, **more: Any) -> None:
    body = {
        "measure": sanction.measure,
        "step": sanction.step,
        "rule": sanction.rule,
        "terms": sanction.terms_digest,
        "from_s": sanction.from_s,
        "until_s": sanction.until_s,
        "takes": [restriction.capability for restriction in sanction.restrictions],
        "signatures_needed": sanction.signatures_needed,
        **more,
    }
    append(session, at_s=now_s, who=by.who, act=act, about=about(sanction), body=body)


def audit_act(session: Session, sanction: Sanction, by: Actor, act: str, now_s: int, **more: Any) -> None:
    """Add what was done to a sanction to the audit."""
    append(session, at_s=now_s, who=by.who, act=act, about=about(sanction), body=more)


def sign(
    session: Session,
    sanction: Sanction,
    decision: Decision,
    by: Actor,
    confirm: bool,
    note: str,
    now_s: int,
    seen: Sequence[str] = (),
) -> Sanction:
    """A person confirms a proposed sanction, or dismisses it; once enough have confirmed it takes effect.

    decision: what it says, as ``restored`` gives it. seen: what the person looked at, besides what was noted.
    Who has signed signs once; asked again, nothing changes.
    Raises InputError, StateError.
    """
    checked("note", note)
    word = "confirm" if confirm else "dismiss"
    before = next((signature for signature in sanction.signatures if signature.key_id == by.key_id), None)
    if before is not None and (sanction.status == "proposed" or before.decision != word):
        raise InputError("key", by.key_id, "another key than those that have signed: it takes another person")
    if before is not None:
        return sanction
    if sanction.status != "proposed":
        raise StateError(about(sanction), sanction.status, "proposed")
    review = note_seen_of_proposal(session, sanction, by, seen, now_s)
    review.closed_s, review.outcome, review.note = now_s, "confirmed" if confirm else "dismissed", note
    _sign(session, sanction, by, word, note, now_s)
    if not confirm:
        for one in (sanction, *members_of(session, sanction)):
            one.status, one.ended_s, one.ended_by, one.ended_why = "dismissed", now_s, by.who, note
    counts = {"signed": _signed(sanction), "needed": sanction.signatures_needed, "seen": len(review.seen)}
    audit_act(session, sanction, by, word, now_s, **counts)
    if confirm and not _is_short(sanction):
        if sanction.automated_decision == "fully":
            sanction.automated_decision = "partially"
        sanction.decided_by = by.who
        apply(session, sanction, decision, now_s)
    return sanction
