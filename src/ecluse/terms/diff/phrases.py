"""Phrases: conditions, kinds of event and places in English words, for people who do not read terms."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from babel import Locale

from ecluse.events import AccountKind, Chat, Kind
from ecluse.ledger import SIGNAL_COLUMNS, SIGNALS, split_window
from ecluse.terms.condition import Condition
from ecluse.terms.document import KINDS_JUDGED, Rule
from ecluse.terms.faults import quoted
from ecluse.terms.mode import Mode
from ecluse.terms.notices import amount, day
from ecluse.terms.outcome import Outcome
from ecluse.terms.where import Where

_ENGLISH: Final = "en"

WITHIN: Final = {"1m": "in a minute", "1h": "in an hour", "24h": "in a day", "30d": "in 30 days"}

_COUNTED: Final = {
    "recipients": "people or groups written to{}",
    "strangers": "people written to{} who never wrote to the account",
    "new_contacts": "people written to{} for the first time",
    "unanswered_messages": "unanswered messages to people written to{}",
    "reach": "people reached{}, members of groups included",
    "messages": "messages{}",
    "groups_created": "groups created{}",
    "group_additions": "people added to groups{}",
    "reports": "reports about the account{}",
    "blocks": "blocks of the account{}",
    "refused_attempts": "refused attempts{}",
    "forward_chats": "chats that the same message was forwarded to{}",
    "recipients_of_this_send": "recipients of the message",
    "reach_of_this_send": "people reached by the message, members of groups included",
    "content.senders": "accounts that sent the same content{}",
    "content.recipients": "people or groups that the same content was sent to{}",
    "content.regions": "regions that the same content was sent from{}",
    "content.providers": "providers that the same content was sent through{}",
    "domain.senders": "accounts that linked to the same domain{}",
    "domain.recipients": "people or groups that a link to the same domain was sent to{}",
    "provider.senders": "accounts that the same provider sent for{}",
    "provider.recipients": "people or groups that the same provider sent to{}",
    "network.accounts_registered": "accounts registered from the same network{}",
    "campaign.accounts": "accounts of the campaign that the sender is of",
    "campaign.recipients": "people that the campaign reached that the sender is of",
}

_COUNTS: Final = {
    ">": "more than {} {}",
    ">=": "{} or more {}",
    "<": "fewer than {} {}",
    "<=": "at most {} {}",
    "==": "exactly {} {}",
    "!=": "any number but {} of {}",
}

_SHARED: Final = {
    "reply_ratio": "of the people written to{} answered",
    "peer_wrote_within": "of the recipients wrote to the sender{}",
    "content.strangers_share": "of those the same content was sent to{} never wrote to its sender",
    "domain.strangers_share": "of those a link to the same domain was sent to{} never wrote to its sender",
    "campaign.strangers_share": "of those that the sender's campaign reached never wrote to its members",
    "provider.strangers_share": "of those the same provider sent to{} never wrote to the sender",
}

_SHARES: Final = {
    ">": "more than {}",
    ">=": "{} or more",
    "<": "less than {}",
    "<=": "at most {}",
    "==": "exactly {}",
    "!=": "any share but {}",
}

_WHOLE_SHARES: Final = {
    (">=", 1.0): "all",
    ("==", 1.0): "all",
    ("<", 1.0): "not all",
    (">", 0.0): "some",
    ("<=", 0.0): "none",
    ("==", 0.0): "none",
}

_AGES: Final = {
    ">": "the account is older than {}",
    ">=": "the account is {} old or older",
    "<": "the account is younger than {}",
    "<=": "the account is {} old or younger",
    "==": "the account is exactly {} old",
    "!=": "the account is not exactly {} old",
}

_CONTENT_AGES: Final = {
    ">": "the content was first sent more than {} ago",
    ">=": "the content was first sent {} ago or earlier",
    "<": "the content was first sent less than {} ago",
    "<=": "the content was first sent at most {} ago",
    "==": "the content was first sent exactly {} ago",
    "!=": "the content was first sent at any time but {} ago",
}

_GROWTHS: Final = {
    ">": "the content reached more than {} times as many in the last hour as in a mean hour of the last day",
    ">=": "the content reached {} times as many or more in the last hour as in a mean hour of the last day",
    "<": "the content reached less than {} times as many in the last hour as in a mean hour of the last day",
    "<=": "the content reached at most {} times as many in the last hour as in a mean hour of the last day",
    "==": "the content reached exactly {} times as many in the last hour as in a mean hour of the last day",
    "!=": "the content reached any number of times but {} as many in the last hour as in a mean hour of the last day",
}

_HOPS: Final = {
    ">": "the message was forwarded more than {} times",
    ">=": "the message was forwarded {} times or more",
    "<": "the message was forwarded fewer than {} times",
    "<=": "the message was forwarded at most {} times",
    "==": "the message was forwarded exactly {} times",
    "!=": "the message was forwarded any number of times but {}",
}

_TRUTHS: Final = {
    ">": "fact-checkers say that the content is truer than {}",
    ">=": "fact-checkers say that the content is {} true or truer",
    "<": "fact-checkers say that the content is less true than {}",
    "<=": "fact-checkers say that the content is at most {} true",
    "==": "fact-checkers say that the content is exactly {} true",
    "!=": "fact-checkers say that the content is anything but {} true",
}

_CHECKED: Final = {
    ">": "the content has more than {} fact-checks that count",
    ">=": "the content has {} fact-check that counts, or more",
    "<": "the content has fewer than {} fact-checks that count",
    "<=": "the content has at most {} fact-checks that count",
    "==": "the content has exactly {} fact-check that counts",
    "!=": "the content has any number of fact-checks that count but {}",
}

_FAULTS: Final = {
    ">": "what is wrong with the message's hop token has a number above {}",
    ">=": "what is wrong with the message's hop token has a number of {} or above",
    "<": "what is wrong with the message's hop token has a number below {}",
    "<=": "what is wrong with the message's hop token has a number of at most {}",
    "==": "what is wrong with the message's hop token has the number {}",
    "!=": "what is wrong with the message's hop token has another number than {}",
}

_DOES: Final = {
    Outcome.PASS: "lets pass",
    Outcome.DELAY: "delays",
    Outcome.DROP_STRANGERS: "keeps from strangers",
    Outcome.REFUSE: "refuses",
}

MODES: Final = {
    Mode.ENFORCE: "is enforced",
    Mode.WARN: "only warns",
    Mode.SHADOW: "is only recorded and never felt",
}

_KINDS: Final = {
    Kind.SEND: "send",
    Kind.FORWARD: "forward",
    Kind.REGISTER: "register",
    Kind.CREATE_GROUP: "create groups",
    Kind.ADD_TO_GROUP: "add people to groups",
    Kind.IMPORT_CONTACTS: "import contacts",
}

_ACCOUNTS: Final = {
    AccountKind.PERSONAL: "personal accounts",
    AccountKind.BUSINESS: "businesses",
    AccountKind.CLIENT: "clients of providers",
}

_CHATS: Final = {Chat.DIRECT: "direct chats", Chat.GROUP: "groups", Chat.BROADCAST: "broadcasts"}


def condition_words(condition: Condition) -> str:
    """A condition in words; of a signal that has none, as it is written.

    >>> condition_words(Condition("strangers.1h", ">", 50.0))
    'there are more than 50 people written to in an hour who never wrote to the account'
    >>> condition_words(Condition("account_age", "<", 604_800.0))
    'the account is younger than 7 days'
    """
    base, window = split_window(condition.signal)
    value, sign = amount(condition.signal, condition.number, _ENGLISH), condition.comparison
    within = f" {WITHIN[window]}" if window else ""
    if base in _COUNTED:
        return f"there are {_COUNTS[sign].format(value, _COUNTED[base].format(within))}"
    if base in _SHARED:
        share = _WHOLE_SHARES.get((sign, condition.number)) or _SHARES[sign].format(value)
        return f"{share} {_SHARED[base].format(within)}"
    if base == "account_age":
        return _AGES[sign].format(value)
    if base == "forward_hops":
        return _HOPS[sign].format(value)
    if base == "forward_token_fault" and (sign, condition.number) in ((">=", 1.0), (">", 0.0), ("!=", 0.0)):
        return "something is wrong with the message's hop token"
    if base == "forward_token_fault":
        return _FAULTS[sign].format(value)
    if base == "content.hops":
        return _HOPS[sign].replace("the message", "the content").format(value)
    if base == "content.age":
        return _CONTENT_AGES[sign].format(value)
    if base == "content.growth":
        return _GROWTHS[sign].format(value)
    if base == "content.truth":
        return _TRUTHS[sign].format(value)
    if base == "content.fact_checked":
        return _CHECKED[sign].format(value)
    return quoted(str(condition))


def listed(words: Sequence[str], last: str = "and") -> str:
    """Words as a list in a sentence.

    >>> listed(["a"]), listed(["a", "b", "c"], "or")
    ('a', 'a, b or c')
    """
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"


def conditions_words(conditions: Sequence[Condition]) -> str:
    """Conditions that hold together."""
    return listed([condition_words(condition) for condition in conditions])


def does(rule: Rule) -> str:
    """What a rule does when it speaks."""
    return f"labels as {quoted(rule.label)}" if rule.label else _DOES[rule.outcome]


def kinds_words(kinds: Sequence[Kind]) -> str:
    """Kinds of event as what people do.

    >>> kinds_words((Kind.FORWARD, Kind.SEND))
    'send or forward'
    """
    return listed([_KINDS[kind] for kind in KINDS_JUDGED if kind in kinds], "or")


def where_words(where: Where) -> str:
    """For whom and where something is.

    >>> where_words(Where(regions=("BR",), account_kinds=(AccountKind.CLIENT,), chats=(Chat.GROUP,)))
    'clients of providers in Brazil, in groups'
    """
    parts = [listed([_ACCOUNTS[kind] for kind in where.account_kinds]) if where.account_kinds else "all accounts"]
    if where.regions:
        parts[0] += f" in {listed([_region(region) for region in where.regions])}"
    if where.providers:
        parts.append(f"of {listed([quoted(provider) for provider in where.providers])}")
    parts += [f"where {condition_words(age)}" for age in where.ages]
    if where.chats:
        parts.append(f"in {listed([_CHATS[chat] for chat in where.chats])}")
    if where.from_s is not None:
        parts.append(f"from {moment(where.from_s)}")
    if where.until_s is not None:
        parts.append(f"until {moment(where.until_s)}")
    return ", ".join(parts)


def _region(region: str) -> str:
    country, _, part = region.partition("-")
    name = Locale(_ENGLISH).territories.get(country, country)
    return f"{name} ({part})" if part else str(name)


def moment(second: int | None) -> str:
    """A second of the epoch as a day, with the time if it is not midnight (UTC); None: never.

    >>> moment(1_575_676_800), moment(1_575_676_860)
    ('December 7, 2019', 'December 7, 2019, 00:01:00 UTC')
    """
    if second is None:
        return "no date"
    time = "" if second % 86_400 == 0 else f", {datetime.fromtimestamp(second, UTC):%H:%M:%S} UTC"
    return day(second, _ENGLISH) + time


def by_words(signal: str, before: float, after: float) -> str:
    """How much a limit has changed.

    >>> by_words("strangers.1h", 50, 40), by_words("reply_ratio.1h", 0.2, 0.3), by_words("account_age", 3_600, 7_200)
    ('10 fewer, -20 %', '10 points more', '60 minutes more, +100 %')
    """
    unit = SIGNALS[SIGNAL_COLUMNS[signal]].unit
    if unit == "fault":
        return f"{after - before:+g}"
    if unit == "share":
        return f"{abs(after - before) * 100:.3g} points {'more' if after > before else 'less'}"
    less = "less" if unit in ("seconds", "ratio", "truth") else "fewer"
    difference = f"{amount(signal, abs(after - before), _ENGLISH)} {'more' if after > before else less}"
    return difference if before == 0 else f"{difference}, {(after - before) / abs(before) * 100:+.3g} %"
