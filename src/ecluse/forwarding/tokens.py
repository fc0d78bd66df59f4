"""Hop tokens as a gate has them: with which keys, whether a forward must have one, and for how long one is good."""

from __future__ import annotations

from typing import Final

from ecluse.errors import InputError
from ecluse.forwarding.chain import HOPS_MAX, issue
from ecluse.forwarding.checking import Checked, Fault, check
from ecluse.forwarding.keyring import Keyring

AGE_MAX_S: Final = 365 * 86_400
"""Seconds for which a token is good, unless told otherwise."""

_MISSING: Final = Checked(Fault.MISSING)


class ForwardTokens:
    """Issues and checks hop tokens. May be used from several threads.

    required: a forward without one is at fault; otherwise it counts as the event says. age_max_s: seconds for which a
    token is good, at least one. Raises InputError.
    """

    def __init__(self, keyring: Keyring, *, required: bool = False, age_max_s: int = AGE_MAX_S) -> None:
        if age_max_s < 1:
            raise InputError("age_max_s", age_max_s, "at least 1 second")
        self._keyring, self.required, self.age_max_s = keyring, required, age_max_s

    def use_keys(self, keyring: Keyring) -> None:
        """Issue and check with other keys from now on."""
        self._keyring = keyring

    def check(self, token: str | None, *, holder: str, at_s: int, content: bytes | None) -> Checked | None:
        """What a forward's token says; None if there is none and none is asked for. See ``checking.check``."""
        if token is None:
            return _MISSING if self.required else None
        return check(self._keyring, token, holder=holder, at_s=at_s, age_max_s=self.age_max_s, content=content)

    def issue(self, *, origin: int, hops: int, issued_s: int, content: bytes | None) -> str:
        """The root token of a message that is let through. hops: saturating at HOPS_MAX. Raises InputError."""
        key = self._keyring.current
        return issue(key, origin=origin, hops=min(hops, HOPS_MAX), issued_s=issued_s, content=content)
