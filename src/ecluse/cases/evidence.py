"""Evidence: what the service itself knows, and what was found outside it, each with the SHA-256 of its bytes."""

from __future__ import annotations

import hashlib
import re
from enum import StrEnum
from typing import Any, Final

import msgspec
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ecluse import wire
from ecluse.cases.case import checked, checked_second, one_of
from ecluse.errors import InputError
from ecluse.records.audit import append
from ecluse.records.tables import Case, CaseEvidence
from ecluse.records.tables.base import NAME_CHARACTERS

FILE_BYTES_MAX: Final = 64 << 20
"""Bytes of one piece of evidence."""
CASE_BYTES_MAX: Final = 512 << 20
"""Bytes of all evidence of a case."""
EVIDENCE_MAX: Final = 5_000
"""Pieces of evidence of a case."""
JSON: Final = "application/json"
_MEDIA: Final = re.compile(r"[a-z]+/[a-zA-Z0-9.+-]{1,80}")


class Origin(StrEnum):
    """Where evidence is from."""

    SERVICE = "service"
    OUTSIDE = "outside"


class OfService(StrEnum):
    """Kinds of evidence from the service."""

    LEDGER = "ledger"
    VERDICTS = "verdicts"
    TERMS = "terms"
    CAMPAIGN = "campaign"
    REPORTS = "reports"
    SANCTIONS = "sanctions"
    RUMOUR = "rumour"
    """A content that spread, with what fact-checkers say of it."""


class Found(StrEnum):
    """Kinds of evidence from outside."""

    CLAIM = "claim"
    """What somebody says in public: a site, an advert, a price list."""
    CAPTURE = "capture"
    DOCUMENT = "document"
    TESTIMONY = "testimony"


def add_evidence(
    session: Session,
    case: Case,
    *,
    origin: str,
    kind: str,
    title: str,
    found_by: str,
    found_s: int,
    at_s: int,
    who: str,
    content: bytes = b"",
    file_name: str | None = None,
    media_type: str = "application/octet-stream",
    url: str | None = None,
    text: str | None = None,
    details: dict[str, Any] | None = None,
) -> CaseEvidence:
    """Add a piece of evidence. found_by, found_s: who found it and when; at_s: now. Raises InputError.

    A claim needs its words: as ``text``, or in ``content``. ``content`` is kept as it is, and hashed.
    """
    kinds: type[StrEnum] = OfService if one_of(Origin, "origin", origin) is Origin.SERVICE else Found
    if not content and not text:
        raise InputError("content", content, "there, or text")
    _check_room(session, case, len(content))
    if origin == Origin.SERVICE:
        _check_own(kind, media_type, content)
    if not _MEDIA.fullmatch(media_type):
        raise InputError("media_type", media_type, "a media type such as image/png")
    if url is not None and not re.fullmatch(r"https?://[^\s\x00-\x20]{1,2000}", url):
        raise InputError("url", url, "a URL of up to 2,000 characters")
    evidence = CaseEvidence(
        case_id=case.id,
        origin=origin,
        kind=one_of(kinds, "kind", kind),
        title=checked("title", title, NAME_CHARACTERS),
        url=url,
        text=None if text is None else checked("text", text),
        found_by=checked("found_by", found_by, NAME_CHARACTERS),
        found_s=checked_second("found_s", found_s),
        file_name=None if file_name is None else checked("file_name", file_name, NAME_CHARACTERS),
        media_type=media_type,
        size_bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        details=details or {},
        added_s=at_s,
        added_by=who,
    )
    case.evidence.append(evidence)
    session.flush()
    body = {"evidence": evidence.id, "sha256": evidence.sha256}
    append(session, at_s=at_s, who=who, act="add_evidence", about=f"case {case.id}", body=body)
    return evidence


def campaign_of(kind: str, content: bytes) -> wire.CampaignGraph | None:
    """The campaign that a piece of evidence is; None if it is none."""
    if kind != OfService.CAMPAIGN:
        return None
    try:
        return msgspec.json.decode(content, type=wire.CampaignGraph)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


_FORMS: Final[dict[str, Any]] = {OfService.LEDGER: wire.Account, OfService.CAMPAIGN: wire.CampaignGraph}
"""What evidence from the service has to be."""


def _check_own(kind: str, media_type: str, content: bytes) -> None:
    """See that what is said to be from the service can be read as such."""
    if media_type != JSON:
        return
    try:
        msgspec.json.decode(content, type=_FORMS.get(kind, Any))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError("content", f"{len(content)} bytes", f"JSON as the service has it ({error})") from None


def _check_room(session: Session, case: Case, size: int) -> None:
    if size > FILE_BYTES_MAX:
        raise InputError("content", f"{size} bytes", f"up to {FILE_BYTES_MAX} bytes")
    counted = select(func.count(), func.coalesce(func.sum(CaseEvidence.size_bytes), 0))
    pieces, there = session.execute(counted.where(CaseEvidence.case_id == case.id)).one()
    if pieces >= EVIDENCE_MAX:
        raise InputError("evidence", pieces, f"up to {EVIDENCE_MAX} pieces in a case")
    if there + size > CASE_BYTES_MAX:
        raise InputError("content", f"{there + size} bytes", f"up to {CASE_BYTES_MAX} bytes in a case")
