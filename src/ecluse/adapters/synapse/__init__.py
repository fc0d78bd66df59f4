"""The module that Synapse loads: ``module: ecluse.adapters.synapse.Gate`` in ``homeserver.yaml``.

It runs in Synapse's own environment, where of Écluse's dependencies none is installed: nothing here imports more than
Python, Twisted, Synapse, and what Synapse needs. ``Gate`` is imported when it is asked for, so that the parts that need
no Synapse can be read without one. The page about it is ``docs/synapse.md``.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any


def __getattr__(name: str) -> Any:
    if name == "Gate":
        return import_module(f"{__name__}.module").Gate
    raise AttributeError(name)
