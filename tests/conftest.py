from pathlib import Path

import pytest

SHARED_DATA = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real logs that lies beside the project; they may not be kept in it."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the real logs (../shared/data) are not on this machine")
    return SHARED_DATA
