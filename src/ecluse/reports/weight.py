"""Weight: how much a report of an account says, by who reports it.

A report weighs from 0 to 1, and each reporter counts once. It weighs nothing unless the account began the talk: a
thousand accounts that it never wrote to weigh as much as none. What weight does is little, and never more than to call
a person: see ``Calls``.

The numbers are ours; nobody published such weights. What they do is measured: docs/reports.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final, NamedTuple

from ecluse.reports.contact import Contact
from ecluse.reports.rings import rings

DAY_S: Final = 86_400

GROWN_S: Final = 7 * DAY_S
"""Seconds of age from which on a reporter weighs in full."""
YOUNG_WEIGHT: Final = 0.25
"""Weight of a reporter that is not older than a moment; between, in proportion."""
UNKNOWN_AGE_WEIGHT: Final = 0.5

DOUBT: Final = 2
"""Reports for which a reporter has the benefit of the doubt: so many borne out are taken for granted."""

OF_KIND: Final = {"report": 1.0, "block": 0.5}
"""People block for reasons of their own, too."""
OF_CONTACT: Final = {Contact.APPROACHED: 1.0, Contact.GROUP: 0.5, Contact.ANSWERED: 0.0, Contact.NONE: 0.0}
GROUP_MAX: Final = 1.0
"""Weight of all members of one group together: whoever fills a group with accounts gains nothing by it."""

CALLS_WEIGHT: Final = 3.0
"""Weight of all reports of an account, of the last 30 days, from which on a person is called at once."""
CALLS_REPORTERS: Final = 20
"""Distinct reporters, of whatever weight, from which on a person is called: it may be a mob, or a scam."""
WINDOW_S: Final = 30 * DAY_S


class Standing(NamedTuple):
    """What is known of a reporter. known_since_s: when it registered; None: nobody said."""

    known_since_s: int | None = None
    borne_out: int = 0
    unfounded: int = 0
    suspended_until_s: int | None = None


class Reported(NamedTuple):
    """What one reporter says of an account. kind: ``report`` or ``block``; at_s: when it was said."""

    standing: Standing
    contact: Contact
    at_s: int
    kind: str = "report"
    group: str = ""
    """Of a member of a group: which."""


class Weighed(NamedTuple):
    """One reporter's report of an account, and why it weighs what it does."""

    reporter: str
    weight: float
    contact: Contact
    age: float
    record: float
    ring: int
    """Reporters of its ring, itself among them: they weigh as one."""


class Calls(StrEnum):
    """What reports of an account call for. Nothing else ever comes of reports alone."""

    NOTHING = "nothing"
    REVIEW = "review"
    """A person looks when they get to it: many report, and hardly anybody whom the account wrote to."""
    REVIEW_FIRST = "review_first"
    """A person looks before others: people it approached report it."""


class Weight(NamedTuple):
    """What all reports of an account say together. reporters: distinct ones."""

    total: float
    reporters: int
    approached: int
    weighed: list[Weighed]

    @property
    def calls(self) -> Calls:
        """What they call for."""
        if self.total >= CALLS_WEIGHT:
            return Calls.REVIEW_FIRST
        return Calls.REVIEW if self.reporters >= CALLS_REPORTERS else Calls.NOTHING


def weigh(report: Reported) -> tuple[float, float, float]:
    """A single report: its weight, and of that what age and record make of it; 0 to 1 each.

    >>> weigh(Reported(Standing(known_since_s=0, unfounded=2), Contact.APPROACHED, at_s=30 * 86_400))
    (0.5, 1.0, 0.5)
    """
    reporter = report.standing
    age = age_weight(reporter.known_since_s, report.at_s)
    if report.contact is Contact.GROUP:  # new accounts join groups at will: they weigh nothing there
        age = max(0.0, (age - YOUNG_WEIGHT) / (1 - YOUNG_WEIGHT))
    record = (reporter.borne_out + DOUBT) / (reporter.borne_out + reporter.unfounded + DOUBT)
    suspended = reporter.suspended_until_s is not None and report.at_s < reporter.suspended_until_s
    return (0.0 if suspended else OF_KIND[report.kind] * OF_CONTACT[report.contact] * age * record), age, record


def age_weight(known_since_s: int | None, at_s: int) -> float:
    """What a reporter's age makes of its report."""
    if known_since_s is None:
        return UNKNOWN_AGE_WEIGHT
    grown = min(1.0, max(0, at_s - known_since_s) / GROWN_S)
    return YOUNG_WEIGHT + (1 - YOUNG_WEIGHT) * grown


def weight_of(reports: Mapping[str, Reported], unproven: Mapping[str, Sequence[str]]) -> Weight:
    """All reports of an account, by reporter: of several of one the weightiest.

    unproven: see ``rings``. A ring weighs as its weightiest member, shared among all of its members; the members of
    one group weigh ``GROUP_MAX`` together at most.
    """
    single = {reporter: weigh(report) for reporter, report in reports.items()}
    weight = {reporter: found[0] for reporter, found in single.items()}
    size = dict.fromkeys(reports, 1)
    for ring in rings(list(reports), unproven):
        most = max(weight[member] for member in ring)
        for member in ring:
            weight[member], size[member] = most / len(ring), len(ring)
    of_group: dict[str, list[str]] = {}
    for reporter, report in reports.items():
        if report.contact is Contact.GROUP:
            of_group.setdefault(report.group, []).append(reporter)
    for members in of_group.values():
        total = sum(weight[member] for member in members)
        for member in members if total > GROUP_MAX else ():
            weight[member] *= GROUP_MAX / total
    weighed = [
        Weighed(reporter, weight[reporter], report.contact, *single[reporter][1:], size[reporter])
        for reporter, report in reports.items()
    ]
    return Weight(
        total=sum(weight.values()),
        reporters=len(weighed),
        approached=sum(report.contact is Contact.APPROACHED for report in weighed),
        weighed=sorted(weighed, key=lambda report: (-report.weight, report.reporter)),
    )
