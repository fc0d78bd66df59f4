"""Where the gate says how a user stands: free, suspended or expelled. Synapse serves it, for whoever has the secret.

``POST`` with ``Authorization: Bearer <secret>`` and ``{"account": "@ada:example.org", "standing": "suspended"}``. It is
answered 200 once Synapse's admin API has done it, so whoever asks tries again until then.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable
from hmac import compare_digest
from typing import Any, Final

from synapse.module_api import ModuleApi
from twisted.web.resource import Resource
from twisted.web.server import NOT_DONE_YET

from ecluse.adapters.synapse.moderation import STANDINGS

PATH: Final = "/_synapse/client/ecluse/standing"
BODY_MAX: Final = 65_536

Apply = Callable[[str, str], Awaitable[None]]
logger = logging.getLogger(__name__)


class StandingsResource(Resource):  # type: ignore[misc]
    """Takes standings and applies them."""

    isLeaf = True  # noqa: N815

    def __init__(self, api: ModuleApi, secret: str, apply: Apply) -> None:
        super().__init__()
        self._api, self._secret, self._apply = api, f"Bearer {secret}".encode(), apply

    def render_POST(self, request: Any) -> Any:  # noqa: N802
        """What Twisted calls for each request."""
        if not compare_digest(request.getHeader(b"authorization") or b"", self._secret):
            return _say(request, 401, {"error": "not the secret"})
        try:
            said = json.loads(request.content.read(BODY_MAX))
            account, standing = said["account"], said["standing"]
        except (ValueError, KeyError, TypeError):
            return _say(request, 400, {"error": "not JSON with account and standing"})
        if not isinstance(account, str) or standing not in STANDINGS:
            return _say(request, 400, {"error": f"standing: {standing!r} is not one of {', '.join(STANDINGS)}"})
        if not account.startswith("@") or not self._api.is_mine(account):
            return _say(request, 200, {"applied": False})
        self._api.run_as_background_process("ecluse_standing", self._do, request, account, standing)
        return NOT_DONE_YET

    async def _do(self, request: Any, account: str, standing: str) -> None:
        status: int = 200
        said: dict[str, str | bool] = {"applied": True}
        try:
            await self._apply(account, standing)
        except Exception:
            logger.exception("the admin API did not do what a standing asks")
            status, said = 502, {"error": "the admin API did not do it"}
        try:
            request.write(_say(request, status, said))
            request.finish()
        except Exception:
            logger.info("who asked for a standing has gone")


def _say(request: Any, status: int, said: dict[str, str | bool]) -> bytes:
    request.setResponseCode(status)
    request.setHeader(b"content-type", b"application/json")
    return json.dumps(said).encode()
