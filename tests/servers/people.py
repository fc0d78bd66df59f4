"""People with a real client (slixmpp) on a Prosody of the tests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.servers.prosody import HOST, PASSWORD, ROOMS, Prosody

ClientXMPP = pytest.importorskip("slixmpp").ClientXMPP
WAIT_S = 30


class Person(ClientXMPP):
    """Somebody who is online. heard: messages, as (sender's bare JID, text). refused: errors, as XML."""

    def __init__(self, name: str, prosody: Prosody, lang: str = "en") -> None:
        config = {"feature_mechanisms": {"unencrypted_plain": True}}
        super().__init__(f"{name}@{HOST}/{name}", PASSWORD, plugin_config=config, sasl_mech="PLAIN", lang=lang)
        self.enable_starttls = self.enable_direct_tls = False
        self.enable_plaintext = True
        self.auto_authorize = self.auto_subscribe = None
        self.heard: list[tuple[str, str]] = []
        self.refused: list[Any] = []
        self.stanzas: list[Any] = []
        self.online = asyncio.Event()
        self.register_plugin("xep_0045")
        self.register_plugin("xep_0191")
        self.add_event_handler("session_start", self._started)
        self.add_event_handler("message", self._message)
        for event in ("message_error", "groupchat_message_error", "presence_error"):
            self.add_event_handler(event, self._error)
        self.add_event_handler("presence_subscribe", self.stanzas.append)
        self._where = ("127.0.0.1", prosody.port)

    async def _started(self, _: object) -> None:
        self.send_presence()
        await self.get_roster()
        self.online.set()

    def _error(self, stanza: Any) -> None:
        if not any(stanza is known for known in self.refused):  # slixmpp tells of one in a room twice
            self.refused.append(stanza)

    def _message(self, message: Any) -> None:
        if message["type"] != "error" and message["body"]:
            self.heard.append((message["from"].bare, message["body"]))
            self.stanzas.append(message)

    def say(self, to: str, text: str, **fields: Any) -> None:
        """Send a chat message. to: a name, or a JID."""
        self.send_message(to if "@" in to else f"{to}@{HOST}", text, mtype="chat", **fields)

    async def settled(self) -> None:
        """Wait until the server has handled all that was sent before: a question of its own comes back after it."""
        await self.plugin["xep_0030"].get_info(jid=HOST, timeout=WAIT_S)

    async def join(self, room: str) -> None:
        """Join a room."""
        await self.plugin["xep_0045"].join_muc_wait(f"{room}@{ROOMS}", self.boundjid.user, timeout=WAIT_S)


async def until(true: Callable[[], bool]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(WAIT_S):
        while not true():
            await asyncio.sleep(0.01)


@asynccontextmanager
async def people(prosody: Prosody, names: Iterable[str], **languages: str) -> AsyncIterator[list[Person]]:
    """These people, online until the end of the block."""
    online = [Person(name, prosody, languages.get(name, "en")) for name in names]
    for person in online:
        person.connect(*person._where)
    try:
        async with asyncio.timeout(WAIT_S):
            await asyncio.gather(*(person.online.wait() for person in online))
        yield online
    finally:
        await asyncio.gather(*(person.disconnect() for person in online))
