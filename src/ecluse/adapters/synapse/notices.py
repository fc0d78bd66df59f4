"""Words to users: what a rule warns of, and what the gate's notices of sanctions say, as Synapse's server notices.

Nobody is told the same twice, in whatever process and after whatever restart: what was told is kept in Synapse's
database. A warning is told once a day for each rule. Synapse's page about them is "Server Notices"; they are sent
through its admin API, by the user that ``server_notices`` names.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from hashlib import sha256
from time import time
from typing import Any, Final

from synapse.api.errors import HttpResponseException
from synapse.module_api import ModuleApi

from ecluse.adapters.synapse.metrics import NOTICES
from ecluse.adapters.synapse.remembered import Remembered

WARNED_S: Final = 24 * 3_600
"""Seconds after which a rule may warn somebody again."""

KEPT_S: Final = 400 * 24 * 3_600
"""Seconds for which what was told is kept."""

KNOWN_KEPT: Final = 100_000
UNDER_WAY_MAX: Final = 100
"""Warnings that are told at once; who is warned while so many are is told at the next occasion."""

_TABLE: Final = "create table if not exists ecluse_told (what text primary key, at_ms bigint not null)"
_INDEX: Final = "create index if not exists ecluse_told_at on ecluse_told (at_ms)"

Send = Callable[[str, str], Awaitable[None]]
"""Sends a user some text through the admin API."""

logger = logging.getLogger(__name__)


class Notices:
    """Tells users of this server. send: through the admin API; None: there is none."""

    def __init__(self, api: ModuleApi, send: Send | None) -> None:
        self._api = api
        self.speaker: str | None = getattr(getattr(api._hs.config, "servernotices", None), "server_notices_mxid", None)
        """Who speaks: the user that ``server_notices`` names."""
        self._send = send if self.speaker is not None else None
        self._warned: Remembered[str, bool] = Remembered(KNOWN_KEPT)
        self._under_way = 0
        self._made = False
        if send is not None and self.speaker is None:
            logger.warning(
                "users are not told of warnings and sanctions in words: homeserver.yaml has no server_notices"
            )

    def warn(self, user: str, warnings: Sequence[Mapping[str, Any]]) -> None:
        """Tell somebody, by and by, what rules warn of."""
        for rule in warnings if self._send is not None else ():
            what, text = f"warning {user} {rule.get('rule')}", rule.get("notice")
            if not text or self._warned.get(what) or self._under_way >= UNDER_WAY_MAX:
                continue
            self._warned.put(what, True, WARNED_S)
            self._under_way += 1
            self._api.run_as_background_process("ecluse_warning", self._warn, user, what, text)

    async def _warn(self, user: str, what: str, text: str) -> None:
        try:
            await self._tell(user, what, text, WARNED_S, "warning")
        except Exception as error:
            self._warned.pop(what)
            logger.warning("somebody could not be told of a warning: %s", error)
        finally:
            self._under_way -= 1

    async def tell(self, user: str, number: object, text: str) -> bool:
        """Tell somebody what a notice of the gate says. Returns whether they are told. Raises what may be tried again.

        number: of the notice; it may come twice.
        """
        if self._send is None:
            return False
        digest = sha256(f"{number}\0{user}\0{text}".encode("utf-8", "replace")).hexdigest()
        return await self._tell(user, f"notice {digest}", text, KEPT_S, "notice")

    async def _tell(self, user: str, what: str, text: str, again_s: int, of: str) -> bool:
        if not self._made:
            await self._api.run_db_interaction("ecluse_told_table", _create)
            self._made = True
        now_ms = int(time() * 1000)
        if not await self._api.run_db_interaction("ecluse_told", _claim, what, now_ms, now_ms - 1000 * again_s):
            return True
        try:
            assert self._send is not None
            await self._send(user, text)
        except Exception as error:
            await self._api.run_db_interaction("ecluse_untold", _release, what)
            if isinstance(error, HttpResponseException) and error.code in (400, 404):
                logger.error("a notice can't be told: %s %s", error.code, error.msg)
                return False
            raise
        NOTICES.labels(of).inc()
        return True


def _create(txn: Any) -> None:
    txn.execute(_TABLE)
    txn.execute(_INDEX)


def _claim(txn: Any, what: str, now_ms: int, before_ms: int) -> bool:
    """Whether it is to be told now; then nobody else does."""
    txn.execute("delete from ecluse_told where at_ms < ?", (now_ms - 1000 * KEPT_S,))
    txn.execute(
        "insert into ecluse_told values (?, ?) on conflict (what) do update set at_ms = excluded.at_ms"
        " where ecluse_told.at_ms <= ?",
        (what, now_ms, before_ms),
    )
    return bool(txn.rowcount)


def _release(txn: Any, what: str) -> None:
    txn.execute("delete from ecluse_told where what = ?", (what,))
