"""Zones: the reader's own time, which their browser tells in a cookie; UTC where it tells none that is known."""

from __future__ import annotations

from datetime import UTC, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from fastapi import Request

ZONE_COOKIE: Final = "ecluse_zone"
ZONE_CHARACTERS_MAX: Final = 64
TELL_ZONE: Final = (
    f"document.cookie = '{ZONE_COOKIE}=' + encodeURIComponent(Intl.DateTimeFormat().resolvedOptions().timeZone)"
    " + '; path=/; max-age=31536000; samesite=lax'"
)
"""A script that tells it. The page after the one with this script is the first in the reader's time."""


def zone_of(request: Request) -> tzinfo:
    """The zone that a browser told, as it is called in the time zone database."""
    name = request.cookies.get(ZONE_COOKIE, "").replace("%2F", "/")
    if not name or len(name) > ZONE_CHARACTERS_MAX:
        return UTC
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):  # no such zone, or no name of one
        return UTC
