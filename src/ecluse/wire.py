"""What a gate's answers over HTTP look like, for the side that gives them and the side that takes them."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec


def time_form(second: int) -> str:
    """A second of the epoch in RFC 3339, UTC: how a time is shown wherever an answer has one.

    >>> time_form(1_575_676_800)
    '2019-12-07T00:00:00Z'
    """
    return datetime.fromtimestamp(second, UTC).isoformat().replace("+00:00", "Z")


def maybe_time_form(second: int | None) -> str | None:
    """The same of a second that may lack."""
    return None if second is None else time_form(second)


class Measure(msgspec.Struct, frozen=True):
    """One condition of a rule, as it was measured: ``value comparison limit`` held. value: None = unknown."""

    signal: str
    value: float | None
    comparison: str
    limit: float


class SpokenRule(msgspec.Struct, frozen=True, omit_defaults=True):
    """A rule that spoke: its id, its clause in words, and what was measured.

    notice: what the sender is to be told, in the event's language. scope: within which its limits are others. terms:
    ``id@version``, if not those of the verdict. refused_from: of a warning, from when it is no longer one, RFC 3339.
    shown: what recipients read for its label, by language.
    """

    rule: str
    clause: str
    measures: list[Measure]
    notice: str | None = None
    scope: str | None = None
    terms: str | None = None
    refused_from: str | None = None
    shown: dict[str, str] | None = None


class Withheld(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """The sanction that holds an event back: its number, the capability that is taken away, until when (RFC 3339; None:
    until it is lifted), what the sender is to be told, and for which rule and clause of which terms it was laid.

    appeal: how to appeal. new_contacts, new_contacts_max: of a limit on new contacts a day, with this event's.
    """

    sanction: int
    capability: str
    until: str | None
    notice: str
    rule: str | None = None
    clause: str | None = None
    terms: str | None = None
    appeal: str | None = None
    new_contacts: int | None = None
    new_contacts_max: int | None = None


class FactCheckTold(msgspec.Struct, frozen=True, omit_defaults=True):
    """What fact-checkers say of a message's content. fact_check: its number. publisher: who checked. truth: 0 (false)
    to 1 (true); None: its rating says neither. language: of claim and rating. note: what is to be shown with the
    message, in the sender's language; shown: the same by language, for its recipients.
    """

    fact_check: int
    claim: str
    rating: str
    url: str
    publisher: str
    truth: float | None
    language: str | None
    note: str
    shown: dict[str, str]


class Verdict(msgspec.Struct):
    """What the gate says of one event, as a caller has it. Its fields are those of ``ecluse.gate.Verdict``, and one.

    unjudged: no gate was reached, and the outcome is the caller's own choice (see ``ecluse.client``).
    """

    event: str | None
    outcome: str
    rules: list[SpokenRule] = []
    retry_after: int | None = None
    labels: list[str] = []
    dropped: list[str] = []
    late: bool = False
    terms: str | None = None
    warnings: list[SpokenRule] = []
    shadow: list[SpokenRule] = []
    rehearsed: str | None = None
    sanction: Withheld | None = None
    forward_token: str | None = None
    content: str | None = None
    campaign: str | None = None
    fact_check: FactCheckTold | None = None
    unjudged: bool = False


class LedgerRow(msgspec.Struct, frozen=True):
    """One peer in an account's ledger. peer: 16 hex digits of its keyed hash. Times in seconds of the epoch."""

    peer: str
    kind: str
    members: int
    first_wrote_s: int | None
    last_wrote_s: int | None
    last_heard_s: int | None
    unanswered: int


class Limit(msgspec.Struct, frozen=True):
    """How far one condition of a rule is from holding. value: None = unknown. holds: it does now.

    scope: where its limit is another than elsewhere.
    """

    rule: str
    signal: str
    value: float | None
    unit: str
    comparison: str
    limit: float
    holds: bool
    scope: str | None = None


class SignalValue(msgspec.Struct, frozen=True):
    """One signal as it stands. value: None = unknown."""

    signal: str
    value: float | None
    unit: str


class Account(msgspec.Struct, frozen=True):
    """What the gate knows of an account, as it stands at second ``at_s``.

    known: whether it has a ledger. rows: newest first. limits: of every condition of every enforced rule of
    ``terms``, those in force at ``at_s``; None before any are.
    """

    account: str
    known: bool
    at_s: int
    kind: str
    registered_s: int | None
    last_send_s: int | None
    rows: list[LedgerRow]
    signals: list[SignalValue]
    limits: list[Limit]
    terms: str | None


class CampaignEvidence(msgspec.Struct, frozen=True):
    """A thing that members of a campaign share, by its keyed hash. sort: ``content``, ``domain``, ``provider``,
    ``network`` or ``rhythm``. accounts: members that share it; recipients, strangers: whom they wrote to with it.
    """

    sort: str
    thing: str
    accounts: int
    recipients: int
    strangers: int


class CampaignMember(msgspec.Struct, frozen=True):
    """A member of a campaign, by its keyed hash, and the second from which on it wrote with what the others share."""

    account: str
    joined_s: int


class CampaignSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A campaign. accounts: members; recipients, strangers: whom they reached, member by member. Seconds of events:
    when it was found, and of the first and last message with what its members share.
    """

    id: str
    found_s: int
    first_s: int
    last_s: int
    accounts: int
    recipients: int
    strangers: int
    evidence: list[CampaignEvidence]


class Campaign(CampaignSummary, frozen=True, kw_only=True):
    """A campaign with its members, the earliest first."""

    members: list[CampaignMember]


class CampaignEdge(msgspec.Struct, frozen=True):
    """That a member of a campaign wrote with a thing that its members share: to how many people, how many of them
    strangers, from which second to which.
    """

    account: str
    sort: str
    thing: str
    recipients: int
    strangers: int
    first_s: int
    last_s: int


class CampaignGraph(Campaign, frozen=True, kw_only=True):
    """A campaign with who shares what. edges_left_out: how many there are besides."""

    edges: list[CampaignEdge]
    edges_left_out: int = 0


class RuleText(msgspec.Struct, frozen=True):
    """A rule of the terms. conditions: as the document writes them; all must hold."""

    rule: str
    clause: str
    kinds: list[str]
    conditions: list[str]
    outcome: str
    label: str | None
    mode: str = "enforce"


class TermsText(msgspec.Struct, frozen=True):
    """One version of the terms. source: the document that it was read from."""

    id: str
    version: str
    title: str
    digest: str
    rules: list[RuleText]
    source: str


class VersionText(msgspec.Struct, frozen=True):
    """A version and when it counts; times RFC 3339. announced: None if it never was. from_: None for since ever.

    role: ``in force``, ``announced``, ``to come`` or ``superseded``.
    """

    terms: str
    title: str
    digest: str
    announced: str | None
    role: str
    from_: str | None = msgspec.field(name="from", default=None)


class TermsState(msgspec.Struct, frozen=True):
    """The terms as they stand at ``at``. in_force: None before any are. versions: in the order of time."""

    at: str
    in_force: TermsText | None
    versions: list[VersionText]
    rehearsed: TermsText | None


class TermsAct(msgspec.Struct, frozen=True):
    """Something that was done about the terms: who, when, what and why. act: ``start``, ``activate``, ``rollback``,
    ``rehearse`` or ``end_rehearsal``. terms: ``id@version``. from_: when they come into force.
    """

    at: str
    who: str
    act: str
    terms: str
    digest: str
    why: str
    from_: str | None = msgspec.field(name="from", default=None)


class TermsProposal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Terms to be put in force or rehearsed. document: in YAML. why: kept in the history. from_: RFC 3339; None: when
    the document says, or at once.
    """

    document: str
    why: str
    from_: str | None = msgspec.field(name="from", default=None)


class Reason(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why something is done; kept in the history."""

    why: str


class RuleCount(msgspec.Struct, frozen=True):
    """Events on which a rule spoke, by the mode that it ran in."""

    rule: str
    mode: str
    events: int


class OutcomeCount(msgspec.Struct, frozen=True):
    """Events with one outcome that would have had another under the rehearsed terms."""

    outcome: str
    rehearsed: str
    events: int


class Rehearsal(msgspec.Struct, frozen=True):
    """What came of a rehearsal so far, since the gate started or the rehearsal began. rules: of the rehearsed terms."""

    terms: str | None
    in_force: str | None
    outcomes: list[OutcomeCount]
    rules: list[RuleCount]
