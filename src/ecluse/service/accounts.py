"""An account and the terms, as HTTP and the command line show them."""

from __future__ import annotations

from typing import Final

import numpy as np

from ecluse import wire
from ecluse.gate.account import Account
from ecluse.ledger.layout import KIND_MASK, MEMBERS_SHIFT
from ecluse.ledger.signals import SIGNALS
from ecluse.terms import Terms

PEER_KINDS: Final = ("person", "group", "business")


def account_form(account_id: str, account: Account) -> wire.Account:
    """An account as it is shown. Peers are shown by their hashes: the gate has no ids of them."""
    units = {signal.name: signal.unit for signal in SIGNALS}
    return wire.Account(
        account=account_id,
        known=account.known,
        at_s=account.at_s,
        kind=account.kind,
        registered_s=account.registered_s or None,
        last_send_s=account.last_send_s or None,
        rows=[_row(row) for row in account.rows],
        signals=[wire.SignalValue(s.name, account.signals[s.name], s.unit) for s in SIGNALS],
        limits=[
            wire.Limit(d.rule, d.signal, d.value, units[d.signal], d.comparison, d.limit, d.holds, d.scope)
            for d in account.limits
        ],
        terms=account.terms,
    )


def terms_form(terms: Terms) -> wire.TermsText:
    """Terms as they are shown."""
    rules = [
        wire.RuleText(
            rule.id,
            str(rule.clause),
            [kind.word for kind in rule.kinds],
            [str(condition) for condition in rule.conditions],
            rule.outcome.word,
            rule.label,
            rule.mode.word,
        )
        for rule in terms.rules
    ]
    return wire.TermsText(terms.id, terms.version, terms.title, terms.digest, rules, terms.source)


def _row(row: np.void) -> wire.LedgerRow:
    peer, first_wrote_s, last_wrote_s, last_heard_s, unanswered, kind = row.item()
    return wire.LedgerRow(
        peer=f"{peer:016x}",
        kind=PEER_KINDS[kind & KIND_MASK],
        members=kind >> MEMBERS_SHIFT,
        first_wrote_s=first_wrote_s or None,
        last_wrote_s=last_wrote_s or None,
        last_heard_s=last_heard_s or None,
        unanswered=unanswered,
    )
