from collections.abc import Iterator

import pytest

from tests.service.running import Running, running


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A gate that serves with the terms of the tests: three strangers an hour."""
    with running(tmp_path_factory.mktemp("gate") / "data") as started:
        yield started
