"""A real service with the loopback messenger, businesses of it, a receiver of webhooks, and people to act as."""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import json
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

import httpx

from ecluse.partners import Application, Sort
from ecluse.records import Records
from ecluse.service.partners.office import Office
from tests.service.running import Running, running

OPTIONS = ("--messenger", "loopback", "--reach-loopback")
WAIT_S = 30.0
_NUMBERS = count(1)

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


class Shop(NamedTuple):
    """A business that was verified: its ids, its token, its app's secret."""

    partner: str
    app: str
    secret: str
    account: str
    phone: str
    number: str
    token: str

    def api(self, gate: Running) -> httpx.Client:
        """A client of the API with its token."""
        headers = {"authorization": f"Bearer {self.token}"}
        return httpx.Client(base_url=f"{gate.url}/v23.0/", headers=headers, timeout=30)


def office(gate: Running) -> Office:
    """Where partners are decided on, beside the running service."""
    return Office(Records.of_folder(gate.data), (gate.data / "secret").read_bytes())


def open_shop(
    gate: Running, name: str = "Flowers", sort: Sort = Sort.BUSINESS, provider: str | None = None, numbers: int = 1
) -> Shop:
    """Take a business through everything until it has a token; the running service knows it before this returns."""
    here, now_s = office(gate), int(time.time())
    register = here.register
    applied = Application(name, "flowers.example.org", "DE", "ada@example.org", sort, provider)
    partner = register.apply(applied, who="test", now_s=now_s)
    register.add_document(partner.id, "extract", io.BytesIO(b"a document"), who="test", now_s=now_s)
    register.confirm_domain(partner.id, who="test", now_s=now_s, how="dns")
    here.decide(partner.id, "verify", who="test", why="it is who it says", now_s=now_s)
    own = [f"33{next(_NUMBERS):06}{os.getpid() % 1000:03}" for _ in range(numbers)]
    given = [here.add_number(partner.id, number, name, who="test", now_s=now_s) for number in own]
    _, token = register.create_token(partner.id, "test", who="test", now_s=now_s)
    app = here.app(partner.id)
    here.records.close()
    shop = Shop(
        partner.id, app.id, app.secret, *((given[0].account_id, given[0].id, own[0]) if given else ("", "", "")), token
    )
    wait_for(
        lambda: (
            httpx.get(f"{gate.url}/v23.0/{shop.phone or shop.app}", params={"access_token": token}).status_code != 401
        )
    )
    return shop


class Received(NamedTuple):
    """A webhook that came."""

    path: str
    body: bytes
    signature: str | None

    @property
    def value(self) -> dict[str, Any]:
        """What it tells."""
        value: dict[str, Any] = json.loads(self.body)["entry"][0]["changes"][0]["value"]
        return value

    def is_signed(self, secret: str) -> bool:
        """Whether its signature is that of its bytes."""
        return self.signature == "sha256=" + hmac.new(secret.encode(), self.body, hashlib.sha256).hexdigest()


class Receiver:
    """Takes webhooks at a port of loopback. answer: the status of its answers; may be changed."""

    def __init__(self, port: int = 0, verify_token: str = "word") -> None:
        self.received: list[Received] = []
        self.tried: list[Received] = []
        self._connections: list[socket.socket] = []
        self.answer: Callable[[Received], int] = lambda _: 200
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self) -> None:
                super().setup()
                receiver._connections.append(self.connection)

            def do_GET(self) -> None:
                query = {key: values[0] for key, values in parse_qs(urlsplit(self.path).query).items()}
                good = query.get("hub.verify_token") == verify_token and query.get("hub.mode") == "subscribe"
                self._answer(200 if good else 403, query.get("hub.challenge", "").encode() if good else b"no")

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                got = Received(self.path, body, self.headers["x-hub-signature-256"])
                receiver.tried.append(got)
                status = receiver.answer(got)
                if 200 <= status < 300:
                    receiver.received.append(got)
                self._answer(status, b"ok")

            def _answer(self, status: int, body: bytes) -> None:
                self.send_response(status)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 256

        self._server = Server(("127.0.0.1", port), Handler)
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/hook"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Be gone, with all connections, as a process that ends is."""
        self._server.shutdown()
        self._server.server_close()
        for connection in self._connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def of(self, field: str) -> list[dict[str, Any]]:
        """What came in a field, ``messages`` or ``statuses``, in order."""
        return [got.value[field][0] for got in self.received if field in got.value]


@contextmanager
def receiving(gate: Running, shop: Shop) -> Iterator[Receiver]:
    """A receiver to which the shop's webhooks go."""
    receiver = Receiver()
    try:
        subscribe(gate, shop, receiver.url)
        yield receiver
    finally:
        receiver.close()


def subscribe(gate: Running, shop: Shop, url: str) -> None:
    """Let a shop's webhooks go to an address."""
    params = {
        "object": "whatsapp_business_account",
        "callback_url": url,
        "verify_token": "word",
        "fields": "messages",
        "access_token": f"{shop.app}|{shop.secret}",
    }
    answer = httpx.post(f"{gate.url}/v23.0/{shop.app}/subscriptions", params=params)
    assert answer.json() == {"success": True}, answer.text


_CLIENTS: dict[tuple[str, str], httpx.Client] = {}


def client(gate: Running, scope: str) -> httpx.Client:
    """A client with the key of a scope, the same one each time: to make one costs more than a request."""
    if (gate.url, scope) not in _CLIENTS:
        _CLIENTS[gate.url, scope] = gate.http(scope)
    return _CLIENTS[gate.url, scope]


class User:
    """Somebody of the loopback messenger."""

    def __init__(self, gate: Running, account: str, name: str = "Zoe", region: str | None = "FR") -> None:
        self.account, self._gate = account, gate
        answer = client(gate, "admin").put(f"/v1/messenger/people/{account}", json={"name": name, "region": region})
        assert answer.status_code == 200, answer.text
        self._ids = count(1)

    def write(self, to: str, text: str = "NEWS", **fields: Any) -> dict[str, Any]:
        """Write to a business. Returns what became of it."""
        message: dict[str, Any] = {
            "id": f"{self.account}-{next(self._ids)}",
            "sender": self.account,
            "to": to,
            "type": "text",
            "content": {"body": text},
            **fields,
        }
        answer = client(self._gate, "decide").post("/v1/messenger/messages", json=message)
        assert answer.status_code == 200, answer.text
        heard: dict[str, Any] = answer.json()
        return heard

    def do(self, deed: str, to: str) -> None:
        """End, block, unblock or report."""
        answer = client(self._gate, "decide").post(
            "/v1/messenger/deeds", json={"sender": self.account, "to": to, "deed": deed}
        )
        assert answer.status_code == 200, answer.text

    def reads(self, message_id: str, status: str = "read") -> bool:
        """Report that a message was read. Returns whether that is news."""
        answer = client(self._gate, "decide").post("/v1/messenger/reports", json={"id": message_id, "status": status})
        return bool(answer.json()["news"])

    def inbox(self) -> list[dict[str, Any]]:
        """What they got."""
        messages: list[dict[str, Any]] = (
            client(self._gate, "read").get(f"/v1/messenger/people/{self.account}/inbox").json()["messages"]
        )
        return messages

    def sees(self, number: str) -> dict[str, Any]:
        """What they see of a business."""
        shown: dict[str, Any] = (
            client(self._gate, "read").get(f"/v1/messenger/people/{self.account}/inbox").json()["shown"]
        )
        return dict(shown.get(number, {}))


def wait_for(holds: Callable[[], Any], seconds: float = WAIT_S) -> Any:
    """Wait until something holds; what it then is."""
    give_up = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < give_up, "it did not come about"
        time.sleep(0.02)
    return found


def text(to: str, body: str = "Hello", **fields: Any) -> dict[str, Any]:
    """The body of a text."""
    return {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": to,
        "type": "text",
        "text": {"body": body},
        **fields,
    }


@contextmanager
def business_gate(folder: Path, *options: str) -> Iterator[Running]:
    """A service with the loopback messenger."""
    with running(folder, *OPTIONS, *options) as gate:
        try:
            yield gate
        finally:
            for key in [key for key in _CLIENTS if key[0] == gate.url]:
                _CLIENTS.pop(key).close()
