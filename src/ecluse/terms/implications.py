"""What signals imply of one another: their ranges by kind of event, and which can't be more than which.

Written once, as tables, and held to what the gate measures (``tests/terms/test_implications.py``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import pairwise
from math import inf
from typing import Final, NamedTuple

from ecluse.events import RECIPIENTS_MAX, Kind
from ecluse.events.event import AT_MS_MAX, AT_MS_MIN
from ecluse.forwarding import Fault
from ecluse.ledger import SHARED_WINDOWS, SIGNALS, WINDOWS, split_window
from ecluse.ledger.identify import HOPS_MAX
from ecluse.ledger.layout import BUCKET_MAX, BUCKETS, MEMBERS_MAX, ROWS_MAX, UNANSWERED_MAX
from ecluse.terms.condition import Condition
from ecluse.terms.document import KINDS_JUDGED
from ecluse.terms.spans import Span, is_whole, span_of

SENDING: Final = (Kind.SEND, Kind.FORWARD)
GROUPING: Final = (Kind.CREATE_GROUP, Kind.ADD_TO_GROUP)

ROW_COUNTS: Final = ("recipients", "strangers", "new_contacts")
"""Counts of peers: exact in their window, and never more than ROWS_MAX."""

FORWARDED: Final = ("forward_hops", "forward_token_fault", "forward_chats")
"""Signals of forwards; 0 for every other kind."""

METERS: Final = ("messages", "groups_created", "group_additions", "reports", "blocks", "refused_attempts")
"""Counts in time buckets, six a window, each of which saturates at BUCKET_MAX."""

_ROWS_AND_PEERS: Final = ROWS_MAX + RECIPIENTS_MAX

SHARED_COUNTS: Final = tuple(
    dict.fromkeys(s.base for s in SIGNALS if s.window_s is not None and "." in s.base and s.unit != "share")
)
"""Distinct counts of what accounts share, in time buckets: never more in a shorter window."""

SHARED_SHARES: Final = tuple(dict.fromkeys(s.base for s in SIGNALS if "." in s.base and s.unit == "share"))

GREATEST: Final[dict[str, float]] = {
    **dict.fromkeys((*ROW_COUNTS, "forward_chats"), ROWS_MAX),
    **dict.fromkeys(METERS, BUCKETS * BUCKET_MAX),
    "unanswered_messages": UNANSWERED_MAX * _ROWS_AND_PEERS,
    "reach": MEMBERS_MAX * _ROWS_AND_PEERS,
    "reply_ratio": 1,
    "peer_wrote_within": 1,
    "account_age": (AT_MS_MAX - AT_MS_MIN) // 1_000,
    "forward_hops": HOPS_MAX,
    "forward_token_fault": max(Fault),
    "recipients_of_this_send": RECIPIENTS_MAX,
    "reach_of_this_send": MEMBERS_MAX * RECIPIENTS_MAX,
    **dict.fromkeys(SHARED_SHARES, 1),
    "content.hops": HOPS_MAX,
    "content.age": (AT_MS_MAX - AT_MS_MIN) // 1_000,
    "content.growth": 24,
    "content.fact_checked": 1,
    "content.truth": 1,
}
"""The greatest value that a signal can have, by its name without the window. The least is 0."""


class Implication(NamedTuple):
    """``less`` is never more than ``greater``, as far as ``up_to``, on events of ``kinds``. Known together."""

    less: str
    greater: str
    up_to: float = inf
    kinds: tuple[Kind, ...] = KINDS_JUDGED


def _implications() -> Iterator[Implication]:
    names = list(WINDOWS)
    for shorter, longer in pairwise(names):
        for base in (*ROW_COUNTS, "unanswered_messages", "reach", "peer_wrote_within", "forward_chats"):
            yield Implication(f"{base}.{shorter}", f"{base}.{longer}")
        for base in METERS:
            yield Implication(f"{base}.{shorter}", f"{base}.{longer}", BUCKET_MAX)
    for shorter, longer in pairwise(SHARED_WINDOWS):
        for base in SHARED_COUNTS:
            yield Implication(f"{base}.{shorter}", f"{base}.{longer}")
    for window in names:
        yield Implication(f"strangers.{window}", f"recipients.{window}")
        yield Implication(f"new_contacts.{window}", f"recipients.{window}")
        yield Implication(f"recipients.{window}", f"reach.{window}")
        yield Implication(f"strangers.{window}", f"unanswered_messages.{window}")
    for counted in ("recipients", "unanswered_messages"):
        yield Implication("recipients_of_this_send", f"{counted}.{names[0]}", kinds=SENDING)
    yield Implication("recipients_of_this_send", "reach_of_this_send", kinds=SENDING)
    yield Implication("reach_of_this_send", f"reach.{names[0]}")
    yield Implication("recipients_of_this_send", f"forward_chats.{names[0]}", kinds=(Kind.FORWARD,))
    yield Implication("recipients_of_this_send", f"group_additions.{names[0]}", kinds=GROUPING)


IMPLICATIONS: Final = tuple(_implications())
"""Every pair of signals of which one is never more than the other."""


def base_of(signal: str) -> str:
    """A signal's name without its window."""
    return split_window(signal)[0]


def span_on(signal: str, kind: Kind) -> Span | None:
    """What a signal can be on an event of a kind, by itself; None if it is never known there.

    >>> span_on("forward_hops", Kind.SEND), span_on("peer_wrote_within.1h", Kind.CREATE_GROUP)
    (Span(low=0.0, high=0.0, holes=frozenset()), None)
    """
    base = base_of(signal)
    low, high = 0.0, float(GREATEST.get(base, inf))
    if (base == "peer_wrote_within" or base.startswith(("content.", "domain.", "campaign."))) and kind not in SENDING:
        return None
    if base in FORWARDED and kind is not Kind.FORWARD:
        high = 0.0
    if base == "reach_of_this_send" and kind not in SENDING:
        high = 0.0
    if base == "recipients_of_this_send" and kind not in (*SENDING, *GROUPING):
        high = 0.0
    counts_this = base == "messages" or base.endswith(".senders")
    if (counts_this and kind in SENDING) or (base == "groups_created" and kind is Kind.CREATE_GROUP):
        low = 1.0
    return Span(low, high)


_MAY_BE_UNKNOWN: Final = ("reply_ratio", "gap_regularity", "peer_wrote_within", "account_age")


class Knowledge(NamedTuple):
    """What is known of an event's signals once some conditions hold. spans: by signal. known: those with a value."""

    spans: dict[str, Span]
    known: frozenset[str]

    def implies(self, condition: Condition) -> bool:
        """Whether another condition must hold as well."""
        span = self.spans.get(condition.signal)
        return span is not None and condition.signal in self.known and span.within(span_of(condition))


def conclude(conditions: Iterable[Condition], kind: Kind) -> Knowledge | None:
    """All that follows where conditions hold together on an event of a kind; None if they can't.

    >>> day = conclude([Condition("strangers.1h", ">", 50.0)], Kind.SEND)
    >>> day.implies(Condition("recipients.24h", ">", 40.0)), day.implies(Condition("reply_ratio.1h", "<=", 1.0))
    (True, True)
    >>> conclude([Condition("strangers.1h", ">", 50.0), Condition("recipients.1h", "<", 20.0)], Kind.SEND)
    """
    spans = dict(_spans_on(kind))
    changed: list[str] = []
    for condition in conditions:
        if condition.signal not in spans:
            return None
        changed.append(condition.signal)
        spans[condition.signal] = _tidy(condition.signal, spans[condition.signal].meet(span_of(condition)))
    asked = frozenset(changed)
    for signal in asked:
        base, window = split_window(signal)
        somebody = {"reply_ratio": f"recipients.{window}", "peer_wrote_within": "recipients_of_this_send"}.get(base)
        if somebody is not None:  # with nobody written to it would be unknown
            spans[somebody] = spans[somebody].meet(Span(1.0))
            changed.append(somebody)
    _propagate(spans, kind, changed)
    known = frozenset(name for name in spans if _is_known(name, asked, spans))
    if any(spans[signal].empty for signal in known):
        return None
    return Knowledge(spans, known)


@cache
def _spans_on(kind: Kind) -> dict[str, Span]:
    """What each signal can be on events of a kind, those that are ever known."""
    spans = {signal.name: span for signal in SIGNALS if (span := span_on(signal.name, kind)) is not None}
    _propagate(spans, kind, list(spans))
    return spans


@cache
def _implications_on(kind: Kind) -> dict[str, tuple[Implication, ...]]:
    """By signal, the implications that it takes part in on events of a kind."""
    known = {signal.name for signal in SIGNALS if span_on(signal.name, kind) is not None}
    on_kind = [one for one in IMPLICATIONS if kind in one.kinds and {one.less, one.greater} <= known]
    return {name: tuple(one for one in on_kind if name in (one.less, one.greater)) for name in known}


def _propagate(spans: dict[str, Span], kind: Kind, changed: list[str]) -> None:
    """Narrow spans by the implications of those that have changed, until none says anything new."""
    while changed:
        for less, greater, up_to, _ in _implications_on(kind)[changed.pop()]:
            below, above = spans[less], spans[greater]
            if above.high < min(below.high, up_to):
                spans[less] = _tidy(less, below._replace(high=above.high))
                changed.append(less)
            if min(below.low, up_to) > above.low:
                spans[greater] = _tidy(greater, above._replace(low=min(below.low, up_to)))
                changed.append(greater)


def _tidy(signal: str, span: Span) -> Span:
    return span if span.low > span.high or not is_whole(signal) else span.whole()


def _is_known(signal: str, asked: frozenset[str], spans: dict[str, Span]) -> bool:
    base, window = split_window(signal)
    if "." in base:  # what is known of a content is known of all its counts
        sort = base.partition(".")[0]
        counted = base in SHARED_COUNTS and any(one.startswith(f"{sort}.") for one in asked)
        return counted or signal in asked
    if signal in asked or base not in _MAY_BE_UNKNOWN:
        return True
    if base == "reply_ratio":
        return spans[f"recipients.{window}"].low >= 1
    if base == "peer_wrote_within":
        return spans["recipients_of_this_send"].low >= 1
    return False
