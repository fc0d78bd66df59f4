"""Sentences: what an account did and what came of it, in words that a person understands."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from ecluse.forwarding import Fault
from ecluse.ledger import split_window
from ecluse.replay.spoken import Case
from ecluse.replay.tally import Affected
from ecluse.replay.words import amount, clock, counted, day, duration, moment, number, share
from ecluse.terms import Outcome
from ecluse.terms.wordings import FAULTS as TOKEN_FAULTS

WITHIN: Final = {"": "", "1m": "a minute", "1h": "an hour", "24h": "a day", "30d": "30 days"}
"""A window in words."""

DONE: Final = {
    Outcome.REFUSE: "refused",
    Outcome.DROP_STRANGERS: "kept from strangers",
    Outcome.DELAY: "delayed",
}
"""What was done to an account, the hardest first."""

_LIMITS: Final = {
    ">": "the limit is {}",
    ">=": "the limit is less than {}",
    "<": "the least is {}",
    "<=": "the least is more than {}",
    "==": "the limit is anything but {}",
    "!=": "the limit is {} and nothing else",
}


def sentence(affected: Affected) -> str:
    """Why an account was stopped, how often, and since when: one sentence."""
    if not affected.cases:
        return "Asked again about what had been decided."
    case = affected.cases[0]
    outcome = case.rule.outcome
    same = [other for other in affected.cases if other.rule.outcome == outcome]
    when = _when(affected.outcomes[outcome], min(c.first_s for c in same), max(c.last_s for c in same))
    main = case.rule.principal()
    limit = _LIMITS[main.comparison].format(amount(main.signal, main.number))
    text = f"{_deed(case)}; {limit}; {DONE[outcome]} {when}."
    return text[0].upper() + text[1:]


def _when(times: int, first_s: int, last_s: int) -> str:
    if times == 1:
        return f"once, on {moment(first_s)}"
    if day(first_s) != day(last_s):
        return f"{number(times)} times, first on {moment(first_s)}, last on {moment(last_s)}"
    if clock(first_s) != clock(last_s):
        return f"{number(times)} times on {day(first_s)}, from {clock(first_s)} to {clock(last_s)}"
    return f"{number(times)} times on {moment(first_s)}"


def _deed(case: Case) -> str:
    """What somebody did, and how few answered if the rule asks for that, too."""
    main = case.rule.principal()
    base, window = split_window(main.signal)
    value = case.measured[main.signal]
    if math.isnan(value):
        return f"came to {main}"
    deed = _DEEDS[base](value, case.measured.get(f"recipients.{window}", math.nan), WITHIN[window])
    ratios = [v for name, v in case.measured.items() if name.startswith("reply_ratio.") and not math.isnan(v)]
    if not ratios or base in ("reply_ratio", "strangers"):
        return deed
    if base in ("recipients", "new_contacts", "unanswered_messages"):
        return f"{deed}, of whom {_answered(ratios[0])} answered"
    return f"{deed}, and {_answered(ratios[0])} of those it wrote to answered"


def _people(count: float) -> str:
    return counted(count, "person", "people")


def _accounts(count: float) -> str:
    return counted(count, "account", "accounts")


def _answered(share: float) -> str:
    return "none" if share == 0 else amount("reply_ratio.24h", share)


_DEEDS: Final[dict[str, Callable[[float, float, str], str]]] = {
    "recipients": lambda value, _, within: f"wrote to {_people(value)} within {within}",
    "strangers": lambda value, people, within: (
        f"wrote to {_people(people)} within {within}, {number(value)} of whom had never written back"
    ),
    "new_contacts": lambda value, _, within: f"wrote to {_people(value)} for the first time within {within}",
    "reply_ratio": lambda value, people, within: (
        f"wrote to {_people(people)} within {within}, of whom {_answered(value)} answered"
    ),
    "unanswered_messages": lambda value, people, within: (
        f"sent {counted(value, 'message', 'messages')} without an answer to the {_people(people)} "
        f"it wrote to within {within}"
    ),
    "reach": lambda value, _, within: f"reached {_people(value)} within {within}",
    "messages": lambda value, _, within: f"sent {counted(value, 'message', 'messages')} within {within}",
    "groups_created": lambda value, _, within: f"created {counted(value, 'group', 'groups')} within {within}",
    "group_additions": lambda value, _, within: f"added {_people(value)} to groups within {within}",
    "reports": lambda value, _, within: f"was reported {counted(value, 'time', 'times')} within {within}",
    "blocks": lambda value, _, within: f"was blocked {counted(value, 'time', 'times')} within {within}",
    "refused_attempts": lambda value, _, within: (
        f"tried again after {counted(value, 'refusal', 'refusals')} within {within}"
    ),
    "gap_regularity": lambda value, _, __: f"sent like clockwork, at gaps that vary by {value:.0%} of their mean",
    "peer_wrote_within": lambda value, _, within: (
        f"wrote to people of whom {_answered(value)} had written to it within {within}"
    ),
    "account_age": lambda value, _, __: f"had been registered for {duration(value)}",
    "forward_chats": lambda value, _, within: (
        f"forwarded one message to {counted(value, 'chat', 'chats')} within {within}"
    ),
    "forward_hops": lambda value, _, __: f"forwarded what had been forwarded {counted(value, 'time', 'times')}",
    "forward_token_fault": lambda value, _, __: (
        f"forwarded a message whose hop token was at fault: {TOKEN_FAULTS[Fault(int(value))]['en']}"
    ),
    "recipients_of_this_send": lambda value, _, __: f"wrote to {_people(value)} at once",
    "reach_of_this_send": lambda value, _, __: f"reached {_people(value)} with one message",
    "content.senders": lambda value, _, within: f"sent what {_accounts(value)} sent within {within}",
    "content.recipients": lambda value, _, within: f"sent what reached {_people(value)} within {within}",
    "content.strangers_share": lambda value, _, within: (
        f"sent what went to people within {within} of whom {share(value, 1)} had never written to its senders"
    ),
    "content.regions": lambda value, _, within: (
        f"sent what came from {counted(value, 'region', 'regions')} within {within}"
    ),
    "content.providers": lambda value, _, within: (
        f"sent what came through {counted(value, 'provider', 'providers')} within {within}"
    ),
    "content.hops": lambda value, _, __: f"sent what had been forwarded {counted(value, 'time', 'times')}",
    "content.age": lambda value, _, __: f"sent what had been going round for {duration(value)}",
    "content.fact_checked": lambda value, _, __: (
        "sent what a fact-checker had looked at" if value else "sent what no fact-checker had looked at"
    ),
    "content.truth": lambda value, _, __: f"sent what fact-checkers rate {number(value)}, where 0 is false and 1 true",
    "content.growth": lambda value, _, __: f"sent what spread {number(value)} times as fast as in a mean hour",
    "domain.senders": lambda value, _, within: f"linked to where {_accounts(value)} linked within {within}",
    "domain.recipients": lambda value, _, within: f"linked to what was sent to {_people(value)} within {within}",
    "domain.strangers_share": lambda value, _, within: (
        f"linked to what was sent to people within {within} of whom {share(value, 1)} had never written to its senders"
    ),
    "provider.senders": lambda value, _, within: f"sent by a provider for {_accounts(value)} within {within}",
    "provider.recipients": lambda value, _, within: f"sent by a provider that reached {_people(value)} within {within}",
    "provider.strangers_share": lambda value, _, within: (
        f"sent by a provider that wrote to people within {within} of whom {share(value, 1)} had never written to it"
    ),
    "campaign.accounts": lambda value, _, __: f"was one of {_accounts(value)} that were as one sender",
    "campaign.recipients": lambda value, _, __: f"was of a campaign that reached {_people(value)}",
    "campaign.strangers_share": lambda value, _, __: (
        f"was of a campaign that reached people of whom {share(value, 1)} had never written to its members"
    ),
    "network.accounts_registered": lambda value, _, within: (
        f"came from a network from which {_accounts(value)} registered within {within}"
    ),
}
"""What somebody did, by the name of the signal without its window: of its value, the recipients, and the window."""
