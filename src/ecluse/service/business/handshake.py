"""The handshake: before webhooks go to an address, it must give back a word that we made up."""

from __future__ import annotations

import secrets
from typing import Final
from urllib.parse import urlencode

from ecluse.business.codes import ApiError
from ecluse.business.limits import URL_MAX, WEBHOOK_S
from ecluse.outbound import AddressRefusedError, Outbound, OutboundError

TOKEN_MAX: Final = 512


async def shake(outbound: Outbound, url: object, verify_token: object) -> str:
    """Ask an address whether it takes webhooks. Returns it. Raises ApiError 100."""
    if not isinstance(url, str) or not 0 < len(url) <= URL_MAX or "#" in url:
        raise ApiError(100, f"The callback URL is not a URL of at most {URL_MAX} characters.")
    if not isinstance(verify_token, str) or not 0 < len(verify_token) <= TOKEN_MAX:
        raise ApiError(100, f"The verify token is not a text of 1 to {TOKEN_MAX} characters.")
    challenge = str(secrets.randbelow(10**10)).zfill(10)
    asked = {"hub.mode": "subscribe", "hub.challenge": challenge, "hub.verify_token": verify_token}
    joined = f"{url}{'&' if '?' in url else '?'}{urlencode(asked)}"
    try:
        answer = await outbound.request("GET", joined, timeout_s=WEBHOOK_S, bytes_max=1_024)
    except AddressRefusedError as error:
        raise ApiError(100, f"The callback URL may not be used: {error.reason}.") from None
    except OutboundError as error:
        raise ApiError(100, f"The callback URL could not be reached: {error.reason}.") from None
    if answer.status != 200 or answer.body.decode("utf-8", "replace").strip().strip('"') != challenge:
        raise ApiError(100, f"The callback URL did not give back the challenge: status {answer.status}.")
    return url
