"""What Synapse knows: who is in a room, since when an account is there, its language, where it sends from.

Rooms are read from Synapse's own cached summaries, which it keeps right by itself; they are no part of the module API.
Should a version of Synapse not have them, the room's state is read instead, which is slower and says the same.
"""

from __future__ import annotations

import logging
from time import time
from typing import Any, Final, NamedTuple

from synapse.logging.context import current_context
from synapse.module_api import ModuleApi

from ecluse.adapters.synapse.events import MESSAGES, Facts, Room, language_of, network_of, sent_at
from ecluse.adapters.synapse.remembered import Remembered
from ecluse.adapters.synapse.settings import Settings

LANGUAGE_DATA: Final = "ecluse.language"
"""Type of account data with which users choose the language of notices: ``{"language": "pt-BR"}``."""

AT_S_MIN: Final = 946_684_800
"""2000-01-01: no account is older."""

JOIN_RULES: Final = [("m.room.join_rules", "")]
MEMBERS: Final = [("m.room.member", None)]
PUBLIC_ROOMS_KEPT: Final = 10_000
KNOWN_KEPT: Final = 100_000
KNOWN_S: Final = 60.0
"""Seconds for which what is known of an account is not asked again. A change of language counts at once in the process
of Synapse that takes it, and in others within this time."""

logger = logging.getLogger(__name__)


class _Known(NamedTuple):
    """What does not change from send to send. registered_at: milliseconds. bridged: made by an application service."""

    registered_at: int | None
    language: str
    bridged: bool


class People:
    """Asks Synapse about rooms and users."""

    def __init__(self, api: ModuleApi, settings: Settings) -> None:
        self._api, self._settings = api, settings
        store = getattr(api, "_store", None)
        self._summary = getattr(store, "get_room_summary", None)
        if self._summary is None:
            logger.warning("this Synapse has no room summaries: the state of rooms is read instead, which is slower")
        self._event = getattr(store, "get_event", None)
        self._public: dict[str, bool] = {}
        self._known: Remembered[str, _Known] = Remembered(KNOWN_KEPT)
        api.register_account_data_callbacks(on_account_data_updated=self._updated)

    async def room(self, room_id: str) -> Room:
        """Who is in a room."""
        if self._summary is None:
            return await self._room_by_state(room_id)
        summary = await self._summary(room_id)
        join, invite = summary.get("join"), summary.get("invite")
        joined, invited = join.count if join else 0, invite.count if invite else 0
        members = [name for part in (join, invite) if part for name, _ in part.members]
        return Room(joined, invited, members, await self._is_public(room_id, joined))

    async def _room_by_state(self, room_id: str) -> Room:
        state = await self._api.get_room_state(room_id, MEMBERS)
        by = {"join": [], "invite": []}  # type: dict[str, list[str]]
        for (_, name), event in state.items():
            by.get(event.content.get("membership"), []).append(name)
        return Room(len(by["join"]), len(by["invite"]), by["join"] + by["invite"], await self._is_public(room_id, 3))

    async def _is_public(self, room_id: str, joined: int) -> bool:
        """Whether anybody may join; asked of large rooms alone."""
        if joined <= self._settings.channel_members:
            return False
        known = self._public.get(room_id)
        if known is None:
            if len(self._public) >= PUBLIC_ROOMS_KEPT:
                self._public.clear()
            state = await self._api.get_room_state(room_id, JOIN_RULES)
            rules = state.get(("m.room.join_rules", ""))
            known = self._public[room_id] = rules is not None and rules.content.get("join_rule") == "public"
        return known

    async def wrote(self, user: str, event_id: str, room_id: str) -> bool:
        """Whether an event of a room is a user's own message, which it may change."""
        if self._event is None:
            return True
        found = await self._event(event_id, allow_none=True)
        return found is not None and (found.sender, found.room_id) == (user, room_id) and found.type in MESSAGES

    async def facts(self, user: str, device: str | None = None, sent_ms: int | None = None) -> Facts:
        """What is known of a user who acts now. sent_ms: when somebody elsewhere did, as their server says."""
        at_ms = int(time() * 1000)
        if not self._api.is_mine(user):
            return Facts(sent_at(sent_ms, at_ms))
        known = await self._known_of(user)
        return Facts(at_ms, known.registered_at, known.language, self._network(), device)

    async def is_bridged(self, user: str) -> bool:
        """Whether an application service made the account: it stands for somebody elsewhere."""
        return self._api.is_mine(user) and (await self._known_of(user)).bridged

    async def _known_of(self, user: str) -> _Known:
        known = self._known.get(user)
        if known is None:
            info = await self._api.get_userinfo_by_id(user)
            since = None if info is None or info.creation_ts < AT_S_MIN else 1000 * info.creation_ts
            bridged = info is not None and info.appservice_id is not None
            known = _Known(since, await self._language(user), bridged)
            if info is not None:
                self._known.put(user, known, KNOWN_S)
        return known

    async def _language(self, user: str) -> str:
        """The language that a user reads."""
        data = await self._api.account_data_manager.get_global(user, LANGUAGE_DATA)
        return language_of(None if data is None else data.get("language")) or self._settings.language

    async def _updated(self, user: str, room_id: str | None, kind: str, content: Any) -> None:  # noqa: ARG002
        if room_id is None and kind == LANGUAGE_DATA:
            self._known.pop(user)

    def _network(self) -> str | None:
        """The network from which the request came that is being answered."""
        if not self._settings.networks:
            return None
        request = getattr(current_context(), "request", None)
        return network_of(getattr(request, "ip_address", None))


def uploader() -> str | None:
    """The user whose request is being answered; None if it is nobody's."""
    request = getattr(current_context(), "request", None)
    requester = getattr(request, "requester", None)
    return requester if isinstance(requester, str) else None
