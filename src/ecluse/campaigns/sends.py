"""What campaigns are found from: sends in the order of events, each with what its sender may share with others."""

from __future__ import annotations

from typing import Final, NamedTuple, Self

import numpy as np

from ecluse.errors import InputError
from ecluse.events.vocabulary import Word


class Sort(Word):
    """A sort of thing that accounts can share."""

    CONTENT = 0
    DOMAIN = 1
    PROVIDER = 2
    NETWORK = 3
    RHYTHM = 4


GIVEN_SORTS: Final = 4
"""Sorts that a send brings; its rhythm is made of when its account sends."""

SORTS: Final = len(Sort)
KIND_UNKNOWN: Final = 255


class Sends(NamedTuple):
    """Sends to people one by one or to lists, and answers, in the order of events, n rows. Group chats stay out.

    account: uint64, shape (n,), keyed hash, never 0. at_s: uint32. recipients: uint32, people written to; strangers:
    uint32, those of them who never wrote to the account; 0 to recipients. answered: uint32, people whom the account had
    written to as strangers and who now wrote to it for the first time. registered_s: uint32, 0 = unknown. kind: uint8,
    of AccountKind, 255 = unknown. things: uint64, shape (n, GIVEN_SORTS), by ``Sort``: the cluster of the text or
    picture, the domain of its link, provider, network; 0 = none.

    peers: uint64, shape (n,), a bit for each stranger, any that is always the same for one person: how a campaign is
    told from thousands who write to one number.

    A row is a send (recipients), or what an account hears (answered), or both.
    """

    account: np.ndarray
    at_s: np.ndarray
    recipients: np.ndarray
    strangers: np.ndarray
    answered: np.ndarray
    registered_s: np.ndarray
    kind: np.ndarray
    things: np.ndarray
    peers: np.ndarray

    @classmethod
    def empty(cls, n: int) -> Self:
        """Room for ``n`` rows: zeros, of unknown kind."""
        counts = (np.zeros(n, np.uint32) for _ in range(5))
        at_s, recipients, strangers, answered, registered_s = counts
        kind = np.full(n, KIND_UNKNOWN, np.uint8)
        things = np.zeros((n, GIVEN_SORTS), np.uint64)
        account, peers = np.zeros(n, np.uint64), np.zeros(n, np.uint64)
        return cls(account, at_s, recipients, strangers, answered, registered_s, kind, things, peers)

    def slice(self, start: int, stop: int) -> Sends:
        """Rows [start, stop): views."""
        return Sends(*(column[start:stop] for column in self))


def check(sends: Sends) -> Sends:
    """Sends as kernels take them. Raises InputError, which names the column."""
    n = len(sends.account)
    made = []
    for name, column, like in zip(Sends._fields, sends, Sends.empty(0), strict=True):
        shape = (n, *like.shape[1:])
        if np.shape(column) != shape:
            raise InputError(name, np.shape(column), f"a column of shape {shape}")
        made.append(np.ascontiguousarray(column, like.dtype))
    checked = Sends(*made)
    if (checked.account == 0).any():
        raise InputError("account", 0, "a keyed hash other than 0")
    over = np.flatnonzero(checked.strangers > checked.recipients)
    if len(over):
        raise InputError("strangers", int(checked.strangers[over[0]]), f"at most {checked.recipients[over[0]]}")
    return checked
