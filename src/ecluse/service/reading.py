"""Reading the body of a request that is asked now and then."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import msgspec
from fastapi import Request

from ecluse.errors import InputError

Form = TypeVar("Form")


async def read_body(request: Request, form: Callable[..., Form]) -> Form:
    """The body of a request as what it should be. Raises InputError."""
    body = await request.body()
    try:
        return msgspec.json.decode(body, type=form)  # type: ignore[no-any-return]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError("body", body[:60].decode("utf-8", "replace"), f"JSON as /docs has it ({error})") from None
