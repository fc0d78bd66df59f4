"""The module: Synapse's callbacks, each put to the gate as an event, and its verdict as what Synapse understands."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from functools import partial
from secrets import token_hex
from time import perf_counter
from typing import Any, Final, TypeAlias

from synapse.api.errors import Codes, SynapseError
from synapse.events import EventBase
from synapse.logging.context import PreserveLoggingContext, make_deferred_yieldable
from synapse.module_api import NOT_SPAM, ModuleApi
from synapse.module_api.errors import ConfigError
from synapse.spam_checker_api import RegistrationBehaviour
from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from ecluse.adapters.synapse.answers import PASS, PASSED, WAIT, Answer, answer, unjudged
from ecluse.adapters.synapse.delayed import Again, Delayed
from ecluse.adapters.synapse.events import (
    HOPS_MAX,
    MESSAGES,
    Facts,
    audience,
    creation,
    edit_of,
    event,
    forwarded_from,
    invitation,
    joining,
    network_of,
    text_of,
)
from ecluse.adapters.synapse.labels import Labels
from ecluse.adapters.synapse.link import Link, UnjudgedError
from ecluse.adapters.synapse.metrics import DECISIONS, FAULTS, HELD_S, UNJUDGED
from ecluse.adapters.synapse.moderation import Moderation
from ecluse.adapters.synapse.notices import Notices
from ecluse.adapters.synapse.people import People, uploader
from ecluse.adapters.synapse.remembered import Remembered
from ecluse.adapters.synapse.settings import Settings, parse_settings
from ecluse.adapters.synapse.standings import PATH, StandingsResource
from ecluse.adapters.synapse.storing import Storing
from ecluse.adapters.synapse.telling import Telling
from ecluse.errors import InputError

COUNTED_S: Final = 60.0
"""Seconds for which an invitation that was judged with its room is not judged again."""

BARRED_S: Final = 60.0
"""Seconds for which an account that was refused may not upload, if the verdict does not say when it may send again."""

PEOPLE_KEPT: Final = 100_000
"""Accounts, invitations and messages that something is remembered of."""

Said: TypeAlias = Deferred[dict[str, Any] | UnjudgedError]
"""What the gate will have said of an event, or why it did not."""

logger = logging.getLogger(__name__)


class Gate:
    """The module that Synapse loads: ``module: ecluse.adapters.synapse.Gate``."""

    @staticmethod
    def parse_config(config: Any) -> Settings:
        """Read the settings. Raises ConfigError, which Synapse shows at its start."""
        try:
            return parse_settings(config)
        except InputError as error:
            raise ConfigError(f"ecluse: {error}") from None

    def __init__(self, config: Settings, api: ModuleApi) -> None:
        self._api, self._settings = api, config
        self._people = People(api, config)
        self._telling = Telling(api, config.backlog)
        self._labels = Labels(api)
        self._storing = Storing(api)
        self._prefix, self._number = token_hex(6), 0
        self._counted: Remembered[tuple[str, str], bool] = Remembered(PEOPLE_KEPT)
        self._delayed = Delayed(PEOPLE_KEPT)
        self._held: Remembered[str, bool] = Remembered(PEOPLE_KEPT)
        self._hops: Remembered[str, int] = Remembered(PEOPLE_KEPT)
        reactor = api._hs.get_reactor()
        self.link = Link(reactor, config, lambda: self._telling.catch_up(self.link))
        api.register_spam_checker_callbacks(
            check_event_for_spam=self.check_event_for_spam,
            user_may_invite=self.user_may_invite,
            user_may_send_3pid_invite=self.user_may_send_3pid_invite,
            user_may_create_room=self.user_may_create_room,
            user_may_join_room=self.user_may_join_room,
            check_registration_for_spam=self.check_registration_for_spam,
            check_media_file_for_spam=self.check_media_file_for_spam,
        )
        self._labels.register()
        moderation = None if config.admin is None else Moderation(api, config.admin, self._tell)
        self._notices = Notices(api, None if moderation is None else moderation.notify)
        if config.admin is not None and moderation is not None:
            moderation.register()
            if config.admin.secret is not None:
                resource = StandingsResource(api, config.admin.secret, moderation.apply, self._notices.tell)
                api.register_web_resource(PATH, resource)
        reactor.callWhenRunning(self._open)

    def _open(self) -> None:
        with PreserveLoggingContext():
            self.link.open()

    # What Synapse calls -------------------------------------------------------------------------------------------

    async def check_event_for_spam(self, event: EventBase) -> Any:
        """A message that is about to be sent, or came from another server."""
        return await self._guarded("send", event.sender, lambda: self._message(event))

    async def user_may_invite(self, inviter: str, invitee: str, room_id: str) -> Any:
        """An invitation, of a user here or from another server."""
        return await self._guarded("add_to_group", inviter, lambda: self._invitation(inviter, invitee, room_id))

    async def user_may_send_3pid_invite(self, inviter: str, medium: str, address: str, room_id: str) -> Any:
        """An invitation of an e-mail address or telephone number."""
        invitee = f"{medium}:{address}"
        return await self._guarded("add_to_group", inviter, lambda: self._invitation(inviter, invitee, room_id))

    async def user_may_create_room(self, user_id: str, room_config: Any) -> Any:
        """A new room. (Both parameters are named: Synapse counts them.)"""
        return await self._guarded("create_group", user_id, lambda: self._creation(user_id, room_config))

    async def user_may_join_room(self, user: str, room: str, is_invited: bool) -> Any:
        """Somebody joins a room."""
        return await self._guarded("add_to_group", user, lambda: self._joining(user, room, is_invited))

    async def check_registration_for_spam(
        self,
        email_threepid: Any,  # noqa: ARG002
        username: str | None,
        request_info: Collection[tuple[str | None, str]],
        auth_provider_id: str | None = None,  # noqa: ARG002
    ) -> RegistrationBehaviour:
        """A registration."""
        try:
            found = await self._registration(username, request_info)
        except Exception:
            found = self._fault("register", self._settings.language, "")
        return RegistrationBehaviour.ALLOW if found.what == PASSED else RegistrationBehaviour.DENY

    async def check_media_file_for_spam(self, file_wrapper: Any, file_info: Any) -> Any:  # noqa: ARG002
        """An upload: whoever may not send just now may not upload either. The file itself is not looked at."""
        user = uploader() if file_info.server_name is None and file_info.thumbnail is None else None
        return Codes.FORBIDDEN if user is not None and self._held.get(user) is not None else NOT_SPAM

    # What these are as events -------------------------------------------------------------------------------------

    async def _message(self, sent: EventBase) -> Answer:
        content = sent.content
        if sent.type not in MESSAGES:
            return PASS
        sender, metadata = sent.sender, sent.internal_metadata
        changed = edit_of(content)
        if changed is not None and await self._people.wrote(sender, changed, sent.room_id):
            return PASS
        txn_id = getattr(metadata, "txn_id", None)
        device = getattr(metadata, "device_id", None)
        again = None if txn_id is None else (sender, device or "", sent.room_id, txn_id)
        waiting = None if again is None else self._delayed.get(again, content)
        if waiting is not None:
            return await self._labelled(sent.event_id, waiting)
        facts = await self._people.facts(sender, device, sent.origin_server_ts)
        room = await self._people.room(sent.room_id)
        more = audience(sent.room_id, room, sender, self._settings.channel_members)
        if self._settings.texts:
            more["text"] = text_of(content)
        origin = forwarded_from(content)
        kind = "send"
        if origin is not None:
            kind = "forward"
            more["hops"] = self._hops_of(sent.event_id, origin)
        asked = event(kind, sender, facts, sent.event_id, **more)
        late = self._storing.can_wait(sent)
        judged = partial(self._judged, asked, facts, self._ask(asked), again, content)
        if not late:
            return await judged()
        self._storing.put(sent.event_id, partial(self._stored, kind, sender, judged))
        return PASS

    async def _judged(
        self, asked: dict[str, Any], facts: Facts, answered: Said, again: Again | None, content: Mapping[str, Any]
    ) -> Answer:
        """The verdict of a message, and what is to be remembered of it."""
        found = await self._verdict(asked, facts, answered)
        if found.delayed and again is not None and found.retry_ms is not None:
            self._delayed.put(again, content, found, found.retry_ms / 1000)
        return await self._labelled(asked["id"], found)

    async def _labelled(self, event_id: str, found: Answer) -> Answer:
        """What becomes of a message, whose labels are kept if it passes."""
        if found.what == PASSED and found.labels:
            await self._labels.put(event_id, found.labels)
        return found

    async def _stored(self, kind: str, user: str, judged: Callable[[], Awaitable[Answer]]) -> None:
        """Wait for the verdict of a message that is about to be stored. Raises SynapseError if it is not to be."""
        told = await self._told(kind, user, True, judged)
        if told is not NOT_SPAM:
            code, fields = told
            raise SynapseError(403, fields.pop("error"), code, fields)

    def _hops_of(self, event_id: str, origin: str) -> int:
        """How often a message has been forwarded, this time included."""
        hops = min(HOPS_MAX, 1 + (self._hops.get(origin) or 0))
        self._hops.put(event_id, hops, None)
        return hops

    async def _invitation(self, inviter: str, invitee: str, room_id: str) -> Answer:
        if self._counted.pop((inviter, invitee)):
            return PASS
        facts = await self._people.facts(inviter)
        room = await self._people.room(room_id)
        return await self._judge(invitation(inviter, invitee, room_id, room, facts, self._id()), facts)

    async def _creation(self, user: str, config: Any) -> Answer:
        facts = await self._people.facts(user)
        made, invitees = creation(user, config if isinstance(config, dict) else {}, facts, self._id())
        found = await self._judge(made, facts)
        if found.what == PASSED:
            for invitee in invitees:
                self._counted.put((user, invitee), True, COUNTED_S)
        return found

    async def _joining(self, user: str, room_id: str, is_invited: bool) -> Answer:
        if is_invited and self._notices.speaker is not None:
            room = await self._people.room(room_id)
            if room.people <= 2 and self._notices.speaker in room.members:
                return PASS  # where the server speaks to somebody, who may be under a sanction
        facts = await self._people.facts(user)
        return await self._judge(joining(user, room_id, facts, self._id()), facts)

    async def _registration(self, username: str | None, seen: Collection[tuple[str | None, str]]) -> Answer:
        address = next((ip for _, ip in seen), None)
        network = network_of(address)
        sender = self._api.get_qualified_user_id(username) if username else f"registration:{network}"
        facts = await self._people.facts(sender)
        facts = facts._replace(network=network if self._settings.networks else None)
        return await self._judge(event("register", sender, facts, self._id()), facts)

    # Asking -------------------------------------------------------------------------------------------------------

    async def _guarded(self, kind: str, user: str, ask: Callable[[], Awaitable[Answer]]) -> Any:
        """What Synapse is told of who may not be exempt."""
        local = self._api.is_mine(user)

        async def asked() -> Answer:
            return PASS if await self._is_exempt(user, local) else await ask()

        return await self._told(kind, user, local, asked)

    async def _told(self, kind: str, user: str, local: bool, ask: Callable[[], Awaitable[Answer]]) -> Any:
        """What Synapse is told. A fault here is nobody's 500: it is answered like a gate that does not judge."""
        try:
            found = await ask()
        except Exception:
            found = self._fault(kind, self._settings.language, user)
        if found.what == PASSED or (found.delayed and not local):  # elsewhere there is no later
            return NOT_SPAM
        if found.what == WAIT and local:
            fields = found.fields()
            raise SynapseError(429, fields.pop("error"), Codes.LIMIT_EXCEEDED, fields, _retry_header(found))
        self._held.put(user, True, BARRED_S if found.retry_ms is None else found.retry_ms / 1000)
        return Codes.FORBIDDEN, found.fields()

    async def _is_exempt(self, user: str, local: bool) -> bool:
        if not local:
            return not self._settings.remote
        if user == self._notices.speaker or any(pattern.match(user) for pattern in self._settings.exempt):
            return True
        return await self._people.is_bridged(user)

    def _fault(self, kind: str, language: str, user: str) -> Answer:
        FAULTS.inc()
        logger.exception("a fault of this module; the event is treated as not judged")
        return self._unjudged(kind, "fault", language, user)

    async def _judge(self, asked: dict[str, Any], facts: Facts) -> Answer:
        """Put an event to the gate, and wait for its verdict."""
        return await self._verdict(asked, facts, self._ask(asked))

    def _ask(self, asked: dict[str, Any]) -> Said:
        """Put an event to the gate. (Nobody may ever wait for what it says: Synapse may refuse a message itself.)"""
        answered: Said = self.link.ask("decide", asked).addErrback(_why)
        return answered

    async def _verdict(self, asked: dict[str, Any], facts: Facts, answered: Said) -> Answer:
        """Wait for the verdict of an event that was put to the gate."""
        began, kind = perf_counter(), asked["kind"]
        language = facts.language or self._settings.language
        said = await make_deferred_yieldable(answered)
        if isinstance(said, UnjudgedError):
            found = self._unjudged(kind, said.why, language, asked["sender"])
            if found.what == PASSED and not said.wrong:
                self._telling.keep(asked)
            return found
        HELD_S.observe(perf_counter() - began)
        if "passed" in said:
            DECISIONS.labels(kind, PASSED).inc()
            return PASS
        verdict = said.get("verdict") or {}
        DECISIONS.labels(kind, str(verdict.get("outcome"))).inc()
        if verdict.get("warnings") and self._api.is_mine(asked["sender"]):
            self._notices.warn(asked["sender"], verdict["warnings"])
        return answer(verdict, self._settings.wait_max_s, language)

    def _unjudged(self, kind: str, why: str, language: str, user: str) -> Answer:
        """What becomes of what no gate judged. Nobody elsewhere could be told to try again: theirs passes."""
        elsewhere = user.startswith("@") and not self._api.is_mine(user)
        choice = "open" if elsewhere else self._settings.on_failure[kind]
        UNJUDGED.labels(kind, why, "passed" if choice == "open" else "refused").inc()
        return unjudged(choice, self._settings.retry_s, language)

    def _id(self) -> str:
        """An id for what has none in Matrix."""
        self._number += 1
        return f"{self._prefix}-{self._number}"

    async def _tell(self, events: list[dict[str, Any]]) -> int | None:
        """Tell the gate of events that need no verdict. Returns how many it took; None if it can't be told now."""
        return await self._telling.observe(self.link, events)


def _why(failure: Failure) -> UnjudgedError:
    """Why the gate did not judge."""
    failure.trap(UnjudgedError)
    why: UnjudgedError = failure.value
    return why


def _retry_header(found: Answer) -> dict[str, str] | None:
    return None if found.retry_ms is None else {"Retry-After": str(-(-found.retry_ms // 1000))}
