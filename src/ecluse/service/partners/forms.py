"""What the routes of partners and messengers take and give, as JSON has it. Times are RFC 3339."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from ecluse.partners import Counts, Document, Partner, Sort, Standing, Status, Token
from ecluse.wire import time_form


class PartnerForm(msgspec.Struct, frozen=True):
    """A partner. domain_seen: when its domain was last seen to be its own."""

    id: str
    name: str
    sort: Sort
    status: Status
    domain: str
    region: str
    contact: str
    provider_id: str | None
    applied: str
    decided: str | None
    domain_seen: str | None


class DocumentForm(msgspec.Struct, frozen=True):
    """A document that was shown. digest: its SHA-256. size: bytes."""

    title: str
    digest: str
    size: int
    added: str


class CountsForm(msgspec.Struct, frozen=True):
    """What was counted in the last seven days."""

    people: int
    sent: int
    reports: int
    blocks: int
    endings: int
    pushes: int


class NumberForm(msgspec.Struct, frozen=True):
    """A number. id: as the business API has it."""

    id: str
    account_id: str
    number: str
    name: str
    registered: bool


class TokenForm(msgspec.Struct, frozen=True):
    """A token. token: its text, this once."""

    id: str
    name: str
    created: str
    expires: str | None
    revoked: str | None
    token: str | None = None


class PartnerSheet(msgspec.Struct, frozen=True):
    """All about a partner. word: what its domain must show. may: its tier."""

    partner: PartnerForm
    rating: str
    counts: CountsForm
    may: dict[str, int]
    documents: list[DocumentForm]
    tokens: list[TokenForm]
    numbers: list[NumberForm]
    word: str


class NewDocument(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A document that was hashed elsewhere."""

    title: str
    digest: str
    size: int


class DomainCheck(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the word is looked for."""

    method: Literal["dns", "file"]


class Decision(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a person decided, and why."""

    deed: Literal["verify", "refuse", "trust", "suspend", "reinstate", "expel"]
    why: str


class NewNumber(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A number for a partner. number: its id at the service. name: what people see."""

    number: str
    name: str


class NewToken(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A token for a partner."""

    name: str
    expires_days: int | None = None


class AppForm(msgspec.Struct, frozen=True):
    """A partner's app, and its secret."""

    id: str
    secret: str


class HeardForm(msgspec.Struct, frozen=True):
    """What became of a person's message. id: None if it is not brought. notice: what the person is to be told."""

    id: str | None
    outcome: str
    repeated: bool
    notice: str | None = None
    retry_after: int | None = None


class NewPerson(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A person of the loopback messenger."""

    name: str
    region: str | None = None


class Got(msgspec.Struct, frozen=True):
    """A message that a person of the loopback messenger got."""

    id: str
    number: str
    business: str
    type: str
    content: Any
    at: str
    context_id: str | None


class Inbox(msgspec.Struct, frozen=True):
    """What a person got, the oldest first. shown: by number, what each business read, and whether it is writing."""

    messages: list[Got]
    shown: dict[str, dict[str, Any]]


def partner_form(partner: Partner) -> PartnerForm:
    """A partner as it is shown."""
    return PartnerForm(
        partner.id,
        partner.name,
        partner.sort,
        partner.status,
        partner.domain,
        partner.region,
        partner.contact,
        partner.provider_id,
        time_form(partner.applied_s),
        _time(partner.decided_s),
        _time(partner.domain_s),
    )


def sheet(
    partner: Partner,
    standing: Standing,
    documents: list[Document],
    tokens: list[Token],
    numbers: list[NumberForm],
    word: str,
) -> PartnerSheet:
    """All about a partner."""
    return PartnerSheet(
        partner_form(partner),
        str(standing.rating),
        counts_form(standing.counts),
        standing.tier._asdict(),
        [DocumentForm(d.title, d.digest, d.size, time_form(d.added_s)) for d in documents],
        [token_form(token) for token in tokens],
        numbers,
        word,
    )


def counts_form(counts: Counts) -> CountsForm:
    """Counts as they are shown."""
    return CountsForm(*counts)


def token_form(token: Token, text: str | None = None) -> TokenForm:
    """A token as it is shown; text: this once."""
    return TokenForm(
        token.id, token.name, time_form(token.created_s), _time(token.expires_s), _time(token.revoked_s), text
    )


def _time(second: int | None) -> str | None:
    return time_form(second) if second else None
