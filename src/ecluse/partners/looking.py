"""Looking up a domain for real: its TXT records by DNS, its file by https, at public addresses only."""

from __future__ import annotations

import dns.asyncresolver
import dns.exception
import dns.rdatatype

from ecluse.outbound import AddressRefusedError, Outbound, OutboundError
from ecluse.partners.domains import FILE_BYTES_MAX, LOOKUP_S, Method, is_own


async def resolve_txt(domain: str) -> list[str]:
    """The TXT records of a name; none if there are none, or nobody can say."""
    try:
        answer = await dns.asyncresolver.resolve(domain, dns.rdatatype.TXT, lifetime=LOOKUP_S)
    except (dns.exception.DNSException, OSError):
        return []
    return [b"".join(record.strings).decode("utf-8", "replace") for record in answer]


async def looked_up(domain: str, word: str, method: Method, outbound: Outbound) -> bool:
    """Whether a domain shows a word, looked up now."""

    async def fetch(url: str) -> str:
        try:
            answer = await outbound.request("GET", url, timeout_s=LOOKUP_S, bytes_max=FILE_BYTES_MAX)
        except (AddressRefusedError, OutboundError):
            return ""
        return answer.body.decode("utf-8", "replace") if answer.status == 200 else ""

    return await is_own(domain, word, method, resolve=resolve_txt, fetch=fetch)
