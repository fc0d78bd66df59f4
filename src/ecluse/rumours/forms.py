"""Rumours as they are shown over HTTP, on the command line, and as evidence. Times are RFC 3339, UTC."""

from __future__ import annotations

from typing import Final

import msgspec

from ecluse.gate.spreading import Counted, Rumour, RumourInFull
from ecluse.ledger.signals import SHARED_WINDOWS
from ecluse.records.tables import FactCheck
from ecluse.terms import Outcome
from ecluse.wire import maybe_time_form, time_form

HOUR_S: Final = 3_600


class CountedForm(msgspec.Struct, frozen=True):
    """What is counted of a content in a window. strangers_share: of its recipients; None without any. curve: recipients
    by sixth of the window, the oldest first.
    """

    senders: int
    recipients: int
    strangers_share: float | None
    regions: int
    providers: int
    curve: list[int]


class RumourForm(msgspec.Struct, frozen=True):
    """A content that spreads, as it is counted in ``window``.

    reached: what it is ranked by: its recipients; with a region or language, those reached from there, each message
    counted. per_hour: the same by the hour. growth: recipients of the last hour over the mean hour of the last 24; None
    without any. outcomes: events since it was first seen, by what was said of them. fact_check: the number of the one
    that counts; truth: what it says.
    """

    cluster: str
    first: str
    last: str
    hops: int
    window: str
    reached: int
    per_hour: float
    growth: float | None
    counted: CountedForm
    outcomes: dict[str, int]
    fact_check: int | None
    truth: float | None


class AudienceForm(msgspec.Struct, frozen=True):
    """A content in one region and language; None: not told. reached: recipients in 30 days, each message counted."""

    region: str | None
    language: str | None
    reached: int
    last: str


class FactCheckForm(msgspec.Struct, frozen=True, omit_defaults=True):
    """A fact-check, who attached it to the cluster, and who withdrew it."""

    fact_check: int
    cluster: str
    claim: str
    rating: str
    truth: float | None
    url: str
    source: str
    attached: str
    attached_by: str
    publisher: str = ""
    language: str = ""
    published: str = ""
    withdrawn: str | None = None
    withdrawn_by: str | None = None
    withdrawn_why: str | None = None


class RumourSheet(msgspec.Struct, frozen=True):
    """All that is known of a cluster. rumour: None if the gate counts nothing of it (now). windows: by their names.

    audiences: where it was sent from, and in what language. labels: those that the terms in force give for what
    fact-checkers say of it.
    """

    cluster: str
    at: str
    rumour: RumourForm | None
    windows: dict[str, CountedForm]
    audiences: list[AudienceForm]
    fact_checks: list[FactCheckForm]
    labels: list[str]


class FactCheckProposal(msgspec.Struct, forbid_unknown_fields=True):
    """A fact-check to attach. rating: the verdict in words. truth: 0 to 1; None: what these words say, if anything."""

    claim: str
    rating: str
    url: str
    publisher: str = ""
    language: str = ""
    published: str = ""
    truth: float | None = None


class MatchedForm(msgspec.Struct, frozen=True):
    """A review of a feed that was attached: its number, to which cluster, by what, and as which fact-check.

    by: ``identifier`` (the feed or the request named the cluster) or ``text``.
    """

    review: int
    cluster: str
    by: str
    fact_check: int


class UnmatchedForm(msgspec.Struct, frozen=True):
    """A review of a feed whose content nobody sent, as far as is remembered. clusters: those that its texts are of."""

    review: int
    claim: str
    url: str
    clusters: list[str]


class FeedForm(msgspec.Struct, frozen=True):
    """What became of a feed. faults: what is wrong with the reviews that were left out."""

    matched: list[MatchedForm]
    unmatched: list[UnmatchedForm]
    faults: list[str]


class CaseOfRumour(msgspec.Struct, forbid_unknown_fields=True):
    """The case that a rumour is to be evidence in."""

    case: int


def name_of(cluster: int) -> str:
    """A cluster as verdicts name it."""
    return f"{cluster:016x}"


def counted_form(counted: Counted) -> CountedForm:
    """What is counted, as it is shown."""
    share = counted.strangers / counted.recipients if counted.recipients else None
    return CountedForm(
        counted.senders, counted.recipients, share, counted.regions, counted.providers, list(counted.curve)
    )


def rumour_form(rumour: Rumour, window: str) -> RumourForm:
    """A rumour as lists show it."""
    words = Outcome.words()
    return RumourForm(
        name_of(rumour.cluster),
        time_form(rumour.first_s),
        time_form(rumour.last_s),
        rumour.hops,
        window,
        rumour.reached,
        rumour.reached * HOUR_S / SHARED_WINDOWS[window],
        rumour.growth,
        counted_form(rumour.counted),
        {words[outcome]: events for outcome, events in enumerate(rumour.outcomes) if events},
        None if rumour.rating is None else rumour.rating.number,
        None if rumour.rating is None else rumour.rating.truth,
    )


def sheet(
    cluster: str, found: RumourInFull | None, checks: list[FactCheck], labels: list[str], at_s: int
) -> RumourSheet:
    """All that is known of a cluster at ``at_s``."""
    longest = list(SHARED_WINDOWS)[-1]
    return RumourSheet(
        cluster,
        time_form(at_s),
        None if found is None else rumour_form(found.rumour, longest),
        {} if found is None else {name: counted_form(counted) for name, counted in found.windows.items()},
        []
        if found is None
        else [
            AudienceForm(one.region or None, one.language or None, one.reached, time_form(one.last_s))
            for one in found.audiences
        ],
        list(map(fact_check_form, checks)),
        labels,
    )


def fact_check_form(check: FactCheck) -> FactCheckForm:
    """A fact-check as it is shown."""
    return FactCheckForm(
        check.id,
        check.cluster,
        check.claim,
        check.rating,
        check.truth,
        check.url,
        check.source,
        time_form(check.attached_s),
        check.attached_by,
        check.publisher,
        check.language,
        check.published,
        maybe_time_form(check.withdrawn_s),
        check.withdrawn_by,
        check.withdrawn_why,
    )
