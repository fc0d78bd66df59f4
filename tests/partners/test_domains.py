import asyncio

from ecluse.partners import Method, challenge, is_own
from ecluse.partners.domains import TXT_PREFIX, WELL_KNOWN

WORD = challenge(bytes(32), "p1", "example.org")


def shows(method: Method, *, records: list[str] | None = None, files: dict[str, str] | None = None) -> bool:
    async def resolve(name: str) -> list[str]:
        return (records or []) if name == "example.org" else []

    async def fetch(url: str) -> str:
        return (files or {}).get(url, "")

    return asyncio.run(is_own("example.org", WORD, method, resolve=resolve, fetch=fetch))


def test_a_word_in_dns() -> None:
    assert shows(Method.DNS, records=["v=spf1 -all", f" {TXT_PREFIX}{WORD} "])
    assert not shows(Method.DNS, records=[WORD, f"{TXT_PREFIX}{WORD[:-1]}"])
    assert not shows(Method.DNS)


def test_a_word_in_a_file() -> None:
    url = f"https://example.org{WELL_KNOWN}"
    assert shows(Method.FILE, files={url: f"{WORD}\n"})
    assert not shows(Method.FILE, files={url: f"x{WORD}"})
    assert not shows(Method.FILE, files={url.replace("https", "http"): WORD})
    assert not shows(Method.FILE, records=[f"{TXT_PREFIX}{WORD}"])


def test_every_partner_and_domain_has_a_word_of_its_own() -> None:
    words = {
        challenge(secret, p, d) for secret in (bytes(32), bytes(31) + b"1") for p in "ab" for d in ("x.org", "y.org")
    }
    assert len(words) == 8
