"""The settings of the module, as they stand under ``config`` in ``homeserver.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from fnmatch import translate
from pathlib import Path
from re import Pattern, compile
from typing import Any, Final

from ecluse.adapters.synapse.events import language_of
from ecluse.errors import InputError

KINDS: Final = ("send", "forward", "add_to_group", "create_group", "register")
"""Kinds of events that the module puts to the gate for a verdict."""

CHOICES: Final = ("open", "closed")

SUSPENSIONS: Final = ("suspend", "lock", "shadow_ban", "none")
EXPULSIONS: Final = ("lock", "deactivate", "shadow_ban", "suspend", "none")

_ADMIN: Final = ("url", "token", "token_file", "suspension", "expulsion", "poll_s", "secret", "secret_file")

SECRET_MIN: Final = 16
"""Characters of the secret that the gate signs with; the gate takes no shorter one either."""

_BOUNDS: Final = {
    "timeout_ms": (1, 60_000),
    "retry_s": (1, 3_600),
    "wait_max_s": (0, 3_600),
    "failures": (1, 1_000),
    "backlog": (0, 10_000_000),
    "channel_members": (2, 10_000_000),
    "poll_s": (1, 86_400),
}


@dataclass(frozen=True)
class Admin:
    """Synapse's admin API. url: of a listener with the resource ``client``. token: of a server admin."""

    url: str
    token: str | None = None
    token_file: str | None = None
    """Where the token is; read whenever it is needed, so that it may be changed, and may come later than the module."""
    suspension: str = "suspend"
    """What a suspension is there: one of SUSPENSIONS."""
    expulsion: str = "lock"
    """What an expulsion is there: one of EXPULSIONS."""
    poll_s: int = 30
    """Seconds between two looks for reports."""
    secret: str | None = None
    """What the gate shows when it says how a user stands; None: it is not listened to."""


@dataclass(frozen=True)
class Settings:
    """How the module asks the gate, and what it does when it can't."""

    socket: str | None = None
    """The gate's Unix socket (``ecluse serve --socket``)."""
    lines: str | None = None
    """Or its address and port (``ecluse serve --lines``)."""
    key: str | None = None
    """The API key, over TCP; scopes ``decide`` and ``observe``."""
    timeout_ms: int = 250
    """Milliseconds that a send may wait for its verdict."""
    on_failure: Mapping[str, str] = field(default_factory=lambda: dict.fromkeys(KINDS, "open"))
    """What becomes of an event of each kind that the gate did not judge: ``open`` or ``closed``."""
    retry_s: int = 5
    """Where it fails closed: after how many seconds to try again."""
    wait_max_s: int = 30
    """A refusal that ends sooner is a 429, which clients wait for by themselves; a longer one is a 403."""
    failures: int = 5
    """Failures in a row after which the gate is not asked for a while."""
    backlog: int = 100_000
    """Events that passed unjudged and are kept, to be told to the gate when it is back."""
    channel_members: int = 100
    """A public room of more members is a channel (a broadcast), not a group."""
    language: str = "en"
    """Of notices, for users who have not chosen one (account data ``ecluse.language``)."""
    texts: bool = True
    """Whether the gate is given texts that are not encrypted; it keeps none."""
    networks: bool = True
    """Whether the gate is given the network (IPv4 /24, IPv6 /48) that a user sends from; it keeps none."""
    remote: bool = True
    """Whether what users of other servers send is judged."""
    exempt: tuple[Pattern[str], ...] = ()
    """Users who are not judged, such as bridges and notice accounts."""
    admin: Admin | None = None
    """Synapse's admin API, for reports and sanctions; None: neither."""


def parse_settings(config: Any) -> Settings:
    """Read what stands under ``config``. Raises InputError.

    >>> parse_settings({"socket": "run/gate.sock", "on_failure": {"register": "closed"}}).on_failure["register"]
    'closed'
    """
    given = _mapping("config", config)
    known = {one.name for one in fields(Settings)} | {"key_file"}
    for name in given:
        if name not in known:
            raise InputError(name, given[name], f"a setting: one of {', '.join(sorted(known))}")
    socket, lines = _text(given, "socket"), _text(given, "lines")
    if (socket is None) == (lines is None):
        raise InputError("socket", socket, "a path, or instead of it `lines`: an address and a port")
    if lines is not None and not _is_address(lines):
        raise InputError("lines", lines, "an address and a port, such as 127.0.0.1:8788")
    language = _text(given, "language") or "en"
    if language_of(language) is None:
        raise InputError("language", language, "a language, such as fr or pt-BR")
    exempt = given.get("exempt", [])
    if not isinstance(exempt, list) or not all(isinstance(one, str) for one in exempt):
        raise InputError("exempt", exempt, "a list of user ids, with * for anything")
    return Settings(
        socket=socket,
        lines=lines,
        key=_secret(given, "key"),
        on_failure=_choices(given.get("on_failure", "open")),
        language=language,
        exempt=tuple(compile(translate(one)) for one in exempt),
        admin=None if given.get("admin") is None else _admin(given["admin"]),
        **{name: _truth(given, name) for name in ("texts", "networks", "remote")},
        **{name: _number(given, name, Settings) for name in _BOUNDS if name != "poll_s"},  # type: ignore[arg-type]
    )


def _admin(config: Any) -> Admin:
    given = _mapping("admin", config)
    for name in given:
        if name not in _ADMIN:
            raise InputError(f"admin.{name}", given[name], f"one of {', '.join(_ADMIN)}")
    url, token, token_file = _text(given, "url"), _text(given, "token"), _text(given, "token_file")
    if url is None or not url.startswith(("http://", "https://")):
        raise InputError("admin.url", url, "where Synapse listens, such as http://127.0.0.1:8008")
    if (token is None) == (token_file is None):
        raise InputError("admin.token_file", token, "a file with the access token of a server admin")
    suspension, expulsion = given.get("suspension", "suspend"), given.get("expulsion", "lock")
    for name, word, words in (("suspension", suspension, SUSPENSIONS), ("expulsion", expulsion, EXPULSIONS)):
        if word not in words:
            raise InputError(f"admin.{name}", word, f"one of {', '.join(words)}")
    poll_s, secret = _number(given, "poll_s", Admin), _secret(given, "secret")
    if secret is not None and len(secret) < SECRET_MIN:
        shown = given.get("secret_file", "…")
        raise InputError("admin.secret", shown, f"{SECRET_MIN} characters or more: whoever knows it suspends anybody")
    return Admin(url.rstrip("/"), token, token_file, suspension, expulsion, poll_s, secret)


def _is_address(lines: str) -> bool:
    host, _, port = lines.rpartition(":")
    return bool(host) and port.isascii() and port.isdecimal() and len(port) <= 5 and 0 < int(port) < 65_536


def _choices(given: Any) -> dict[str, str]:
    """One word for all kinds, or a word for some of them."""
    if given in CHOICES:
        return dict.fromkeys(KINDS, given)
    expected = f"open, closed, or one of these for each of {', '.join(KINDS)}"
    if not isinstance(given, dict) or any(k not in KINDS or v not in CHOICES for k, v in given.items()):
        raise InputError("on_failure", given, expected)
    return dict.fromkeys(KINDS, "open") | given


def _mapping(name: str, given: Any) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise InputError(name, given, "a mapping of settings")
    return given


def _text(given: dict[str, Any], name: str) -> str | None:
    value = given.get(name)
    if value is not None and (not isinstance(value, str) or not value):
        raise InputError(name, value, "a text")
    return value


def _truth(given: dict[str, Any], name: str) -> bool:
    value = given.get(name, True)
    if not isinstance(value, bool):
        raise InputError(name, value, "true or false")
    return value


def _number(given: dict[str, Any], name: str, of: type) -> int:
    low, high = _BOUNDS[name]
    value = given.get(name, getattr(of, name))
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise InputError(name, value, f"a whole number from {low} to {high}")
    return value


def _secret(given: dict[str, Any], name: str) -> str | None:
    """A secret that stands there, or in a file that is named there."""
    path = _text(given, f"{name}_file")
    if path is None:
        return _text(given, name)
    try:
        secret = Path(path).read_text().strip()
    except (OSError, ValueError) as error:
        raise InputError(f"{name}_file", path, f"a file that can be read ({error})") from None
    if not secret:
        raise InputError(f"{name}_file", path, "a file with something in it")
    return secret
