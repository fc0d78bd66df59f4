"""The configuration of a desk: one YAML file, of which every fault is told with line, field and what would be right."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from ecluse.desk.agents import Agent, check_hash
from ecluse.desk.bot import Bot
from ecluse.desk.botfile import load_bot
from ecluse.desk.issues import EXPECTED_SLUG, SLUG
from ecluse.desk.secrets import ENV, EXPECTED, Secret
from ecluse.errors import InputError
from ecluse.terms.faults import Faults, meant, quoted
from ecluse.terms.loading import read_text
from ecluse.terms.nodes import Value, read_document

FILE: Final = "desk.yaml"
LINK_BASE: Final = "https://wa.me/"
DATABASE: Final = "desk.sqlite"
BUSINESSES_MAX: Final = 100
AGENTS_MAX: Final = 1_000
NAME_CHARACTERS_MAX: Final = 100
META: Final = ("facebook.com", "whatsapp.com")
"""Hosts whose API does not know ``Idempotency-Key``."""


class BusinessConfig(NamedTuple):
    """A business. number: digits, as people dial it. api: with its version, such as ``…/v23.0``. bot: None: no bot.

    newsletters: those that may be published, from the bot.
    """

    id: str
    name: str
    number: str
    phone_number_id: str
    api: str
    token: Secret
    app_secret: Secret
    verify_token: Secret
    bot: Bot | None

    @property
    def idempotent(self) -> bool:
        """Whether the API does a request with the same ``Idempotency-Key`` once: ours does, and Meta's does not."""
        host = urlsplit(self.api).hostname or ""
        return not any(host == meta or host.endswith(f".{meta}") for meta in META)


class DeskConfig(NamedTuple):
    """A desk. database: an address, or a path. path: of the file."""

    path: Path
    database: str | Path
    link_base: str
    businesses: dict[str, BusinessConfig]
    agents: tuple[Agent, ...]

    def business(self, name: str) -> BusinessConfig:
        """A business of the desk. Raises InputError."""
        if name not in self.businesses:
            raise InputError("business", name, f"one of: {', '.join(self.businesses)}")
        return self.businesses[name]


def load_config(path: Path) -> DeskConfig:
    """Read a configuration and the bots that it names. Raises TermsError for faults, InputError for no file."""
    faults = Faults(str(path))
    try:
        text = read_text(path, str(path), "a file that can be read")
    except InputError:
        raise InputError("config", str(path), "a file that can be read") from None
    fields = read_document(text, faults).fields(("businesses",), ("database", "link_base", "agents"))
    businesses = _businesses(fields["businesses"], path.parent) if "businesses" in fields else {}
    agents = _agents(fields["agents"], businesses) if "agents" in fields else ()
    database = _database(fields.get("database"), path.parent)
    link_base = _url(fields["link_base"]) if "link_base" in fields else LINK_BASE
    faults.raise_any()
    return DeskConfig(path, database, link_base, businesses, agents)


def _database(value: Value | None, folder: Path) -> str | Path:
    given = None if value is None else value.scalar("a path, postgresql://…, or env:NAME")
    if value is None or given is None:
        return folder / DATABASE
    if given.startswith(ENV):
        try:
            return Secret(value.path, given, folder).read()
        except InputError as error:
            value.blame(str(error))
            return folder / DATABASE
    if "://" not in given:
        return folder / given
    if urlsplit(given).password:
        value.blame("a password does not stand here: give the address as env:NAME")
    return given


def _businesses(value: Value, folder: Path) -> dict[str, BusinessConfig]:
    found: dict[str, BusinessConfig] = {}
    items = value.items("businesses") or []
    if not 0 < len(items) <= BUSINESSES_MAX:
        value.blame(f"expected 1 to {BUSINESSES_MAX} businesses")
    numbers: set[tuple[str, str]] = set()
    for item in items[:BUSINESSES_MAX]:
        business = _business(item, folder)
        if business is None:
            continue
        if business.id in found:
            item.blame(f"the business {quoted(business.id)} is given twice")
        if (business.api, business.phone_number_id) in numbers:
            item.blame(f"the number {quoted(business.phone_number_id)} is another business's already")
        numbers.add((business.api, business.phone_number_id))
        found[business.id] = business
    return found


_NEEDED: Final = ("id", "name", "number", "phone_number_id", "api", "token", "app_secret", "verify_token")


def _business(item: Value, folder: Path) -> BusinessConfig | None:
    fields = item.fields(_NEEDED, ("bot",))
    if not all(name in fields for name in _NEEDED):
        return None
    token, app_secret, verify_token = (
        _secret(fields[name], folder) for name in ("token", "app_secret", "verify_token")
    )
    bot = _bot(fields["bot"], folder) if "bot" in fields else None
    if token is None or app_secret is None or verify_token is None:
        return None
    return BusinessConfig(
        _slug(fields["id"]),
        _name(fields["name"]),
        _digits(fields["number"], 20),
        _digits(fields["phone_number_id"], 40),
        _url(fields["api"]).rstrip("/"),
        token,
        app_secret,
        verify_token,
        bot,
    )


def _bot(value: Value, folder: Path) -> Bot | None:
    name = value.scalar("the file of a bot")
    if name is None:
        return None
    try:
        return load_bot(folder / name)
    except InputError as error:
        value.blame(str(error))
        return None


def _agents(value: Value, businesses: dict[str, BusinessConfig]) -> tuple[Agent, ...]:
    found: dict[str, Agent] = {}
    items = value.items("agents") or []
    if len(items) > AGENTS_MAX:
        value.blame(f"expected at most {AGENTS_MAX} agents")
    for item in items[:AGENTS_MAX]:
        fields = item.fields(("name", "password", "businesses"))
        if len(fields) < 3:
            continue
        name, password = _name(fields["name"]), fields["password"].scalar("a hashed password") or ""
        try:
            check_hash("password", password)
        except InputError as error:
            fields["password"].blame(f"expected {error.expected}")
        if name in found:
            item.blame(f"the agent {quoted(name)} is given twice")
        of: list[str] = []
        for one in fields["businesses"].items("businesses") or []:
            business = one.scalar("the id of a business")
            if business is not None and business not in businesses:
                one.blame(f"there is no business {quoted(business)}{meant(business, tuple(businesses))}")
            of.append(business or "")
        found[name] = Agent(name, password, tuple(of))
    return tuple(found.values())


def _slug(value: Value) -> str:
    given = value.scalar(EXPECTED_SLUG) or "-"
    if given != "-" and not SLUG.fullmatch(given):
        value.blame(f"{quoted(given)} is not {EXPECTED_SLUG}")
    return given


def _name(value: Value) -> str:
    given = value.scalar("a name")
    if given is not None and (not 0 < len(given.strip()) <= NAME_CHARACTERS_MAX or not given.isprintable()):
        value.blame(f"expected 1 to {NAME_CHARACTERS_MAX} printable characters")
    return (given or "").strip()


def _digits(value: Value, most: int) -> str:
    given = value.scalar("digits", numbers=True) or ""
    digits = given.lstrip("+")
    if given and not (digits.isascii() and digits.isdigit() and len(digits) <= most):
        value.blame(f"{quoted(given)} is not 1 to {most} digits")
    return digits


def _secret(value: Value, folder: Path) -> Secret | None:
    given = value.scalar(EXPECTED)
    if given is None:
        return None
    try:
        return Secret(value.path, given, folder)
    except InputError:
        value.blame(f"a secret does not stand here: expected {EXPECTED}")
        return None


def _url(value: Value) -> str:
    given = value.scalar("an address, such as https://graph.facebook.com/v23.0") or ""
    try:
        parts = urlsplit(given)
        host = parts.hostname or ""
        loopback = host == "localhost" or (host[:1].isdigit() and ipaddress.ip_address(host).is_loopback)
        good = bool(host) and parts.username is None and not parts.query and parts.port != 0
    except ValueError:
        good, loopback, parts = False, False, urlsplit("")
    if given and (not good or not (parts.scheme == "https" or (parts.scheme == "http" and loopback))):
        value.blame(f"{quoted(given)} is not an https address (http to this machine itself is taken, too)")
    return given
