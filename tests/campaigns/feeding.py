"""A made-up log as what campaigns are found from: what a gate would know of each send, slowly and obviously."""

import hashlib

import numpy as np

from ecluse.campaigns import Sends, Sort
from ecluse.content import Fingerprinter, HammingIndex, NearIndex
from ecluse.events import AccountKind

SECRET = b"sixteen bytes or more"


def key(sort, name):
    """A key for an id: any that is always the same will do."""
    digest = hashlib.blake2b(f"{sort}:{name}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little") or 1


def clusters(rows):
    """The cluster of each event's text or picture and its first link's domain; 0 = none."""
    at_s = np.array([row["at"].timestamp() for row in rows], np.uint32)
    prints = Fingerprinter(SECRET).fingerprint([row["text"] or "" for row in rows])
    cluster = NearIndex(256 << 20).lookup_or_add(prints, at_s).cluster
    pictures = np.array([row["fingerprint"] is not None for row in rows])
    if pictures.any():
        hashes = np.array([row["fingerprint"] or 0 for row in rows], np.uint64)[pictures]
        cluster[pictures] = HammingIndex(SECRET, 32 << 20).lookup_or_add(hashes, at_s[pictures]).cluster
    domains = np.append(prints.domains, 0)
    has = np.diff(prints.domain_ends) > 0
    return cluster, np.where(has, domains[prints.domain_ends[:-1]], 0)


def sends_of(events, accounts):
    """Sends of a scene's events, all let through."""
    rows = events.to_pylist()
    cluster, domain = clusters(rows)
    known = {row["account"]: row for row in accounts.to_pylist()}
    wrote, heard, made = set(), set(), []
    for place, row in enumerate(rows):
        if row["kind"] not in ("send", "forward") or row["group"]:
            continue
        sender, at_s = row["sender"], int(row["at"].timestamp())
        answered = [peer for peer in row["recipients"] if (peer, sender) in wrote and (sender, peer) not in wrote]
        made += [(key("account", peer), at_s, 0, 0, 1, 0, 255, (0, 0, 0, 0), 0) for peer in answered]
        strange = [peer for peer in row["recipients"] if (sender, peer) not in heard]
        bits = 0
        for peer in strange:
            bits |= 1 << key("account", peer) % 64
        things = (
            int(cluster[place]),
            int(domain[place]),
            key("provider", row["provider"]) if row["provider"] else 0,
            key("network", row["network"]) if row["network"] else 0,
        )
        registered = known[sender]["registered_at"]
        kind = AccountKind.of(known[sender]["sender_kind"])
        counts = len(row["recipients"]), len(strange)
        made.append((key("account", sender), at_s, *counts, 0, int(registered.timestamp()), kind, things, bits))
        for peer in row["recipients"]:
            wrote.add((sender, peer))
            heard.add((peer, sender))
    columns = zip(*made, strict=True)
    like = Sends.empty(0)
    return Sends(*(np.array(column, empty.dtype) for column, empty in zip(columns, like, strict=True)))


assert list(Sort)[:4] == [Sort.CONTENT, Sort.DOMAIN, Sort.PROVIDER, Sort.NETWORK]
