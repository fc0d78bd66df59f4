"""The content side of a gate's memory: which cluster each event's content is of, and the ledgers of what is shared.

Bounded by one number of bytes, shared out: half to the texts, an eighth to clients' fingerprints, a quarter to the
ledgers; an eighth is left for campaigns.
"""

from __future__ import annotations

import threading
from typing import Final

import numpy as np

from ecluse.content.checks import CHECK, put_check
from ecluse.content.column import Texts
from ecluse.content.fingerprint import Fingerprinter
from ecluse.content.hamming_index import HammingIndex
from ecluse.content.ledgers import ContentLedgers
from ecluse.content.near_index import NearIndex
from ecluse.content.prints import print_texts
from ecluse.errors import InputError
from ecluse.ledger.identify import FORWARD

CONTENT_BYTES: Final = 256 << 20
"""Memory of the content side, unless told otherwise."""
CONTENT_BYTES_MIN: Final = 80 << 20
"""Room for about 39,000 texts, 35,000 fingerprints and 32,000 contents, domains, providers and networks."""

State = dict[str, np.ndarray]


class ContentMemory:
    """What a gate remembers of content. memory_bytes: of all of it; 0: nothing, and every content is unknown.

    secret: what the keys of fingerprints and of clusters are derived from. Raises InputError.
    """

    def __init__(self, secret: bytes, memory_bytes: int) -> None:
        if memory_bytes != 0 and memory_bytes < CONTENT_BYTES_MIN:
            raise InputError("content_memory_bytes", memory_bytes, f"0, or at least {CONTENT_BYTES_MIN}")
        self.memory_bytes = memory_bytes
        self._secret = secret
        self._fingerprinter: Fingerprinter | None = None
        self._fingerprinting = threading.Lock()
        self._texts = NearIndex(memory_bytes // 2) if memory_bytes else None
        self._hashes = HammingIndex(secret, memory_bytes // 8) if memory_bytes else None
        self.ledgers = ContentLedgers.new(memory_bytes // 4)

    def fingerprint(self, texts: Texts) -> tuple[np.ndarray, np.ndarray]:
        """Fingerprints of texts as ``Packed`` keeps them, and where each begins. May be called by several threads."""
        with self._fingerprinting:
            if self._fingerprinter is None:
                self._fingerprinter = Fingerprinter(self._secret)
            return print_texts(self._fingerprinter, texts)

    def find_clusters(self, events: np.ndarray, prints: np.ndarray, clusters: np.ndarray) -> None:
        """Find the cluster of each message's content, each with those before it remembered.

        events: EVENT, shape (n,). prints: as in ``Packed``. clusters: uint64, shape (n,), filled; 0 = no content, or
        nothing is left of it.
        """
        if self._texts is None or self._hashes is None:
            return
        if not self._texts.find_clusters(events, prints, clusters):
            return
        (hashed,) = np.nonzero((events["fingerprint"] != 0) & (events["text"] == 0) & (events["kind"] <= FORWARD))
        if len(hashed):
            nearest = self._hashes.lookup_or_add(events["fingerprint"][hashed], events["at_s"][hashed])
            clusters[hashed] = nearest.cluster

    def state(self) -> State:
        """All of it as named arrays, only what is used; copies."""
        if self._texts is None or self._hashes is None:
            return {}
        parts: State = {"content.size": np.array([self.memory_bytes], np.int64)}
        for name, index in (("texts", self._texts), ("hashes", self._hashes)):
            parts |= {f"content.{name}.{part}": array for part, array in index.state().items()}
        return parts | {f"content.{part}": array for part, array in _packed(self.ledgers).items()}

    def restore(self, state: State) -> None:
        """Take what ``state`` gave; of memory of the same size. Raises InputError."""
        if self._texts is None or self._hashes is None or "content.size" not in state:
            return
        size = int(state["content.size"][0])
        if size != self.memory_bytes:
            expected = f"{size}, as it was, or 0: then what was known of content is forgotten"
            raise InputError("content_memory_bytes", self.memory_bytes, expected)
        for name, index in (("texts", self._texts), ("hashes", self._hashes)):
            prefix = f"content.{name}."
            index.restore({k.removeprefix(prefix): v for k, v in state.items() if k.startswith(prefix)})
        _restore(self.ledgers, state)


def _packed(ledgers: ContentLedgers) -> State:
    """The places in use of each shelf, and what is there."""
    shelves = ledgers.things, ledgers.marks, ledgers.audiences
    things, marks, audiences = (np.flatnonzero(shelf.keys) for shelf in shelves)
    return {
        "things.places": things.astype(np.uint32),
        "things.keys": ledgers.things.keys[things],
        "things.last_s": ledgers.things.last_s[things],
        "things.heads": ledgers.heads[things],
        "things.counts": ledgers.counts[things],
        "things.given_up": ledgers.things.given_up.copy(),
        "marks.places": marks.astype(np.uint32),
        "marks.keys": ledgers.marks.keys[marks],
        "marks.last_s": ledgers.marks.last_s[marks],
        "marks.given_up": ledgers.marks.given_up.copy(),
        "checks": ledgers.checks[np.flatnonzero(ledgers.checks["key"])],
        "audiences.places": audiences.astype(np.uint32),
        "audiences.keys": ledgers.audiences.keys[audiences],
        "audiences.last_s": ledgers.audiences.last_s[audiences],
        "audiences.rows": ledgers.audience[audiences],
        "audiences.counts": ledgers.audience_counts[audiences],
        "audiences.given_up": ledgers.audiences.given_up.copy(),
    }


def _restore(ledgers: ContentLedgers, state: State) -> None:
    things, marks = state["content.things.places"], state["content.marks.places"]
    audiences = state["content.audiences.places"]
    for array, places, name in (
        (ledgers.things.keys, things, "things.keys"),
        (ledgers.things.last_s, things, "things.last_s"),
        (ledgers.heads, things, "things.heads"),
        (ledgers.counts, things, "things.counts"),
        (ledgers.marks.keys, marks, "marks.keys"),
        (ledgers.marks.last_s, marks, "marks.last_s"),
        (ledgers.audiences.keys, audiences, "audiences.keys"),
        (ledgers.audiences.last_s, audiences, "audiences.last_s"),
        (ledgers.audience, audiences, "audiences.rows"),
        (ledgers.audience_counts, audiences, "audiences.counts"),
    ):
        array[places] = state[f"content.{name}"]
    ledgers.things.given_up[:] = state["content.things.given_up"]
    ledgers.marks.given_up[:] = state["content.marks.given_up"]
    ledgers.audiences.given_up[:] = state["content.audiences.given_up"]
    for check in state["content.checks"]:
        put_check(ledgers.checks, ledgers.checked, *(check[name] for name in CHECK.names or ()))
