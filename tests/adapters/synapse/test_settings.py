from pathlib import Path
from typing import Any

import pytest

from ecluse.adapters.synapse.settings import _ADMIN, Admin, Settings, parse_settings
from ecluse.errors import InputError

PAGE = (Path(__file__).parents[3] / "docs" / "synapse.md").read_text()


SECRET = "sixteen or more of them"
ADMIN = {"url": "http://x", "token": "t"}


def test_what_is_not_given() -> None:
    assert parse_settings({"socket": "g"}) == Settings(socket="g")
    assert set(Settings(socket="g").on_failure.values()) == {"open"}


def test_everything(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("ecl_x\n")
    admin = {"url": "http://127.0.0.1:8008/", "token_file": "t", "expulsion": "deactivate", "secret": SECRET}
    found = parse_settings(
        {"lines": "[::1]:8788", "key_file": str(tmp_path / "key"), "exempt": ["@bot-*:x"], "admin": admin}
        | {"on_failure": {"register": "closed"}, "timeout_ms": 9, "texts": False}
    )
    assert (found.key, found.timeout_ms, found.texts) == ("ecl_x", 9, False)
    assert [bool(found.exempt[0].match(name)) for name in ("@bot-7:x", "@ada:x")] == [True, False]
    assert (found.on_failure["register"], found.on_failure["send"]) == ("closed", "open")
    assert found.admin == Admin("http://127.0.0.1:8008", token_file="t", expulsion="deactivate", secret=SECRET)


@pytest.mark.parametrize(
    ("config", "field"),
    [
        (None, "config"),
        ({}, "socket"),
        ({"socket": "g", "lines": "h:1"}, "socket"),
        ({"lines": "host"}, "lines"),
        *(({"lines": lines}, "lines") for lines in (":8788", "8788", "h:0", "h:65536", "h:²", "h:-1")),
        ({"socket": 5}, "socket"),
        ({"socket": "g", "language": "not one"}, "language"),
        ({"socket": "g", "key_file": "/dev/null"}, "key_file"),
        ({"socket": "g", "admin": ADMIN | {"secret": "fifteen of them"}}, "admin.secret"),
        ({"socket": "g", "admin": ADMIN | {"secret_file": "/dev/null"}}, "secret_file"),
        ({"socket": "g", "sockets": 1}, "sockets"),
        ({"socket": "g", "timeout_ms": True}, "timeout_ms"),
        ({"socket": "g", "timeout_ms": 0}, "timeout_ms"),
        ({"socket": "g", "on_failure": "ajar"}, "on_failure"),
        ({"socket": "g", "on_failure": {"sends": "open"}}, "on_failure"),
        ({"socket": "g", "texts": "no"}, "texts"),
        ({"socket": "g", "exempt": "@a"}, "exempt"),
        ({"socket": "g", "key_file": "/no/such/file"}, "key_file"),
        ({"socket": "g", "admin": {"url": "x", "token": "t"}}, "admin.url"),
        ({"socket": "g", "admin": {"url": "http://x"}}, "admin.token_file"),
        ({"socket": "g", "admin": {"url": "http://x", "token": "t", "expulsion": "ban"}}, "admin.expulsion"),
        ({"socket": "g", "admin": {"url": "http://x", "token": "t", "urls": 1}}, "admin.urls"),
    ],
)
def test_what_is_wrong_is_named(config: Any, field: str) -> None:
    with pytest.raises(InputError) as wrong:
        parse_settings(config)
    assert wrong.value.field == field


@pytest.mark.parametrize("name", [*Settings.__dataclass_fields__, *_ADMIN])
def test_every_setting_is_in_the_guide(name: str) -> None:
    assert f"`{name}`" in PAGE
