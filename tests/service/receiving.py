"""A webhook's other end: a server on loopback that keeps what is posted to it, and fails as often as it is told."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import msgspec


class Receiver(HTTPServer):
    """``posts``: signature and body of each. ``failing``: posts that it answers by 500 from here on."""

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.posts: list[tuple[str, bytes]] = []
        self.failing = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/notices"

    def notices(self) -> list[dict[str, Any]]:
        return [msgspec.json.decode(body) for _, body in self.posts]


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.failing -= 1
        fails = self.server.failing >= 0
        if not fails:
            self.server.posts.append((self.headers["ecluse-signature"], body))
        self.send_response(500 if fails else 204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def receiving(port: int = 0) -> Iterator[Receiver]:
    """A receiver until the end of the block."""
    with Receiver(port) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
