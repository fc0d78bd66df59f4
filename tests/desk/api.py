"""A server at loopback that answers as a Cloud API does on a bad day: for what the real one can't be made to do."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any, NamedTuple


class Call(NamedTuple):
    """A message that was asked for. place: how many came before it."""

    place: int
    to: str
    text: str
    key: str | None
    opaque: str | None


class BadApi:
    """answer: status, headers and body of the answer to a call; None: it takes the message. 0: it hangs up."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.taken: list[Call] = []
        self.marks: list[dict[str, Any]] = []
        self.answer: Callable[[Call], tuple[int, dict[str, str], Any] | None] = lambda _: None
        numbers, api = count(1), self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                if "status" in body:
                    api.marks.append(body)
                    self._say(200, {}, {"success": True})
                    return
                call = Call(
                    len(api.calls),
                    body.get("to") or body["recipient"],
                    body["text"]["body"],
                    self.headers["idempotency-key"],
                    body["biz_opaque_callback_data"],
                )
                api.calls.append(call)
                said = api.answer(call)
                if said is None:
                    api.taken.append(call)
                    said = (200, {}, {"messages": [{"id": f"wamid.api{next(numbers)}"}]})
                self._say(*said)

            def _say(self, status: int, headers: dict[str, str], body: Any) -> None:
                if status == 0:
                    self.close_connection = True
                    return
                encoded = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(status)
                for name, value in {**headers, "content-length": str(len(encoded))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(encoded)

            def log_message(self, format: str, *args: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/v23.0"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Be gone."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def error(code: int, message: str) -> dict[str, Any]:
    """The error object of an API."""
    return {"error": {"message": message, "code": code, "error_data": {"details": f"{message}, in words"}}}
