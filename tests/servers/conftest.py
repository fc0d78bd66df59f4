from __future__ import annotations

import shutil
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from tests.servers.prosody import Prosody, prosody
from tests.service.running import Running, running

STARTER = (files("ecluse.terms") / "shipped" / "starter.yaml").read_text()
PEOPLE = [f"p-{n}" for n in range(20)]
STRANGERS = [f"s-{n}" for n in range(300)]
NAMES = [*PEOPLE, *STRANGERS, *("ada", "bob", "eve", "mallory", "news", "zoe")]


@pytest.fixture(scope="session")
def prosody_there() -> None:
    """Skips where there is no Prosody; ``apt-get install prosody`` brings it."""
    if shutil.which("prosody") is None:
        pytest.skip("prosody is not on this machine")


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Running]:
    """A gate with a line door at ``gate.sock`` in its data folder; terms: the module's TERMS, else ``starter``."""
    data = tmp_path_factory.mktemp("gate") / "data"
    data.mkdir()
    (data / "terms.yaml").write_text(getattr(request.module, "TERMS", STARTER))
    with running(data, "--socket", str(data / "gate.sock")) as started:
        yield started


@pytest.fixture(scope="module")
def server(prosody_there: None, gate: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prosody]:
    """A Prosody behind that gate."""
    folder: Path = tmp_path_factory.mktemp("prosody")
    with prosody(folder, NAMES, socket=gate.data / "gate.sock", timeout=30) as started:
        yield started
