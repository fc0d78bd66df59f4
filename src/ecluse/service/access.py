"""Access: which API key allows what."""

from __future__ import annotations

from typing import Final, NamedTuple

from ecluse.service.problems import ProblemError
from ecluse.stores.keys import ApiKey, KeyRefusedError, KeyStore, Scope

BEARER: Final = "Bearer "


class Asker(NamedTuple):
    """Who asks: the key's id and name."""

    key_id: str
    name: str


NOBODY: Final = Asker("nobody", "anybody")
"""Who asked, where no keys are asked for."""


class Access:
    """Asks for API keys. keys: None to let everyone in. Keys that were good are known again within the second."""

    def __init__(self, keys: KeyStore | None) -> None:
        self._keys = keys
        self._second = -1
        self._good: dict[str, ApiKey] = {}

    def require(self, authorization: str | None, scope: Scope, now_s: int) -> Asker:
        """Let a request pass whose header ``Authorization`` holds a key with ``scope``. Returns whose it is.

        Raises ProblemError.
        """
        if self._keys is None:
            return NOBODY
        if authorization is None:
            raise ProblemError("key-missing")
        if now_s != self._second:
            self._second = now_s
            self._good.clear()
        key = self._good.get(authorization)
        if key is None:
            key = self._good[authorization] = self._check(self._keys, authorization, now_s)
        if scope not in key.scopes:
            raise ProblemError("scope-missing", f"the key lacks the scope {scope}", members={"expected": str(scope)})
        return Asker(key.id, key.name)

    @staticmethod
    def _check(keys: KeyStore, authorization: str, now_s: int) -> ApiKey:
        if authorization[: len(BEARER)].lower() != BEARER.lower():
            raise ProblemError("key-refused", "the header Authorization is not `Bearer` and a key")
        try:
            return keys.check(authorization[len(BEARER) :].strip(), now_s)
        except KeyRefusedError as refused:
            raise ProblemError("key-refused", str(refused)) from None
