"""The chat of ``plain``, behind a gate. Environment: ``ECLUSE_URL``, ``ECLUSE_KEY``, ``ECLUSE_ON_FAILURE``.

Run it: ``python -m granian --interface asgi examples.chat.protected:app``.
"""

import os
from datetime import UTC, datetime
from urllib.parse import parse_qs

from ecluse.adapters.asgi import Asked, GateMiddleware
from ecluse.adapters.guard import Guard
from ecluse.events import Event
from examples.chat import plain


def event_of(asked: Asked) -> Event:
    """Every message on the WebSocket is a send by the name that opened it."""
    message, sender = asked.json(), parse_qs(asked.scope["query_string"].decode())["name"][0]
    at, language = datetime.now(UTC), asked.language()
    return Event(kind="send", at=at, sender=sender, recipients=[message["to"]], language=language)


url, choice = os.environ.get("ECLUSE_URL", "http://127.0.0.1:8787"), os.environ.get("ECLUSE_ON_FAILURE", "open")
guard = Guard(url, key=os.environ.get("ECLUSE_KEY"), on_failure="closed" if choice == "closed" else "open")
app = GateMiddleware(plain.app, guard=guard, event_of=event_of)
