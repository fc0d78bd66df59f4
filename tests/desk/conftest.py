from collections.abc import Iterator
from itertools import count

import pytest

from ecluse.desk.store import DeskStore
from tests.desk.making import BUSINESSES
from tests.service.business.world import Shop, User, business_gate, open_shop
from tests.service.running import Running

_ACCOUNTS = count(336_500_001)


@pytest.fixture
def store(records_url: str) -> Iterator[DeskStore]:
    """An empty desk with two businesses: on SQLite, then on PostgreSQL."""
    with DeskStore(records_url) as opened:
        opened.add(BUSINESSES)
        yield opened


@pytest.fixture(scope="session")
def gate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A service with the loopback messenger."""
    with business_gate(tmp_path_factory.mktemp("desk") / "data") as started:
        yield started


@pytest.fixture
def shop(gate: Running) -> Shop:
    """A verified business with one number."""
    return open_shop(gate)


@pytest.fixture
def zoe(gate: Running) -> User:
    """Somebody who has written to nobody yet."""
    return User(gate, str(next(_ACCOUNTS)))
