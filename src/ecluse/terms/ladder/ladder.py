"""The ladder as the rest sees it, checked and frozen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ecluse.events.vocabulary import Word
from ecluse.ledger.standing import Capability

DAY_S: Final = 86_400
STEPS_MAX: Final = 16
"""Steps of one subject."""
STRIKES_MAX: Final = 100
REFUSALS_MAX: Final = 1_000_000
LASTS_S_MAX: Final = 3_660 * DAY_S
"""Ten years: what is longer is for ever."""
NEW_CONTACTS_MAX: Final = 4_095

BUSINESS_LEAD_S: Final = 30 * DAY_S
"""Seconds before a business is expelled at which it is told so: Regulation (EU) 2019/1150, Art. 4(2)."""
APPEAL_WITHIN_S: Final = 183 * DAY_S
"""Seconds for which a sanction can be appealed: six months, Digital Services Act, Art. 20(1)."""
ANSWERED_WITHIN_S: Final = 15 * DAY_S
"""Seconds in which an appeal is answered: India's IT Rules 2021, rule 3(2)."""


class SubjectKind(Word):
    """Whom a ladder is for."""

    ACCOUNT = 0
    CAMPAIGN = 1
    PROVIDER = 2
    """Who assists: it answers for what its clients send."""
    NETWORK = 3
    """Where registrations come from."""


class Measure(Word):
    """What a step does, mildest first."""

    WARNING = 0
    LIMIT = 1
    SUSPENSION = 2
    EXPULSION = 3
    LEGAL_REFERRAL = 4


class Deciding(Word):
    """Who decides that a step is taken."""

    AUTOMATIC = 0
    PERSON = 1
    TWO_PERSONS = 2
    """One decides, another confirms."""

    @property
    def signatures(self) -> int:
        """Persons who must sign."""
        return int(self)


class Members(Word):
    """Which accounts of a campaign its sanction holds for."""

    PRESENT = 0
    """Those that belong to it when it takes effect."""
    LATER = 1
    """Also those that come to belong to it while it lasts."""


DECIDED_BY: Final = {
    Measure.WARNING: Deciding.AUTOMATIC,
    Measure.LIMIT: Deciding.AUTOMATIC,
    Measure.SUSPENSION: Deciding.AUTOMATIC,
    Measure.EXPULSION: Deciding.TWO_PERSONS,
    Measure.LEGAL_REFERRAL: Deciding.TWO_PERSONS,
}
"""Who decides, unless a step says."""

TAKEN: Final = {
    Measure.WARNING: (),
    Measure.LIMIT: (Capability.START,),
    Measure.SUSPENSION: (Capability.ALL,),
    Measure.EXPULSION: (Capability.ALL,),
    Measure.LEGAL_REFERRAL: (),
}
"""The capabilities that a measure takes, unless a step says."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what follows at so many strikes that have not expired.

    lasts_s: None: until it is lifted. takes: capabilities. new_contacts: a day, with NEW_CONTACTS. lead_s: seconds from
    its announcement until it applies. members: of a campaign's step, whom it holds for.
    """

    id: str
    strikes: int
    measure: Measure
    lasts_s: int | None
    takes: tuple[Capability, ...]
    new_contacts: int | None
    decided_by: Deciding
    lead_s: int
    members: Members = Members.PRESENT

    def meaning(self) -> list[object]:
        """What it says, as plain values."""
        takes = [capability.word for capability in self.takes]
        words = self.measure.word, self.lasts_s, takes, self.new_contacts, self.decided_by.word, self.lead_s
        later = [] if self.members is Members.PRESENT else [self.members.word]
        return [self.id, self.strikes, *words, *later]


@dataclass(frozen=True, slots=True)
class StrikeRule:
    """What makes a strike: so many refusals by one rule within a time, of so many accounts; and when it expires.

    After a strike nothing of the same rule counts until the time is over: one burst is one strike.
    """

    refusals: int
    within_s: int
    accounts: int
    expires_s: int


@dataclass(frozen=True, slots=True)
class Rungs:
    """The ladder of one kind of subject, its steps by strikes."""

    subject: SubjectKind
    strike: StrikeRule
    steps: tuple[Step, ...]

    def step_at(self, strikes: int) -> Step | None:
        """The highest step that so many strikes lead to; None: none yet."""
        reached = [step for step in self.steps if step.strikes <= strikes]
        return reached[-1] if reached else None

    def meaning(self) -> list[object]:
        """What it says, as plain values."""
        strike = self.strike
        figures = [strike.refusals, strike.within_s, strike.accounts, strike.expires_s]
        return [self.subject.word, figures, [step.meaning() for step in self.steps]]


@dataclass(frozen=True, slots=True)
class Ladder:
    """The ladders of all subjects, and how to appeal.

    appeal: how, for people; None: by the service's own ways. appeal_within_s: of a sanction. answered_within_s: of an
    appeal. business_lead_s: before the expulsion of a business or provider.
    """

    rungs: tuple[Rungs, ...]
    appeal: str | None = None
    appeal_within_s: int = APPEAL_WITHIN_S
    answered_within_s: int = ANSWERED_WITHIN_S
    business_lead_s: int = BUSINESS_LEAD_S

    def of(self, subject: SubjectKind) -> Rungs | None:
        """The ladder of a kind of subject, if there is one."""
        return next((rungs for rungs in self.rungs if rungs.subject is subject), None)

    def meaning(self) -> list[object]:
        """What it says, as plain values."""
        times = self.appeal_within_s, self.answered_within_s, self.business_lead_s
        return [[rungs.meaning() for rungs in self.rungs], self.appeal, *times]
