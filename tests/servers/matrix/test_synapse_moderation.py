"""What the gate decided about an account is done through Synapse's admin API; what users report reaches the gate."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Callable

import httpx
from nio import ErrorResponse

from tests.servers.matrix.conftest import PATH, STANDING_SECRET, Guarded
from tests.servers.matrix.talking import named, people

PATIENCE_S = 300


def stand(guarded: Guarded, account: str, standing: str) -> httpx.Response:
    """Say how somebody stands."""
    headers = {"authorization": f"Bearer {STANDING_SECRET}"}
    body = {"account": account, "standing": standing}
    return httpx.post(guarded.synapse.url + PATH, json=body, headers=headers, timeout=60)


async def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    give_up = time.monotonic() + PATIENCE_S
    while not await asyncio.to_thread(holds):
        assert time.monotonic() < give_up
        await asyncio.sleep(0.1)


async def test_a_suspended_account_cannot_send_and_can_again_when_it_is_free(guarded: Guarded) -> None:
    async with people(guarded.synapse, "suspect", "witness") as (suspect, witness):
        room = await suspect.meet("witness")
        assert isinstance(room, str)
        await witness.join(room)
        for standing, code in (("suspended", "M_USER_SUSPENDED"), ("expelled", "M_USER_LOCKED")):
            for _ in range(2):  # twice is as good as once
                answer = await asyncio.to_thread(stand, guarded, suspect.id, standing)
                assert (answer.status_code, answer.json()) == (200, {"applied": True})
            refused = await suspect.call("PUT", f"rooms/{room}/send/m.room.message/{standing}", {"body": "?"})
            assert refused.json()["errcode"] == code
            assert isinstance(await witness.say(room, "where are you?"), str)
            assert (await asyncio.to_thread(stand, guarded, suspect.id, "free")).json() == {"applied": True}
            assert isinstance(await suspect.say(room, f"no longer {standing}"), str)


def post_notice(guarded: Guarded, account: str, kind: str, words: str = "", **facts: str) -> httpx.Response:
    """Post a notice as the gate's courier does."""
    notice = {"notice": 1, "subject_kind": "account", "subject": account, "kind": kind, "facts": facts, "body": words}
    body, now_s = json.dumps(notice).encode(), int(time.time())
    digest = hmac.new(STANDING_SECRET.encode(), f"{now_s}.".encode() + body, hashlib.sha256).hexdigest()
    headers = {"ecluse-signature": f"t={now_s},v1={digest}"}
    return httpx.post(guarded.synapse.url + PATH, content=body, headers=headers, timeout=60)


async def test_notices_of_the_gate_suspend_and_a_won_appeal_frees(guarded: Guarded) -> None:
    async with people(guarded.synapse, "appellant") as (appellant,):
        room = await appellant.meet()
        assert isinstance(room, str)
        laid = {"measure": "suspension", "status": "in_force"}
        answer = await asyncio.to_thread(post_notice, guarded, appellant.id, "sanction", **laid)
        assert answer.json() == {"applied": True}
        refused = await appellant.call("PUT", f"rooms/{room}/send/m.room.message/s", {"body": "?"})
        assert refused.json()["errcode"] == "M_USER_SUSPENDED"
        heard = await asyncio.to_thread(post_notice, guarded, appellant.id, "appeal_received")
        assert heard.json() == {"applied": False}
        won = await asyncio.to_thread(post_notice, guarded, appellant.id, "appeal_reversed", **laid)
        assert won.json() == {"applied": True}
        assert isinstance(await appellant.say(room, "here again"), str)


async def test_only_who_has_the_secret_says_how_somebody_stands(guarded: Guarded) -> None:
    url = guarded.synapse.url + PATH
    body = {"account": named("anybody"), "standing": "expelled"}
    headers = {"authorization": f"Bearer {STANDING_SECRET}"}
    assert httpx.post(url, json=body).status_code == 401
    assert httpx.post(url, json=body, headers={"authorization": "Bearer no"}).status_code == 401
    old = {"ecluse-signature": "t=1,v1=" + hmac.new(STANDING_SECRET.encode(), b"1.{}", hashlib.sha256).hexdigest()}
    assert httpx.post(url, content=b"{}", headers=old).status_code == 401
    assert httpx.post(url, content=b"[", headers=headers).status_code == 400
    assert httpx.post(url, json={"account": "@a:b", "standing": "x"}, headers=headers).status_code == 400
    assert httpx.post(url, json=body | {"account": "@a:elsewhere"}, headers=headers).json() == {"applied": False}
    for standing in ("suspended", "expelled", "free"):
        said = httpx.post(url, json=body | {"standing": standing}, headers=headers, timeout=60)
        assert said.status_code == 502, "there is no such account, and none is made"


async def test_a_report_reaches_the_gate(guarded: Guarded) -> None:
    async with people(guarded.synapse, "nuisance", "reporter") as (nuisance, reporter):
        room = await nuisance.meet("reporter")
        assert isinstance(room, str)
        await reporter.join(room)
        event = await nuisance.say(room, "Buy now")
        assert isinstance(event, str)
        told = await reporter.call("POST", f"rooms/{room}/report/{event}", {"reason": "spam"})
        assert told.status_code == 200, told.text
        told = await reporter.call("POST", f"users/{nuisance.id}/report", {"reason": "spam"})
        assert told.status_code == 200, told.text
        await until(lambda: reports(guarded, nuisance.id) == 1.0)
        await asyncio.sleep(2.5)
        assert reports(guarded, nuisance.id) == 1.0, "a reporter counts once"
        assert not isinstance(await nuisance.client.whoami(), ErrorResponse)


def reports(guarded: Guarded, account: str) -> float:
    with guarded.gate.http("read") as http:
        signals = http.get(f"/v1/accounts/{account}").json()["signals"]
    return float({one["signal"]: one["value"] for one in signals}["reports.24h"])
