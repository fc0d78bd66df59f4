"""Partners: businesses that may write to people through the API, and providers that act for them.

A partner applies, shows who it is, and a person decides. Until then it is nobody.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

import msgspec

from ecluse.errors import EcluseError, InputError
from ecluse.events import is_region

NAME_CHARACTERS_MAX: Final = 128
WHY_CHARACTERS_MAX: Final = 1_000
DOMAIN_CHARACTERS_MAX: Final = 253
CONTACT_CHARACTERS_MAX: Final = 254

_DOMAIN = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")
_CONTACT = re.compile(r"[^\s@]{1,64}@[^\s@]{1,189}")


class Sort(StrEnum):
    """What a partner is."""

    BUSINESS = "business"
    """It writes for itself."""
    PROVIDER = "provider"
    """It writes for others, its clients, and answers for them."""


class Status(StrEnum):
    """How far a partner is."""

    APPLIED = "applied"
    """It asked; nobody decided."""
    VERIFIED = "verified"
    """It is who it says it is."""
    TRUSTED = "trusted"
    """And has shown for a while that people want to hear from it."""
    SUSPENDED = "suspended"
    """It may do nothing until a person reinstates it."""
    REFUSED = "refused"
    """It was turned down, and may apply anew."""
    EXPELLED = "expelled"
    """It may do nothing, for good."""


ADMITTED: Final = (Status.VERIFIED, Status.TRUSTED)
"""Only these get a token, and only theirs open anything."""


class Partner(msgspec.Struct, frozen=True, kw_only=True):
    """A partner. Times in seconds of the epoch.

    provider_id: the provider that acts for it and answers for it. domain_s: when its domain was last seen to be its
    own; 0: never. before: what a suspended one was. quality_since_s: nothing before counts for its quality.
    """

    id: str
    name: str
    sort: Sort
    status: Status
    domain: str
    region: str
    contact: str
    provider_id: str | None = None
    applied_s: int
    decided_s: int = 0
    domain_s: int = 0
    before: Status | None = None
    quality_since_s: int = 0

    @property
    def is_admitted(self) -> bool:
        """Whether it may have a token."""
        return self.status in ADMITTED


class Application(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a partner says of itself. region: its country, ISO 3166. contact: an address of mail."""

    name: str
    domain: str
    region: str
    contact: str
    sort: Sort = Sort.BUSINESS
    provider_id: str | None = None


class NotAdmittedError(EcluseError):
    """A partner that is not verified asks for what only verified ones get. status: how far it is."""

    def __init__(self, partner_id: str, status: Status) -> None:
        self.partner_id, self.status = partner_id, status
        super().__init__(f"partner {partner_id} is {status}: only verified and trusted partners get this")


class DeedError(EcluseError):
    """Something can't be done to a partner as it is. reason: why."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def check_application(application: Application) -> Application:
    """Check what a partner says of itself. Returns it, tidied. Raises InputError."""
    name = application.name.strip()
    if not 0 < len(name) <= NAME_CHARACTERS_MAX or not name.isprintable():
        raise InputError("name", application.name, f"1 to {NAME_CHARACTERS_MAX} printable characters")
    domain = application.domain.strip().lower().rstrip(".")
    if not _DOMAIN.fullmatch(domain):
        raise InputError("domain", application.domain, "a domain, such as example.org")
    if not is_region(application.region) or len(application.region) != 2:
        raise InputError("region", application.region, "a country of two capital letters, such as DE")
    if len(application.contact) > CONTACT_CHARACTERS_MAX or not _CONTACT.fullmatch(application.contact):
        raise InputError("contact", application.contact, "an address of mail")
    if application.provider_id is not None and application.sort is Sort.PROVIDER:
        raise InputError("provider_id", application.provider_id, "none: a provider has no provider")
    return msgspec.structs.replace(application, name=name, domain=domain)


def check_why(why: str) -> str:
    """Check why something is done, and by whom. Raises InputError."""
    if not 0 < len(why.strip()) <= WHY_CHARACTERS_MAX:
        raise InputError("why", why, f"1 to {WHY_CHARACTERS_MAX} characters")
    return why.strip()
