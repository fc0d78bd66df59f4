"""The event loop: uvloop where it is installed, else Python's own; the same but for its speed."""

from __future__ import annotations

import asyncio
import importlib.util

HAS_UVLOOP = importlib.util.find_spec("uvloop") is not None


def new_loop() -> asyncio.AbstractEventLoop:
    """A new loop."""
    if HAS_UVLOOP:
        loop: asyncio.AbstractEventLoop = importlib.import_module("uvloop").new_event_loop()
        return loop
    return asyncio.new_event_loop()
