"""Finding what is silently open: states of a room, homeserver or gate in which nothing is judged."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final, NamedTuple
from urllib.parse import quote

import httpx

from ecluse.adapters.policy.events import decoded
from ecluse.adapters.policy.settings import SERVER_NAME
from ecluse.client import RefusedError, UnreachableError
from ecluse.lines import LineClient

POLICY: Final = "m.room.policy"
OLD_POLICY: Final = "org.matrix.msc4284.policy"
TIMEOUT_S: Final = 10.0


class Finding(NamedTuple):
    """Something that was looked at. good: as it should be. cure: what to do if it is not."""

    good: bool
    what: str
    cure: str = ""


def look_at_room(state: list[dict[str, Any]], homeserver: str, key: str | None) -> Iterator[Finding]:
    """What a room's state says of its policy server. homeserver: the name of the one that has the room.

    key: the policy server's public key; None: not compared.
    """
    found = {(one.get("type"), one.get("state_key")): one.get("content") or {} for one in state}
    policy, old = found.get((POLICY, "")), found.get((OLD_POLICY, ""))
    if not policy and not old:
        yield Finding(False, f"the room has no {POLICY}: everything passes", f"set {POLICY} with an empty state key")
        return
    if policy:
        keys = policy.get("public_keys")
        public = keys.get("ed25519") if isinstance(keys, dict) else None
        yield Finding(True, f"the room has {POLICY}")
    else:
        assert old is not None
        public = old.get("public_key")
        yield Finding(False, f"the room has only the old {OLD_POLICY}", f"set {POLICY} as well")
    yield from _key(public, key)
    via = (policy or old or {}).get("via")
    if not isinstance(via, str) or not SERVER_NAME.fullmatch(via):
        yield Finding(False, f"`via` is no server name: {via!r}: everything passes", "set the policy server's name")
        return
    yield Finding(
        via != homeserver,
        f"`via` is {via}",
        "a homeserver never asks itself: give the policy server a name of its own, or everything passes",
    )
    joined = [
        name
        for (kind, name), content in found.items()
        if kind == "m.room.member"
        and content.get("membership") == "join"
        and isinstance(name, str)
        and name.partition(":")[2] == via
    ]
    yield Finding(
        bool(joined),
        f"a user of {via} is in the room" if joined else f"no user of {via} is in the room: everything passes",
        "invite the policy server's user, and see that it joins",
    )


def _key(public: Any, key: str | None) -> Iterator[Finding]:
    try:
        good = isinstance(public, str) and len(decoded(public)) == 32
    except ValueError:
        good = False
    cure = "set public_keys.ed25519 to the policy server's key"
    if not isinstance(public, str):
        yield Finding(False, "the room names no ed25519 key: everything passes", cure)
    elif not good:
        yield Finding(False, "the room names a key that is none: nothing can be sent", cure)
    elif key is not None:
        wrong = "nothing can be sent, or all that anybody signs with that key passes"
        yield Finding(public == key, "the room names the policy server's key", wrong)


async def look_at_server(name: str, url: str, verify: Any) -> Finding:
    """Whether a policy server answers at ``url``."""
    try:
        async with httpx.AsyncClient(verify=verify, timeout=TIMEOUT_S) as http:
            said = (await http.get(f"{url}/_matrix/key/v2/server")).json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        return Finding(False, f"{name} does not answer: {type(error).__name__}", "nothing can be sent until it does")
    own = said.get("server_name") if isinstance(said, dict) else None
    return Finding(own == name, f"{name} answers", f"it says that it is {own!r}: see its --name")


async def look_at_gate(address: str, key: str | None) -> Finding:
    """Whether a gate judges at its line door."""
    async with LineClient(address, key=key, timeout_s=TIMEOUT_S) as gate:
        try:
            await gate.ping()
        except (UnreachableError, RefusedError) as error:
            cure = "start it with --socket or --lines; what fails open passes unjudged"
            return Finding(False, f"the gate does not judge: {error}", cure)
    return Finding(True, "the gate judges")


def look_at_metrics(text: str) -> Iterator[Finding]:
    """What Synapse's metrics say of its module."""
    values = {}
    for line in text.splitlines():
        name, _, value = line.rpartition(" ")
        if name.startswith("ecluse_synapse_"):
            with suppress(ValueError):
                values[name] = float(value)
    if "ecluse_synapse_connected" not in values:
        yield Finding(False, "Synapse has no module of Écluse: everything passes", "see `modules` in homeserver.yaml")
        return
    yield Finding(
        values["ecluse_synapse_connected"] == 1,
        "the module has a connection to the gate",
        "see its `socket`, or `lines` and `key`, and Synapse's log",
    )
    yield Finding(values.get("ecluse_synapse_breaker_open") == 0, "the module asks the gate", "the gate fails or hangs")
    faults = values.get("ecluse_synapse_faults_total", 0)
    yield Finding(faults == 0, f"faults of the module: {faults:g}", "see Synapse's log")
    passed = sum(v for name, v in values.items() if "unjudged_total" in name and 'became="passed"' in name)
    yield Finding(
        passed == 0, f"passed unjudged since Synapse started: {passed:g}", "see ecluse_synapse_unjudged_total"
    )


class Homeserver(NamedTuple):
    """What a homeserver says to the holder of a token. name: its own. state: of a room."""

    name: str
    state: list[dict[str, Any]]


async def read_room(url: str, token: str, room_id: str) -> Homeserver:
    """A room's state, and the name of the homeserver that it was asked of.

    Raises httpx.HTTPError, httpx.InvalidURL, ValueError if what answers is no homeserver.
    """
    base, headers = f"{url.rstrip('/')}/_matrix/client/v3", {"authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(timeout=TIMEOUT_S, headers=headers) as http:
        who, state = [
            (await http.get(base + path)).raise_for_status().json()
            for path in ("/account/whoami", f"/rooms/{quote(room_id, safe='')}/state")
        ]
    if not isinstance(who, dict) or not isinstance(who.get("user_id"), str) or not isinstance(state, list):
        raise ValueError("what answers there is no homeserver")
    return Homeserver(who["user_id"].partition(":")[2], [one for one in state if isinstance(one, dict)])


def read_metrics(url: str) -> str:
    """Synapse's metrics. Raises httpx.HTTPError, httpx.InvalidURL."""
    return httpx.get(url, timeout=TIMEOUT_S).raise_for_status().text


def failed(what: str, error: Exception) -> Finding:
    """Something that could not be looked at, and why."""
    if isinstance(error, httpx.HTTPStatusError):
        status = error.response.status_code
        cure = "see that the token is of somebody in the room" if status in (401, 403) else "see that the URL is right"
        return Finding(False, f"{what} could not be read: status {status}", cure)
    return Finding(False, f"{what} could not be read: {error}", "see that the URL is right, and that it can be reached")
