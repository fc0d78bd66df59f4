"""A decision: everything that a sanction says, before it is laid."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from ecluse.errors import InputError
from ecluse.ledger.standing import Capability
from ecluse.records.tables import Strike
from ecluse.sanctions.people import GATE, Actor, Subject, checked, checked_name
from ecluse.terms import Deciding, Ladder, Measure, Rule, Step, SubjectKind, Terms, Text
from ecluse.terms.ladder import Members
from ecluse.terms.ladder.ladder import DECIDED_BY, LASTS_S_MAX, NEW_CONTACTS_MAX, TAKEN

FOUND_BY: Final = ("gate", "report", "trusted_flagger", "authority", "person")
MEMBERS_MAX: Final = 10_000
"""Accounts of a campaign that are sanctioned with it at once."""
LEAST: Final[dict[Measure, Deciding]] = {
    Measure.EXPULSION: Deciding.TWO_PERSONS,
    Measure.LEGAL_REFERRAL: Deciding.TWO_PERSONS,
}
"""Who must decide where a person begins it and the ladder says nothing."""


class Circumstances(NamedTuple):
    """What is known of the account beside its strikes. reports_before: reports and blocks about it until then."""

    business: bool = False
    region: str | None = None
    language: str | None = None
    reports_before: int = 0
    found_by: str = "gate"


class Decision(NamedTuple):
    """A sanction that is to be laid or proposed.

    takes: capabilities. from_s: None: at once, or after the lead that the terms ask for. lasts_s: None: until it is
    lifted. facts: what happened, in the words of who decides; empty: as the strikes have it. request: the caller's
    own id: asked again, the same sanction is the answer. parent: number of the sanction that it follows from.
    """

    subject: Subject
    measure: Measure
    takes: tuple[Capability, ...]
    new_contacts: int | None
    lasts_s: int | None
    from_s: int | None
    lead_s: int
    signatures: int
    terms: Terms
    rule: Rule
    strikes: tuple[Strike, ...]
    by: Actor
    step: str = ""
    facts: str = ""
    circumstances: Circumstances = Circumstances()
    request: str | None = None
    parent: int | None = None
    case: int | None = None
    members: tuple[str, ...] = ()
    """Of a campaign: its accounts, each of which gets a sanction of its own."""
    holds_for: Members | None = None
    """Of a campaign: which of its accounts get one as they come to be known; None: only ``members``."""

    @property
    def ladder(self) -> Ladder:
        """The ladder by whose times to appeal and to be told it goes."""
        return self.terms.ladder or Ladder(())

    @property
    def clause(self) -> Text:
        """The clause that was broken."""
        return self.rule.clause

    @property
    def figures(self) -> list[dict[str, Any]]:
        """What was measured, as the latest strike has it."""
        return list(self.strikes[-1].figures) if self.strikes else []


def decision_of_step(
    subject: Subject, step: Step, terms: Terms, strikes: Sequence[Strike], circumstances: Circumstances
) -> Decision | None:
    """The decision that a step of the ladder asks for; None if the rule of the latest strike is not in ``terms``."""
    rule = rule_of(terms, strikes[-1].rule)
    if rule is None:
        return None
    lead_s = step.lead_s
    if step.measure is Measure.EXPULSION and is_business(subject, circumstances):
        lead_s = max(lead_s, (terms.ladder or Ladder(())).business_lead_s)
    return Decision(
        subject,
        step.measure,
        step.takes,
        step.new_contacts,
        step.lasts_s,
        None,
        lead_s,
        step.decided_by.signatures,
        terms,
        rule,
        tuple(strikes),
        GATE,
        step.id,
        circumstances=circumstances,
        holds_for=step.members if subject.kind is SubjectKind.CAMPAIGN else None,
    )


def decision_of_person(
    subject: Subject,
    measure: str,
    by: Actor,
    terms: Terms,
    rule: str,
    facts: str,
    *,
    lasts_s: int | None = None,
    takes: Sequence[str] = (),
    new_contacts: int | None = None,
    from_s: int | None = None,
    strikes: Sequence[Strike] = (),
    circumstances: Circumstances | None = None,
    request: str | None = None,
    parent: int | None = None,
    case: int | None = None,
    members: Sequence[str] = (),
    later_members: bool = False,
    now_s: int,
) -> Decision:
    """A decision that a person begins. Raises InputError.

    members: of a campaign: these accounts alone; none: those that belong to it, with ``later_members`` also those that
    come to belong to it.
    from_s: from when it applies; a business is not expelled without the lead of the terms unless this says otherwise.
    """
    if measure not in Measure.words():
        raise InputError("measure", measure, f"one of {', '.join(Measure.words())}")
    circumstances = circumstances or Circumstances(found_by="person")
    found = Measure.of(measure)
    broken = rule_of(terms, rule)
    if broken is None:
        raise InputError("rule", rule, f"a rule of {terms.name}")
    checked("facts", facts)
    checked_name("request", request)
    if members and subject.kind is not SubjectKind.CAMPAIGN:
        raise InputError("members", len(members), "absent: only a campaign has members")
    if later_members and (members or subject.kind is not SubjectKind.CAMPAIGN):
        raise InputError("later_members", True, "false: only a campaign whose members are not named has later ones")
    if len(members) > MEMBERS_MAX:
        raise InputError("members", len(members), f"at most {MEMBERS_MAX:,} at once")
    accounts = tuple(dict.fromkeys(Subject.account(member).id for member in members))
    lasting = found in (Measure.LIMIT, Measure.SUSPENSION)
    if lasting != (lasts_s is not None):
        raise InputError("lasts_s", lasts_s, f"{'given' if lasting else 'absent'} for {measure}")
    if lasts_s is not None and not 0 < lasts_s <= LASTS_S_MAX:
        raise InputError("lasts_s", lasts_s, f"1 to {LASTS_S_MAX}")
    if from_s is not None and not now_s - 60 <= from_s <= now_s + LASTS_S_MAX:
        raise InputError("from", from_s, f"a time from now, {now_s}, on")
    taken = _takes(found, subject, takes, new_contacts)
    lead_s = 0
    if found is Measure.EXPULSION and is_business(subject, circumstances):
        lead_s = (terms.ladder or Ladder(())).business_lead_s
    return Decision(
        subject,
        found,
        taken,
        new_contacts,
        lasts_s,
        from_s,
        lead_s,
        _signatures(subject, found, terms),
        terms,
        broken,
        tuple(strikes),
        by,
        facts=facts,
        circumstances=circumstances,
        request=request,
        parent=parent,
        case=case,
        members=accounts,
        holds_for=_holds_for(subject, accounts, later_members),
    )


def _holds_for(subject: Subject, named: Sequence[str], later: bool) -> Members | None:
    if named or subject.kind is not SubjectKind.CAMPAIGN:
        return None
    return Members.LATER if later else Members.PRESENT


def _signatures(subject: Subject, measure: Measure, terms: Terms) -> int:
    """Persons who must sign what a person begins: at least one, and as many as the ladder asks for such a measure."""
    rungs = (terms.ladder or Ladder(())).of(subject.kind)
    asked = [step.decided_by for step in (rungs.steps if rungs else ()) if step.measure is measure]
    least = LEAST.get(measure, DECIDED_BY[measure])
    return max(1, *(one.signatures for one in asked or [least]))


def _takes(
    measure: Measure, subject: Subject, takes: Sequence[str], new_contacts: int | None
) -> tuple[Capability, ...]:
    words = {capability.word: capability for capability in Capability}
    unknown = [word for word in takes if word not in words]
    if unknown:
        raise InputError("takes", unknown[0], f"one of {', '.join(words)}")
    if not TAKEN[measure] and (takes or new_contacts is not None):
        raise InputError("takes", list(takes), f"absent: {measure.word} takes nothing")
    if new_contacts is not None and not 0 <= new_contacts <= NEW_CONTACTS_MAX:
        raise InputError("new_contacts", new_contacts, f"from 0 to {NEW_CONTACTS_MAX}")
    if takes:
        found = tuple(dict.fromkeys(words[word] for word in takes))
        if (Capability.NEW_CONTACTS in found) != (new_contacts is not None):
            raise InputError("new_contacts", new_contacts, "given with the capability new_contacts, and only with it")
        return found
    if new_contacts is not None:
        return (Capability.NEW_CONTACTS,)
    if subject.kind is SubjectKind.NETWORK and TAKEN[measure]:
        return (Capability.REGISTER,)
    return TAKEN[measure]


def rule_of(terms: Terms, rule_id: str) -> Rule | None:
    """The rule of that id."""
    return next((rule for rule in terms.rules if rule.id == rule_id), None)


def is_business(subject: Subject, circumstances: Circumstances) -> bool:
    """Whether the EU's regulation on fairness for business users is about it."""
    return circumstances.business or subject.kind is SubjectKind.PROVIDER
