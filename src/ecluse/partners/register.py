"""The register of partners: applying, showing documents and a domain, and what people decide. Every act is audited.

Time is an argument. Each function is one transaction; ``who`` is whoever does it.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Any, BinaryIO, Final, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ecluse.errors import InputError
from ecluse.partners.partner import (
    NAME_CHARACTERS_MAX,
    Application,
    DeedError,
    NotAdmittedError,
    Partner,
    Sort,
    Status,
    check_application,
    check_why,
)
from ecluse.partners.quality import (
    DAY_S,
    TRUST_DAYS,
    TRUST_PEOPLE,
    WINDOW_DAYS,
    Counts,
    Rating,
    after_rating,
    first_day_of,
    rate,
)
from ecluse.partners.tiers import Tier, tier_of
from ecluse.partners.tokens import Token, digest_of, new_token, text_of
from ecluse.records import Records
from ecluse.records.audit import append
from ecluse.records.tables import BusinessVersion, PartnerDay, PartnerDocument, PartnerRow, PartnerToken

DOCUMENTS_MAX: Final = 50
DOCUMENT_BYTES_MAX: Final = 100 << 20
PARTNERS_SHOWN_MAX: Final = 1_000


class Document(NamedTuple):
    """A document that was shown: its title, SHA-256, bytes, and when."""

    title: str
    digest: str
    size: int
    added_s: int


class Standing(NamedTuple):
    """How a partner stands: its counts of the last seven days and its rating; of a provider, with its clients."""

    counts: Counts
    rating: Rating
    tier: Tier


def partner_of(row: PartnerRow) -> Partner:
    """A partner as it is kept."""
    values = {name: getattr(row, name) for name in Partner.__struct_fields__}
    values["sort"], values["status"] = Sort(row.sort), Status(row.status)
    values["before"] = None if row.before is None else Status(row.before)
    return Partner(**values)


def bump(session: Session) -> None:
    """Let a running service see that something changed."""
    row = session.get(BusinessVersion, 1)
    if row is None:
        session.add(BusinessVersion(id=1, number=1))
    else:
        row.number += 1


class Register:
    """The partners in the records."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def apply(self, application: Application, *, who: str, now_s: int) -> Partner:
        """Take an application. Raises InputError, DeedError."""
        asked = check_application(application)
        partner = Partner(
            id=f"p{secrets.token_hex(6)}",
            name=asked.name,
            sort=asked.sort,
            status=Status.APPLIED,
            domain=asked.domain,
            region=asked.region,
            contact=asked.contact,
            provider_id=asked.provider_id,
            applied_s=now_s,
        )
        with self._records.writing() as session:
            if asked.provider_id is not None:
                self._check_provider(session, asked.provider_id)
            session.add(PartnerRow(**_columns(partner)))
            append(session, at_s=now_s, who=who, act="partner applied", about=f"partner {partner.id}")
            bump(session)
        return partner

    def _check_provider(self, session: Session, provider_id: str) -> None:
        row = session.get(PartnerRow, provider_id)
        if row is None or row.sort != Sort.PROVIDER:
            raise InputError("provider_id", provider_id, "the id of a provider")
        provider = partner_of(row)
        if not provider.is_admitted:
            raise NotAdmittedError(provider.id, provider.status)
        clients = session.scalar(select(func.count()).where(PartnerRow.provider_id == provider_id)) or 0
        most = tier_of(provider.status, provider.sort).clients
        if clients >= most:
            raise DeedError(f"a {provider.status} provider acts for at most {most} clients")

    def partner(self, partner_id: str) -> Partner:
        """A partner. Raises InputError."""
        with self._records.reading() as session:
            return partner_of(_row(session, partner_id))

    def partners(self, status: Status | None = None) -> list[Partner]:
        """Partners, of one status or all, the newest application first; at most PARTNERS_SHOWN_MAX."""
        query = select(PartnerRow).order_by(PartnerRow.applied_s.desc(), PartnerRow.id).limit(PARTNERS_SHOWN_MAX)
        if status is not None:
            query = query.where(PartnerRow.status == status)
        with self._records.reading() as session:
            return [partner_of(row) for row in session.scalars(query)]

    def add_document(self, partner_id: str, title: str, file: BinaryIO, *, who: str, now_s: int) -> Document:
        """Keep the hash of a document that was shown. Raises InputError."""
        _check_title(title)
        digest, size = hashlib.sha256(), 0
        while chunk := file.read(1 << 20):
            digest.update(chunk)
            size += len(chunk)
            if size > DOCUMENT_BYTES_MAX:
                break
        if not 0 < size <= DOCUMENT_BYTES_MAX:
            raise InputError("document", f"{size} bytes", f"1 to {DOCUMENT_BYTES_MAX} bytes")
        return self.add_digest(partner_id, title, digest.hexdigest(), size, who=who, now_s=now_s)

    def add_digest(self, partner_id: str, title: str, digest: str, size: int, *, who: str, now_s: int) -> Document:
        """Keep the SHA-256 of a document that was hashed elsewhere. Raises InputError, DeedError."""
        _check_title(title)
        if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
            raise InputError("digest", digest, "a SHA-256 in lower-case hexadecimal")
        if not 0 < size <= DOCUMENT_BYTES_MAX:
            raise InputError("size", size, f"1 to {DOCUMENT_BYTES_MAX} bytes")
        with self._records.writing() as session:
            _row(session, partner_id)
            count = select(func.count()).where(PartnerDocument.partner_id == partner_id)
            if (session.scalar(count) or 0) >= DOCUMENTS_MAX:
                raise DeedError(f"a partner shows at most {DOCUMENTS_MAX} documents")
            session.add(PartnerDocument(partner_id=partner_id, title=title, digest=digest, size=size, added_s=now_s))
            body = {"digest": digest, "size": size}
            append(session, at_s=now_s, who=who, act="partner document", about=f"partner {partner_id}", body=body)
        return Document(title, digest, size, now_s)

    def documents(self, partner_id: str) -> list[Document]:
        """What a partner showed, the oldest first. Raises InputError."""
        with self._records.reading() as session:
            _row(session, partner_id)
            query = select(PartnerDocument).where(PartnerDocument.partner_id == partner_id).order_by(PartnerDocument.id)
            return [Document(row.title, row.digest, row.size, row.added_s) for row in session.scalars(query)]

    def confirm_domain(self, partner_id: str, *, who: str, now_s: int, how: str) -> Partner:
        """Keep that a partner's domain was seen to be its own. Raises InputError."""
        return self._change(partner_id, "partner domain", who, now_s, {"how": how}, domain_s=now_s)

    def verify(self, partner_id: str, *, who: str, why: str, now_s: int) -> Partner:
        """Decide that a partner is who it says it is. Raises InputError, DeedError.

        It has shown a document, and its domain is its own. A client's provider must be admitted itself.
        """
        partner = self.partner(partner_id)
        if partner.status not in (Status.APPLIED, Status.REFUSED):
            raise DeedError(f"it is {partner.status}: only who applied is verified")
        if not self.documents(partner_id):
            raise DeedError("it has shown no document")
        if partner.domain_s == 0:
            raise DeedError(f"nobody has seen that {partner.domain} is its own")
        if partner.provider_id is not None and not self.partner(partner.provider_id).is_admitted:
            raise DeedError("its provider is not verified")
        return self._decide(partner, "partner verified", who, why, now_s, Status.VERIFIED)

    def refuse(self, partner_id: str, *, who: str, why: str, now_s: int) -> Partner:
        """Turn an application down. Raises InputError, DeedError."""
        partner = self.partner(partner_id)
        if partner.status is not Status.APPLIED:
            raise DeedError(f"it is {partner.status}: only who applied is refused")
        return self._decide(partner, "partner refused", who, why, now_s, Status.REFUSED)

    def trust(self, partner_id: str, *, who: str, why: str, now_s: int) -> Partner:
        """Give a verified partner more. Raises InputError, DeedError.

        It has been verified for 30 days, its rating is green, and 50 people wrote to it in the last seven days; of a
        provider, to it and its clients.
        """
        partner = self.partner(partner_id)
        if partner.status is not Status.VERIFIED:
            raise DeedError(f"it is {partner.status}: only who is verified is trusted")
        if now_s - partner.decided_s < TRUST_DAYS * DAY_S:
            raise DeedError(f"it has been verified for less than {TRUST_DAYS} days")
        standing = self.standing(partner_id, now_s)
        if standing.rating is not Rating.GREEN:
            raise DeedError(f"its rating is {standing.rating}")
        if standing.counts.people < TRUST_PEOPLE:
            raise DeedError(f"{standing.counts.people} people wrote to it in {WINDOW_DAYS} days, not {TRUST_PEOPLE}")
        return self._decide(partner, "partner trusted", who, why, now_s, Status.TRUSTED)

    def suspend(self, partner_id: str, *, who: str, why: str, now_s: int) -> Partner:
        """Take everything from a partner until it is reinstated; of a provider, from its clients too.

        Raises InputError, DeedError.
        """
        partner = self.partner(partner_id)
        if not partner.is_admitted:
            raise DeedError(f"it is {partner.status}: there is nothing to take")
        return self._decide(partner, "partner suspended", who, why, now_s, Status.SUSPENDED, before=partner.status)

    def reinstate(self, partner_id: str, *, who: str, why: str, now_s: int) -> Partner:
        """Let a suspended partner be verified again; what was counted before no longer counts.

        Raises InputError, DeedError.
        """
        partner = self.partner(partner_id)
        if partner.status is not Status.SUSPENDED:
            raise DeedError(f"it is {partner.status}, not suspended")
        return self._decide(
            partner, "partner reinstated", who, why, now_s, Status.VERIFIED, before=None, quality_since_s=now_s
        )

    def expel(self, partner_id: str, *, who: str, why: str, now_s: int) -> Partner:
        """End it for good. Raises InputError, DeedError."""
        partner = self.partner(partner_id)
        if partner.status is Status.EXPELLED:
            raise DeedError("it is expelled")
        return self._decide(partner, "partner expelled", who, why, now_s, Status.EXPELLED, before=partner.status)

    def lose_trust(self, partner_id: str, rating: Rating, *, now_s: int) -> Partner:
        """Let a rating have its effect; nothing happens if it has none. Raises InputError."""
        partner = self.partner(partner_id)
        status = after_rating(partner.status, rating)
        if status is partner.status:
            return partner
        why = f"the rating is {rating}"
        return self._decide(partner, "partner lost trust", "the quality rating", why, now_s, status)

    def create_token(
        self, partner_id: str, name: str, *, who: str, now_s: int, expires_s: int | None = None
    ) -> tuple[Token, str]:
        """Make a token. Its text is in the answer and nowhere else.

        Raises InputError, DeedError, and NotAdmittedError unless the partner is verified or trusted.
        """
        _check_title(name)
        if expires_s is not None and expires_s <= now_s:
            raise InputError("expires_s", expires_s, f"later than now, {now_s}")
        token_id, secret = new_token()
        with self._records.writing() as session:
            partner = partner_of(_row(session, partner_id))
            if not partner.is_admitted:
                raise NotAdmittedError(partner.id, partner.status)
            in_force = select(func.count()).where(
                PartnerToken.partner_id == partner_id, PartnerToken.revoked_s.is_(None)
            )
            if (session.scalar(in_force) or 0) >= tier_of(partner.status, partner.sort).tokens:
                raise DeedError("it has as many tokens as its tier allows: revoke one")
            token = Token(token_id, partner_id, name, digest_of(secret), now_s, expires_s, None)
            session.add(PartnerToken(**token._asdict()))
            append(
                session, at_s=now_s, who=who, act="partner token", about=f"partner {partner_id}", body={"id": token_id}
            )
            bump(session)
        return token, text_of(token_id, secret)

    def revoke_token(self, token_id: str, *, who: str, now_s: int) -> Token:
        """End a token; one that has ended stays so. Raises InputError."""
        with self._records.writing() as session:
            row = session.get(PartnerToken, token_id)
            if row is None:
                raise InputError("token_id", token_id, "the id of a token")
            if row.revoked_s is None:
                row.revoked_s = now_s
                about = f"partner {row.partner_id}"
                append(session, at_s=now_s, who=who, act="partner token revoked", about=about, body={"id": token_id})
                bump(session)
            return token_of(row)

    def tokens(self, partner_id: str) -> list[Token]:
        """The tokens of a partner, the oldest first. Raises InputError."""
        with self._records.reading() as session:
            _row(session, partner_id)
            query = select(PartnerToken).where(PartnerToken.partner_id == partner_id).order_by(PartnerToken.created_s)
            return [token_of(row) for row in session.scalars(query)]

    def standing(self, partner_id: str, now_s: int) -> Standing:
        """How a partner stands at ``now_s``. Raises InputError."""
        with self._records.reading() as session:
            row = _row(session, partner_id)
            partner = partner_of(row)
            rows = [row]
            if partner.sort is Sort.PROVIDER:
                rows += session.scalars(select(PartnerRow).where(PartnerRow.provider_id == partner_id))
            counts = Counts()
            for one in rows:
                counts = counts.plus(_counts(session, one.id, max(one.quality_since_s, row.quality_since_s), now_s))
            return Standing(counts, rate(counts), tier_of(partner.status, partner.sort))

    def _decide(
        self, partner: Partner, act: str, who: str, why: str, now_s: int, status: Status, **changes: Any
    ) -> Partner:
        body = {"why": check_why(why), "from": partner.status.value}
        return self._change(
            partner.id, act, who, now_s, body, partner.status, status=status, decided_s=now_s, **changes
        )

    def _change(
        self,
        partner_id: str,
        act: str,
        who: str,
        now_s: int,
        body: dict[str, Any],
        seen: Status | None = None,
        **changes: Any,
    ) -> Partner:
        with self._records.writing() as session:
            row = _row(session, partner_id)
            if seen is not None and row.status != seen:
                raise DeedError(f"it is {row.status} meanwhile, no longer {seen}")
            for name, value in changes.items():
                setattr(row, name, value)
            append(session, at_s=now_s, who=who, act=act, about=f"partner {partner_id}", body=body)
            bump(session)
            session.flush()
            return partner_of(row)


def _columns(partner: Partner) -> dict[str, Any]:
    return {name: getattr(partner, name) for name in Partner.__struct_fields__}


def _row(session: Session, partner_id: str) -> PartnerRow:
    row = session.get(PartnerRow, partner_id)
    if row is None:
        raise InputError("partner_id", partner_id, "the id of a partner")
    return row


def token_of(row: PartnerToken) -> Token:
    """A token as it is kept."""
    return Token(*(getattr(row, name) for name in Token._fields))


def _counts(session: Session, partner_id: str, since_s: int, now_s: int) -> Counts:
    first_day = first_day_of(since_s, now_s)
    sums = [func.coalesce(func.sum(getattr(PartnerDay, name)), 0) for name in Counts._fields]
    query = select(*sums).where(PartnerDay.partner_id == partner_id, PartnerDay.day >= first_day)
    return Counts(*(int(value) for value in session.execute(query).one()))


def _check_title(title: str) -> None:
    if not 0 < len(title) <= NAME_CHARACTERS_MAX or not title.isprintable():
        raise InputError("name", title, f"1 to {NAME_CHARACTERS_MAX} printable characters")
