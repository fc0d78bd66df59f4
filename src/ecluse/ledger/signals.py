"""The signals: every number that a rule may look at, its unit, and what it means.

A window w is (t - w, t] in the event's seconds. The event being judged is counted. A signal that can't be known is
NaN ("unknown"), and no comparison with it holds.
"""

from __future__ import annotations

from typing import NamedTuple

WINDOWS: dict[str, int] = {"1m": 60, "1h": 3_600, "24h": 86_400, "30d": 2_592_000}
"""Names of the windows and their lengths in seconds, shortest first."""

N_WINDOWS = len(WINDOWS)


class Signal(NamedTuple):
    """One column of a signals row. name: as terms write it. unit: of its numbers. window_s: None without a window."""

    name: str
    column: int
    unit: str
    doc: str
    window_s: int | None


_WINDOWED: tuple[tuple[str, str, str], ...] = (
    ("recipients", "peers", "Peers written to in the window; a group is one peer."),
    ("strangers", "peers", "Of the recipients, those who never wrote to the account."),
    ("new_contacts", "peers", "Peers written to for the first time in the window."),
    ("reply_ratio", "share", "Of the recipients, the share who answered. Unknown without recipients."),
    ("unanswered_messages", "messages", "Messages to the recipients since each of them last wrote."),
    ("reach", "people", "People behind the recipients: a group counts its members, one of unknown size 1."),
    (
        "messages",
        "messages",
        "Sends and forwards, each once, to 1/6 of the window: never more than are in it.",
    ),
    ("groups_created", "groups", "Groups created, to 1/6 of the window."),
    ("group_additions", "people", "People added to groups, to 1/6 of the window."),
    ("reports", "reports", "Reports about the account by people it wrote to first, each once, to 1/6 of the window."),
    ("blocks", "blocks", "Blocks of the account by people it wrote to first, each once, to 1/6 of the window."),
    ("refused_attempts", "attempts", "Events refused before this one, to 1/6 of the window."),
    (
        "gap_regularity",
        "ratio",
        "Coefficient of variation of the gaps in the current run of sends, a run being ended by a gap longer than "
        "the window: 0 is a clock, people are above 1. Unknown with fewer than 8 gaps.",
    ),
    (
        "peer_wrote_within",
        "share",
        "Share of this send's peers whose last message to the account lies in the window. Unknown without peers.",
    ),
)
_PLAIN: tuple[tuple[str, str, str], ...] = (
    ("account_age", "seconds", "Since the account registered. Unknown if nobody said when."),
    (
        "forward_hops",
        "hops",
        "How often this message was forwarded: 0 for a send, 1 for a forward that does not say.",
    ),
    ("recipients_of_this_send", "peers", "Distinct recipients of this event; a group is one."),
)


def _catalogue() -> tuple[Signal, ...]:
    windowed = [
        (f"{name}.{window}", unit, doc, window_s)
        for name, unit, doc in _WINDOWED
        for window, window_s in WINDOWS.items()
    ]
    plain = [(name, unit, doc, None) for name, unit, doc in _PLAIN]
    return tuple(
        Signal(name, column, unit, doc, window_s)
        for column, (name, unit, doc, window_s) in enumerate([*windowed, *plain])
    )


SIGNALS: tuple[Signal, ...] = _catalogue()
"""All signals in the order of their columns."""

SIGNAL_COLUMNS: dict[str, int] = {signal.name: signal.column for signal in SIGNALS}
"""Column of each signal by its name."""

N_SIGNALS = len(SIGNALS)
