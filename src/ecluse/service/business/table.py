"""The routes of the business API, all of them: what a path asks for, and who answers it.

Before each may stand a version, such as ``v23.0``, and after it a slash: neither means anything.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from ecluse.service.business import apps, messages, nodes
from ecluse.service.business.call import Handler

_VERSION: Final = re.compile(r"v\d{1,3}\.\d{1,3}")
_NODE: Final = re.compile(r"\d{1,32}")


class Route(NamedTuple):
    """One route. path: its parts in braces are ids. token: whether it asks for one."""

    method: str
    path: str
    handler: Handler
    token: bool = True


ROUTES: Final = (
    Route("POST", "{number}/messages", messages.send),
    Route("POST", "{number}/media", messages.upload),
    Route("GET", "{number}/block_users", messages.list_blocks),
    Route("POST", "{number}/block_users", messages.block),
    Route("DELETE", "{number}/block_users", messages.unblock),
    Route("GET", "{number}/conversations", messages.conversations),
    Route("GET", "{number}/whatsapp_business_profile", nodes.read_profile),
    Route("POST", "{number}/whatsapp_business_profile", nodes.write_profile),
    Route("GET", "{account}/phone_numbers", nodes.numbers),
    Route("GET", "{account}/message_templates", nodes.list_templates),
    Route("POST", "{account}/message_templates", nodes.add_template),
    Route("DELETE", "{account}/message_templates", nodes.delete_template),
    Route("GET", "{account}/subscribed_apps", apps.subscribed_apps),
    Route("POST", "{account}/subscribed_apps", apps.subscribe_account),
    Route("DELETE", "{account}/subscribed_apps", apps.unsubscribe_account),
    Route("POST", "{app}/subscriptions", apps.subscribe_app),
    Route("GET", "{node}", nodes.read),
    Route("POST", "{node}", nodes.configure),
    Route("DELETE", "{node}", messages.delete_media),
    Route("GET", "media/{media}", messages.download, token=False),
    Route("GET", "oauth/access_token", apps.app_token, token=False),
    Route("GET", "debug_token", apps.debug_token),
)
"""Every route."""

_BY_SHAPE: Final = {(route.method, re.sub(r"\{\w+\}", "#", route.path)): route for route in ROUTES}
_NAMES: Final = {route: re.findall(r"\{(\w+)\}", route.path) for route in ROUTES}
_WORDS: Final = {word for route in ROUTES for word in route.path.split("/") if not word.startswith("{")}
FIRST: Final = {"media", "oauth", "debug_token"}
"""Words that a path may begin with, besides ids."""


def parts_of(path: str) -> list[str]:
    """The parts of a path, without version and last slash.

    >>> parts_of("/v23.0/123/messages/"), parts_of("/123")
    (['123', 'messages'], ['123'])
    """
    parts = path.strip("/").split("/")
    return parts[1:] if len(parts) > 1 and _VERSION.fullmatch(parts[0]) else parts


def is_business(path: str) -> bool:
    """Whether a path is one of the business API's.

    >>> [is_business(path) for path in ("/v23.0/123/messages", "/123", "/v1/decisions", "/v23.0/x")]
    [True, True, False, True]
    """
    first = path[1:].partition("/")[0]
    return first.isdecimal() or first in FIRST or _VERSION.fullmatch(first) is not None


def find(method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    """The route of a request, and the ids in its path; None if there is none."""
    parts = parts_of(path)
    ids = [part for part in parts if _NODE.fullmatch(part)]
    shape = "/".join("#" if _NODE.fullmatch(part) else part for part in parts)
    route = _BY_SHAPE.get((method, shape))
    return None if route is None else (route, dict(zip(_NAMES[route], ids, strict=True)))
