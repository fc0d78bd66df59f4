"""Where the gate says how a user stands: free, suspended or expelled. Synapse serves it, for whoever has the secret.

Two may come: a notice of the gate, as its webhook posts it (``ecluse serve --webhook``), signed with the secret; or by
hand, with ``Authorization: Bearer <secret>``, ``{"account": "@ada:example.org", "standing": "suspended"}``. It is
answered 200 once Synapse's admin API has done it, so whoever asks tries again until then. The words of a notice reach
its user first: whoever is suspended can't accept the invitation to read them.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from hmac import compare_digest
from time import time
from typing import Any, Final

from synapse.module_api import ModuleApi
from twisted.web.resource import Resource
from twisted.web.server import NOT_DONE_YET

from ecluse.adapters.synapse.moderation import EXPELLED, FREE, STANDINGS, SUSPENDED

PATH: Final = "/_synapse/client/ecluse/standing"
BODY_MAX: Final = 262_144
SIGNATURE: Final = b"ecluse-signature"
SIGNED_S: Final = 300
"""Seconds for which a signature holds."""

BEGINS: Final = frozenset({"sanction", "applies"})
ENDS: Final = frozenset({"lifted", "expired", "reversed", "appeal_reversed"})
"""Kinds of notices by which somebody's standing changes."""

Apply = Callable[[str, str], Awaitable[None]]
Tell = Callable[[str, object, str], Awaitable[bool]]
logger = logging.getLogger(__name__)


class StandingsResource(Resource):  # type: ignore[misc]
    """Takes standings and applies them; tells users what notices say."""

    isLeaf = True  # noqa: N815

    def __init__(self, api: ModuleApi, secret: str, apply: Apply, tell: Tell) -> None:
        super().__init__()
        self._api, self._secret, self._apply, self._tell = api, secret, apply, tell

    def render_POST(self, request: Any) -> Any:  # noqa: N802
        """What Twisted calls for each request."""
        body = request.content.read(BODY_MAX)
        by_hand = compare_digest(request.getHeader(b"authorization") or b"", f"Bearer {self._secret}".encode())
        signature = (request.getHeader(SIGNATURE) or b"").decode("latin-1")
        if not by_hand and not is_signed(self._secret, signature, body, int(time())):
            return _say(request, 401, {"error": "not the secret"})
        try:
            said = json.loads(body)
            account, standing = (said["account"], said["standing"]) if by_hand else standing_of(said)
            words = None if by_hand else words_of(said)
        except (ValueError, KeyError, TypeError, AttributeError):
            return _say(request, 400, {"error": "neither a notice, nor account and standing"})
        if standing is None and words is None:
            return _say(request, 200, {"applied": False})
        if not isinstance(account, str) or standing not in (None, *STANDINGS):
            return _say(request, 400, {"error": f"standing: {standing!r} is not one of {', '.join(STANDINGS)}"})
        if not account.startswith("@") or not self._api.is_mine(account):
            return _say(request, 200, {"applied": False})
        self._api.run_as_background_process("ecluse_standing", self._do, request, account, standing, words)
        return NOT_DONE_YET

    async def _do(self, request: Any, account: str, standing: str | None, words: tuple[object, str] | None) -> None:
        status: int = 200
        said: dict[str, str | bool] = {"applied": standing is not None}
        try:
            try:
                if words is not None:
                    said["told"] = await self._tell(account, *words)
            finally:
                if standing is not None:
                    await self._apply(account, standing)
        except Exception:
            logger.exception("the admin API did not do what a notice asks")
            status, said = 502, {"error": "the admin API did not do it"}
        try:
            request.write(_say(request, status, said))
            request.finish()
        except Exception:
            logger.info("who asked for a standing has gone")


def is_signed(secret: str, signature: str, body: bytes, now_s: int) -> bool:
    """Whether a webhook's signature, ``t=<seconds>,v1=<hex>``, is of now and of this body."""
    second, _, digest = signature.removeprefix("t=").partition(",v1=")
    if not second.isdecimal() or len(second) > 12 or abs(int(second) - now_s) > SIGNED_S:
        return False
    right = hmac.new(secret.encode(), f"{second}.".encode() + body, hashlib.sha256).hexdigest()
    return compare_digest(right.encode(), digest.encode())


def standing_of(notice: Mapping[str, Any]) -> tuple[Any, str | None]:
    """Whom a notice of the gate is about, and how they stand by it; None if that does not change.

    >>> standing_of({"subject_kind": "account", "subject": "@ada:x", "kind": "reversed", "facts": {}})
    ('@ada:x', 'free')
    """
    if notice["subject_kind"] != "account":
        return None, None
    if notice["kind"] in ENDS:
        return notice["subject"], FREE
    facts = notice["facts"]
    if notice["kind"] not in BEGINS or facts.get("status") != "in_force":
        return notice["subject"], None
    return notice["subject"], {"suspension": SUSPENDED, "expulsion": EXPELLED}.get(facts.get("measure"))


def words_of(notice: Mapping[str, Any]) -> tuple[object, str] | None:
    """Number and words of a notice to an account; None if it is to none, or has no words.

    >>> words_of({"subject_kind": "account", "subject": "@ada:x", "notice": 7, "title": "Suspended", "body": ""})
    (7, 'Suspended')
    """
    if notice["subject_kind"] != "account" or not isinstance(notice.get("subject"), str):
        return None
    parts = [part for part in (notice.get("title"), notice.get("body")) if isinstance(part, str) and part]
    return (notice.get("notice"), "\n\n".join(parts)) if parts else None


def _say(request: Any, status: int, said: dict[str, str | bool]) -> bytes:
    request.setResponseCode(status)
    request.setHeader(b"content-type", b"application/json")
    return json.dumps(said).encode()
