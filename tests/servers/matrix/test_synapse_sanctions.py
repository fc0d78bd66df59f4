"""From a sanction at the gate's desk to Synapse and back: the courier's webhook, the admin API, a won appeal."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from nio import ErrorResponse

from tests.servers.matrix.conftest import PATH, STANDING_SECRET, Guarded, Installed
from tests.servers.matrix.synapse import running_synapse
from tests.servers.matrix.talking import people
from tests.servers.matrix.test_synapse import decisions
from tests.servers.matrix.test_synapse_moderation import until
from tests.service.running import free_port, running
from tests.service.test_sanctions import Desk

REGISTRATIONS = 3
TERMS = f"""
id: sanctions
version: "1"
title: No newsletters, and no accounts by the dozen
rules:
  - id: newsletters
    clause: You may not send newsletters.
    when: [strangers.24h > 50]
    then: refuse
  - id: registrations
    clause: "At most {REGISTRATIONS} accounts an hour may be registered from one network."
    kinds: [register]
    when: [network.accounts_registered.1h > {REGISTRATIONS}]
    then: refuse
"""


@pytest.fixture(scope="module")
def stern(installed: Installed, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    """A Synapse that shadow-bans the suspended and deactivates the expelled."""
    folder = tmp_path_factory.mktemp("stern")
    (folder / "data").mkdir()
    (folder / "data" / "terms.yaml").write_text(TERMS)
    socket, port = folder / "gate.sock", free_port()
    url = f"http://127.0.0.1:{port}"
    admin = {"url": url, "token_file": str(folder / "token"), "secret": STANDING_SECRET}
    admin |= {"suspension": "shadow_ban", "expulsion": "deactivate"}
    module = {"socket": str(socket), "timeout_ms": 20_000, "networks": True, "admin": admin}
    notices = ("--webhook", url + PATH, "--webhook-secret", STANDING_SECRET)
    with (
        running(folder / "data", "--socket", str(socket), *notices) as gate,
        running_synapse(*installed, folder / "synapse", module, port=port) as synapse,
    ):
        (folder / "token").write_text(synapse.register("admin", admin=True))
        yield Guarded(synapse, gate, socket)


def account_of(guarded: Guarded, token: Path, account: str) -> dict[str, Any]:
    """What Synapse's admin API says of an account."""
    headers = {"authorization": f"Bearer {token.read_text()}"}
    url = f"{guarded.synapse.url}/_synapse/admin/v2/users/{account}"
    said: dict[str, Any] = httpx.get(url, headers=headers, timeout=60).json()
    return said


def win(desk: Desk, sanction: int) -> None:
    """The person appeals, and somebody else finds that they were wronged."""
    words = {"sanction": sanction, "words": "These are my neighbours."}
    appeal = desk.ada.post("/v1/appeals", json=words).json()["appeal"]
    assert desk.bob.post(f"/v1/appeals/{appeal}/assign").status_code == 200
    answer = {"outcome": "reversed", "answer": "They are."}
    assert desk.bob.post(f"/v1/appeals/{appeal}/decide", json=answer).json()["status"] == "reversed"


async def test_a_suspension_reaches_synapse_and_a_won_appeal_undoes_it(guarded: Guarded) -> None:
    with closing(Desk(guarded.gate)) as desk:
        await _suspended_and_free_again(guarded, desk)


async def _suspended_and_free_again(guarded: Guarded, desk: Desk) -> None:
    async with people(guarded.synapse, "driven") as (driven,):
        room = await driven.meet()
        assert isinstance(room, str)
        assert isinstance(await driven.say(room, "before"), str)
        laid = await asyncio.to_thread(desk.lay, driven.id, measure="suspension", rule="forward-chats")
        assert laid["status"] == "in_force"
        body = {"msgtype": "m.text", "body": "?"}
        codes = set()

        async def is_suspended() -> bool:
            said = await driven.call("PUT", f"rooms/{room}/send/m.room.message/{len(codes)}", body)
            codes.add(said.json().get("errcode"))
            return bool(said.json().get("errcode") == "M_USER_SUSPENDED")

        while not await is_suspended():
            await asyncio.sleep(0.05)
        assert codes <= {"M_FORBIDDEN", "M_USER_SUSPENDED"}, "the gate refuses until Synapse does, and nothing passes"
        await asyncio.to_thread(win, desk, laid["sanction"])
        async with asyncio.timeout(300):
            while isinstance(await driven.say(room, "after"), ErrorResponse):
                await asyncio.sleep(0.05)


async def test_a_suspension_may_be_a_shadow_ban_and_an_expulsion_a_deactivation(stern: Guarded) -> None:
    with closing(Desk(stern.gate)) as desk:
        await _shadowed_and_deactivated(stern, desk, stern.socket.with_name("token"))


async def _shadowed_and_deactivated(stern: Guarded, desk: Desk, token: Path) -> None:
    async with people(stern.synapse, "shadowed", "expelled") as (shadowed, expelled):
        laid = await asyncio.to_thread(desk.lay, shadowed.id, measure="suspension", rule="newsletters")
        await until(lambda: account_of(stern, token, shadowed.id)["shadow_banned"])
        await asyncio.to_thread(win, desk, laid["sanction"])
        await until(lambda: not account_of(stern, token, shadowed.id)["shadow_banned"])
        proposed = await asyncio.to_thread(desk.lay, expelled.id, measure="expulsion", rule="newsletters", lasts_s=None)
        assert not account_of(stern, token, expelled.id)["deactivated"], "it is but proposed"
        note = {"decision": "confirm", "note": "I looked at the ledger."}
        signed = await asyncio.to_thread(desk.bob.post, f"/v1/sanctions/{proposed['sanction']}/signatures", json=note)
        assert signed.json()["status"] == "in_force", signed.text
        await until(lambda: account_of(stern, token, expelled.id)["deactivated"])
        assert (await expelled.call("GET", "account/whoami")).json()["errcode"] == "M_UNKNOWN_TOKEN"


def test_registrations_from_one_network_come_to_an_end(stern: Guarded) -> None:
    url = f"{stern.synapse.url}/_matrix/client/v3/register"
    said = [
        httpx.post(
            url, json={"username": f"one{n}", "password": "a long one", "auth": {"type": "m.login.dummy"}}, timeout=60
        )
        for n in range(REGISTRATIONS + 2)
    ]
    assert [answer.status_code for answer in said] == [200] * REGISTRATIONS + [429] * 2, "Synapse's word for a denial"
    outcomes = [decisions(stern, "register", outcome) for outcome in ("pass", "refuse")]
    assert outcomes[0] >= REGISTRATIONS
    assert outcomes[1] == 2
