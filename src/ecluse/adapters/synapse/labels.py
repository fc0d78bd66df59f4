"""Labels of messages, kept in Synapse's database and shown to clients in an event's ``unsigned`` as ``ecluse.labels``.

Every process of Synapse keeps the newest labels in memory and looks for new ones every few seconds, so that serving an
event never asks the database.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from time import time
from typing import Any, Final

from synapse.events import EventBase
from synapse.module_api import ModuleApi

FIELD: Final = "ecluse.labels"
KEPT: Final = 100_000
"""Labelled messages whose labels are shown: the newest."""

LOOK_MS: Final = 5_000
"""Milliseconds between two looks for what other processes of Synapse have labelled."""

_TABLE: Final = "create table if not exists ecluse_labels (event_id text primary key, labels text, at_ms bigint)"
_INDEX: Final = "create index if not exists ecluse_labels_at on ecluse_labels (at_ms)"

logger = logging.getLogger(__name__)


class Labels:
    """The labels of messages."""

    def __init__(self, api: ModuleApi) -> None:
        self._api = api
        self._known: dict[str, list[str]] = {}
        self._since_ms = 0
        self._made = False

    def register(self) -> None:
        """Show labels to clients."""
        self._api.register_add_extra_fields_to_unsigned_client_event_callbacks(
            add_field_to_unsigned_callback=self._shown
        )
        self._api.looping_background_call(self._look, LOOK_MS, desc="ecluse_labels", run_on_all_instances=True)

    async def put(self, event_id: str, labels: Sequence[str]) -> None:
        """Label a message. A fault of the database costs the label, not the message."""
        self._remember(event_id, list(labels))
        values = event_id, json.dumps(list(labels)), int(time() * 1000)
        try:
            await self._make()
            await self._api.run_db_interaction("ecluse_label", _insert, values)
        except Exception:
            logger.exception("a label could not be kept")

    async def _shown(self, event: EventBase) -> dict[str, Any]:
        labels = self._known.get(event.event_id)
        return {} if labels is None else {FIELD: labels}

    async def _look(self) -> None:
        await self._make()
        rows = await self._api.run_db_interaction("ecluse_labels", _select, self._since_ms)
        for event_id, labels, at_ms in rows:
            self._remember(event_id, json.loads(labels))
            self._since_ms = max(self._since_ms, at_ms - LOOK_MS)

    async def _make(self) -> None:
        if not self._made:
            await self._api.run_db_interaction("ecluse_labels_table", _create)
            self._made = True

    def _remember(self, event_id: str, labels: list[str]) -> None:
        self._known[event_id] = labels
        while len(self._known) > KEPT:
            del self._known[next(iter(self._known))]


def _create(txn: Any) -> None:
    txn.execute(_TABLE)
    txn.execute(_INDEX)


def _insert(txn: Any, values: tuple[str, str, int]) -> None:
    txn.execute("insert into ecluse_labels values (?, ?, ?) on conflict (event_id) do nothing", values)


def _select(txn: Any, since_ms: int) -> list[tuple[str, str, int]]:
    txn.execute(
        "select event_id, labels, at_ms from (select * from ecluse_labels where at_ms >= ?"
        " order by at_ms desc limit ?) as newest order by at_ms",
        (since_ms, KEPT),
    )
    return list(txn.fetchall())
