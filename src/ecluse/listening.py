"""Listening: what all of our servers hold to before they serve at a port."""

from __future__ import annotations

import socket
from typing import Final

HEAD_MS: Final = 10_000
"""Milliseconds for a request's head to arrive."""


def check_free(host: str, port: int) -> None:
    """See that nobody listens there: granian would share the port with another server. Raises OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))
