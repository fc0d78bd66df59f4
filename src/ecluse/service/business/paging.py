"""Pages of a list: a limit, and a cursor to the one before."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from ecluse.business.codes import invalid
from ecluse.service.business.call import Call

if TYPE_CHECKING:
    from ecluse.service.business.door import BusinessDoor


def page_of(call: Call, usual: int, most: int) -> tuple[int, str]:
    """The limit and the last entry of the page before, "" for none. Raises ApiError 131009."""
    text = call.query.get("limit") or str(usual)
    if not (text.isascii() and text.isdigit()) or not int(text[:9]) > 0:
        raise invalid("limit", "a whole number from 1")
    try:
        after = base64.urlsafe_b64decode(call.query.get("after", "").encode()).decode()
    except (binascii.Error, UnicodeError, ValueError):
        raise invalid("after", "a cursor of the page before") from None
    return min(int(text[:9]), most), after


def paged(door: BusinessDoor, call: Call, forms: list[Any], cursors: list[str], limit: int) -> dict[str, Any]:
    """A page. cursors: of its entries, and of one more if there is one."""
    if not forms:
        return {"data": []}
    first, last = (
        base64.urlsafe_b64encode(cursor.encode()).decode() for cursor in (cursors[0], cursors[len(forms) - 1])
    )
    paging: dict[str, Any] = {"cursors": {"before": first, "after": last}}
    if len(cursors) > limit:
        again = {k: v for k, v in call.query.items() if k not in ("access_token", "after")}
        paging["next"] = f"{door.base_url}{call.head.path}?{urlencode({**again, 'after': last})}"
    return {"data": forms, "paging": paging}
