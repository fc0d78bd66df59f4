"""A desk, opened: its configuration, database, inboxes and agents."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from ecluse.desk.agents import Agent, Agents
from ecluse.desk.client import CloudClient, Media
from ecluse.desk.config import DeskConfig, load_config
from ecluse.desk.inbox import Inbox
from ecluse.desk.store import DeskStore
from ecluse.errors import InputError


class Desk:
    """A desk. agents: who may come in; their passwords are asked for by ``agents.check``."""

    def __init__(self, config: DeskConfig) -> None:
        self.config = config
        self.store = DeskStore(config.database)
        self.agents = Agents(config.agents)
        try:
            self.store.add(config.businesses)
        except BaseException:
            self.store.close()
            raise
        self._inboxes = {business: Inbox(self.store, business) for business in config.businesses}

    @classmethod
    def open(cls, path: Path) -> Self:
        """The desk of a configuration. Raises TermsError, InputError, RecordsError, RecordsVersionError."""
        return cls(load_config(path))

    def inbox(self, business: str) -> Inbox:
        """The inbox of a business. Raises InputError if there is none."""
        self.config.business(business)
        return self._inboxes[business]

    def inbox_for(self, agent: Agent, business: str) -> Inbox:
        """The same, for an agent who answers for it. Raises InputError, the same for another's and for none."""
        if business not in agent.businesses or business not in self._inboxes:
            raise InputError("business", business, f"one of: {', '.join(agent.businesses)}")
        return self._inboxes[business]

    def client(self, business: str) -> CloudClient:
        """A client of a business's API; to be closed. Raises InputError if its token is not there."""
        one = self.config.business(business)
        return CloudClient(one.api, one.phone_number_id, one.token.read(), idempotent=one.idempotent)

    async def media(self, business: str, media_id: str) -> Media:
        """A file that a person sent to a business: ``message.content["id"]``. Raises ApiRefusedError and its like."""
        client = self.client(business)
        try:
            return await client.media(media_id)
        finally:
            await client.close()

    def close(self) -> None:
        """Let go of the database."""
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
