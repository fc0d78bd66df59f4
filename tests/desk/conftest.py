from collections.abc import Iterator

import pytest

from ecluse.desk.store import DeskStore
from tests.desk.making import BUSINESSES


@pytest.fixture
def store(records_url: str) -> Iterator[DeskStore]:
    """An empty desk with two businesses: on SQLite, then on PostgreSQL."""
    with DeskStore(records_url) as opened:
        opened.add(BUSINESSES)
        yield opened
