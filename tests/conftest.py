import os
import shutil
import ssl
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import certifi
import hypothesis
import pytest

from tests.postgres import new_database, postgres_server

# The same examples at every run, so that what fails was broken by a change; ``make explore`` looks for new ones.
hypothesis.settings.register_profile("same", deadline=None, derandomize=True)
hypothesis.settings.register_profile("new", deadline=None, derandomize=False, print_blob=True)
hypothesis.settings.load_profile("same")

_new_context = ssl.create_default_context
_usual_context = ssl.create_default_context(cafile=certifi.where())


def _context(*args: Any, **more: Any) -> ssl.SSLContext:
    """The TLS context that httpx makes for each client, a hundred authorities read from a file, is made once: 20 ms."""
    return _usual_context if not args and more == {"cafile": certifi.where()} else _new_context(*args, **more)


ssl.create_default_context = _context

SHARED_DATA = Path(__file__).parents[2] / "shared" / "data"
NO_SHARED_DATA = "the real logs (../shared/data) are not on this machine"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real logs that lies beside the project; they may not be kept in it."""
    if not SHARED_DATA.is_dir():
        pytest.skip(NO_SHARED_DATA)
    return SHARED_DATA


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of Debian's Chromium, for tests that open a page as people do."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("chromium is not on this machine")
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[Path]:
    """A PostgreSQL server; its folder, for ``new_database``."""
    with postgres_server() as folder:
        yield folder


@pytest.fixture(params=["sqlite", "postgresql"])
def records_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of records that are not there yet: on SQLite, then on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/records.sqlite"
    folder: Path = request.getfixturevalue("postgres")
    return new_database(folder)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With ECLUSE_CI=1 a skipped test has failed; one for want of the real logs not if ECLUSE_NO_SHARED_DATA=1."""
    report = yield
    if report.skipped and os.environ.get("ECLUSE_CI") == "1":
        excused = NO_SHARED_DATA in str(report.longrepr) and os.environ.get("ECLUSE_NO_SHARED_DATA") == "1"
        if not excused and not hasattr(report, "wasxfail"):
            report.outcome, report.longrepr = "failed", f"{item.nodeid} was skipped, which ECLUSE_CI=1 forbids"
    return report
