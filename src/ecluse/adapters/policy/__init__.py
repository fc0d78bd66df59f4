"""A policy server for Matrix rooms (MSC4284): any homeserver in a room asks it to sign each event, or it is not sent.

It has a server name and a user of its own, and no rule: it asks a gate. The page about it is ``docs/policy-server.md``.
"""

from ecluse.adapters.policy.settings import PolicySettings

__all__ = ["PolicySettings"]
