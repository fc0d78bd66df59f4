import json
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import httpx
import pytest
import structlog
import structlog.testing
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route, WebSocketRoute

from ecluse.adapters.asgi import VERDICT, Asked, GateMiddleware
from ecluse.adapters.guard import Guard
from ecluse.events import Event
from tests.service.running import free_port

CLAUSE = "You may write to three strangers an hour."


def event_of(asked):
    """Messages are ``{"from", "to", "kind"}``; one without ``to`` is none of the gate's business."""
    message = asked.json()
    if "to" not in message:
        return None
    at = datetime.now(UTC)
    kind, language = message.get("kind", "send"), asked.language()
    return Event(kind=kind, at=at, sender=message["from"], recipients=message["to"], language=language)


async def echo(request):
    verdict = request.scope[VERDICT]
    said = {"said": await request.json(), "outcome": verdict and verdict.outcome, "labels": verdict and verdict.labels}
    return JSONResponse(said)


async def echoes(socket):
    await socket.accept()
    async for message in socket.iter_json():
        verdict = socket.scope[VERDICT]
        await socket.send_json([message, verdict and verdict.outcome])


def guarded(url, key=None, on_failure="open", **options):
    app = Starlette(routes=[Route("/say", echo, methods=["POST", "GET"]), WebSocketRoute("/talk", echoes)])
    return GateMiddleware(app, guard=Guard(url, key=key, on_failure=on_failure), event_of=event_of, **options)


@asynccontextmanager
async def asking(app):
    """A client of ``app``, in this process."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://chat") as client:
        yield client
    await app._guard.close()


@pytest.fixture
async def client(gate):
    async with asking(guarded(gate.url, gate.keys["decide"], body_max=200)) as client:
        yield client


async def say(client, sender, *to, **fields):
    return await client.post("/say", json={"from": sender, "to": list(to), **fields})


async def talk(app, *messages):
    """What comes back on a WebSocket on which ``messages`` were sent, read as JSON."""
    coming = [{"type": "websocket.connect"}, *messages, {"type": "websocket.disconnect", "code": 1000}]
    said = []

    async def receive():
        return coming.pop(0)

    async def send(message):
        if message["type"] == "websocket.send":
            said.append(json.loads(message["text"]))

    scope = {"type": "websocket", "path": "/talk", "query_string": b"", "headers": [], "subprotocols": []}
    await app(scope, receive, send)
    return said


async def test_what_passes_reaches_the_app_whole(client):
    answer = await say(client, "ada", "bob")
    said = {"from": "ada", "to": ["bob"]}
    assert (answer.status_code, answer.json()) == (200, {"said": said, "outcome": "pass", "labels": []})


async def test_a_label_reaches_the_app(client):
    answer = await say(client, "lea", "bob", kind="forward")
    assert (answer.json()["outcome"], answer.json()["labels"]) == ("label", ["forwarded"])


async def test_a_refusal_is_a_problem_that_says_why_and_when(client):
    assert [(await say(client, "eve", f"stranger-{n}")).status_code for n in range(3)] == [200] * 3
    answer = await say(client, "eve", "stranger-3")
    problem = answer.json()
    assert (answer.status_code, answer.headers["content-type"]) == (429, "application/problem+json")
    assert answer.headers["retry-after"] == str(problem["retry_after"])
    assert 3590 <= problem["retry_after"] <= 3600
    assert (problem["type"], problem["rules"]) == ("urn:ecluse:problem:refused", ["three-strangers"])
    assert problem["detail"].startswith(f"This was not sent. {CLAUSE} This would be 4; the limit is 3.")


async def test_a_refusal_is_in_the_language_of_the_request(client):
    client.headers["accept-language"] = "fr-FR,fr;q=0.9"
    answers = [await say(client, "eva", f"stranger-{n}") for n in range(4)]
    assert answers[-1].json()["detail"].startswith("Ceci n'a pas été envoyé.")


async def test_what_is_none_of_the_gates_business_passes_unseen(client):
    answer = await client.post("/say", json={"from": "ada"})
    assert answer.json() == {"said": {"from": "ada"}, "outcome": None, "labels": None}


@pytest.mark.parametrize("body", [b"", b"{", b"5", b'{"to": ["bob"]}', b"\xff"])
async def test_what_cannot_be_understood_is_refused(client, body):
    answer = await client.post("/say", content=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")


async def test_what_the_gate_calls_wrong_is_refused_with_its_words(client):
    answer = await say(client, "ada", "")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert "recipients" in answer.json()["detail"]


async def test_a_body_over_the_limit_is_not_kept(client):
    answer = await client.post("/say", content=b" " * 201)
    assert (answer.status_code, answer.json()["code"]) == (413, "body-too-large")


async def test_on_a_websocket_what_is_refused_is_answered_and_the_rest_goes_on(gate):
    def text(**message):
        return {"type": "websocket.receive", "text": json.dumps(message)}

    app = guarded(gate.url, gate.keys["decide"])
    strangers = [text(**{"from": "wes", "to": [f"stranger-{n}"]}) for n in range(4)]
    nonsense = {"type": "websocket.receive", "bytes": b"nonsense"}
    said = await talk(app, *strangers, nonsense, text(**{"from": "wes"}))
    await app._guard.close()
    assert [outcome for _, outcome in said[:3]] == ["pass"] * 3
    assert [(problem["code"], problem["status"]) for problem in said[3:5]] == [("refused", 429), ("malformed", 422)]
    assert said[5:] == [[{"from": "wes"}, None]]


async def test_a_message_over_the_limit_does_not_reach_the_app():
    app = guarded(f"http://127.0.0.1:{free_port()}", body_max=20)
    small, large = ({"type": "websocket.receive", "text": json.dumps("x" * n)} for n in (18, 19))
    said = await talk(app, large, small)
    await app._guard.close()
    assert (said[0]["code"], said[0]["status"]) == ("body-too-large", 413)
    assert len(said) == 2


async def test_of_nonsense_without_end_the_log_says_where_only_once():
    app = guarded(f"http://127.0.0.1:{free_port()}")
    with structlog.testing.capture_logs() as logged:
        await talk(app, *({"type": "websocket.receive", "text": "{"} for _ in range(5)))
    await app._guard.close()
    assert [entry["error"] for entry in logged] == ["DecodeError"] * 5
    assert [entry["exc_info"] for entry in logged] == [True] + [False] * 4


async def test_a_refusal_on_a_websocket_can_have_ones_own_form(gate):
    app = guarded(
        gate.url, gate.keys["decide"], refusal=lambda asked, problem: json.dumps([len(asked.body), problem["code"]])
    )
    said = await talk(app, {"type": "websocket.receive", "text": "{"})
    await app._guard.close()
    assert said == [[1, "malformed"]]


async def test_open_without_a_gate_everything_passes_and_says_unjudged():
    app = guarded(f"http://127.0.0.1:{free_port()}")
    async with asking(app) as client:
        assert [(await say(client, "ada", f"p-{n}")).json()["outcome"] for n in range(7)] == ["pass"] * 7
    assert app._guard.counts.unjudged == 7


async def test_closed_without_a_gate_everything_is_refused_with_a_time_to_ask_again():
    async with asking(guarded(f"http://127.0.0.1:{free_port()}", on_failure="closed")) as client:
        answer = await say(client, "ada", "bob")
    assert (answer.status_code, answer.headers["retry-after"], answer.json()["code"]) == (503, "5", "unjudged")


async def test_a_key_that_opens_nothing_is_no_fault_of_the_sender(gate):
    async with asking(guarded(gate.url, "ecl_wrong", on_failure="closed")) as client:
        assert (await say(client, "ada", "bob")).status_code == 503


def test_the_language_liked_best():
    def asked(header):
        return Asked({"headers": [(b"accept-language", header)]}, b"").language()

    assert [asked(b"pt-BR,pt;q=0.8"), asked(b"hi"), asked(b"*"), asked(b""), asked(b"x" * 36)] == [
        "pt-BR",
        "hi",
        None,
        None,
        None,
    ]
