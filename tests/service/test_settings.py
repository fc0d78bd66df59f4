from pathlib import Path
from typing import Any

import pytest

from ecluse.errors import InputError
from ecluse.service.settings import Settings, is_loopback, parse_bytes


@pytest.mark.parametrize(
    ("text", "size"),
    [("1", 1), ("4096", 4096), ("4k", 4096), ("4 KiB", 4096), ("64MiB", 1 << 26), ("2 GB", 2 << 30), ("1g", 1 << 30)],
)
def test_sizes(text: str, size: int) -> None:
    assert parse_bytes(text) == size


@pytest.mark.parametrize("text", ["", "-1", "1.5 GiB", "GiB", "1 TiB", "9" * 30])
def test_what_is_no_size(text: str) -> None:
    with pytest.raises(InputError):
        parse_bytes(text)


@pytest.mark.parametrize(
    ("host", "own"),
    [("127.0.0.1", True), ("127.8.8.8", True), ("::1", True), ("0.0.0.0", False), ("10.0.0.1", False), ("gate", False)],
)
def test_loopback(host: str, own: bool) -> None:
    assert is_loopback(host) == own


def test_without_keys_only_loopback_is_listened_at() -> None:
    assert Settings(data=Path("d"), auth=False).host == "127.0.0.1"
    with pytest.raises(InputError, match="is not a loopback address, as no API keys are"):
        Settings(data=Path("d"), auth=False, host="0.0.0.0")
    assert Settings(data=Path("d"), host="0.0.0.0").auth


def test_an_address_for_lines() -> None:
    assert Settings(data=Path("d")).lines_address is None
    assert Settings(data=Path("d"), lines="localhost:8788").lines_address == ("127.0.0.1", 8788)
    assert Settings(data=Path("d"), lines="[::1]:8788").lines_address == ("::1", 8788)
    assert Settings(data=Path("d"), lines="0.0.0.0:8788").lines_address == ("0.0.0.0", 8788)
    with pytest.raises(InputError, match=r"^lines: .* is not a loopback address and a port, as no API keys are"):
        Settings(data=Path("d"), lines="0.0.0.0:8788", auth=False)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("lines", "8788"),
        ("lines", "127.0.0.1:"),
        ("lines", "127.0.0.1:0"),
        ("lines", "127.0.0.1:65536"),
        ("socket", Path("/" + "s" * 100)),
        ("port", 0),
        ("port", 65_536),
        ("memory", 1),
        ("body_max", 0),
        ("bodies_max", 5),
        ("body_seconds", 0.0),
        ("events_max", 0),
    ],
)
def test_settings_have_bounds(name: str, value: Any) -> None:
    with pytest.raises(InputError, match=f"^{name}: "):
        Settings(data=Path("d"), **{name: value})
