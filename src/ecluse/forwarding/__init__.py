"""Hop tokens: what says how often a message was forwarded, where the clients that carry it can't be trusted."""

from ecluse.forwarding.chain import HOPS_MAX, TOKEN_CHARACTERS, derive, issue
from ecluse.forwarding.checking import FAULTS, Checked, Fault, check
from ecluse.forwarding.keyring import KEYS_MAX, HopKey, Keyring, new_key
from ecluse.forwarding.tokens import AGE_MAX_S, ForwardTokens

__all__ = [
    "AGE_MAX_S",
    "FAULTS",
    "HOPS_MAX",
    "KEYS_MAX",
    "TOKEN_CHARACTERS",
    "Checked",
    "Fault",
    "ForwardTokens",
    "HopKey",
    "Keyring",
    "check",
    "derive",
    "issue",
    "new_key",
]
