"""The signals: every number that a rule may look at, its unit, and what it means.

A window w is (t - w, t] in the event's seconds. The event being judged is counted. A signal that can't be known is
NaN ("unknown"), and no comparison with it holds.
"""

from __future__ import annotations

from typing import NamedTuple

WINDOWS: dict[str, int] = {"1m": 60, "1h": 3_600, "24h": 86_400, "30d": 2_592_000}
"""Names of the windows and their lengths in seconds, shortest first."""

N_WINDOWS = len(WINDOWS)

SHARED_WINDOWS: dict[str, int] = {name: length_s for name, length_s in WINDOWS.items() if name != "1m"}
"""The windows of what several accounts share: content, link domain, provider, network."""


class Signal(NamedTuple):
    """One column of a signals row. name: as terms write it. unit: of its numbers. window_s: None without a window."""

    name: str
    column: int
    unit: str
    doc: str
    window_s: int | None

    @property
    def base(self) -> str:
        """The name without its window."""
        return self.name if self.window_s is None else self.name.rpartition(".")[0]

    @property
    def window(self) -> str:
        """The name of the window, "" for none."""
        return "" if self.window_s is None else self.name.rpartition(".")[2]


def split_window(name: str) -> tuple[str, str]:
    """A signal's name without its window, and its window, "" for none.

    >>> split_window("content.senders.24h"), split_window("content.age")
    (('content.senders', '24h'), ('content.age', ''))
    """
    base, _, window = name.rpartition(".")
    return (base, window) if base and window in WINDOWS else (name, "")


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
    (
        "forward_chats",
        "chats",
        "Chats to which the account forwarded this very message in the window, in however many forwards. Of a forward "
        "whose origin is not known: its own.",
    ),
)
_PLAIN: tuple[tuple[str, str, str], ...] = (
    ("account_age", "seconds", "Since the account registered. Unknown if nobody said when."),
    (
        "forward_hops",
        "hops",
        "How often this message was forwarded: 0 for a send, 1 for a forward that does not say.",
    ),
    (
        "forward_token_fault",
        "fault",
        "What is wrong with this forward's hop token, by number: 0 for nothing, or where none is looked at.",
    ),
    ("recipients_of_this_send", "peers", "Distinct recipients of this event; a group is one."),
    (
        "reach_of_this_send",
        "people",
        "People behind the recipients of this message: a group counts its members, one of unknown size 1.",
    ),
)

_TO_A_SIXTH = "to 1/6 of the window. Unknown without {}."
_CONTENT = _TO_A_SIXTH.format("a text or fingerprint")
_DOMAIN = "of the link domain of this message for which it is greatest, " + _TO_A_SIXTH.format("a link")
_PROVIDER = _TO_A_SIXTH.format("a provider")
_SHARED: tuple[tuple[str, str, str], ...] = (
    ("content.senders", "accounts", f"Accounts that sent content near-identical to this, {_CONTENT}"),
    ("content.recipients", "peers", f"Peers that it was sent to, {_CONTENT}"),
    (
        "content.strangers_share",
        "share",
        "Of those, the share who had never written to whoever sent it to them last. Unknown without any.",
    ),
    ("content.regions", "regions", f"Regions that it was sent from, {_CONTENT}"),
    ("content.providers", "providers", f"Providers that it was sent by, {_CONTENT}"),
    ("domain.senders", "accounts", f"Accounts that sent a link to the domain, {_DOMAIN}"),
    ("domain.recipients", "peers", f"Peers that such a link was sent to, {_DOMAIN}"),
    (
        "domain.strangers_share",
        "share",
        "Of those, the share who had never written to whoever sent it to them last; of the link domain for which it is "
        "greatest. Unknown without any.",
    ),
    ("provider.senders", "accounts", f"Accounts that the provider of this event sent for, {_PROVIDER}"),
    ("provider.recipients", "peers", f"Peers that it sent to, {_PROVIDER}"),
    (
        "provider.strangers_share",
        "share",
        "Of those, the share who had never written to whoever wrote to them last. Unknown without any.",
    ),
    (
        "network.accounts_registered",
        "accounts",
        f"Accounts that registered from the network of this event, {_TO_A_SIXTH.format('a network')}",
    ),
)
_SHARED_PLAIN: tuple[tuple[str, str, str], ...] = (
    (
        "content.hops",
        "hops",
        "The greatest number of hops of any forward of this content, this one included. Unknown without a text or "
        "fingerprint.",
    ),
    ("content.age", "seconds", "Since this content was first sent. Unknown without a text or fingerprint."),
    (
        "content.growth",
        "ratio",
        "content.recipients.1h over the mean hour of content.recipients.24h: 24 if all of it is of the last hour, 1 if "
        "it spreads evenly. Unknown without recipients.",
    ),
    (
        "content.fact_checked",
        "fact-checks",
        "1 if a fact-check is attached to this content, else 0. Unknown without a text or fingerprint.",
    ),
    (
        "content.truth",
        "truth",
        "How true fact-checkers say that this content is: 0 false, 0.5 half true, 1 true; of several fact-checks the "
        "least. Unknown without one, and where its rating says neither.",
    ),
)
_CAMPAIGN: tuple[tuple[str, str, str], ...] = (
    (
        "campaign.accounts",
        "accounts",
        "Members of the campaign that the sender belongs to, or that sends this content to strangers as this message "
        "does; the sender included. Unknown without a campaign.",
    ),
    (
        "campaign.recipients",
        "peers",
        "People that its members wrote to in it within 30 days, member by member. Unknown without a campaign.",
    ),
    (
        "campaign.strangers_share",
        "share",
        "Of those, the share who had never written to the member. Unknown without a campaign.",
    ),
)


def _catalogue() -> tuple[Signal, ...]:
    def windowed(signals: tuple[tuple[str, str, str], ...], windows: dict[str, int]) -> list[Signal]:
        return [
            Signal(f"{name}.{window}", 0, unit, doc, window_s)
            for name, unit, doc in signals
            for window, window_s in windows.items()
        ]

    def plain(signals: tuple[tuple[str, str, str], ...]) -> list[Signal]:
        return [Signal(name, 0, unit, doc, None) for name, unit, doc in signals]

    signals = windowed(_WINDOWED, WINDOWS) + plain(_PLAIN) + windowed(_SHARED, SHARED_WINDOWS)
    signals += plain(_SHARED_PLAIN) + plain(_CAMPAIGN)
    return tuple(signal._replace(column=column) for column, signal in enumerate(signals))


SIGNALS: tuple[Signal, ...] = _catalogue()
"""All signals in the order of their columns."""

SIGNAL_COLUMNS: dict[str, int] = {signal.name: signal.column for signal in SIGNALS}
"""Column of each signal by its name."""

N_SIGNALS = len(SIGNALS)
