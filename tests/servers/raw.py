"""A client of bytes: what no library lets one do, such as 400 messages in one write."""

from __future__ import annotations

import base64
import re
import socket
from typing import Self

from tests.servers.prosody import HOST, PASSWORD

WAIT_S = 30


class Raw:
    """A connection to Prosody, by hand. got: all that it has said."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=WAIT_S)
        self.got = ""
        self._open()

    def _open(self) -> None:
        streams = "xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'"
        self.write(f"<?xml version='1.0'?><stream:stream to='{HOST}' version='1.0' {streams}>")
        self.until("</stream:features>")

    def write(self, text: str) -> None:
        """Send it, in one write."""
        self.socket.sendall(text.encode())

    def until(self, pattern: str, times: int = 1) -> str:
        """Read until ``pattern`` has come so often since the last time; returns what has come."""
        while len(re.findall(pattern, self.got)) < times:
            data = self.socket.recv(65536)
            assert data, f"it hung up after {self.got[-500:]}"
            self.got += data.decode()
        got, self.got = self.got, ""
        return got

    def log_in(self, name: str) -> Self:
        """Authenticate, bind a resource and be there."""
        token = base64.b64encode(f"\0{name}\0{PASSWORD}".encode()).decode()
        self.write(f"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>{token}</auth>")
        self.until("<success")
        self._open()
        self.write("<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq><presence/>")
        self.until("</iq>")
        return self

    def settled(self) -> str:
        """Wait until the server has handled all that was sent before; returns what has come."""
        query = "<query xmlns='http://jabber.org/protocol/disco#info'/>"
        self.write(f"<iq type='get' id='settled' to='{HOST}'>{query}</iq>")
        return self.until("<iq [^>]*id='settled'.*</iq>")

    def register(self, name: str) -> str:
        """Ask for an account; returns the answer."""
        query = f"<username>{name}</username><password>{PASSWORD}</password>"
        self.write(f"<iq type='set' id='r'><query xmlns='jabber:iq:register'>{query}</query></iq>")
        return self.until("<iq [^>]*id='r'.*?(?:/>|</iq>)")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.socket.close()
