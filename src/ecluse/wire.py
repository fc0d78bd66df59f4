"""What a gate's answers over HTTP look like, for the side that gives them and the side that takes them."""

from __future__ import annotations

import msgspec


class Measure(msgspec.Struct, frozen=True):
    """One condition of a rule, as it was measured: ``value comparison limit`` held. value: None = unknown."""

    signal: str
    value: float | None
    comparison: str
    limit: float


class SpokenRule(msgspec.Struct, frozen=True):
    """A rule that spoke: its id, its clause in words, and what was measured."""

    rule: str
    clause: str
    measures: list[Measure]


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
    """How far one condition of a rule is from holding. value: None = unknown. holds: it does now."""

    rule: str
    signal: str
    value: float | None
    unit: str
    comparison: str
    limit: float
    holds: bool


class SignalValue(msgspec.Struct, frozen=True):
    """One signal as it stands. value: None = unknown."""

    signal: str
    value: float | None
    unit: str


class Account(msgspec.Struct, frozen=True):
    """What the gate knows of an account, as it stands at second ``at_s``.

    known: whether it has a ledger. rows: newest first. limits: of every condition of every rule of ``terms``.
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
    terms: str


class RuleText(msgspec.Struct, frozen=True):
    """A rule of the terms. conditions: as the document writes them; all must hold."""

    rule: str
    clause: str
    kinds: list[str]
    conditions: list[str]
    outcome: str
    label: str | None


class TermsText(msgspec.Struct, frozen=True):
    """The terms in force. source: the document that they were read from."""

    id: str
    version: str
    title: str
    digest: str
    rules: list[RuleText]
    source: str
