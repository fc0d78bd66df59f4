from collections.abc import Iterator

import pytest

from tests.service.running import Running, running


@pytest.fixture(scope="session")
def running_gate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A gate that serves, asks for keys, and has small limits."""
    limits = ("--body-max", "256 KiB", "--events-max", "1000", "--body-seconds", "1")
    with running(tmp_path_factory.mktemp("gate") / "data", *limits) as started:
        yield started
