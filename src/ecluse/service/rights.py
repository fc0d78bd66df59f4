"""Rights over HTTP: all that is held of an account, and its erasure."""

from __future__ import annotations

import asyncio
from time import time
from typing import Final

from fastapi import APIRouter, Response
from sqlalchemy.orm import Session

from ecluse.gate.acts import Erase
from ecluse.rights.erasure import Erased, erase_account
from ecluse.rights.forms import erased_form
from ecluse.rights.held import held_of
from ecluse.sanctions.people import ID_CHARACTERS_MAX, checked
from ecluse.service.accounts import account_form
from ecluse.service.keeping import Acts, Keeps, answer, change, look
from ecluse.service.openapi import described
from ecluse.service.routes import needs
from ecluse.stores.keys import Scope

ADMIN: Final = needs(Scope.ADMIN)

router = APIRouter()


@router.get("/v1/accounts/{account_id:id}/data", dependencies=ADMIN, **described("held"))
async def held(account_id: str, clerk: Keeps) -> Response:
    """All that is held of an account: its ledger, and every record about it or by it."""
    account = checked("account", account_id, ID_CHARACTERS_MAX)
    seen = await asyncio.to_thread(clerk.gate.account, account, int(time()))
    ledger = account_form(account, seen) if seen.known else None
    return answer(await look(clerk, lambda session: held_of(session, account, ledger)))


@router.post("/v1/accounts/{account_id:id}/erasure", dependencies=ADMIN, **described("erase"))
async def erasing(account_id: str, clerk: Keeps, who: Acts) -> Response:
    """Erase an account from the ledgers and the records; what law lets one keep is kept, and said."""
    account = checked("account", account_id, ID_CHARACTERS_MAX)
    now_s = int(time())
    await asyncio.to_thread(clerk.gate.act, [Erase(account)], now_s)

    def erased(session: Session) -> Erased:
        return erase_account(session, account, clerk.gate.secret, now_s=now_s, who=who.who)

    return answer(erased_form(account, await change(clerk, erased)))
