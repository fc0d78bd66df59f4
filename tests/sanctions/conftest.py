from collections.abc import Iterator

import pytest

from ecluse.records import Records


@pytest.fixture
def records(records_url: str) -> Iterator[Records]:
    """Empty records, on SQLite and on PostgreSQL."""
    with Records(records_url, migrate=True) as opened:
        yield opened
