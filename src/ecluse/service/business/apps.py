"""Apps: their tokens, and where their webhooks go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ecluse.business import registry
from ecluse.business.codes import ApiError, invalid
from ecluse.service.business.call import SUCCESS, Answer, Call, reply
from ecluse.service.business.handshake import shake

if TYPE_CHECKING:
    from ecluse.service.business.door import BusinessDoor

OBJECT = "whatsapp_business_account"
FIELDS = ("messages",)


async def app_token(door: BusinessDoor, call: Call) -> Answer:
    """``GET oauth/access_token``: an app's own token, for its id and secret. It registers webhooks, and no more."""
    if call.query.get("grant_type") != "client_credentials":
        raise invalid("grant_type", "client_credentials")
    app = door.directory.app_of_client(call.query.get("client_id", ""), call.query.get("client_secret", ""))
    door.directory.check_admitted(door.directory.partners[app.partner_id])
    token = door.exchange.secrets.app_token(app.id, app.generation)
    return reply({"access_token": token, "token_type": "bearer"})


async def debug_token(door: BusinessDoor, call: Call) -> Answer:
    """``GET debug_token``: what a token of the caller's own is."""
    app = door.directory.own_app(call.who.partner.id)
    data: dict[str, Any] = {"app_id": app.id if app else "", "is_valid": False, "scopes": [], "expires_at": 0}
    try:
        asked = door.directory.caller(call.query.get("input_token"), call.now_s)
    except ApiError:
        return reply({"data": data})
    if asked.partner.id == call.who.partner.id:
        expires_s = None if asked.app_only else door.directory.expires_s(call.query["input_token"])
        scopes = [] if asked.app_only else ["whatsapp_business_messaging", "whatsapp_business_management"]
        data |= {"is_valid": True, "scopes": scopes, "expires_at": expires_s or 0, "type": "SYSTEM_USER"}
    return reply({"data": data})


async def subscribe_app(door: BusinessDoor, call: Call) -> Answer:
    """``POST A/subscriptions``: let the app's webhooks go to an address. All is in the query, or in the body."""
    app = door.directory.app(call.who, call.ids["app"])
    document = {**await call.document(), **call.query}
    if document.get("object") != OBJECT:
        raise invalid("object", OBJECT)
    url = await shake(door.exchange.outbound, document.get("callback_url"), document.get("verify_token"))
    await door.change(lambda session: registry.set_app_webhook(session, app.id, url, str(document.get("verify_token"))))
    return SUCCESS


async def subscribe_account(door: BusinessDoor, call: Call) -> Answer:
    """``POST W/subscribed_apps``: let the account's webhooks go to the caller's app, at its address or their own."""
    account = door.directory.account(call.who, call.ids["account"])
    document = {**await call.document(), **call.query}
    app_id = await door.change(lambda session: registry.ensure_app(session, call.who.partner.id))
    url: str | None = None
    if document.get("override_callback_uri"):
        url = await shake(door.exchange.outbound, document["override_callback_uri"], document.get("verify_token"))
    await door.change(lambda session: registry.set_account_webhook(session, account.id, app_id, url))
    return SUCCESS


async def subscribed_apps(door: BusinessDoor, call: Call) -> Answer:
    """``GET W/subscribed_apps``: the app that the account's webhooks go to."""
    account = door.directory.account(call.who, call.ids["account"])
    if account.app_id is None:
        return reply({"data": []})
    form: dict[str, Any] = {
        "whatsapp_business_api_data": {"id": account.app_id, "link": "", "name": "Écluse"},
    }
    if account.callback_url:
        form["override_callback_uri"] = account.callback_url
    return reply({"data": [form]})


async def unsubscribe_account(door: BusinessDoor, call: Call) -> Answer:
    """``DELETE W/subscribed_apps``: no more webhooks of this account."""
    account = door.directory.account(call.who, call.ids["account"])
    await door.change(lambda session: registry.set_account_webhook(session, account.id, None, None))
    return SUCCESS
