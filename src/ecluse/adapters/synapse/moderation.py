"""Synapse's admin API: sanctions of the gate are applied there, reports that users make are told to the gate.

Everything is done again until it has succeeded, and doing it twice is the same as once.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from time import time
from typing import Any, Final
from urllib.parse import quote

from synapse.http.client import SimpleHttpClient
from synapse.module_api import ModuleApi
from twisted.web.http_headers import Headers

from ecluse.adapters.synapse.events import report
from ecluse.adapters.synapse.metrics import REPORTS, SANCTIONS
from ecluse.adapters.synapse.settings import Admin

PAGE: Final = 100
"""Reports read at once."""

BACK_MS: Final = 24 * 3_600_000
"""Milliseconds to look back for reports at the start: as long as the gate knows an event by its id."""

FREE: Final = "free"
SUSPENDED: Final = "suspended"
EXPELLED: Final = "expelled"
STANDINGS: Final = (FREE, SUSPENDED, EXPELLED)

_SOURCES: Final = {"event_reports": "report", "user_reports": "user-report"}

Observe = Callable[[list[dict[str, Any]]], Awaitable[int | None]]
logger = logging.getLogger(__name__)


class Moderation:
    """What is done through the admin API. observe: tells the gate; None if it can't now."""

    def __init__(self, api: ModuleApi, admin: Admin, observe: Observe) -> None:
        self._api, self._admin, self._observe = api, admin, observe
        self._http: SimpleHttpClient = api.http_client
        self._seen_ms = dict.fromkeys(_SOURCES, 0)

    def register(self) -> None:
        """Look for reports now and then, in the process that runs Synapse's background tasks."""
        if self._api.should_run_background_tasks():
            self._api.looping_background_call(self.look, 1000 * self._admin.poll_s, desc="ecluse_moderation")

    async def look(self) -> None:
        """Tell the gate of reports that are new."""
        for source, prefix in _SOURCES.items():
            try:
                await self._reports(source, prefix)
            except Exception as error:
                logger.warning("%s could not be read: %s", source, error)

    async def _reports(self, source: str, prefix: str) -> None:
        """Read from the newest back to what was seen."""
        since_ms = self._seen_ms[source] or int(time() * 1000) - BACK_MS
        start, newest, found = 0, since_ms, []
        while True:
            page = await self._get(f"v1/{source}", {"dir": "b", "from": str(start), "limit": str(PAGE)})
            rows = page.get(source, [])
            for row in rows:
                made = report(row, prefix)
                if made is not None and made["at"] >= since_ms:
                    found.append(made)
                    newest = max(newest, made["at"])
            start += len(rows)
            if len(rows) < PAGE or min(row.get("received_ts", 0) for row in rows) < since_ms:
                break
        if not found:
            return
        told = await self._observe(found[::-1])
        if told is not None:
            REPORTS.inc(told)
            self._seen_ms[source] = newest

    async def apply(self, user: str, standing: str) -> None:
        """Bring a user's standing about: FREE, SUSPENDED or EXPELLED. Raises what the HTTP client raises.

        FREE undoes whatever the settings may have done, except that a deactivated user needs a new password, which an
        admin sets.
        """
        name = quote(user, safe="")
        await self._get(f"v2/users/{name}", {})  # or unlocking somebody who is not there would make them
        wanted = {FREE: "none", SUSPENDED: self._admin.suspension, EXPELLED: self._admin.expulsion}[standing]
        acts = {self._admin.suspension, self._admin.expulsion} - {"none", "deactivate"}
        for act in sorted(acts - {wanted}):
            await self._act(user, act, False)
        if wanted != "none":
            await self._act(user, wanted, True)
        SANCTIONS.labels(standing).inc()

    async def notify(self, user: str, text: str) -> None:
        """Send a user a server notice. Raises what the HTTP client raises."""
        said = {"user_id": user, "content": {"msgtype": "m.text", "body": text}}
        await self._send("POST", "v1/send_server_notice", said)

    async def _act(self, user: str, act: str, on: bool) -> None:
        name = quote(user, safe="")
        if act == "suspend":
            await self._send("PUT", f"v1/suspend/{name}", {"suspend": on})
        elif act == "lock":
            await self._send("PUT", f"v2/users/{name}", {"locked": on})
        elif act == "shadow_ban":
            await self._send("POST" if on else "DELETE", f"v1/users/{name}/shadow_ban", {})
        elif act == "deactivate" and on:
            await self._send("POST", f"v1/deactivate/{name}", {"erase": False})

    def _headers(self) -> dict[bytes, list[bytes]]:
        """Who asks. Raises OSError if the token's file can't be read."""
        admin = self._admin
        token = admin.token if admin.token_file is None else Path(admin.token_file).read_text().strip()
        return {b"Authorization": [f"Bearer {token}".encode()]}

    async def _get(self, path: str, query: dict[str, str]) -> Any:
        return await self._http.get_json(f"{self._admin.url}/_synapse/admin/{path}", query, self._headers())

    async def _send(self, method: str, path: str, body: dict[str, Any]) -> None:
        url = f"{self._admin.url}/_synapse/admin/{path}"
        if method == "PUT":
            await self._http.put_json(url, body, headers=self._headers())
        elif method == "POST":
            await self._http.post_json_get_json(url, body, headers=self._headers())
        else:
            answer = await self._http.request(method, url, headers=Headers(self._headers()))
            if answer.code >= 300:
                raise RuntimeError(f"{method} {path}: {answer.code}")
