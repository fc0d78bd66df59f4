"""Nodes: numbers, accounts and files as they are read, profiles, templates."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from ecluse.business import limits, registry
from ecluse.business.codes import ApiError, invalid, no_node
from ecluse.business.directory import Account, Number
from ecluse.business.templates import check_template
from ecluse.partners import tier_of
from ecluse.service.business.call import SUCCESS, Answer, Call, reply
from ecluse.service.business.handshake import shake
from ecluse.service.business.messages import media_form, own_media
from ecluse.service.business.paging import page_of, paged

if TYPE_CHECKING:
    from ecluse.service.business.door import BusinessDoor

VERTICALS: Final = (
    *("UNDEFINED", "OTHER", "AUTO", "BEAUTY", "APPAREL", "EDU", "ENTERTAIN", "EVENT_PLAN", "FINANCE", "GROCERY"),
    *("GOVT", "HOTEL", "HEALTH", "NONPROFIT", "PROF_SERVICES", "RETAIL", "TRAVEL", "RESTAURANT", "NOT_A_BIZ"),
)
_PROFILE_MOST: Final = {
    "about": limits.ABOUT_MAX,
    "address": limits.ADDRESS_MAX,
    "description": limits.DESCRIPTION_MAX,
    "email": limits.EMAIL_MAX,
}
_WORD: Final = re.compile(r"[a-z_]+")


async def read(door: BusinessDoor, call: Call) -> Answer:
    """``GET P``, ``GET W``, ``GET M``: a number, an account, a file."""
    node = call.ids["node"]
    if node in door.directory.numbers:
        return reply(_chosen(call, _number_form(door, door.directory.number(call.who, node), call.now_s)))
    if node in door.directory.accounts:
        return reply(_chosen(call, _account_form(door, door.directory.account(call.who, node))))
    return reply(media_form(door, await own_media(door, call, node), call.now_s))


async def numbers(door: BusinessDoor, call: Call) -> Answer:
    """``GET W/phone_numbers``: the numbers of an account."""
    account = door.directory.account(call.who, call.ids["account"])
    limit, after = page_of(call, 25, 100)
    found = [number for number in door.directory.numbers_of(account.id) if number.registered]
    ids = [number.id for number in found]
    start = ids.index(after) + 1 if after in ids else 0
    shown = found[start : start + limit]
    forms = [_chosen(call, _number_form(door, number, call.now_s)) for number in shown]
    return reply(paged(door, call, forms, ids[start : start + limit + 1], limit))


def _chosen(call: Call, form: dict[str, Any]) -> dict[str, Any]:
    """The fields that were asked for, and the id; all, if none were."""
    asked = set(_WORD.findall(call.query.get("fields", "")))
    return {name: value for name, value in form.items() if not asked or name in asked or name == "id"}


def _number_form(door: BusinessDoor, number: Number, now_s: int) -> dict[str, Any]:
    partner = door.directory.partner_of(number)
    tier = tier_of(partner.status, partner.sort)
    return {
        "id": number.id,
        "verified_name": number.name,
        "display_phone_number": number.number,
        "quality_rating": str(door.directory.rating(partner.id, now_s)),
        "code_verification_status": "VERIFIED",
        "name_status": "APPROVED",
        "status": "CONNECTED",
        "platform_type": "CLOUD_API",
        "account_mode": "LIVE",
        "throughput": {"level": "HIGH" if tier.messages_a_second > 80 else "STANDARD"},
        "webhook_configuration": _addresses(door, number),
    }


def _addresses(door: BusinessDoor, number: Number) -> dict[str, str]:
    account = door.directory.accounts[number.account_id]
    app = door.directory.apps.get(account.app_id or "")
    found = {
        "phone_number": number.callback_url,
        "whatsapp_business_account": account.callback_url,
        "application": None if app is None else app.callback_url,
    }
    return {name: url for name, url in found.items() if url}


def _account_form(door: BusinessDoor, account: Account) -> dict[str, Any]:
    partner = door.directory.partners[account.partner_id]
    return {
        "id": account.id,
        "name": account.name,
        "timezone_id": "0",
        "status": "ACTIVE",
        "message_template_namespace": account.id,
        "business_verification_status": "verified",
        "account_review_status": "APPROVED",
        "country": partner.region,
        "ownership_type": "CLIENT_OWNED" if partner.provider_id else "SELF",
    }


async def read_profile(door: BusinessDoor, call: Call) -> Answer:
    """``GET P/whatsapp_business_profile``."""
    number = door.directory.number(call.who, call.ids["number"])
    form = {"messaging_product": "whatsapp", "vertical": "UNDEFINED", **number.profile}
    asked = set(_WORD.findall(call.query.get("fields", "")))
    shown = {k: v for k, v in form.items() if not asked or k in asked or k in ("messaging_product", "vertical")}
    return reply({"data": [shown]})


async def write_profile(door: BusinessDoor, call: Call) -> Answer:
    """``POST P/whatsapp_business_profile``."""
    number = door.directory.number(call.who, call.ids["number"])
    document = await call.document()
    if document.get("messaging_product") != "whatsapp":
        raise ApiError(100, "The parameter messaging_product is required, and must be whatsapp.")
    changes: dict[str, Any] = {}
    for name, most in _PROFILE_MOST.items():
        text = document.get(name)
        if text is not None:
            if not isinstance(text, str) or len(text) > most or (name == "about" and not text):
                raise invalid(name, f"a text of at most {most} characters")
            changes[name] = text
    websites = document.get("websites")
    if websites is not None:
        if not isinstance(websites, list) or len(websites) > limits.WEBSITES_MAX:
            raise invalid("websites", f"a list of at most {limits.WEBSITES_MAX}")
        for site in websites:
            if (
                not isinstance(site, str)
                or len(site) > limits.WEBSITE_MAX
                or not site.startswith(("http://", "https://"))
            ):
                raise invalid("websites", f"http or https URLs of at most {limits.WEBSITE_MAX} characters")
        changes["websites"] = websites
    if document.get("vertical") is not None:
        if document["vertical"] not in VERTICALS:
            raise invalid("vertical", f"one of {', '.join(VERTICALS)}")
        changes["vertical"] = document["vertical"]
    await door.change(lambda session: registry.set_profile(session, number.id, changes))
    return SUCCESS


async def list_templates(door: BusinessDoor, call: Call) -> Answer:
    """``GET W/message_templates``: the templates of an account; a summary also when there are none."""
    account = door.directory.account(call.who, call.ids["account"])
    limit, after = page_of(call, 25, 250)
    held = door.directory.templates.get(account.id, [])
    name = call.query.get("name")
    found = [template for template in held if name is None or name in template.name]
    ids = [template.id for template in found]
    start = ids.index(after) + 1 if after in ids else 0
    forms = [
        {
            "id": template.id,
            "name": template.name,
            "language": template.language,
            "status": "APPROVED",
            "category": "UTILITY",
            "parameter_format": "POSITIONAL",
            "components": template.components,
        }
        for template in found[start : start + limit]
    ]
    summary = {
        "total_count": len(held),
        "message_template_count": len(held),
        "message_template_limit": limits.TEMPLATES_MAX,
        "are_translations_complete": True,
    }
    page = paged(door, call, forms, ids[start : start + limit + 1], limit)
    return reply({**page, "paging": page.get("paging", {"cursors": {}}), "summary": summary})


async def add_template(door: BusinessDoor, call: Call) -> Answer:
    """``POST W/message_templates``: keep a template. It is an answer like any other, so nobody has to approve it."""
    account = door.directory.account(call.who, call.ids["account"])
    document = await call.document()
    name, language = document.get("name"), document.get("language")
    components = check_template(name, language, document.get("category"), document.get("components"))
    template_id = await door.change(
        lambda session: registry.add_template(session, account.id, str(name), str(language), components, call.now_s)
    )
    return reply({"id": template_id, "status": "APPROVED", "category": "UTILITY"})


async def delete_template(door: BusinessDoor, call: Call) -> Answer:
    """``DELETE W/message_templates?name=…``."""
    account = door.directory.account(call.who, call.ids["account"])
    name = call.query.get("name") or ""
    await door.change(lambda session: registry.delete_templates(session, account.id, name))
    return SUCCESS


async def configure(door: BusinessDoor, call: Call) -> Answer:
    """``POST P``: let the number's webhooks go to an address of their own."""
    number = door.directory.number(call.who, call.ids["node"])
    configuration = (await call.document()).get("webhook_configuration")
    if not isinstance(configuration, dict):
        raise no_node(call.ids["node"])
    url: str | None = None
    if configuration.get("override_callback_uri"):
        url = await shake(
            door.exchange.outbound, configuration["override_callback_uri"], configuration.get("verify_token")
        )
    await door.change(lambda session: registry.set_number_webhook(session, number.id, url))
    return SUCCESS
