"""Changing what a business has: its app, account, numbers, webhooks, profile and templates. Each is one transaction.

Functions take a session of ``Records.writing``, so that a running service can do them between two batches.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ecluse.business.codes import ApiError, no_node
from ecluse.business.ids import new_node_id
from ecluse.business.limits import TEMPLATES_MAX
from ecluse.errors import InputError
from ecluse.partners import DeedError, NotAdmittedError, tier_of
from ecluse.partners.register import bump, partner_of
from ecluse.records.audit import append
from ecluse.records.tables import (
    BusinessAccount,
    BusinessApp,
    BusinessNumber,
    BusinessTemplate,
    PartnerRow,
)

NUMBER_CHARACTERS_MAX: Final = 200


def ensure_app(session: Session, partner_id: str) -> str:
    """The id of a partner's app, made if there is none."""
    found = session.scalar(select(BusinessApp.id).where(BusinessApp.partner_id == partner_id))
    if found is not None:
        return found
    app_id = new_node_id()
    session.add(BusinessApp(id=app_id, partner_id=partner_id, generation=1, callback_url=None, verify_token=None))
    session.flush()
    bump(session)
    return app_id


def change_secret(session: Session, partner_id: str, *, who: str, now_s: int) -> str:
    """Give a partner's app another secret; the old one opens and signs nothing more. Returns the app's id."""
    app_id = ensure_app(session, partner_id)
    session.get_one(BusinessApp, app_id).generation += 1
    append(session, at_s=now_s, who=who, act="app secret", about=f"partner {partner_id}", body={"app": app_id})
    bump(session)
    return app_id


def add_number(session: Session, partner_id: str, number: str, name: str, *, who: str, now_s: int) -> str:
    """Give a partner a number. number: its id at the service. Returns the id of the number.

    Raises InputError, DeedError, NotAdmittedError.
    """
    if not 0 < len(number) <= NUMBER_CHARACTERS_MAX or not number.isprintable() or " " in number:
        raise InputError("number", number, f"an id of 1 to {NUMBER_CHARACTERS_MAX} characters, without spaces")
    if not 0 < len(name) <= 100 or not name.isprintable():
        raise InputError("name", name, "1 to 100 printable characters")
    row = session.get(PartnerRow, partner_id)
    if row is None:
        raise InputError("partner_id", partner_id, "the id of a partner")
    partner = partner_of(row)
    if not partner.is_admitted:
        raise NotAdmittedError(partner.id, partner.status)
    if session.scalar(select(BusinessNumber.id).where(BusinessNumber.number == number)) is not None:
        raise DeedError("the number is somebody's")
    account_id = _ensure_account(session, partner.id, partner.name, partner.provider_id)
    held = select(func.count()).where(BusinessNumber.account_id == account_id, BusinessNumber.registered)
    most = tier_of(partner.status, partner.sort).numbers
    if (session.scalar(held) or 0) >= most:
        raise DeedError(f"a {partner.status} partner has at most {most} numbers")
    number_id = new_node_id()
    session.add(
        BusinessNumber(
            id=number_id,
            account_id=account_id,
            number=number,
            name=name,
            callback_url=None,
            profile={},
            registered=True,
            created_s=now_s,
        )
    )
    body = {"id": number_id, "account": account_id}
    append(session, at_s=now_s, who=who, act="number added", about=f"partner {partner_id}", body=body)
    bump(session)
    return number_id


def give_up_number(session: Session, number_id: str, *, who: str, now_s: int) -> None:
    """Let a number be used no more; it stays taken. Raises InputError."""
    row = session.get(BusinessNumber, number_id)
    if row is None:
        raise InputError("number_id", number_id, "the id of a number")
    row.registered = False
    append(session, at_s=now_s, who=who, act="number given up", about=f"number {number_id}")
    bump(session)


def _ensure_account(session: Session, partner_id: str, name: str, provider_id: str | None) -> str:
    found = session.scalar(select(BusinessAccount.id).where(BusinessAccount.partner_id == partner_id))
    if found is not None:
        return found
    app_id = ensure_app(session, provider_id or partner_id)
    if provider_id is not None:
        ensure_app(session, partner_id)
    account_id = new_node_id()
    session.add(BusinessAccount(id=account_id, partner_id=partner_id, name=name, app_id=app_id, callback_url=None))
    session.flush()
    return account_id


def set_app_webhook(session: Session, app_id: str, url: str | None, verify_token: str | None) -> None:
    """Let an app's webhooks go to an address that answered the handshake; None: nowhere."""
    row = session.get_one(BusinessApp, app_id)
    row.callback_url, row.verify_token = url, verify_token
    bump(session)


def set_account_webhook(session: Session, account_id: str, app_id: str | None, url: str | None) -> None:
    """Let an account's webhooks go to an app, at an address of their own or the app's; None: to none."""
    row = session.get_one(BusinessAccount, account_id)
    row.app_id, row.callback_url = app_id, url
    bump(session)


def set_number_webhook(session: Session, number_id: str, url: str | None) -> None:
    """Let a number's webhooks go to an address of their own; None: as its account's."""
    session.get_one(BusinessNumber, number_id).callback_url = url
    bump(session)


def set_profile(session: Session, number_id: str, changes: dict[str, Any]) -> None:
    """Change a number's profile."""
    row = session.get_one(BusinessNumber, number_id)
    row.profile = {**row.profile, **changes}
    bump(session)


def add_template(session: Session, account_id: str, name: str, language: str, components: list[Any], now_s: int) -> str:
    """Keep a template. Returns its id. Raises ApiError 100 for one that is there, or one too many."""
    held = select(func.count()).where(BusinessTemplate.account_id == account_id)
    if (session.scalar(held) or 0) >= TEMPLATES_MAX:
        raise ApiError(100, f"An account has at most {TEMPLATES_MAX} templates.")
    same = select(BusinessTemplate.id).where(
        BusinessTemplate.account_id == account_id,
        BusinessTemplate.name == name,
        BusinessTemplate.language == language,
    )
    if session.scalar(same) is not None:
        raise ApiError(100, "There is a template of this name and language.")
    template_id = new_node_id()
    session.add(
        BusinessTemplate(
            id=template_id, account_id=account_id, name=name, language=language, components=components, created_s=now_s
        )
    )
    bump(session)
    return template_id


def delete_templates(session: Session, account_id: str, name: str) -> None:
    """Delete the templates of a name, in all languages. Raises ApiError 100/33."""
    query = select(BusinessTemplate).where(BusinessTemplate.account_id == account_id, BusinessTemplate.name == name)
    found = session.scalars(query).all()
    if not found:
        raise no_node(name)
    for row in found:
        session.delete(row)
    bump(session)
