"""Keys and tokens for tests, the same each time."""

from ecluse.forwarding import HopKey, Keyring, derive, issue

OLD = HopKey("00000001", bytes(range(32)))
NEW = HopKey("deadbeef", bytes(range(32, 64)))
RING = Keyring([OLD, NEW])
ISSUED_S = 1_575_676_800


def token(holder="bob", key=NEW, origin=7, hops=0, issued_s=ISSUED_S, content=None):
    return derive(issue(key, origin=origin, hops=hops, issued_s=issued_s, content=content), holder)
