"""The figures of a transparency report: what was decided, found, reported, appealed, and how long it took.

Everything is counted from the records as they stand when the report is made: a decision of the period that was
reversed since counts as reversed. A **decision** is a sanction that was announced or came into force; one that was only
proposed, or dismissed, is none. Nothing in here names an account.
"""

from __future__ import annotations

import msgspec


class Decided(msgspec.Struct, frozen=True):
    """Decisions alike. found: ``before any report`` or ``after a report``.

    automated_decision: ``fully``, ``partially`` or ``not``.
    """

    measure: str
    rule: str
    clause: str
    terms: str
    subject_kind: str
    account_type: str
    automated_detection: bool
    automated_decision: str
    found: str
    decisions: int


class OfRule(msgspec.Struct, frozen=True):
    """One rule. reversed: its decisions that were wrong; error_rate: their share, null without decisions.

    strikes_wrong: strikes of it that were undone because they were wrong, of ``strikes``.
    """

    rule: str
    clause: str
    decisions: int
    appealed: int
    reversed: int
    error_rate: float | None
    strikes: int
    strikes_wrong: int


class Appeals(msgspec.Struct, frozen=True):
    """Appeals received in the period, and what became of them. upheld: the decision stayed. late: past its deadline."""

    received: int
    appeals: int
    human_reviews: int
    open: int
    upheld: int
    reversed: int
    withdrawn: int
    late: int
    reversal_rate: float | None
    out_of_court: dict[str, int]


class Reports(msgspec.Struct, frozen=True):
    """Reports and blocks received in the period."""

    received: int
    reporters: int
    subjects: int
    by_kind: dict[str, int]
    by_source: dict[str, int]
    by_category: dict[str, int]
    by_outcome: dict[str, int]
    without_weight: int
    """Of them, those that weighed nothing: their reporters were never written to, or had no standing."""


class Times(msgspec.Struct, frozen=True):
    """Median seconds; null where nothing came to its end."""

    first_refusal_to_decision: float | None
    report_to_acknowledgement: float | None
    report_to_outcome: float | None
    appeal_to_acknowledgement: float | None
    appeal_to_answer: float | None
    complaint_to_answer: float | None
    review: float | None


class Dsa(msgspec.Struct, frozen=True):
    """What Art. 15 and 24 of the Digital Services Act ask, by their letters."""

    a15_1_a_orders: int
    a15_1_b_notices: dict[str, int]
    a15_1_b_notices_acted_on: int
    a15_1_b_median_s: float | None
    a15_1_c_own_initiative: dict[str, int]
    a15_1_d_complaints: int
    a15_1_d_upheld: int
    a15_1_d_reversed: int
    a15_1_d_median_s: float | None
    a15_1_e_fully_automated: int
    a15_1_e_reversed: int
    a15_1_e_error_rate: float | None
    a17_statements: int
    a24_1_a_disputes: dict[str, int]
    a24_1_b_reporters_suspended: int
    a24_5_submitted: int


class India(msgspec.Struct, frozen=True):
    """The monthly report of India's IT Rules 2021: accounts and complaints of region IN.

    banned: suspensions and expulsions. before_any_complaint: of them, where nobody had reported the account.
    actioned: complaints after which an account was banned or restored; a refused restoration is none of these.
    """

    banned: int
    before_any_complaint: int
    complaints: dict[str, int]
    actioned: dict[str, int]
    complaints_in_all: int
    actioned_in_all: int
    appellate_orders: int
    appellate_orders_obeyed: int
    acknowledged_within_24_h: int
    resolved_within_15_days: int


class Brazil(msgspec.Struct, frozen=True):
    """The funnel of Brazil's elections: reports by the electoral court.

    received, off_topic, passed_on (received without these), valid (without doubles and numbers that are no account),
    already_banned, banned_now, no_action, open. banned_share: of the valid, null without any. banned_besides: other
    accounts of region BR that were banned in the period.
    """

    received: int
    off_topic: int
    passed_on: int
    duplicates: int
    not_an_account: int
    valid: int
    already_banned: int
    banned_now: int
    no_action: int
    open: int
    banned_share: float | None
    banned_besides: int


class TransparencyReport(msgspec.Struct, frozen=True, kw_only=True):
    """All of it. first, last: days, both in. made_at: RFC 3339. by_day: decisions of each day that has any."""

    first: str
    last: str
    made_at: str
    decisions: int
    accounts: int
    decided: list[Decided]
    by_day: dict[str, int]
    rules: list[OfRule]
    appeals: Appeals
    reports: Reports
    median_s: Times
    dsa: Dsa
    india: India
    brazil: Brazil
