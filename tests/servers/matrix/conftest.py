from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.servers.matrix.synapse import Synapse, environment, module_folder, running_synapse
from tests.service.running import Running, free_port, running

TERMS = (
    (Path(__file__).parents[3] / "src/ecluse/terms/shipped/starter.yaml").read_text()
    + """
  # --- For the tests: on Matrix, every chat that a message is forwarded to is a message of its own ----
  - id: forward-chats
    clause: You may forward to at most five chats in an hour.
    kinds: [forward]
    when: [recipients.1h > 5]
    then: refuse
  - id: hasty
    clause: You may send at most eight messages in a minute to yourself.
    kinds: [send]
    when: [messages.1m > 8, recipients.1h < 1]
    then: delay
  - id: many-rooms
    clause:
      en: You may not make more than four rooms an hour.
      fr: Vous ne pouvez créer plus de quatre salons par heure.
    kinds: [create_group]
    mode: warn
    when: [groups_created.1h > 4]
    then: refuse
"""
)
NOTICES = {"system_mxid_localpart": "notices", "room_name": "Server notices", "auto_join": True}
PATH = "/_synapse/client/ecluse/standing"
STANDING_SECRET = "what the gate shows"


class Installed(NamedTuple):
    """Where Synapse's Python is, and the folder in which the module is installed for it."""

    python: Path
    site: Path


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Synapse and the module, installed."""
    python = environment()
    return Installed(python, module_folder(python, tmp_path_factory.mktemp("module")))


class Guarded(NamedTuple):
    """A Synapse behind a gate."""

    synapse: Synapse
    gate: Running
    socket: Path


@pytest.fixture(scope="session")
def guarded(installed: Installed, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    """A gate with the shipped starter terms and some for these tests, and a Synapse whose module asks it."""
    folder = tmp_path_factory.mktemp("guarded")
    (folder / "data").mkdir()
    (folder / "data" / "terms.yaml").write_text(TERMS)
    socket, port = folder / "gate.sock", free_port()

    def settings(socket: Path, folder: Path) -> dict[str, Any]:
        """Patient, as other tests run on the same machine."""
        url = f"http://127.0.0.1:{port}"
        admin = {"url": url, "token_file": str(folder / "token"), "poll_s": 1, "secret": STANDING_SECRET}
        return {"socket": str(socket), "timeout_ms": 20_000, "admin": admin}

    notices = f"http://127.0.0.1:{port}{PATH}"
    with (
        running(
            folder / "data", "--socket", str(socket), "--webhook", notices, "--webhook-secret", STANDING_SECRET
        ) as gate,
        running_synapse(
            *installed, folder / "synapse", settings(socket, folder), port=port, server_notices=NOTICES
        ) as synapse,
    ):
        (folder / "token").write_text(synapse.register("admin", admin=True))
        yield Guarded(synapse, gate, socket)
